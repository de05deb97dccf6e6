//! A graph as text: `%7: [H] = mul %3 %5`.

use super::{Element, Graph, Node, NodeId, Op, Reduction, Step};
use crate::recurrent::typed::Cell;
use crate::recurrent::typed::print::{binary_name, comparison_name, unary_name};

impl Step {
    /// One line for each node, then the results.
    pub(crate) fn text(&self, cell: &Cell) -> String {
        let next = cell.states.iter().zip(&self.next).map(|(state, value)| format!("next {}: {value}\n", state.name));
        let outputs = self.outputs.iter().map(|value| format!("output: {value}\n"));
        self.graph.text(cell) + &next.chain(outputs).collect::<String>()
    }
}

impl Graph {
    /// One line for each node; names of the user stand behind.
    pub(crate) fn text(&self, cell: &Cell) -> String {
        let line = |id: NodeId| {
            let node = self.node(id);
            let name = node.name.as_ref().map(|name| format!(" // {name}")).unwrap_or_default();
            format!("{id}: {} = {}{name}\n", node_type(cell, node), op_text(cell, &node.op))
        };
        self.ids().map(line).collect()
    }
}

/// `[H]`, or `[H] mask`
fn node_type(cell: &Cell, node: &Node) -> String {
    let shape = cell.shape_text(&node.shape);
    match node.element {
        Element::Real => shape,
        Element::Mask => format!("{shape} mask"),
    }
}

/// `slice %3 from H length 2 * H`
fn op_text(cell: &Cell, op: &Op) -> String {
    let operands: String = op.operands().iter().map(|operand| format!(" {operand}")).collect();
    format!("{}{operands}{}", head(cell, op), tail(cell, op))
}

/// What stands before the operands.
pub(crate) fn head(cell: &Cell, op: &Op) -> String {
    match op {
        Op::Number(value) => value.value().to_string(),
        Op::Size(dim) => format!("size {}", cell.dim_text(dim)),
        Op::Hyper(at) => format!("hyper {}", cell.hypers[*at].name),
        Op::Parameter(at) => format!("param {}", cell.parameters[*at].name),
        Op::Buffer(at) => format!("buffer {}", cell.buffers[*at].name),
        Op::Input(at) => format!("input {}", cell.inputs[*at].name),
        Op::Context(at) => format!("context {}", cell.contexts[*at].name),
        Op::State(at) => format!("state {}", cell.states[*at].name),
        Op::Forward(id) => format!("forward {id}"),
        Op::OutputAdjoint(at) => format!("output_adjoint {at}"),
        Op::NextAdjoint(at) => format!("next_adjoint {}", cell.states[*at].name),
        Op::Total(at) => format!("total {at}"),
        Op::Identity(dim) => format!("identity {}", cell.dim_text(dim)),
        _ => name(op).to_owned(),
    }
}

/// The name of an operation.
fn name(op: &Op) -> &'static str {
    match op {
        Op::Number(_) => "number",
        Op::Size(_) => "size",
        Op::Hyper(_) => "hyper",
        Op::Parameter(_) => "param",
        Op::Buffer(_) => "buffer",
        Op::Input(_) => "input",
        Op::Context(_) => "context",
        Op::State(_) => "state",
        Op::Forward(_) => "forward",
        Op::OutputAdjoint(_) => "output_adjoint",
        Op::NextAdjoint(_) => "next_adjoint",
        Op::Total(_) => "total",
        Op::Unary(function, _) => unary_name(*function),
        Op::Binary(function, ..) => binary_name(*function),
        Op::Compare(comparison, ..) => comparison_name(*comparison),
        Op::And(..) => "and",
        Op::Or(..) => "or",
        Op::Not(_) => "not",
        Op::Select { .. } => "select",
        Op::MatMul { transpose_a, transpose_b, .. } => match (transpose_a, transpose_b) {
            (false, false) => "matmul",
            (true, false) => "matmul_tn",
            (false, true) => "matmul_nt",
            (true, true) => "matmul_tt",
        },
        Op::Outer(..) => "outer",
        Op::Transpose(_) => "transpose",
        Op::Diag(_) => "diag",
        Op::DiagonalOf(_) => "diagonal_of",
        Op::Identity(_) => "identity",
        Op::Reduce(Reduction::Sum, _) => "sum",
        Op::Reduce(Reduction::Min, _) => "min",
        Op::Reduce(Reduction::Max, _) => "max",
        Op::Stretch(..) => "stretch",
        Op::Concat(_) => "concat",
        Op::Slice { .. } => "slice",
        Op::Pad { .. } => "pad",
        Op::StopGradient(_) => "stop_gradient",
    }
}

/// What stands behind the operands.
pub(crate) fn tail(cell: &Cell, op: &Op) -> String {
    match op {
        Op::Stretch(_, dim) => format!(" to {}", cell.dim_text(dim)),
        Op::Slice { start, length, .. } => format!(" from {} length {}", cell.dim_text(start), cell.dim_text(length)),
        Op::Pad { start, length, .. } => format!(" at {} length {}", cell.dim_text(start), cell.dim_text(length)),
        _ => String::new(),
    }
}
