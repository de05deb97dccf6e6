//! Tests of plans as text.

mod gradients;
mod large;
mod outline;
mod placement;
mod products;

use super::{Plan, plan};
use crate::recurrent::ir;
use crate::recurrent::tests::front;
use crate::recurrent::typed::Cell;

/// The plan of a cell.
#[track_caller]
fn planned(source: &str) -> (Cell, Plan) {
    let cell = front::read(source).and_then(|cell| front::typed(&cell));
    let cell = cell.unwrap_or_else(|mistakes| panic!("{source}: {mistakes:?}"));
    let step = ir::optimise(ir::lower(&cell));
    let plan = plan(&cell, &step);
    (cell, plan)
}

/// The stages of the forward pass are these, see [`outline`].
#[track_caller]
fn assert_forward(source: &str, expected: &[&str]) {
    let (cell, plan) = planned(source);
    assert_eq!(outline::outline(&cell, &plan, &plan.forward), expected);
}

/// The stages of the backward pass are these.
#[track_caller]
fn assert_backward(source: &str, expected: &[&str]) {
    let (cell, plan) = planned(source);
    assert_eq!(outline::outline(&cell, &plan, &plan.backward), expected);
}

/// What is saved for the backward pass, besides states.
#[track_caller]
fn assert_saved(source: &str, lengths: &[&str]) {
    let (cell, plan) = planned(source);
    assert_eq!(outline::saved(&cell, &plan), lengths);
}
