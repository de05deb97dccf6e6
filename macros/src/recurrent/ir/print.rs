//! A graph as text: `%7: [H] = mul %3 %5`.

use super::{Graph, Step};
use crate::recurrent::typed::Cell;

impl Step {
    /// One line for each node, then the results.
    pub(crate) fn text(&self, _cell: &Cell) -> String {
        String::new()
    }
}

impl Graph {
    /// One line for each node.
    pub(crate) fn text(&self, _cell: &Cell) -> String {
        String::new()
    }
}
