//! What is wrong, where, and what to write instead.

use super::samples::{Clocked, Sample};
use crate::support::{assert_error, rng};
use recurve::{Cell, Gru, GruState, Module, Param, Result, Sequence, Tensor};

/// `D` = 5, `H` = 4.
fn gru() -> Gru {
    Gru::new(5, 4, &mut rng(1))
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::zeros(shape)
}

#[test]
fn inputs_and_states_of_steps() {
    let state = |shape: &[usize]| GruState { h: zeros(shape) };
    let step = |x: &[usize], h: &[usize]| gru().step(&zeros(x), state(h));
    assert_error(step(&[3, 6], &[3, 4]), "Gru: `x` should have shape [B, 5], found [3, 6]");
    assert_error(step(&[2, 3, 5], &[3, 4]), "Gru: `x` should have shape [B, 5], found [2, 3, 5]");
    assert_error(step(&[3, 5], &[2, 4]), "Gru: `state.h` should have shape [3, 4], found [2, 4]");
    assert_error(step(&[3, 5], &[3, 5]), "Gru: `state.h` should have shape [3, 4], found [3, 5]");
    assert_error(
        step(&[5], &[1, 4]),
        "Gru: `x` should have shape [B, 5], found [5]; give a single example [5] its batch axis with `unsqueeze(0)`, \
         a single sequence [T, 5] with `unsqueeze(1)`",
    );
}

#[test]
fn inputs_and_states_of_scans() -> Result<()> {
    let state = |shape: &[usize]| GruState { h: zeros(shape) };
    assert_error(gru().scan(zeros(&[7, 3, 6]), None), "Gru::scan: `x` should have shape [T, B, 5], found [7, 3, 6]");
    assert_error(gru().scan(zeros(&[0, 3, 6]), None), "Gru::scan: `x` should have shape [T, B, 5], found [0, 3, 6]");
    assert_error(gru().scan(zeros(&[5]), None), "Sequence: `data` should have shape [T, B, ..], found [5]");
    assert_error(
        gru().scan(zeros(&[7, 5]), None),
        "Gru::scan: `x` should have shape [T, B, 5], found [7, 5]; give a single sequence [T, 5] its batch axis with \
         `unsqueeze(1)`",
    );
    let message = "Gru::scan: `state.h` should have shape [3, ..], found [2, 4]";
    assert_error(gru().scan(zeros(&[7, 3, 5]), state(&[2, 4])), message);
    assert_error(gru().scan(zeros(&[0, 3, 5]), state(&[2, 4])), message);
    let xs = Sequence::time_major(zeros(&[7, 3, 5])).lengths(&[7, 0, 3])?;
    assert_error(gru().scan(xs, state(&[2, 4])), message);
    Ok(())
}

#[test]
fn parameters_of_the_wrong_shape() {
    let run = |change: fn(&mut Gru)| {
        let mut gru = gru();
        change(&mut gru);
        gru.scan(zeros(&[2, 3, 5]), None)
    };
    let param = |shape: &[usize]| Param::new(zeros(shape));
    assert_error(run(|gru| gru.u_z = Param::new(zeros(&[4, 5]))), "Gru: `u_z` should have shape [4, 4], found [4, 5]");
    assert_error(run(|gru| gru.w_n = Param::new(zeros(&[5, 4]))), "Gru: `w_n` should have shape [4, 5], found [5, 4]");
    assert_error(run(|gru| gru.w_r = Param::new(zeros(&[4]))), "Gru: `w_r` should have shape [H, D], found [4]");
    let mut biased = gru();
    biased.c_n = Some(param(&[1]));
    assert_error(biased.scan(zeros(&[2, 3, 5]), None), "Gru: `c_n` should have shape [4], found [1]");
}

#[test]
fn data_that_is_no_sequence() {
    let bad = Sequence::batch_major(zeros(&[7]));
    assert_error(bad.lengths(&[7]), "Sequence: `data` should have shape [B, T, ..], found [7]");
    let pair = (Tensor::zeros([5, 3, 2]), Tensor::zeros([4, 3]));
    let message = "Sequence: `data.1` should have shape [T, B, ..] with the sizes [5, 3, ..] of the tensor before it, \
                   found [4, 3]";
    assert_error(Sequence::time_major(pair.clone()).checked(), message);
    assert_error(Clocked::sample(1, 1, 1).0.scan(pair, None), message);
    assert_error(Sequence::time_major(()).checked(), "Sequence: expected at least one tensor, found none");
    assert_error(Sequence::time_major(zeros(&[7])).last(), "Sequence: `data` should have shape [T, B, ..], found [7]");
}

