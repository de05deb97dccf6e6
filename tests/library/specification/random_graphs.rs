//! Random graphs that use every value many times. Gradients are accumulated in place: no contribution may be lost,
//! counted twice, or written into a value that somebody else still reads.

use recurve::rand::{RngExt, rngs::StdRng};
use recurve::{Error, Param, Result, Tensor, check_gradients, concat, grad, value_and_grad_aux};

use crate::support::rng;

const SIZE: usize = 6;
const LINEAR: usize = 20;
const CURVED: usize = 12;

/// A linear map of earlier values to a vector of `SIZE`, or a rearrangement.
fn linear(pick: usize, a: &Tensor<f64>, b: &Tensor<f64>) -> Tensor<f64> {
    match pick {
        0 => a + b,
        1 => a - b,
        2 => a + a,
        3 => -a,
        4 => a * 2.0,
        5 => a.reshape([2, 3]).transpose(0, 1).flatten(),
        6 => a.reshape([3, 2]).flatten() + b,
        7 => concat(&[&a.slice(0, 2..6), &a.slice(0, 0..2)], 0).expect("vectors"),
        8 => concat(&[a, a, b], 0).expect("vectors").slice(0, 3..15).slice(0, 1..7),
        9 => a.slice(0, 1..5).slice(0, 1..3).broadcast_to([3, 2]).flatten(),
        10 => a.sum() + b,
        11 => a.reshape([2, 3]).sum_keep(0).broadcast_to([2, 3]).flatten(),
        12 => a.index_select(0, &Tensor::from([5_usize, 0, 0, 3, 5, 5])).expect("places inside"),
        13 => a.clone() + b.clone(),
        14 => a.clone() - b,
        15 => a
            .split(0, 2)
            .into_iter()
            .rev()
            .reduce(|x, y| x - y)
            .map(|x| concat(&[&x, &x], 0))
            .expect("two")
            .expect("vectors"),
        16 => a.select(&Tensor::from([true, false, true, true, false, false]), b),
        17 => a.reshape([1, 6]).matmul(&Tensor::identity(6)).flatten(),
        18 => a.maximum(a) + b.minimum(b),
        _ => a.detach() + a - a.detach(),
    }
}

/// Curved maps, which save their input or their output.
fn curved(pick: usize, a: &Tensor<f64>, b: &Tensor<f64>) -> Tensor<f64> {
    match pick {
        0 => a * b,
        1 => a * a,
        2 => a.square(),
        3 => a.tanh(),
        4 => a.sigmoid() * a,
        5 => a.softmax(0) * b,
        6 => (a.clone() * b.clone()).sin(),
        7 => a.reshape([2, 3]).matmul_transposed(&b.reshape([2, 3])).sum() * a,
        8 => a.tanh().exp().recip(),
        9 => a.reshape([2, 3]).layer_norm(0.3).flatten() + b,
        10 => a / (b.square() + 1.0),
        _ => a.reshape([6, 1]).matmul(&b.reshape([1, 6])).sum_axes(1),
    }
}

/// Which maps of which earlier values, and the weights of all values in the loss.
struct Program {
    lines: Vec<(bool, usize, usize, usize)>,
    weights: Vec<f64>,
}

impl Program {
    fn draw(rng: &mut StdRng, length: usize, curves: bool) -> Self {
        let line = |at: usize, rng: &mut StdRng| {
            let curve = curves && rng.random_bool(0.5);
            let pick = rng.random_range(0..if curve { CURVED } else { LINEAR });
            (curve, pick, rng.random_range(0..at + 2), rng.random_range(0..at + 2))
        };
        let lines = (0..length).map(|at| line(at, rng)).collect();
        let weights = (0..(length + 2) * SIZE).map(|_| f64::from(rng.random_range(-3..=3))).collect();
        Self { lines, weights }
    }

    /// All values of the program; growth is undone by a factor where `scale` says so.
    fn values(&self, x: &Tensor<f64>, y: &Tensor<f64>) -> Vec<Tensor<f64>> {
        let mut values = vec![x.clone(), y.clone()];
        for &(curve, pick, a, b) in &self.lines {
            let map = if curve { curved } else { linear };
            let value = map(pick, &values[a], &values[b]);
            // Curved programs would grow without bound.
            values.push(if self.lines.iter().any(|line| line.0) { (value * 0.5).tanh() } else { value });
        }
        values
    }

