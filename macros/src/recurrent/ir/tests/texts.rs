//! Graphs as formulas.

use crate::recurrent::ir::print::{head, tail};
use crate::recurrent::ir::{Graph, NodeId, Op};
use crate::recurrent::typed::Cell;

/// `tanh(matmul(w, x))`
pub(super) fn formula(cell: &Cell, graph: &Graph, id: NodeId) -> String {
    let op = &graph.node(id).op;
    let head = head(cell, op);
    if op.is_leaf() {
        return match op {
            Op::Number(_) | Op::Identity(_) => head,
            _ => head.rsplit_once(' ').map_or(head.clone(), |(_, name)| name.to_owned()),
        };
    }
    let operands: Vec<String> = op.operands().into_iter().map(|operand| formula(cell, graph, operand)).collect();
    format!("{head}({}{})", operands.join(", "), tail(cell, op))
}
