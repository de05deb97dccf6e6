//! Inputs that stay the same at all steps, and sizes that only they know.

use super::{assert_gradients, dense, weighted};
use crate::support::{assert_error, random, rng};
use recurve::{Cell, CompiledCell, Param, Result, Sequence, Tensor, recurrent};

recurrent! {
    /// Attends to a context of any size, and listens to a second one.
    pub(super) cell Guided(input: D, hidden: H) {
        param w: [H, D] = glorot_uniform;
        param u: [H, H] = orthogonal;
        state h: [H];
        /// What is looked at.
        context memory: [K];
        context more: [K + H];
        context speed: [];

        step(x: [D], dt: []) -> ([H], strength: []) {
            let strength = sum(more[..K] * softmax(memory)) + K / 10;
            let target = tanh(w @ x + u @ h + more[K..]);
            h = h + speed * dt * (target - strength * h);
            (h, strength)
        }
    }
}

type Input = (Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>, Tensor<f64>);

/// `D` = 2, `H` = 3, `K` = 4.
fn input(steps: usize, batch: usize) -> Input {
    let over_time = (random(&[steps, batch, 2], 1), random(&[steps, batch], 2));
    (over_time.0, over_time.1, random(&[batch, 4], 3), random(&[batch, 7], 4), random(&[batch], 5))
}

fn guided() -> Result<Guided<f64>> {
    dense(&Guided::with_dtype(2, 3, &mut rng(1)), 6)
}

/// The equations, written for one example at a time.
fn by_hand(cell: &Guided<f64>, (xs, dts, memory, more, speed): &Input, row: usize) -> (Vec<f64>, f64) {
    let (w, u) = (cell.w.get(), cell.u.get());
    let row_of = |tensor: &Tensor<f64>| tensor.select_index(0, row);
    let more = row_of(more);
    let strength = (more.slice(0, 0..4) * row_of(memory).softmax(0)).sum() + 0.4;
    let mut h = Tensor::<f64>::zeros([3]);
    for step in 0..xs.shape()[0] {
        let x = xs.select_index(0, step).select_index(0, row).unsqueeze(1);
        let driven = w.matmul(&x).squeeze(1) + u.matmul(&h.unsqueeze(1)).squeeze(1) + more.slice(0, 4..7);
        let rate = speed.at([row]) * dts.at([step, row]);
        h = &h + (driven.tanh() - &h * &strength) * rate;
    }
    (h.to_vec(), strength.item())
}

#[test]
fn a_context_stays_the_same_at_all_steps() -> Result<()> {
    let (cell, input) = (guided()?, input(3, 2));
    let ((hs, strengths), state) = {
        let (outputs, state) = cell.scan(&input, None)?;
        (outputs.data().clone(), state)
    };
    assert_eq!((hs.shape(), strengths.shape()), (&[3, 2, 3][..], &[3, 2][..]));
    for row in 0..2 {
        let (h, strength) = by_hand(&cell, &input, row);
        crate::support::assert_close_to("h", &state.h.select_index(0, row).to_vec(), &h, 1e-12);
        crate::support::assert_close_to("strength", &[strengths.at([2, row])], &[strength], 1e-12);
    }
    Ok(())
}

#[test]
fn gradients_reach_contexts() -> Result<()> {
    let (a, b, c, d, e) = input(2, 3);
    let model = (guided()?, (Param::new(a), Param::new(b), Param::new(c), Param::new(d), Param::new(e)));
    assert_gradients(&model, |(cell, (a, b, c, d, e))| {
        let (outputs, _) = cell.scan(&(a.get(), b.get(), c.get(), d.get(), e.get()), None)?;
        let (hs, strengths) = outputs.data();
        Ok(weighted(hs, 7) + weighted(strengths, 8))
    })
}

#[test]
fn sequences_carry_contexts() -> Result<()> {
    let (cell, (xs, dts, memory, more, speed)) = (guided()?, input(3, 2));
    let sequence = Sequence::time_major((xs.clone(), dts.clone())).lengths(&[3, 1])?;
    let sequence = sequence.with_context(memory.clone()).with_context(more.clone()).with_context(speed.clone());
    let (_, state) = cell.scan(sequence, None)?;
    let (_, short) = cell.scan(&(xs.slice(0, 0..1), dts.slice(0, 0..1), memory, more, speed), None)?;
    assert_eq!(state.h.select_index(0, 1), short.h.select_index(0, 1));
    Ok(())
}

#[test]
fn no_steps_and_no_examples() -> Result<()> {
    let cell = guided()?;
    for (steps, batch) in [(0, 2), (3, 0), (0, 0)] {
        let (outputs, state) = cell.scan(input(steps, batch), None)?;
        let (hs, strengths) = outputs.data();
        assert_eq!((hs.shape(), strengths.shape()), (&[steps, batch, 3][..], &[steps, batch][..]));
        assert_eq!(state.h, Tensor::zeros([batch, 3]));
    }
    Ok(())
}

#[test]
fn sizes_of_contexts_must_agree() -> Result<()> {
    let cell = guided()?;
    let state = || cell.initial_state(2);
    let step = |memory: &[usize], more: &[usize], speed: &[usize]| {
        let zeros = |shape: &[usize]| Tensor::<f64>::zeros(shape);
        cell.step(&(zeros(&[2, 2]), zeros(&[2]), zeros(memory), zeros(more), zeros(speed)), state()?)
    };
    assert!(step(&[2, 4], &[2, 7], &[2]).is_ok());
    assert_error(step(&[2, 5], &[2, 7], &[2]), "Guided: `more` should have shape [2, 8], found [2, 7]");
    assert_error(step(&[2, 4], &[1, 7], &[2]), "Guided: `more` should have shape [2, 7], found [1, 7]");
    assert_error(step(&[4], &[2, 7], &[2]), "Guided: `memory` should have shape [2, K], found [4]");
    assert_error(step(&[2, 4], &[2, 7], &[2, 1]), "Guided: `speed` should have shape [2], found [2, 1]");
    Ok(())
}

#[test]
fn inputs_are_made_by_name_and_shape() -> Result<()> {
    let (mut asked, mut made) = (Vec::new(), Vec::new());
    let input = guided()?.input_from(
        &mut |name| {
            asked.push(name.to_owned());
            4
        },
        &mut |input| {
            made.push((input.name.to_owned(), input.context, input.sizes.to_vec()));
            Tensor::zeros([1].iter().chain(input.sizes).copied().collect::<Vec<_>>())
        },
    );
    assert_eq!(asked, ["K"]);
    let expected: [(&str, bool, &[usize]); 5] =
        [("x", false, &[2]), ("dt", false, &[]), ("memory", true, &[4]), ("more", true, &[7]), ("speed", true, &[])];
    let expected = expected.map(|(name, context, sizes)| (name.to_owned(), context, sizes.to_vec()));
    assert_eq!(made, expected);
    assert_eq!(input.3.shape(), [1, 7]);
    Ok(())
}
