//! The one namespace of a cell.

use super::{Helper, Meaning, Names};
use crate::recurrent::functions::{CONSTANTS, Function};
use crate::recurrent::syntax::{Cell, Declaration, Expressions, Kind, Shape, Statement, Step};
use proc_macro2::Ident;
use std::collections::BTreeMap;
use syn::ext::IdentExt;

/// What each name of the cell means.
pub(super) struct Scope {
    meanings: BTreeMap<String, Meaning>,
    /// By the number of the local: the statement that gives it a value.
    pub(super) lines: Vec<usize>,
}

impl Scope {
    pub(super) fn meaning(&self, name: &Ident) -> Option<Meaning> {
        self.meanings.get(&name.unraw().to_string()).copied()
    }

    pub(super) fn function(name: &Ident) -> Option<Function> {
        Function::named(&name.unraw().to_string())
    }

    pub(super) fn constant(name: &Ident) -> Option<f64> {
        let name = name.unraw().to_string();
        CONSTANTS.iter().find(|(constant, _)| *constant == name).map(|(_, value)| *value)
    }

    fn add(&mut self, name: &Ident, meaning: Meaning) {
        self.meanings.entry(name.unraw().to_string()).or_insert(meaning);
    }
}

/// All names that the cell declares.
pub(super) fn declare(cell: &Cell) -> (Scope, Names<'_>) {
    let mut scope = Scope { meanings: BTreeMap::new(), lines: Vec::new() };
    let mut names = Names {
        dimensions: Vec::new(),
        parameters: Vec::new(),
        buffers: Vec::new(),
        hypers: Vec::new(),
        states: Vec::new(),
        contexts: Vec::new(),
        helpers: Vec::new(),
        inputs: Vec::new(),
        locals: Vec::new(),
        meanings: vec![None; cell.expressions.len()],
    };
    for argument in &cell.header {
        scope.add(&argument.dimension, Meaning::Dimension(names.dimensions.len()));
        names.dimensions.push(&argument.dimension);
    }
    for declaration in &cell.declarations {
        declare_line(&mut scope, &mut names, declaration);
    }
    declare_step(&mut scope, &mut names, &cell.step);
    let contexts: Vec<&Shape> = names.contexts.iter().map(|(_, shape)| *shape).collect();
    for name in contexts.into_iter().flat_map(|shape| names_in(&cell.expressions, shape)) {
        if scope.meaning(name).is_none() {
            scope.add(name, Meaning::Dimension(names.dimensions.len()));
            names.dimensions.push(name);
        }
    }
    (scope, names)
}

fn declare_line<'a>(scope: &mut Scope, names: &mut Names<'a>, declaration: &'a Declaration) {
    match declaration {
        Declaration::Parameter(members) => {
            for name in &members.names {
                scope.add(name, Meaning::Parameter(names.parameters.len()));
                names.parameters.push((name, members));
            }
        }
        Declaration::Buffer(members) => {
            for name in &members.names {
                scope.add(name, Meaning::Buffer(names.buffers.len()));
                names.buffers.push((name, members));
            }
        }
        Declaration::Hyper { name, value, .. } => {
            scope.add(name, Meaning::Hyper(names.hypers.len()));
            names.hypers.push((name, *value));
        }
        Declaration::State { name, shape, start, .. } => {
            scope.add(name, Meaning::State(names.states.len()));
            names.states.push((name, shape, start.as_ref()));
        }
        Declaration::Context { name, shape, .. } => {
            scope.add(name, Meaning::Context(names.contexts.len()));
            names.contexts.push((name, shape));
        }
        Declaration::Helper { name, arguments, body } => {
            scope.add(name, Meaning::Helper(names.helpers.len()));
            names.helpers.push(Helper { name, arguments, body: *body });
        }
    }
}

fn declare_step<'a>(scope: &mut Scope, names: &mut Names<'a>, step: &'a Step) {
    for input in &step.inputs {
        scope.add(&input.name, Meaning::Input(names.inputs.len()));
        names.inputs.push((&input.name, &input.shape));
    }
    for (line, statement) in step.statements.iter().enumerate() {
        let locals = match statement {
            Statement::Let { name, .. } => std::slice::from_ref(name),
            Statement::LetTuple { names, .. } => names.as_slice(),
            Statement::Assign { .. } => &[],
        };
        for name in locals {
            scope.add(name, Meaning::Local(names.locals.len()));
            names.locals.push(name);
            scope.lines.push(line);
        }
    }
}

/// The names in a shape, in the order in which they stand there.
fn names_in<'a>(expressions: &'a Expressions, shape: &Shape) -> Vec<&'a Ident> {
    let mut found = Vec::new();
    let mut waiting: Vec<_> = shape.axes.iter().rev().copied().collect();
    while let Some(id) = waiting.pop() {
        match &expressions[id].kind {
            Kind::Name(name) => found.push(name),
            other => waiting.extend(other.parts().into_iter().rev()),
        }
    }
    found
}
