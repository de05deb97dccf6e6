//! A program as text, for tests and for people who look for a mistake.

use super::{Call, Instruction, Kind, Program, Register};
use crate::recurrent::typed::{Cell, Dim};
use std::fmt;

impl Program {
    /// One line for each instruction, with the names of the cell.
    pub(crate) fn text(&self, cell: &Cell) -> String {
        let mut lines: Vec<String> =
            (0..).zip(&self.instructions).map(|(at, instruction)| line(cell, Register(at), instruction)).collect();
        let next = cell.states.iter().zip(&self.next);
        lines.extend(next.map(|(state, register)| format!("next {}: {register}", state.name)));
        lines.extend(self.outputs.iter().map(|register| format!("output: {register}")));
        lines.join("\n")
    }
}

/// `%3 [B, 1] = tanh %2 // r`: each axis of one example as a dot.
fn line(cell: &Cell, register: Register, instruction: &Instruction) -> String {
    let hint = instruction.hint.as_ref().map_or(String::new(), |hint| format!(" // {hint}"));
    format!("{register}{} = {}{hint}", axes(instruction), call(cell, &instruction.call))
}

fn axes(instruction: &Instruction) -> String {
    let value = instruction.value;
    let batch = value.batched.then_some("B");
    let axes: Vec<&str> = batch.into_iter().chain(std::iter::repeat_n(".", value.rank)).collect();
    let axes = axes.join(", ");
    match value.kind {
        Kind::Number => String::new(),
        Kind::Real => format!(" [{axes}]"),
        Kind::Optional => format!(" [{axes}]?"),
        Kind::Mask => format!(" mask [{axes}]"),
    }
}

fn call(cell: &Cell, call: &Call) -> String {
    let head = call_without_operands(cell, call);
    call.operands().iter().fold(head, |text, operand| format!("{text} {operand}"))
}

pub(super) fn call_without_operands(cell: &Cell, call: &Call) -> String {
    let size = |dim: &Dim| cell.dim_text(dim);
    match call {
        Call::Number(value) => format!("{value:?}"),
        Call::Size(dim) => format!("size {}", size(dim)),
        Call::Hyper(at) => format!("hyper {}", cell.hypers[*at].name),
        Call::Parameter(at) | Call::Optional(at) => format!("param {}", cell.parameters[*at].name),
        Call::Buffer(at) => format!("buffer {}", cell.buffers[*at].name),
        Call::Input(at) => format!("input {}", cell.inputs[*at].name),
        Call::Context(at) => format!("context {}", cell.contexts[*at].name),
        Call::State(at) => format!("state {}", cell.states[*at].name),
        Call::Scalar(_) => "scalar".to_owned(),
        Call::Identity(dim) => format!("identity {}", size(dim)),
        Call::OrZeros(_, shape) => format!("or_zeros {}:", cell.shape_text(shape)),
        Call::AddOptional(..) => "add_optional".to_owned(),
        Call::Unary(op, _) => format!("{op:?}").to_lowercase(),
        Call::Binary(op, ..) => format!("{op:?}").to_lowercase(),
        Call::Offset(..) => "offset".to_owned(),
        Call::Scale(..) => "scale".to_owned(),
        Call::Divide(..) => "divide".to_owned(),
        Call::Power(..) => "power".to_owned(),
        Call::Clamp { .. } => "clamp".to_owned(),
        Call::Elu { .. } => "elu".to_owned(),
        Call::LeakyRelu { .. } => "leaky_relu".to_owned(),
        Call::LayerNorm { .. } => "layer_norm".to_owned(),
        Call::Compare(op, ..) => format!("{op:?}").to_lowercase(),
        Call::And(..) => "and".to_owned(),
        Call::Or(..) => "or".to_owned(),
        Call::Not(_) => "not".to_owned(),
        Call::Select { .. } => "select".to_owned(),
        Call::Detach(_) => "detach".to_owned(),
        Call::MatMul(..) => "matmul".to_owned(),
        Call::MatMulTransposed(..) => "matmul_transposed".to_owned(),
        Call::Dot(..) => "dot".to_owned(),
        Call::Outer(..) => "outer".to_owned(),
        Call::Transpose(_) => "transpose".to_owned(),
        Call::Diag(_) => "diag".to_owned(),
        Call::Reduce(op, _) => format!("{op:?}").to_lowercase(),
        Call::Normalise(op, _) => format!("{op:?}").to_lowercase(),
        Call::Concat(_) => "concat".to_owned(),
        Call::Slice { start, length, .. } => format!("slice from {} take {}:", size(start), size(length)),
        Call::Unsqueeze(_, axis) => format!("unsqueeze {axis}:"),
        Call::Squeeze(_, axis) => format!("squeeze {axis}:"),
        Call::Stretch(_, shape) => format!("stretch {}:", cell.shape_text(shape)),
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}
