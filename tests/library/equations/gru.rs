//! The gated recurrent unit, compared with the one that is written by hand.

use super::by_hand;
use crate::support::{assert_close_to, random, rng};
use recurve::{Cell, Gru, GruState, Module, Param, Result, Tensor, value_and_grad};

#[test]
fn it_starts_as_the_one_by_hand() -> Result<()> {
    let made = Gru::<f64>::with_dtype(3, 4, &mut rng(1));
    let by_hand = by_hand::Gru::<f64>::with_dtype(3, 4, &mut rng(1));
    assert_eq!(made.flatten::<f64>()?.0, by_hand.flatten::<f64>()?.0);
    Ok(())
}

/// A cell by hand and one from the equations with the same random parameters.
fn both(seed: u64) -> Result<(by_hand::Gru<f64>, Gru<f64>)> {
    let by_hand = by_hand::Gru::with_dtype(3, 4, &mut rng(seed));
    let made = Gru::with_dtype(3, 4, &mut rng(seed));
    let (flat, restructure) = by_hand.flatten::<f64>()?;
    let flat = random(flat.shape(), seed) * 0.7;
    Ok((restructure.restructure(&flat)?, made.flatten::<f64>()?.1.restructure(&flat)?))
}

/// Values and gradients of a scan: outputs, last state, and gradients to parameters, inputs and initial state.
fn scanned<C, S>(cell: &C, state: impl Fn(Tensor<f64>) -> C::State, last: S, sizes: [usize; 2]) -> Result<Vec<f64>>
where
    C: Cell<Input = Tensor<f64>, Output = Tensor<f64>>,
    S: Fn(C::State) -> Tensor<f64>,
{
    let [steps, batch] = sizes;
    let leaves = (Param::new(random(&[steps, batch, 3], 5)), Param::new(random(&[batch, 4], 6)));
    let model = (cell.share(), leaves);
    let mut values = Vec::new();
    let (loss, gradients) = value_and_grad(&model, |(cell, (xs, h))| {
        let (ys, end) = cell.scan(xs.get(), state(h.get()))?;
        let end = last(end);
        values.extend(ys.data().to_vec());
        values.extend(end.to_vec());
        Ok::<_, recurve::Error>((ys.data() * random(ys.data().shape(), 7)).sum() + (end * random(&[batch, 4], 8)).sum())
    })?;
    values.push(loss.item());
    values.extend(gradients.flatten::<f64>()?.to_vec());
    Ok(values)
}

#[test]
fn it_computes_what_the_one_by_hand_computes() -> Result<()> {
    let (by_hand, made) = both(2)?;
    for sizes in [[5, 2], [1, 1], [3, 0], [0, 2]] {
        let expected = scanned(&by_hand, |h| by_hand::GruState { h }, |state| state.h, sizes)?;
        let found = scanned(&made, |h| GruState { h }, |state| state.h, sizes)?;
        assert_close_to("gru", &found, &expected, 1e-12);
    }
    Ok(())
}
