//! Values as the equations write them, for people who read plans.

use super::arena::{Arena, Task, Term};
use crate::recurrent::ir::{NodeId, Op, Step};
use crate::recurrent::typed::Cell;
use crate::recurrent::typed::print::{binary_name, unary_name};

/// How deep a formula is written out.
const DEPTH: usize = 3;

/// Names for the values of a pass.
pub(super) struct Labels<'a> {
    pub(super) cell: &'a Cell,
    pub(super) step: &'a Step,
}

impl Labels<'_> {
    /// `u_n @ (r * h)`
    pub(super) fn term(&self, arena: &Arena, term: &Term) -> String {
        let matrix = self.factor(arena, term.matrix);
        let matrix = if term.transposed { format!("transpose({matrix})") } else { matrix };
        format!("{matrix} @ {}", self.factor(arena, term.vector))
    }

    /// The sum of all products.
    pub(super) fn products(&self, arena: &Arena, id: NodeId) -> String {
        match &arena.value(id).task {
            Task::Products { terms, .. } => {
                terms.iter().map(|term| self.term(arena, term)).collect::<Vec<_>>().join(" + ")
            }
            Task::Op(_) => self.value(arena, id),
        }
    }

    /// What it is called, or its formula.
    pub(super) fn value(&self, arena: &Arena, id: NodeId) -> String {
        self.formula(arena, id, DEPTH)
    }

    /// In brackets if it is more than a name or a call.
    fn factor(&self, arena: &Arena, id: NodeId) -> String {
        self.operand(arena, id, DEPTH)
    }

    fn operand(&self, arena: &Arena, id: NodeId, depth: usize) -> String {
        let (value, text) = (arena.value(id), self.formula(arena, id, depth));
        let is_infix = matches!(value.op(), None | Some(Op::Binary(..)));
        if is_infix && value.name.is_none() && depth > 0 { format!("({text})") } else { text }
    }

    fn formula(&self, arena: &Arena, id: NodeId, depth: usize) -> String {
        let value = arena.value(id);
        if let Some(name) = &value.name {
            return name.clone();
        }
        let Task::Op(op) = &value.task else { return self.products(arena, id) };
        if let Some(name) = self.leaf(op) {
            return name;
        }
        if depth == 0 {
            return "…".to_owned();
        }
        let part = |id: NodeId| self.formula(arena, id, depth - 1);
        match op {
            Op::Binary(function, a, b) => {
                let operand = |id: NodeId| self.operand(arena, id, depth - 1);
                format!("{} {} {}", operand(*a), sign(*function), operand(*b))
            }
            Op::Unary(function, a) => format!("{}({})", unary_name(*function), part(*a)),
            Op::Transpose(a) => format!("transpose({})", part(*a)),
            Op::Concat(parts) => format!("concat({})", parts.iter().map(|id| part(*id)).collect::<Vec<_>>().join(", ")),
            Op::StopGradient(a) | Op::Stretch(a, _) => part(*a),
            _ => "…".to_owned(),
        }
    }

    fn leaf(&self, op: &Op) -> Option<String> {
        let cell = self.cell;
        let name = match op {
            Op::Number(value) => value.value().to_string(),
            Op::Size(dim) => cell.dim_text(dim),
            Op::Hyper(at) => cell.hypers[*at].name.clone(),
            Op::Parameter(at) => cell.parameters[*at].name.clone(),
            Op::Buffer(at) => cell.buffers[*at].name.clone(),
            Op::Input(at) => cell.inputs[*at].name.clone(),
            Op::Context(at) => cell.contexts[*at].name.clone(),
            Op::State(at) => cell.states[*at].name.clone(),
            Op::NextAdjoint(at) => format!("d {}", cell.states[*at].name),
            Op::OutputAdjoint(_) => "d y".to_owned(),
            Op::Forward(id) => return self.of_step(*id),
            _ => return None,
        };
        Some(name)
    }

    fn of_step(&self, id: NodeId) -> Option<String> {
        let node = self.step.graph.node(id);
        node.name.clone().or_else(|| self.leaf(&node.op)).or_else(|| Some("…".to_owned()))
    }

    /// A parameter, or a value of the step.
    pub(super) fn target(&self, id: NodeId) -> String {
        self.of_step(id).unwrap_or_default()
    }
}

fn sign(function: crate::recurrent::ir::Binary) -> &'static str {
    use crate::recurrent::ir::Binary;
    match function {
        Binary::Add => "+",
        Binary::Sub => "-",
        Binary::Mul => "*",
        Binary::Div => "/",
        Binary::Pow | Binary::Minimum | Binary::Maximum | Binary::Rem => binary_name(function),
    }
}
