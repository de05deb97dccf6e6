//! The checks that users run on their own cells: right cells pass, and each planted mistake is named.

mod elman;
mod expected;

use crate::support::{assert_error, random, rng};
use elman::{Elman, Mistake};
use recurve::rand::RngExt;
use recurve::rand::rngs::StdRng;
use recurve::testing::{CellCheck, check_cell_with};
use recurve::{Cell, Gru, Module, Param, Result, Tensor};

fn draw(steps: usize, batch: usize, rng: &mut StdRng) -> Tensor<f64> {
    Tensor::normal([steps, batch, 2], 0.0, 1.0, rng)
}

fn names(check: &CellCheck) -> Vec<&str> {
    check.tensors.iter().map(|tensor| tensor.name.as_str()).collect()
}

#[test]
fn right_cells_pass() -> Result<()> {
    let check = check_cell_with(&Elman::new(Mistake::None), draw)?;
    assert_eq!((&*check.cell, names(&check)), ("Elman", vec!["w", "u", "b", "start", "inputs", "state.h"]));
    assert!(check.tensors.iter().all(|tensor| tensor.error < 1e-8), "{check}");
    let text = check.to_string();
    assert!(text.starts_with("Elman: right for T of [0, 1, 2, 5] and B of [0, 1, 3], and with lengths [5, 2, 0]\n"));
    assert_eq!(text.lines().count(), 7);
    check_cell_with(&Gru::<f64>::with_dtype(2, 3, &mut rng(1)), draw)?;
    Ok(())
}

#[test]
fn frozen_and_tied_parameters_are_taken_as_they_are() -> Result<()> {
    let mut cell = Elman::new(Mistake::None);
    cell.freeze("w")?;
    assert_eq!(names(&check_cell_with(&cell, draw)?), ["u", "b", "start", "inputs", "state.h"]);
    let mut cell = Elman::new(Mistake::None);
    cell.start = cell.b.share();
    assert_eq!(names(&check_cell_with(&cell, draw)?), ["w", "u", "b", "inputs", "state.h"]);
    Ok(())
}

/// Inputs of several types, outputs that are tuples, a state without a name, and a corner.
#[derive(Module)]
struct Tokens {
    table: Param<f64>,
}

impl Cell for Tokens {
    type Input = (Tensor<usize>, Tensor<f64>);
    type Output = (Tensor<f64>, Tensor<bool>);
    type State = Tensor<f64>;

    fn initial_state(&self, batch: usize) -> Result<Tensor<f64>> {
        Ok(Tensor::zeros([batch, 3]))
    }

    fn step(&self, (token, dt): &Self::Input, state: Tensor<f64>) -> Result<(Self::Output, Tensor<f64>)> {
        let row = self.table.get().index_select(0, token)?;
        let state = (state * 0.5 + row * dt.unsqueeze(1)).relu();
        Ok(((state.sum_axes(1), token.equal(&Tensor::scalar(2))), state))
    }
}

#[test]
fn labels_masks_and_corners_are_no_obstacle() -> Result<()> {
    let draw = |steps: usize, batch: usize, rng: &mut StdRng| {
        let tokens = (0..steps * batch).map(|_| rng.random_range(0..4_usize)).collect();
        (Tensor::from_vec(tokens, [steps, batch]).unwrap(), Tensor::normal([steps, batch], 0.0, 1.0, rng))
    };
    let check = check_cell_with(&Tokens { table: Param::new(random(&[4, 3], 1)) }, draw)?;
    assert_eq!(names(&check), ["table", "inputs.1", "state"]);
    Ok(())
}

/// Nothing that could have a gradient, and no state.
#[derive(Module)]
struct Parity;

impl Cell for Parity {
    type Input = Tensor<usize>;
    type Output = Tensor<bool>;
    type State = ();

    fn initial_state(&self, _: usize) -> Result<()> {
        Ok(())
    }

    fn step(&self, token: &Tensor<usize>, (): ()) -> Result<(Tensor<bool>, ())> {
        let odd: Vec<bool> = token.as_slice().iter().map(|token| token % 2 == 1).collect();
        Ok((Tensor::from(odd), ()))
    }
}

#[test]
fn cells_without_states_and_parameters_are_checked_by_their_values() -> Result<()> {
    let check = check_cell_with(&Parity, |steps, batch, _| {
        Tensor::from_vec((0..steps * batch).map(|at| at / batch).collect(), [steps, batch]).unwrap()
    })?;
    assert!(names(&check).is_empty());
    Ok(())
}

