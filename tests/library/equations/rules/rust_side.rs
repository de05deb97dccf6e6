//! What a cell is to the code around it: its types, its inputs and outputs, its checks and its loops.

use super::super::{dense, weighted};
use crate::support::{assert_close_to, assert_error, panic_of, random, rng};
use recurve::{
    Cell, CompiledCell, Error, Float, Module, Param, Result, Sequence, Tensor, Tensors, grad, recurrent, stack,
    value_and_grad,
};
use std::fmt::Debug;
use std::marker::PhantomData;

/// A cell that others may see.
mod inner {
    recurve::recurrent! {
        /// Two inputs, two contexts, two outputs, two states.
        #[must_use]
        pub cell Busy(input: D, hidden: H) {
            /// From the input.
            param w: [H, D] = glorot_uniform;
            param b: [H]? = zeros;
            buffer mask: [H] = ones;
            hyper rate = 0.5;
            context bias: [K];
            state h: [H] = learned(normal(0.1));
            context weights: [K];
            state n: [];

            step(x: [D], dt: []) -> (state: [H], score: []) {
                n = n + dt;
                h = h + rate * dt * mask * tanh(w @ x + b - h);
                (h, dot(bias, weights) * n)
            }
        }
    }
}
use inner::{Busy, BusyState};

recurrent! {
    /// One input, one output, no states.
    pub(super) cell Plain(input: D) {
        param a: [D] = ones;

        step(x: [D]) -> [D] {
            a * x
        }
    }
}

type Four = (Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>);

fn busy() -> Result<Busy<f64>> {
    dense(&Busy::with_dtype(2, 3, &mut rng(1)), 2)
}

/// `D` = 2, `K` = 4.
fn inputs(steps: usize, batch: usize) -> Four {
    let over_time = (random(&[steps, batch, 2], 3), random(&[steps, batch], 4));
    (over_time.0, over_time.1, random(&[batch, 4], 5), random(&[batch, 4], 6))
}

/// Whether a type is `Clone`, said by a method that hides the one of the trait.
struct Probe<T>(PhantomData<T>);

impl<T: Clone> Probe<T> {
    fn is_clone(&self) -> bool {
        true
    }
}

trait Otherwise {
    fn is_clone(&self) -> bool {
        false
    }
}

impl<T> Otherwise for Probe<T> {}

#[test]
fn rule_25_what_is_generated() -> Result<()> {
    fn implements<C, F: Float>(_: &C)
    where
        C: Module + CompiledCell<Element = F> + Debug,
        C::State: Tensors + Clone + Debug,
    {
    }
    let single: Busy = Busy::new(2, 3, &mut rng(1));
    let double = Busy::<f64>::with_dtype(2, 3, &mut rng(1));
    implements::<_, f32>(&single);
    implements::<_, f64>(&double);
    assert_eq!((single.input(), double.hidden()), (2, 3));
    let Busy { w, b, mask, rate, initial_h } = &double;
    assert_eq!((w.shape().to_vec(), mask.get(), *rate, b.is_some()), (vec![3, 2], Tensor::ones([3]), 0.5, true));
    assert_eq!(initial_h.shape().to_vec(), [3]);
    let BusyState { h, n } = double.initial_state(4)?.clone();
    assert_eq!((h.shape(), n.shape()), (&[4, 3][..], &[4][..]));
    assert!(Probe::<BusyState<f64>>(PhantomData).is_clone());
    assert!(!Probe::<Busy<f64>>(PhantomData).is_clone(), "copies of weights are not silent");
    assert!(format!("{double:?}").starts_with("Busy { w: Param<f64> [3, 2], b: Some(Param<f64> [3]), mask: Buffer"));
    assert_eq!(panic_of(|| Busy::new(0, 3, &mut rng(1))), "Busy: sizes must not be 0, found input 0 and hidden 3");
    Ok(())
}

#[test]
fn rule_26_inputs_come_as_a_tuple_in_order_with_contexts_last() -> Result<()> {
    let cell = busy()?;
    assert_eq!((Busy::<f64>::CONTEXTS, Plain::<f64>::CONTEXTS), (2, 0));
    let (xs, dts, bias, weights) = inputs(3, 2);
    let (ys, state) = cell.scan(&(xs.clone(), dts.clone(), bias.clone(), weights.clone()), None)?;
    let (hs, scores) = ys.data();
    assert_eq!((hs.shape(), scores.shape()), (&[3, 2, 3][..], &[3, 2][..]));
    let expected = (&bias * &weights).sum_axes(1) * &state.n;
    assert_close_to("scores", &scores.select_index(0, 2).to_vec(), &expected.to_vec(), 1e-12);
    let sequence = Sequence::time_major((xs, dts)).with_context(bias).with_context(weights);
    assert_eq!(cell.scan(sequence, None)?.0.data().0, *hs);
    let plain = Plain::new(2, &mut rng(1));
    let (ys, PlainState { .. }) = plain.scan(Tensor::ones([3, 1, 2]), None)?;
    assert_eq!(ys.data().to_vec(), [1.0; 6]);
    Ok(())
}

