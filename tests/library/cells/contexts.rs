//! Contexts: inputs that are the same at all steps, whatever way the sequences come.

mod misuse;

use super::samples::{Cut, gradients, weighted};
use crate::support::{assert_close_to, random, rng};
use recurve::{
    Cell, Module, Param, Result, Sequence, Tensor, check_batch, check_gradients, check_shape, concat, stack,
    value_and_grad,
};

/// `h' = tanh(w x + u h + v m + ln(dt))`, `y = h' ⊙ (g m)`; `ln(dt)` has no value at the zeros that fill padding.
#[derive(Module)]
struct Steered {
    w: Param<f64>, // [H, D]
    u: Param<f64>, // [H, H]
    v: Param<f64>, // [H, K]
    g: Param<f64>, // [H, K]
}

type Inputs = (Tensor<f64>, Tensor<f64>, Tensor<f64>);

impl Steered {
    fn random(features: usize, context: usize, seed: u64) -> Self {
        let mut next = seed;
        let mut leaf = |columns: usize| {
            next += 1;
            leaf(&[3, columns], next)
        };
        Self { w: leaf(features), u: leaf(3), v: leaf(context), g: leaf(context) }
    }
}

impl Cell for Steered {
    type Input = Inputs; // x: [B, D], dt: [B], m: [B, K]
    type Output = Tensor<f64>; // [B, H]
    type State = Tensor<f64>; // [B, H]
    const CONTEXTS: usize = 1;

    fn initial_state(&self, batch: usize) -> Result<Tensor<f64>> {
        Ok(Tensor::zeros([batch, 3]))
    }

    fn step(&self, (x, dt, m): &Inputs, h: Tensor<f64>) -> Result<(Tensor<f64>, Tensor<f64>)> {
        let batch = check_batch("Steered", "x", x.shape(), self.w.shape()[1])?;
        check_shape("Steered", "dt", dt.shape(), &[batch])?;
        check_shape("Steered", "m", m.shape(), &[batch, self.v.shape()[1]])?;
        let time = dt.ln().unsqueeze(1);
        let sum = x.matmul_transposed(&self.w.get()) + h.matmul_transposed(&self.u.get());
        let h = (sum + m.matmul_transposed(&self.v.get()) + time).tanh();
        Ok((&h * m.matmul_transposed(&self.g.get()), h))
    }
}

/// Two contexts, one of them not of real numbers; the outputs look like the inputs.
#[derive(Module)]
struct Labelled;

type Labels = (Tensor<f64>, Tensor<f64>, Tensor<usize>);

impl Cell for Labelled {
    type Input = Labels; // x: [B], scale: [B], label: [B]
    type Output = Labels; // x · scale, scale, label
    type State = ();
    const CONTEXTS: usize = 2;

    fn initial_state(&self, _: usize) -> Result<()> {
        Ok(())
    }

    fn step(&self, (x, scale, label): &Labels, (): ()) -> Result<(Labels, ())> {
        check_shape("Labelled", "scale", scale.shape(), x.shape())?;
        check_shape("Labelled", "label", label.shape(), x.shape())?;
        Ok(((x * scale, scale.clone(), label.clone()), ()))
    }
}

fn leaf(shape: &[usize], seed: u64) -> Param<f64> {
    Param::new(random(shape, seed) * 0.6)
}

/// A cell and what it reads, all of it differentiable.
#[derive(Module)]
struct Model {
    cell: Steered,
    xs: Param<f64>,
    dts: Param<f64>,
    context: Param<f64>,
    start: Param<f64>,
}

impl Model {
    /// `D` = 2 and `H` = 3.
    fn new([steps, batch, context]: [usize; 3]) -> Self {
        Self {
            cell: Steered::random(2, context, 10),
            xs: leaf(&[steps, batch, 2], 1),
            dts: Param::new(random(&[steps, batch], 2).abs() + 0.5),
            context: leaf(&[batch, context], 3),
            start: leaf(&[batch, 3], 4),
        }
    }

    /// What runs over time, spoilt where the mask is false.
    fn data(&self, mask: &Tensor<bool>, value: f64) -> (Tensor<f64>, Tensor<f64>) {
        Cut::Spoil { mask, value }.of(&(self.xs.get(), self.dts.get()))
    }

