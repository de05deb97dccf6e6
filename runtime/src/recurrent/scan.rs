//! The loop over the steps of a cell.
//!
//! Where sequences differ in their lengths, or have holes, a step runs on the rows that take part in it. What stands in
//! the padding is never computed with, so it cannot reach anything, and costs nothing.

use std::ops::Range;

use super::cell::Cell;
use super::rows::{Move, Parts, check_rows, join};
use super::sequence::Sequence;
use crate::error::Result;
use crate::tensor::Tensor;
use crate::tensors::Tensors;

pub(super) fn scan_steps<C: Cell>(
    cell: &C,
    inputs: Sequence<C::Input>,
    state: Option<C::State>,
) -> Result<(Sequence<C::Output>, C::State)> {
    let place = format!("{}::scan", short_name::<C>());
    let inputs = inputs.read_with(&place, C::CONTEXTS)?;
    let (steps, batch) = (inputs.steps(), inputs.batch());
    let mut state = match state {
        Some(state) => state,
        None => cell.initial_state(batch)?,
    };
    check_rows(&place, "state", &state, batch)?;
    if steps == 0 {
        let outputs = outputs_of_no_step(&place, cell, &inputs, &state)?;
        return Ok((inputs.with_outputs(outputs), state));
    }
    let over_time = inputs.over_time();
    let mut outputs = Vec::with_capacity(steps + 1);
    for run in runs(&inputs) {
        let mut part = run.take(&state);
        let data = run.take_contexts(inputs.data(), over_time);
        for step in run.steps.clone() {
            let x = run.input(&data, over_time, step);
            let (output, next) = cell.step(&x, part)?;
            check_rows(&place, "output", &output, run.count(batch))?;
            outputs.push(output);
            part = next;
        }
        check_rows(&place, "state", &part, run.count(batch))?;
        state = run.put_back(&place, state, part, batch)?;
    }
    let outputs = assemble(&place, outputs, &inputs)?;
    Ok((inputs.with_outputs(outputs), state))
}

/// Consecutive steps in which the same sequences take part.
struct Run {
    steps: Range<usize>,
    /// Their numbers; `None` for all.
    rows: Option<Tensor<usize>>,
}

impl Run {
    fn pick(&self) -> Move<'_> {
        self.rows.as_ref().map_or(Move::Keep, Move::Pick)
    }

    fn take<V: Tensors>(&self, value: &V) -> V {
        self.pick().of(value)
    }

    /// The data with the rows of its contexts that take part, once for all steps.
    fn take_contexts<I: Tensors>(&self, data: &I, over_time: usize) -> I {
        Parts { over_time, steps: Move::Keep, contexts: self.pick() }.of(data)
    }

    /// What one step reads of data whose contexts are taken already.
    fn input<I: Tensors>(&self, data: &I, over_time: usize, step: usize) -> I {
        let x = Parts { over_time, steps: Move::Step(step), contexts: Move::Keep }.of(data);
        match &self.rows {
            None => x,
            Some(_) => Parts { over_time, steps: self.pick(), contexts: Move::Keep }.of(&x),
        }
    }

    fn count(&self, batch: usize) -> usize {
        self.rows.as_ref().map_or(batch, Tensor::count)
    }

    /// The state of all sequences, after the state of those that took part has become `part`.
    fn put_back<S: Tensors>(&self, place: &str, whole: S, part: S, batch: usize) -> Result<S> {
        let Some(rows) = &self.rows else { return Ok(part) };
        let mut order: Vec<usize> = (0..batch).collect();
        for (at, &row) in rows.as_slice().iter().enumerate() {
            order[row] = batch + at;
        }
        let both = join(place, "state", &[whole, part])?;
        Ok(Move::Pick(&order.into()).of(&both))
    }
}

fn runs<I: Tensors>(inputs: &Sequence<I>) -> Vec<Run> {
    let (steps, batch) = (inputs.steps(), inputs.batch());
    let Some(mask) = inputs.mask_tensor().filter(|_| batch > 0) else {
        return vec![Run { steps: 0..steps, rows: None }];
    };
    let mut runs: Vec<Run> = Vec::new();
    for (step, valid) in mask.as_slice().chunks_exact(batch).enumerate() {
        let rows: Vec<usize> = (0..batch).filter(|&row| valid[row]).collect();
        let rows = (rows.len() < batch).then(|| Tensor::from(rows));
        match runs.last_mut() {
            Some(run) if run.rows == rows => run.steps.end = step + 1,
            _ => runs.push(Run { steps: step..step + 1, rows }),
        }
    }
    runs
}

/// The outputs of all steps as `[T, B, …]`, zeros where there was no step.
fn assemble<O: Tensors, I: Tensors>(place: &str, mut outputs: Vec<O>, inputs: &Sequence<I>) -> Result<O> {
    let Some(mask) = inputs.mask_tensor() else {
        let (steps, batch) = (inputs.steps(), inputs.batch());
        return Ok(Move::Split { steps, batch }.of(&join(place, "output", &outputs)?));
    };
    outputs.push(Move::ZeroRow.of(&outputs[0]));
    let zero = mask.count_true();
    let mut count = 0;
    let order = Tensor::build(*mask.shape_value(), |order| {
        for (order, &valid) in order.iter_mut().zip(mask.as_slice()) {
            *order = if valid { count } else { zero };
            count += usize::from(valid);
        }
    });
    Ok(Move::Pick(&order).of(&join(place, "output", &outputs)?))
}

/// The empty outputs `[0, B, …]`: those of a step without rows, which knows shapes and depends on the parameters.
fn outputs_of_no_step<C: Cell>(
    place: &str,
    cell: &C,
    inputs: &Sequence<C::Input>,
    state: &C::State,
) -> Result<C::Output> {
    let nobody = Tensor::from(Vec::new());
    let parts = Parts { over_time: inputs.over_time(), steps: Move::Merge, contexts: Move::Pick(&nobody) };
    let (output, _) = cell.step(&parts.of(inputs.data()), Move::Pick(&nobody).of(state))?;
    check_rows(place, "output", &output, 0)?;
    Ok(Move::Split { steps: 0, batch: inputs.batch() }.of(&output))
}

/// The name of a type without modules and arguments.
fn short_name<C>() -> &'static str {
    let path = std::any::type_name::<C>().split('<').next().unwrap_or_default();
    path.rsplit("::").next().unwrap_or_default()
}
