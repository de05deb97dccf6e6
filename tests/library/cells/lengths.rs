//! Lengths and masks: as if every sequence ran alone, over its own steps only.

use super::samples::{Clocked, Cut, Lstm, Sample, gradients, weighted};
use crate::support::{assert_close_to, rng};
use recurve::{Cell, Gru, Result, Sequence, Tensor, check_gradients, value_and_grad};

const STEPS: usize = 5;
const BATCH: usize = 4;

#[test]
fn lengths_are_sequences_alone() -> Result<()> {
    for lengths in [[5, 3, 0, 1], [2, 2, 2, 2], [0, 0, 0, 0], [5, 5, 5, 5], [0, 4, 3, 4]] {
        let valid = |step: usize, row: usize| step < lengths[row];
        let marked = |xs: Sequence<Tensor<f64>>| xs.lengths(&lengths);
        agrees_with_sequences_alone::<Gru<f64>>(marked, valid)?;
        agrees_with_sequences_alone::<Lstm>(marked, valid)?;
        agrees_with_sequences_alone::<Clocked>(|xs: Sequence<_>| xs.lengths(&lengths), valid)?;
    }
    Ok(())
}

#[test]
fn masks_with_holes_are_sequences_alone() -> Result<()> {
    let masks = ["1011 0001 1101 0101 1001", "0000 1111 0000 0000 0110", "1111 1111 0111 1111 1111"];
    for mask in masks.map(read_mask) {
        let valid = |step: usize, row: usize| mask.at([step, row]);
        let marked = |xs: Sequence<Tensor<f64>>| xs.mask(mask.clone());
        agrees_with_sequences_alone::<Gru<f64>>(marked, valid)?;
        agrees_with_sequences_alone::<Lstm>(marked, valid)?;
        agrees_with_sequences_alone::<Clocked>(|xs: Sequence<_>| xs.mask(mask.clone()), valid)?;
    }
    Ok(())
}

/// One digit for each sequence, one word for each step.
pub(super) fn read_mask(text: &str) -> Tensor<bool> {
    let valid = text.chars().filter(|letter| *letter != ' ').map(|letter| letter == '1').collect();
    Tensor::from_vec(valid, [STEPS, BATCH]).expect("one digit for each step of each sequence")
}

/// Outputs, last states and all gradients, with nothing, not-a-number and infinity in the padding.
fn agrees_with_sequences_alone<C: Sample>(
    marked: impl Fn(Sequence<C::Input>) -> Result<Sequence<C::Input>>,
    valid: impl Fn(usize, usize) -> bool,
) -> Result<()> {
    let model = C::sample(STEPS, BATCH, 40);
    let own_steps = |row| (0..STEPS).filter(|&step| valid(step, row)).collect::<Vec<_>>();
    let mask = Tensor::from_vec((0..STEPS * BATCH).map(|at| valid(at / BATCH, at % BATCH)).collect(), [STEPS, BATCH])?;
    let together = |(cell, leaves): &(C, C::Leaves), spoil: f64| -> Result<Tensor<f64>> {
        let xs = Cut::Spoil { mask: &mask, value: spoil }.of(&C::inputs(leaves));
        let (ys, state) = cell.scan(marked(Sequence::time_major(xs))?, C::state(leaves))?;
        let cleaned = Cut::Spoil { mask: &mask, value: 0.0 }.of(ys.data());
        assert_eq!(weighted(ys.data(), 1), weighted(&cleaned, 1), "zeros where there is no step");
        let of_row = |row| {
            let own = Cut::Sequence { steps: &own_steps(row), row }.of(ys.data());
            weighted(&own, row as u64) + weighted(&Cut::Row(row).of(&state), 50 + row as u64)
        };
        Ok((0..BATCH).map(of_row).fold(Tensor::scalar(0.0), |sum, part| sum + part))
    };
    let alone = |(cell, leaves): &(C, C::Leaves)| -> Result<Tensor<f64>> {
        let mut loss = Tensor::scalar(0.0);
        for row in 0..BATCH {
            let xs = Cut::Sequence { steps: &own_steps(row), row }.of(&C::inputs(leaves));
            let (ys, state) = cell.scan(xs, Cut::Row(row).of(&C::state(leaves)))?;
            loss = loss + weighted(ys.data(), row as u64) + weighted(&state, 50 + row as u64);
        }
        Ok(loss)
    };
    let (expected, expected_gradients) = value_and_grad(&model, alone)?;
    for spoil in [0.0, 1.0, f64::NAN, f64::INFINITY] {
        let (loss, found) = value_and_grad(&model, |model| together(model, spoil))?;
        assert_close_to("loss", loss.as_slice(), expected.as_slice(), 1e-12);
        let (found, expected) = (found.flatten::<f64>()?, expected_gradients.flatten::<f64>()?);
        assert_close_to("gradients", found.as_slice(), expected.as_slice(), 1e-12);
    }
    check_gradients(&model, |model| together(model, 1.0), &mut rng(41))?;
    Ok(())
}

#[test]
fn without_a_step_the_gradient_goes_to_the_initial_state_only() -> Result<()> {
    let model = Gru::<f64>::sample(3, 2, 42);
    let (_, found) = value_and_grad(&model, |(gru, leaves)| -> Result<_> {
        let xs = Sequence::time_major(Gru::inputs(leaves)).lengths(&[0, 0])?;
        let (ys, state) = gru.scan(xs, Gru::state(leaves))?;
        assert_eq!(state.h, leaves.1.get());
        Ok((state.h * 2.0).sum() + ys.data().sum())
    })?;
    let (gru, (xs, h)) = &model;
    assert_eq!(found.get(h), Some(Tensor::full([2, 3], 2.0)));
    assert_eq!(found.get(xs), Some(Tensor::zeros([3, 2, 2])));
    assert_eq!(found.get(&gru.u_n), Some(Tensor::zeros([3, 3])));
    Ok(())
}

#[test]
fn padding_of_the_sequence_reads_as_zeros() -> Result<()> {
    let xs = Tensor::from([[1.0, f64::NAN], [f64::INFINITY, f64::NAN]]);
    let sequence = Sequence::time_major(xs).lengths(&[1, 0])?;
    assert_eq!(sequence.data().to_vec(), [1.0, 0.0, 0.0, 0.0]);
    let tokens = Sequence::time_major(Tensor::from([[3_usize, 999], [999, 999]])).lengths(&[1, 0])?;
    assert_eq!(tokens.into_data().to_vec(), [3, 0, 0, 0]);
    Ok(())
}

#[test]
fn all_steps_valid_is_no_mask() -> Result<()> {
    let model = Lstm::sample(STEPS, BATCH, 43);
    type Mark = fn(Sequence<Tensor<f64>>) -> Result<Sequence<Tensor<f64>>>;
    let run = |mark: Mark| {
        gradients(&model, |(cell, leaves)| {
            let (ys, state) = cell.scan(mark(Sequence::time_major(Lstm::inputs(leaves)))?, None)?;
            Ok(weighted(ys.data(), 2) + weighted(&state, 3))
        })
    };
    let plain = run(Ok)?;
    assert_eq!(run(|xs| xs.lengths(&[STEPS; BATCH]))?, plain);
    assert_eq!(run(|xs| xs.mask(Tensor::full([STEPS, BATCH], true)))?, plain);
    Ok(())
}