    fn loss(&self, values: &[Tensor<f64>]) -> Tensor<f64> {
        let weighted = |(at, value): (usize, &Tensor<f64>)| {
            let weights = Tensor::from_slice(&self.weights[at * SIZE..(at + 1) * SIZE], [SIZE]).expect("a weight each");
            (value * weights).sum()
        };
        values.iter().enumerate().map(weighted).reduce(|sum, part| sum + part).expect("two values at least")
    }
}

fn whole(rng: &mut StdRng) -> Tensor<f64> {
    Tensor::from((0..SIZE).map(|_| f64::from(rng.random_range(-4..=4))).collect::<Vec<_>>())
}

/// In whole numbers nothing is rounded, so the gradient of a linear function is exactly its value at unit vectors.
#[test]
fn linear_programs_have_exactly_their_coefficients_as_gradient() -> Result<()> {
    for seed in 0..300 {
        let mut rng = rng(seed);
        let program = Program::draw(&mut rng, 12, false);
        let model = (Param::new(whole(&mut rng)), Param::new(whole(&mut rng)));
        let run = |x: &Tensor<f64>, y: &Tensor<f64>| program.loss(&program.values(x, y));
        let gradients = grad(&model, |(x, y)| Ok::<_, Error>(run(&x.get(), &y.get())))?;
        let zero = Tensor::zeros([SIZE]);
        for at in 0..SIZE {
            let mut unit = Tensor::zeros([SIZE]);
            unit.as_mut_slice()[at] = 1.0;
            let expected = (run(&unit, &zero).item(), run(&zero, &unit).item());
            let found = (gradients.get(&model.0).unwrap().at([at]), gradients.get(&model.1).unwrap().at([at]));
            assert_eq!(found, expected, "seed {seed}, element {at}: {:?}", program.lines);
        }
    }
    Ok(())
}

#[test]
fn curved_programs_pass_the_gradient_checker_and_keep_their_values() -> Result<()> {
    for seed in 0..150 {
        let mut rng = rng(1000 + seed);
        let program = Program::draw(&mut rng, 10, true);
        let draw = |rng: &mut StdRng| Param::new(Tensor::<f64>::uniform([SIZE], -1.0, 1.0, rng));
        let model = (draw(&mut rng), draw(&mut rng));
        let loss = |m: &(Param<f64>, Param<f64>)| Ok(program.loss(&program.values(&m.0.get(), &m.1.get())));
        check_gradients(&model, loss, &mut rng)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}; {:?}", program.lines));
        let (_, kept, _) = value_and_grad_aux(&model, |m| {
            let values = program.values(&m.0.get(), &m.1.get());
            Ok::<_, Error>((program.loss(&values), values))
        })?;
        assert_eq!(kept, program.values(&model.0.get(), &model.1.get()), "seed {seed}: values after the sweep");
    }
    Ok(())
}

/// The same for gradients of gradients, whose sweep is itself recorded.
#[test]
fn penalties_on_gradients_of_curved_programs_pass_the_gradient_checker() -> Result<()> {
    for seed in 0..40 {
        let mut rng = rng(2000 + seed);
        let program = Program::draw(&mut rng, 6, true);
        let draw = |rng: &mut StdRng| Param::new(Tensor::<f64>::uniform([SIZE], -1.0, 1.0, rng));
        let model = (draw(&mut rng), draw(&mut rng));
        let loss = |m: &(Param<f64>, Param<f64>)| Ok::<_, Error>(program.loss(&program.values(&m.0.get(), &m.1.get())));
        let penalty = |m: &(Param<f64>, Param<f64>)| {
            let gradients = grad(m, loss)?;
            let square = |param: &Param<f64>| (gradients.get(param).expect("used").square() * 0.1).sum();
            Ok(square(&m.0) + square(&m.1))
        };
        check_gradients(&model, penalty, &mut rng)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}; {:?}", program.lines));
    }
    Ok(())
}
