//! What states are before the first step, and cells without states.

use super::{assert_gradients, dense, weighted};
use crate::support::{assert_close, assert_close_to, random, rng};
use recurve::{Cell, Module, Param, Result, Tensor, grad, recurrent};

recurrent! {
    /// Each kind of beginning.
    pub(super) cell Starts(input: D) {
        param a: [D] = ones;
        /// What has been seen.
        state first: [D] = learned;
        state second: [D] = learned(normal(0.5));
        state third: [] = ones;
        state fourth: [2 * D] = constant(1 / D);
        state fifth: [D] = zeros;

        step(x: [D]) -> [D] {
            first = a * first + x;
            second = tanh(second + first);
            third = third * 2;
            fourth = concat(second, fourth[..D]);
            fifth = fifth + fourth[D..] * third;
            fifth
        }
    }

    /// No memory at all.
    pub(super) cell Memoryless(input: D, output: E) {
        param w: [E, D] = glorot_normal;

        step(x: [D]) -> [E] {
            relu(w @ x)
        }
    }

    /// No parameters either: only a number.
    pub(super) cell Scaled(input: D) {
        hyper factor = 2;

        step(x: [D]) -> [D] {
            factor * x
        }
    }
}

#[test]
fn rule_23_states_begin_as_declared() -> Result<()> {
    let cell = Starts::<f64>::with_dtype(4, &mut rng(1));
    let state = cell.initial_state(3)?;
    assert_eq!(state.first, Tensor::zeros([3, 4]));
    assert_eq!(state.second, cell.initial_second.get().broadcast_to([3, 4]));
    assert_eq!(state.third, Tensor::ones([3]));
    assert_eq!(state.fourth, Tensor::full([3, 8], 0.25));
    assert_eq!(state.fifth, Tensor::zeros([3, 4]));
    assert!(cell.initial_second.get().abs().min().item() > 0.0);
    Ok(())
}

#[test]
fn learned_states_are_parameters_in_the_order_of_their_states() -> Result<()> {
    let cell = Starts::new(4, &mut rng(1));
    let parameters = cell.parameters()?;
    let paths: Vec<&str> = parameters.iter().map(|parameter| parameter.path()).collect();
    assert_eq!(paths, ["a", "initial_first", "initial_second"]);
    Ok(())
}

#[test]
fn rule_23_learned_states_get_gradients_from_all_examples() -> Result<()> {
    for sizes in [[2, 3], [1, 1], [0, 2]] {
        let xs = Param::new(random(&[sizes[0], sizes[1], 4], 2));
        let model = (dense(&Starts::<f64>::with_dtype(4, &mut rng(1)), 3)?, xs);
        assert_gradients(&model, |(cell, xs)| {
            let (ys, state) = cell.scan(xs.get(), None)?;
            Ok(weighted(ys.data(), 4) + weighted(&state.first, 5) + weighted(&state.second, 6))
        })?;
    }
    let cell = Starts::<f64>::with_dtype(4, &mut rng(1));
    let gradients =
        grad(&cell, |cell| Ok::<_, recurve::Error>(cell.scan(Tensor::zeros([0, 5, 4]), None)?.1.first.sum()))?;
    let gradient = gradients.get(&cell.initial_first).expect("a gradient");
    assert_eq!(gradient.to_vec(), [5.0; 4]);
    Ok(())
}

#[test]
fn a_cell_without_states() -> Result<()> {
    let cell = Memoryless::<f64>::with_dtype(2, 3, &mut rng(1));
    let xs = random(&[4, 2, 2], 2);
    let (ys, state) = cell.scan(&xs, None)?;
    assert_close("ys", ys.data(), &xs.matmul_transposed(&cell.w.get()).relu());
    let (again, _) = cell.scan(&xs, state.clone())?;
    assert_eq!(again.data(), ys.data());
    let (none, _) = cell.scan(random(&[0, 2, 2], 2), None)?;
    assert_eq!(none.data().shape(), [0, 2, 3]);
    let model = (cell, Param::new(xs));
    assert_gradients(&model, |(cell, xs)| Ok(weighted(cell.scan(xs.get(), None)?.0.data(), 3)))
}

#[test]
fn a_cell_without_parameters() -> Result<()> {
    let mut cell = Scaled::new(3, &mut rng(1));
    assert_eq!((cell.input(), cell.count()), (3, 0));
    let x = Tensor::from([[1.0, 2.0, 3.0]]);
    assert_eq!(cell.step(&x, cell.initial_state(1)?)?.0.to_vec(), [2.0, 4.0, 6.0]);
    cell.factor = -1.0;
    assert_eq!(cell.share().step(&x, cell.initial_state(1)?)?.0.to_vec(), [-1.0, -2.0, -3.0]);
    let double: Scaled<f64> = cell.cast::<f64>()?;
    assert_eq!((double.factor, double.input()), (-1.0, 3));
    let y = double.step(&Tensor::from([[0.5, 1.0, 2.0]]), double.initial_state(1)?)?.0;
    assert_close_to("y", &y.to_vec(), &[-0.5, -1.0, -2.0], 0.0);
    Ok(())
}
