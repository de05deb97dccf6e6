//! Tests of plans as text.

mod large;

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