    fn inputs(&self) -> Inputs {
        (self.xs.get(), self.dts.get(), self.context.get())
    }

    fn scanned(&self, inputs: impl Into<Sequence<Inputs>>) -> Result<Tensor<f64>> {
        let (ys, h) = self.cell.scan(inputs, self.start.get())?;
        Ok(weighted(ys.data(), 5) + weighted(&h, 6))
    }

    /// The same by loops over each sequence's own steps.
    fn by_hand(&self, mask: &Tensor<bool>) -> Result<Tensor<f64>> {
        let &[steps, batch] = mask.shape() else { unreachable!("a mask [T, B]") };
        let (mut outputs, mut states) = (Vec::new(), Vec::new());
        for row in 0..batch {
            let (xs, dts, m) = self.inputs();
            let (m, mut h) = Cut::Row(row).of(&(m, self.start.get()));
            let mut own = vec![Tensor::zeros([1, 3]); steps];
            for (step, y) in own.iter_mut().enumerate().filter(|(step, _)| mask.at([*step, row])) {
                let (x, dt) = Cut::Row(row).of(&Cut::At(step).of(&(xs.clone(), dts.clone())));
                (*y, h) = self.cell.step(&(x, dt, m.clone()), h)?;
            }
            outputs.push(stack(&own.iter().collect::<Vec<_>>(), 0)?);
            states.push(h);
        }
        let ys = concat(&outputs.iter().collect::<Vec<_>>(), 1)?;
        let h = concat(&states.iter().collect::<Vec<_>>(), 0)?;
        Ok(weighted(&ys, 5) + weighted(&h, 6))
    }
}

/// `[T, B, K]`: all different, and all equal, where a context could be taken for a tensor over time.
const SIZES: [[usize; 3]; 2] = [[6, 5, 4], [4, 4, 4]];

/// A way to sequences from data over time, a context, and a mask `[T, B]` that may be ignored.
type Marked = fn((Tensor<f64>, Tensor<f64>), Tensor<f64>, &Tensor<bool>) -> Result<Sequence<Inputs>>;

fn agrees_with_loops(mask_of: fn(usize, usize) -> Tensor<bool>, spoils: &[f64], ways: &[Marked]) -> Result<()> {
    for [steps, batch, context] in SIZES {
        let (model, mask) = (Model::new([steps, batch, context]), mask_of(steps, batch));
        let (expected, by_hand) = value_and_grad(&model, |model| model.by_hand(&mask))?;
        let context = by_hand.get(&model.context).expect("used");
        assert!(context.as_slice().iter().any(|value| value.abs() > 1e-3));
        for way in ways {
            let loss =
                |model: &Model, spoil: f64| model.scanned(way(model.data(&mask, spoil), model.context.get(), &mask)?);
            for &spoil in spoils {
                let (found, gradients) = value_and_grad(&model, |model| loss(model, spoil))?;
                assert_close_to("loss", found.as_slice(), expected.as_slice(), 1e-12);
                let (found, expected) = (gradients.flatten::<f64>()?, by_hand.flatten::<f64>()?);
                assert_close_to("gradients", found.as_slice(), expected.as_slice(), 1e-12);
            }
            check_gradients(&model, |model| loss(model, 1.0), &mut rng(7))?;
        }
    }
    Ok(())
}

fn all_steps(steps: usize, batch: usize) -> Tensor<bool> {
    Tensor::full([steps, batch], true)
}

#[test]
fn scans_with_contexts_are_loops_over_steps() -> Result<()> {
    let ways: [Marked; 6] = [
        |(xs, dts), m, _| Ok((xs, dts, m).into()),
        |(xs, dts), m, _| Ok((&(xs, dts, m)).into()),
        |(xs, dts), m, _| Ok(Sequence::time_major((xs, dts, m))),
        |(xs, dts), m, _| Ok(Sequence::time_major((xs, dts, m)).clone()),
        |data, m, _| Ok(Sequence::time_major(data).with_context(m)),
        |(xs, dts), m, _| Ok(Sequence::batch_major((xs.transpose(0, 1), dts.transpose(0, 1))).with_context(m)),
    ];
    agrees_with_loops(all_steps, &[1.0], &ways)?;
    let model = Model::new([6, 5, 4]);
    let inputs = model.inputs();
    assert_eq!(model.cell.scan(&inputs, None)?.0.data(), model.cell.scan_steps(&inputs, None)?.0.data());
    Ok(())
}

