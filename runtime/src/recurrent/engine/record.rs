//! The scan of a compiled cell.

use super::equations::Equations;
use crate::error::Result;
use crate::recurrent::scan::scan_steps;
use crate::recurrent::sequence::Sequence;

/// What [`Cell::scan`](crate::Cell::scan) of a compiled cell does.
pub fn scan<C: Equations>(
    cell: &C,
    inputs: Sequence<C::Input>,
    state: Option<C::State>,
) -> Result<(Sequence<C::Output>, C::State)> {
    scan_steps(cell, inputs, state)
}
