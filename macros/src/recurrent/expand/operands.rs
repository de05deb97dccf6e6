//! What the operands and the values of a loop are called: as in the equations, where they have names.

use crate::recurrent::ir::{Graph, Op};
use crate::recurrent::plan::{Instruction, Plan, Source, View};
use crate::recurrent::typed::Cell;
use crate::runtime::local;
use proc_macro2::Ident;
use std::collections::BTreeSet;

/// The local variable with a name.
pub(super) fn local_of(name: &str) -> Ident {
    local(name)
}

/// Names that are taken.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// Of the operands of a loop, in their order: those that the equations name.
    pub(super) fn operands(&mut self, cell: &Cell, plan: &Plan, kernel: usize) -> Vec<Option<String>> {
        let body = &plan.kernels[kernel].body;
        let views = views(plan, kernel);
        let name_of = |at: usize| {
            let leaf = body.nodes.iter().find(|node| node.op == Op::Input(at));
            let own = leaf.and_then(|node| node.name.clone());
            own.or_else(|| views.get(at).and_then(|view| of_region(cell, plan, view)))
        };
        let names: Vec<Option<String>> = (0..plan.kernels[kernel].operands).map(name_of).collect();
        let free = |(at, name): (usize, Option<String>)| name.map(|name| self.free(Some(&name), "x", at));
        names.into_iter().enumerate().map(free).collect()
    }

    /// Of all nodes.
    pub(super) fn values(&mut self, body: &Graph) -> Vec<String> {
        let is_leaf = |op: &Op| matches!(op, Op::Input(_) | Op::Number(_));
        let name = |(at, node): (usize, &crate::recurrent::ir::Node)| match is_leaf(&node.op) {
            true => String::new(),
            false => self.free(node.name.as_deref(), "v", at),
        };
        body.nodes.iter().enumerate().map(name).collect()
    }

    /// Of a number.
    pub(super) fn constant(&mut self, at: usize) -> Ident {
        local_of(&self.free(None, "c", at))
    }

    /// The name, or a number behind `letter`, if nothing else has it.
    fn free(&mut self, name: Option<&str>, letter: &str, at: usize) -> String {
        let numbered = || format!("{letter}{at}");
        let wanted = name.map_or_else(numbered, as_word);
        let mut free = wanted.clone();
        let mut next = at;
        while !self.0.insert(free.clone()) {
            free = format!("{wanted}_{next}");
            next += 1;
        }
        free
    }
}

/// `d h` as `d_h`.
fn as_word(name: &str) -> String {
    name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect()
}

/// The operands of a loop.
fn views(plan: &Plan, kernel: usize) -> Vec<&View> {
    let stages = plan.forward.iter().chain(&plan.backward);
    let runs = stages.flat_map(|stage| &stage.instructions).find_map(|instruction| match instruction {
        Instruction::Kernel { kernel: at, scalars, inputs, .. } if *at == kernel => Some((scalars, inputs)),
        _ => None,
    });
    runs.map(|(scalars, inputs)| scalars.iter().chain(inputs).collect()).unwrap_or_default()
}

/// What a whole region is called.
fn of_region(cell: &Cell, plan: &Plan, view: &View) -> Option<String> {
    let region = &plan.regions[view.region];
    if view.start.as_number() != Some(0) || view.length != region.width {
        return None;
    }
    let name = match &region.source {
        Source::Parameter(at) => cell.parameters[*at].name.clone(),
        Source::Buffer(at) => cell.buffers[*at].name.clone(),
        Source::Hyper(at) => cell.hypers[*at].name.clone(),
        Source::Input(at) => cell.inputs[*at].name.clone(),
        Source::Context(at) => cell.contexts[*at].name.clone(),
        Source::State(at) => cell.states[*at].name.clone(),
        Source::NextAdjoint(at) => format!("d_{}", cell.states[*at].name),
        Source::OutputAdjoint(at) => format!("d_y{at}"),
        _ => return None,
    };
    Some(name)
}