#[track_caller]
fn assert_refused(mistake: Mistake, place: &str, parts: &[&str]) {
    let error = check_cell_with(&Elman::new(mistake), draw).expect_err("a planted mistake").to_string();
    let place = format!("check_cell_with: Elman at {place}: ");
    assert!(error.starts_with(&place), "{error}");
    for part in parts {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn scans_that_are_not_the_loop_are_refused() {
    let both = [" from `scan`, but ", " from the loop over `step`"];
    assert_refused(Mistake::OutputOfStepBefore, "T = 2, B = 1, step 0", &["`output` at [0, 0] is ", both[0], both[1]]);
    assert_refused(Mistake::StateOfTheStart, "T = 1, B = 1, the last state", &["`state.h` at [0, 0] is ", both[0]]);
    assert_refused(Mistake::StateIgnored, "T = 0, B = 1, the last state", &["`state.h` at [0, 0] is 0.1 from `scan`"]);
    assert_refused(Mistake::AlmostRight, "T = 1, B = 1, step 0", &["`output` at [0, 0] is ", both[0], both[1]]);
    assert_refused(
        Mistake::StepsScaled,
        "T = 1, B = 1, step 0",
        &["`output` at [0, 0] is ", " from `scan_steps`, but "],
    );
}

#[test]
fn scans_without_steps_or_sequences_that_lose_shapes_or_gradients_are_refused() {
    let shape = "`output` should have shape [0, 0, 3], found [0, 0, 1]";
    assert_refused(Mistake::EmptyWithoutShape, "T = 0, B = 0", &[shape]);
    assert_refused(Mistake::EmptyWithGradient, "T = 0, B = 1", &["the gradient of `w` should be zero, found "]);
    assert_refused(Mistake::EmptyWithoutGradient, "T = 1, B = 0", &["`w` has no gradient, but one at T = 5, B = 3"]);
}

#[test]
fn wrong_gradients_are_refused() {
    let along = " along a random direction is ";
    assert_refused(
        Mistake::StateDetached,
        "T = 1, B = 1",
        &["the gradient of `state.h`", " is missing, but differences"],
    );
    assert_refused(
        Mistake::InputDetached,
        "T = 1, B = 1",
        &["the gradient of `inputs`", " is missing, but differences"],
    );
    assert_refused(Mistake::OutputDetached, "T = 1, B = 1", &["the gradient of `w`", along, "differences give"]);
}

#[test]
fn sequences_that_see_each_other_or_their_padding_are_refused() {
    let place = |row: usize| format!("T = 5, B = 3, lengths [5, 2, 0], sequence {row}");
    let parts = ["`output` at [0, 0, 0] is ", " from `scan` with lengths, but ", " from the sequence alone"];
    assert_refused(Mistake::BatchMixed, &place(0), &parts);
    assert_refused(Mistake::PaddingFilled, &place(1), &["`output` should be zero behind the end of the sequence"]);
    assert_refused(Mistake::LengthsIgnored, &place(1), &["`state.h` at [0, 0] is", parts[1], parts[2]]);
}

#[test]
fn data_that_would_prove_nothing_is_refused() {
    let cell = Elman::new(Mistake::None);
    assert_error(
        check_cell_with(&cell, |steps, batch, _| Tensor::ones([steps, batch, 2])),
        "check_cell_with: Elman at T = 5, B = 3: the inputs of steps 0 and 1 are equal, so nothing shows which of them \
         is read; draw another input for each step",
    );
    assert_error(
        check_cell_with(&cell, |steps, batch, rng| draw(batch, steps, rng)),
        "check_cell_with: Elman at T = 5, B = 3: `inputs` should have shape [5, 3, ..], found [3, 5, 2]",
    );
    let single = Gru::new(2, 3, &mut rng(1));
    assert_error(
        check_cell_with(&single, |steps, batch, rng| Tensor::normal([steps, batch, 2], 0.0, 1.0, rng)),
        "check_cell_with: Gru at T = 5, B = 3: `w_r` has elements of type f32, in which differences say little; check \
         the cell in f64, as made by `cell.cast::<f64>()?`",
    );
    assert_error(
        check_cell_with(&cell, |steps, batch, rng| Tensor::normal([steps, batch, 7], 0.0, 1.0, rng)),
        "check_cell_with: Elman at T = 5, B = 3: Elman: `x` should have shape [B, 2], found [3, 7]",
    );
}