const LENGTHS: [usize; 6] = [3, 0, 4, 1, 4, 2];

/// The lengths begin with the first of [`LENGTHS`].
fn steps_within_lengths(steps: usize, batch: usize) -> Tensor<bool> {
    let valid = (0..steps * batch).map(|at| at / batch < LENGTHS[at % batch]).collect();
    Tensor::from_vec(valid, [steps, batch]).expect("one truth for each step")
}

#[test]
fn lengths_pick_the_rows_of_contexts() -> Result<()> {
    let ways: [Marked; 4] = [
        |data, m, mask| Ok(Sequence::time_major(data).lengths(&LENGTHS[..mask.shape()[1]])?.with_context(m)),
        |data, m, mask| Sequence::time_major(data).with_context(m).lengths(&LENGTHS[..mask.shape()[1]]),
        |(xs, dts), m, mask| {
            let xs = Sequence::batch_major((xs.transpose(0, 1), dts.transpose(0, 1)));
            Ok(xs.lengths(&LENGTHS[..mask.shape()[1]])?.with_context(m))
        },
        |(xs, dts), m, mask| {
            let xs = Sequence::batch_major((xs.transpose(0, 1), dts.transpose(0, 1)));
            xs.with_context(m).lengths(&LENGTHS[..mask.shape()[1]])
        },
    ];
    agrees_with_loops(steps_within_lengths, &[0.0, f64::NAN, f64::INFINITY], &ways)
}

/// A third of the steps, and nothing of the last sequence.
fn holes(steps: usize, batch: usize) -> Tensor<bool> {
    let valid = (0..steps * batch).map(|at| at % 3 != 1 && at % batch + 1 < batch).collect();
    Tensor::from_vec(valid, [steps, batch]).expect("one truth for each step")
}

#[test]
fn masks_with_holes_pick_the_rows_of_contexts() -> Result<()> {
    let ways: [Marked; 4] = [
        |data, m, mask| Ok(Sequence::time_major(data).mask(mask.clone())?.with_context(m)),
        |data, m, mask| Sequence::time_major(data).with_context(m).mask(mask.clone()),
        |(xs, dts), m, mask| {
            let xs = Sequence::batch_major((xs.transpose(0, 1), dts.transpose(0, 1)));
            Ok(xs.mask(mask.transpose(0, 1))?.with_context(m))
        },
        |(xs, dts), m, mask| {
            let xs = Sequence::batch_major((xs.transpose(0, 1), dts.transpose(0, 1)));
            xs.with_context(m).mask(mask.transpose(0, 1))
        },
    ];
    agrees_with_loops(holes, &[0.0, f64::NAN, f64::INFINITY], &ways)
}

/// A context of ones in each step's sum: its gradient is the sum of what the steps give.
#[test]
fn the_gradient_of_a_context_is_the_sum_over_steps() -> Result<()> {
    let (x, scale) = (random(&[5, 3], 20), Param::new(random(&[3], 21)));
    let label = Tensor::from([7_usize, 8, 9]);
    let gradient = |lengths: [usize; 3]| -> Result<Tensor<f64>> {
        gradients(&scale, |scale| {
            let xs = Sequence::time_major(x.clone()).lengths(&lengths)?;
            let (ys, ()) = Labelled.scan(xs.with_context(scale.get()).with_context(label.clone()), None)?;
            Ok(ys.data().0.sum())
        })
    };
    assert_close_to("all", gradient([5, 5, 5])?.as_slice(), x.sum_axes(0).as_slice(), 1e-14);
    let own = Sequence::time_major(x.clone()).lengths(&[0, 5, 2])?.data().sum_axes(0);
    assert_close_to("own steps", gradient([0, 5, 2])?.as_slice(), own.as_slice(), 1e-14);
    Ok(())
}