#[test]
fn lengths_and_masks_that_do_not_fit() -> Result<()> {
    let xs = || Sequence::time_major(zeros(&[5, 3, 2]));
    let mask = |shape: &[usize]| Tensor::full(shape, true);
    assert_error(xs().lengths(&[5, 2]), "Sequence::lengths: expected one length for each of 3 sequences, found 2");
    assert_error(
        xs().lengths(&[5, 9, 2]),
        "Sequence::lengths: length 9 of sequence 1 is above the 5 steps of the data",
    );
    assert_error(
        xs().mask(mask(&[3, 5])),
        "Sequence::mask: `mask` should have shape [5, 3] beside time-major data, found [3, 5]",
    );
    assert_error(
        Sequence::batch_major(zeros(&[3, 5, 2])).mask(mask(&[5, 3])),
        "Sequence::mask: `mask` should have shape [3, 5] beside batch-major data, found [5, 3]",
    );
    assert_error(
        xs().lengths(&[5, 2, 1])?.mask(mask(&[5, 3])),
        "Sequence::mask: the sequences have lengths already; say which steps are valid once, by one mask",
    );
    assert_error(
        xs().mask(mask(&[5, 3]))?.lengths(&[5, 2, 1]),
        "Sequence::lengths: the sequences have a mask already; say which steps are valid once, by one mask",
    );
    Ok(())
}

#[test]
fn layers_and_scores_that_do_not_fit() {
    let xs = Sequence::time_major(zeros(&[5, 3, 2]));
    assert_error(
        xs.map(|x| Ok((x.clone(), x.sum_axes(0)))),
        "Sequence::map: `result.1` should have shape [5, 3, ..], found [3, 2]",
    );
    assert_error(
        xs.attention(&zeros(&[5, 3, 1])),
        "Sequence::attention: `scores` should have shape [5, 3], found [5, 3, 1]; drop the last axis with `squeeze(-1)`",
    );
}

#[test]
#[should_panic(expected = "Sequence: `data` should have shape [T, B, ..], found [5]")]
fn sizes_of_data_that_is_no_sequence() {
    let _ = Sequence::time_major(zeros(&[5])).steps();
}

#[test]
#[should_panic(expected = "Gru: sizes must not be 0, found input 5 and hidden 0")]
fn sizes_of_zero() {
    let _ = Gru::new(5, 0, &mut rng(1));
}

/// A cell that is wrong on purpose.
#[derive(Module)]
struct Wrong {
    #[module(skip)]
    fault: Fault,
}

#[derive(Clone, Copy)]
enum Fault {
    OutputWithoutBatch,
    StateWithoutBatch,
    OutputChanges,
    StateGrows,
}

impl Cell for Wrong {
    type Input = Tensor;
    type Output = Tensor;
    type State = Vec<Tensor>;

    fn initial_state(&self, batch: usize) -> Result<Vec<Tensor>> {
        Ok(vec![Tensor::zeros([batch, 1])])
    }

    fn step(&self, x: &Tensor, mut state: Vec<Tensor>) -> Result<(Tensor, Vec<Tensor>)> {
        let output = match self.fault {
            Fault::OutputWithoutBatch => x.sum(),
            Fault::OutputChanges => Tensor::zeros([x.shape()[0], state.len()]),
            Fault::StateWithoutBatch | Fault::StateGrows => x.clone(),
        };
        match self.fault {
            Fault::StateWithoutBatch => state[0] = Tensor::zeros([1]),
            Fault::StateGrows | Fault::OutputChanges => state.push(x.clone()),
            Fault::OutputWithoutBatch => {}
        }
        Ok((output, state))
    }
}

#[test]
fn cells_that_break_the_rules() -> Result<()> {
    let xs = Sequence::time_major(zeros(&[4, 3, 2]));
    let run = |fault| Wrong { fault }.scan(&xs, None);
    assert_error(run(Fault::OutputWithoutBatch), "Wrong::scan: `output` should have shape [3, ..], found []");
    assert_error(run(Fault::StateWithoutBatch), "Wrong::scan: `state.0` should have shape [3, ..], found [1]");
    assert_error(
        run(Fault::OutputChanges),
        "Wrong::scan: the output has rows of shape [1] at one step, [2] at another",
    );
    let lengths = xs.clone().lengths(&[4, 2, 2])?;
    assert_error(
        Wrong { fault: Fault::StateGrows }.scan(lengths, None),
        "Wrong::scan: the state has 3 tensors at one step and 5 at another",
    );
    // Without lengths a state may grow.
    assert_eq!(Wrong { fault: Fault::StateGrows }.scan(xs, None)?.1.len(), 5);
    Ok(())
}
