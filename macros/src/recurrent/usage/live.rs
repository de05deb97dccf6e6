//! Which values reach an output over any number of steps.

use super::Thing;
use crate::recurrent::resolve::Names;
use crate::recurrent::typed::{Cell, NodeId, Op, Start};
use std::collections::BTreeSet;

/// What reaches an output.
pub(super) struct Live {
    things: BTreeSet<Thing>,
    /// By the number of the state.
    old_values: Vec<bool>,
}

impl Live {
    /// Goes from the outputs back to what they are made of. The old value of a state leads to the next value, which it was
    /// at the step before: one way through the nodes is a way through all steps.
    pub(super) fn of(names: &Names<'_>, cell: &Cell) -> Self {
        let parameters = parameter_numbers(cell);
        let mut live = Self { things: BTreeSet::new(), old_values: vec![false; cell.states.len()] };
        let mut seen = vec![false; cell.nodes.len()];
        let mut waiting: Vec<NodeId> = cell.outputs.iter().map(|output| output.value).collect();
        while let Some(id) = waiting.pop() {
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            let op = &cell.node(id).op;
            waiting.extend(op.operands());
            waiting.extend(value_of(cell, op));
            if let Op::State(number) = op {
                live.old_values[*number] = true;
            }
            // the names that the user wrote come before the arguments of helpers
            let is_written = |thing: &Thing| !matches!(thing, Thing::Local(number) if *number >= names.locals.len());
            live.things.extend(thing(op, &parameters).filter(is_written));
        }
        live
    }

    pub(super) fn contains(&self, thing: Thing) -> bool {
        self.things.contains(&thing)
    }

    /// Whether the value of a state before a step matters.
    pub(super) fn reads_old_value(&self, state: usize) -> bool {
        self.old_values[state]
    }
}

/// The node that a name stands for; nothing else has one besides its operands.
fn value_of(cell: &Cell, op: &Op) -> Option<NodeId> {
    match op {
        Op::State(number) | Op::Next(number) => Some(cell.next[*number]),
        Op::Local(number) => Some(cell.locals[*number].value),
        _ => None,
    }
}

/// What an operation reads besides its operands.
fn thing(op: &Op, parameters: &[Option<usize>]) -> Option<Thing> {
    match op {
        Op::Parameter(number) => parameters[*number].map(Thing::Parameter),
        Op::Buffer(number) => Some(Thing::Buffer(*number)),
        Op::Hyper(number) => Some(Thing::Hyper(*number)),
        Op::Input(number) => Some(Thing::Input(*number)),
        Op::Context(number) => Some(Thing::Context(*number)),
        Op::State(number) | Op::Next(number) => Some(Thing::State(*number)),
        Op::Local(number) => Some(Thing::Local(*number)),
        Op::Number(_)
        | Op::Size(_)
        | Op::Unary(..)
        | Op::Binary(..)
        | Op::Clamp { .. }
        | Op::Elu { .. }
        | Op::LeakyRelu { .. }
        | Op::Compare(..)
        | Op::And(..)
        | Op::Or(..)
        | Op::Not(_)
        | Op::Select { .. }
        | Op::StopGradient(_)
        | Op::MatMul(..)
        | Op::Dot(..)
        | Op::Outer(..)
        | Op::Transpose(_)
        | Op::Diag(_)
        | Op::Identity(_)
        | Op::Reduce(..)
        | Op::Normalise(..)
        | Op::LayerNorm { .. }
        | Op::Concat(_)
        | Op::Slice { .. } => None,
    }
}

/// By the number of a trained array: its number among those that the user declared, which learned starts are not.
fn parameter_numbers(cell: &Cell) -> Vec<Option<usize>> {
    let mut numbers = vec![Some(0); cell.parameters.len()];
    for state in &cell.states {
        if let Start::Learned(parameter) = state.start {
            numbers[parameter] = None;
        }
    }
    numbers.iter_mut().flatten().enumerate().for_each(|(number, place)| *place = number);
    numbers
}
