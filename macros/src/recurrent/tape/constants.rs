//! Numbers that are known before any step: of initial values.

use super::lower::Lowering;
use super::{Program, prune};
use crate::recurrent::typed::{Cell, NodeId};

/// What computes these nodes of the stage of constants; they are the outputs.
pub(crate) fn constants(cell: &Cell, nodes: &[NodeId]) -> Program {
    let lowering = Lowering::of(cell, nodes);
    let outputs = nodes.iter().map(|&node| lowering.get(node)).collect();
    prune::prune(Program { instructions: lowering.instructions, next: Vec::new(), outputs })
}