#[test]
fn rule_27_shapes_are_checked_at_each_call() -> Result<()> {
    let mut cell = busy()?;
    let input = inputs(3, 2);
    cell.b = Some(Param::new(Tensor::zeros([2])));
    assert_error(cell.scan(&input, None), "Busy: `b` should have shape [3], found [2]");
    cell.b = None;
    cell.w = Param::new(Tensor::zeros([3]));
    assert_error(cell.scan(&input, None), "Busy: `w` should have shape [H, D], found [3]");
    cell.w = Param::new(Tensor::zeros([3, 2]));
    assert!(cell.scan(&input, None).is_ok());
    let (xs, dts, bias, _) = input;
    let found = cell.scan(&(xs, dts, bias, Tensor::zeros([2, 5])), None);
    assert_error(found, "Busy::scan: `weights` should have shape [2, 4], found [2, 5]");
    Ok(())
}

#[test]
fn rule_28_no_steps_and_no_sequences() -> Result<()> {
    let cell = busy()?;
    let (ys, state) = cell.scan(inputs(0, 2), None)?;
    assert_eq!((ys.data().0.shape(), ys.data().1.shape()), (&[0, 2, 3][..], &[0, 2][..]));
    assert_eq!(state.h, cell.initial_state(2)?.h);
    let gradients = grad(&cell, |cell| Ok::<_, Error>(cell.scan(inputs(0, 2), None)?.1.h.sum()))?;
    assert_eq!(gradients.get(&cell.initial_h).map(|gradient| gradient.to_vec()), Some(vec![2.0; 3]));
    let loss = |cell: &Busy<f64>| {
        let (ys, state) = cell.scan(inputs(3, 0), None)?;
        Ok::<_, Error>(ys.data().0.sum() + ys.data().1.sum() + state.h.sum())
    };
    let (loss, gradients) = value_and_grad(&cell, loss)?;
    assert_eq!(loss.item(), 0.0);
    assert_eq!(gradients.get(&cell.w).map(|gradient| gradient.to_vec()), Some(vec![0.0; 6]));
    assert_eq!(gradients.get(&cell.initial_h).map(|gradient| gradient.to_vec()), Some(vec![0.0; 3]));
    Ok(())
}

/// The loss and all gradients of one way to go through the time.
fn all(run: impl Fn(&Busy<f64>, &Four) -> Result<(Tensor<f64>, Tensor<f64>, BusyState<f64>)>) -> Result<Vec<f64>> {
    let (a, b, c, d) = inputs(4, 3);
    let model = (busy()?, (Param::new(a), Param::new(b), Param::new(c), Param::new(d)));
    let (loss, gradients) = value_and_grad(&model, |(cell, (a, b, c, d))| {
        let (hs, scores, state) = run(cell, &(a.get(), b.get(), c.get(), d.get()))?;
        Ok::<_, Error>(weighted(&hs, 7) + weighted(&scores, 8) + weighted(&state.h, 9) + weighted(&state.n, 10))
    })?;
    Ok([vec![loss.item()], gradients.flatten::<f64>()?.to_vec()].concat())
}

#[test]
fn rule_29_step_and_scan_agree() -> Result<()> {
    let by_steps = all(|cell, (xs, dts, bias, weights)| {
        let (mut state, mut outputs) = (cell.initial_state(3)?, Vec::new());
        for step in 0..4 {
            let (x, dt) = (xs.select_index(0, step), dts.select_index(0, step));
            let (output, next) = cell.step(&(x, dt, bias.clone(), weights.clone()), state)?;
            outputs.push(output);
            state = next;
        }
        let (hs, scores): (Vec<_>, Vec<_>) = outputs.iter().map(|(h, score)| (h, score)).unzip();
        Ok((stack(&hs, 0)?, stack(&scores, 0)?, state))
    })?;
    let by_loop = all(|cell, input| {
        let (ys, state) = cell.scan_steps(input, None)?;
        Ok((ys.data().0.clone(), ys.data().1.clone(), state))
    })?;
    let by_scan = all(|cell, input| {
        let (ys, state) = cell.scan(input, None)?;
        Ok((ys.data().0.clone(), ys.data().1.clone(), state))
    })?;
    assert_close_to("scan_steps", &by_loop, &by_steps, 1e-12);
    assert_close_to("scan", &by_scan, &by_steps, 1e-12);
    Ok(())
}
