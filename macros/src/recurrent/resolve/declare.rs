//! The names that a cell declares.

use super::scope::{Found, Scope};
use super::{Helper, Meaning, Names};
use crate::errors::Errors;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{Cell, Declaration, Expressions, Kind, Members, Shape, Statement, Step};
use proc_macro2::Ident;

/// Collects all names, or says which of them cannot be what they are declared as.
pub(super) fn declare<'a>(errors: &mut Errors, cell: &'a Cell) -> (Scope<'a>, Names<'a>) {
    let mut declare = Declare { errors, scope: Scope::default(), names: empty(cell) };
    declare.header(cell);
    for declaration in &cell.declarations {
        declare.line(declaration);
    }
    declare.step(&cell.step);
    declare.dimensions_of_calls(&cell.expressions);
    (declare.scope, declare.names)
}

fn empty(cell: &Cell) -> Names<'_> {
    Names {
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
    }
}

struct Declare<'e, 'a> {
    errors: &'e mut Errors,
    scope: Scope<'a>,
    names: Names<'a>,
}

impl<'a> Declare<'_, 'a> {
    fn header(&mut self, cell: &'a Cell) {
        for argument in &cell.header {
            let meaning = Meaning::Dimension(self.names.dimensions.len());
            self.add(&argument.dimension, meaning);
            self.names.dimensions.push(&argument.dimension);
            self.scope.arguments_of_new.entry(bare(&argument.name)).or_insert(&argument.dimension);
        }
    }

    fn line(&mut self, declaration: &'a Declaration) {
        match declaration {
            Declaration::Parameter(members) => {
                self.members(members, Meaning::Parameter, |names| &mut names.parameters);
            }
            Declaration::Buffer(members) => self.members(members, Meaning::Buffer, |names| &mut names.buffers),
            Declaration::Hyper { name, value, .. } => {
                self.add(name, Meaning::Hyper(self.names.hypers.len()));
                self.names.hypers.push((name, *value));
            }
            Declaration::State { name, shape, start, .. } => {
                self.add(name, Meaning::State(self.names.states.len()));
                self.names.states.push((name, shape, start.as_ref()));
            }
            Declaration::Context { name, shape, .. } => {
                self.add(name, Meaning::Context(self.names.contexts.len()));
                self.names.contexts.push((name, shape));
            }
            Declaration::Helper { name, arguments, body } => {
                self.add(name, Meaning::Helper(self.names.helpers.len()));
                self.names.helpers.push(Helper { name, arguments, body: *body });
            }
        }
    }

    fn members(
        &mut self,
        members: &'a Members,
        meaning: fn(usize) -> Meaning,
        list: for<'n> fn(&'n mut Names<'a>) -> &'n mut Vec<(&'a Ident, &'a Members)>,
    ) {
        for name in &members.names {
            let number = list(&mut self.names).len();
            self.add(name, meaning(number));
            list(&mut self.names).push((name, members));
        }
    }

    fn step(&mut self, step: &'a Step) {
        for input in &step.inputs {
            self.add(&input.name, Meaning::Input(self.names.inputs.len()));
            self.names.inputs.push((&input.name, &input.shape));
        }
        for (line, statement) in step.statements.iter().enumerate() {
            for name in statement.locals() {
                self.add(name, Meaning::Local(self.names.locals.len()));
                self.names.locals.push(name);
                self.scope.lines.push(line);
            }
        }
    }

    /// A name in the shape of a context that nothing else has is a size that only a call knows.
    fn dimensions_of_calls(&mut self, expressions: &'a Expressions) {
        let shapes: Vec<&Shape> = self.names.contexts.iter().map(|(_, shape)| *shape).collect();
        for name in shapes.into_iter().flat_map(|shape| names_in(expressions, shape)) {
            let is_free = matches!(self.scope.find(name), Found::Nothing);
            if is_free && !self.scope.arguments_of_new.contains_key(&bare(name)) {
                self.add(name, Meaning::Dimension(self.names.dimensions.len()));
                self.names.dimensions.push(name);
            }
        }
    }

    fn add(&mut self, name: &Ident, meaning: Meaning) {
        self.scope.declare(self.errors, name, meaning);
    }
}

impl Statement {
    /// The names that this line defines.
    pub(in crate::recurrent) fn locals(&self) -> &[Ident] {
        match self {
            Self::Let { name, .. } => std::slice::from_ref(name),
            Self::LetTuple { names, .. } => names,
            Self::Assign { .. } => &[],
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