#[test]
fn several_contexts_and_such_without_real_numbers() -> Result<()> {
    let x = Tensor::from([[1.0, 2.0], [3.0, f64::NAN], [5.0, f64::NAN]]);
    let (scale, label) = (Tensor::from([10.0, 100.0]), Tensor::from([7_usize, 8]));
    let xs = Sequence::time_major(x).with_context(scale.clone()).lengths(&[3, 1])?.with_context(label.clone());
    assert_eq!((&xs.data().1, &xs.data().2), (&scale, &label));
    let (ys, ()) = Labelled.scan(&xs, None)?;
    assert_eq!(ys.data().0.to_vec(), [10.0, 200.0, 30.0, 0.0, 50.0, 0.0]);
    assert_eq!(ys.data().1.to_vec(), [10.0, 100.0, 10.0, 0.0, 10.0, 0.0]);
    assert_eq!(ys.data().2.to_vec(), [7, 8, 7, 0, 7, 0]);
    Ok(())
}

#[test]
fn batch_major_data_and_back_leave_contexts_alone() -> Result<()> {
    for [steps, batch, context] in SIZES {
        let (x, m) = (random(&[batch, steps, 2], 30), random(&[batch, context], 31));
        let xs = Sequence::batch_major(x.clone()).with_context(m.clone());
        assert_eq!((xs.steps(), xs.batch()), (steps, batch));
        assert_eq!(xs.data(), &(x.transpose(0, 1), m.clone()));
        assert_eq!(xs.to_batch_major(), (x.clone(), m.clone()));
        let xs = xs.lengths(&vec![0; batch])?;
        assert_eq!(xs.to_batch_major(), (Tensor::zeros([batch, steps, 2]), m.clone()));
        assert_eq!(xs.clone().into_data().1, m);
    }
    Ok(())
}

#[test]
fn outputs_carry_no_contexts_and_get_those_of_the_next_layer() -> Result<()> {
    let (model, next) = (Model::new([6, 5, 4]), Steered::random(3, 2, 40));
    let other = random(&[5, 2], 41);
    let lengths = [6, 0, 3, 1, 2];
    let (ys, _) = model.cell.scan(model.inputs(), None)?;
    assert_eq!((ys.data().shape(), ys.last()?.shape()), (&[6, 5, 3][..], &[5, 3][..]));
    let xs = Sequence::time_major(model.data(&all_steps(6, 5), 0.0)).with_context(model.context.get());
    let (ys, _) = model.cell.scan(xs.lengths(&lengths)?, None)?;
    let pairs = ys.map(|y| Ok((y.clone(), y.abs().sum_axes(2) + 1.0)))?;
    let (zs, h) = next.scan(pairs.with_context(other), None)?;
    assert_eq!(zs.lengths_slice(), Some(&lengths[..]));
    assert_eq!((zs.data().shape(), h.shape()), (&[6, 5, 3][..], &[5, 3][..]));
    Ok(())
}

#[test]
fn empty_scans_with_contexts_have_shapes_and_gradients() -> Result<()> {
    for [steps, batch] in [[0, 5], [6, 0], [0, 0]] {
        let model = Model::new([steps, batch, 4]);
        let ways: [Marked; 3] = [
            |(xs, dts), m, _| Ok((xs, dts, m).into()),
            |data, m, mask| Ok(Sequence::time_major(data).lengths(&vec![0; mask.shape()[1]])?.with_context(m)),
            |(xs, dts), m, _| Ok(Sequence::batch_major((xs.transpose(0, 1), dts.transpose(0, 1))).with_context(m)),
        ];
        let mask = all_steps(steps, batch);
        for way in ways {
            let inputs = |model: &Model| way(model.data(&mask, 0.0), model.context.get(), &mask);
            let (ys, h) = model.cell.scan(inputs(&model)?, model.start.get())?;
            assert_eq!((ys.data().shape(), h), (&[steps, batch, 3][..], model.start.get()));
            check_gradients(&model, |model| model.scanned(inputs(model)?), &mut rng(50))?;
            let (_, found) = value_and_grad(&model, |model| model.scanned(inputs(model)?))?;
            for (name, param) in [("context", &model.context), ("xs", &model.xs), ("v", &model.cell.v)] {
                assert_eq!(found.get(param), Some(Tensor::zeros(&*param.shape())), "{name}");
            }
            assert_eq!(found.get(&model.start).map(|gradient| gradient.count()), Some(batch * 3));
        }
    }
    Ok(())
}
