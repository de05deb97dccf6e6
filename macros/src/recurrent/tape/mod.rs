//! The step of a cell as operations on tensors with a batch axis, one after the other.

use super::typed::Cell;

/// What `step` does, in order.
pub(crate) struct Program {}

/// Puts the batch in front of every value that differs between examples.
pub(crate) fn lower(cell: &Cell) -> Program {
    let _ = cell;
    todo!()
}
