//! The way through all expressions of a cell, with what their names may mean at each place.

use super::scope::{Scope, key};
use super::suggest::Suggest;
use super::{Meaning, Names};
use crate::errors::Errors;
use crate::recurrent::syntax::{Cell, Declaration, ExpressionId, Initialiser, Kind, Shape, Start, Statement};
use proc_macro2::Ident;
use std::collections::BTreeMap;

/// Finds what the names of all expressions mean. Gives the calls of helpers in the bodies of helpers.
pub(super) fn walk<'a>(
    errors: &mut Errors,
    cell: &'a Cell,
    scope: Scope<'a>,
    names: &mut Names<'a>,
) -> Vec<Vec<HelperCall>> {
    let calls = names.helpers.iter().map(|_| Vec::new()).collect();
    let region = Region::Hyper;
    let arguments = BTreeMap::new();
    let suggest = Suggest::default();
    let mut walk = Walk { errors, cell, scope, names, region, arguments, calls, suggest };
    walk.declarations();
    walk.step();
    walk.calls
}

/// A call of a helper in the body of a helper.
pub(super) struct HelperCall {
    pub(super) helper: usize,
    pub(super) expression: ExpressionId,
}

/// Where a name stands.
#[derive(Clone, Copy)]
pub(super) enum Region<'a> {
    /// In the shape of something that is there when the cell is made.
    Shape,
    /// In the shape of a context or of a `let`, where the sizes of contexts are known.
    ShapeOfCall,
    Initialiser,
    Hyper,
    /// In the body of the helper with this number and name.
    Helper(usize, &'a Ident),
    /// In the line of `step` with this number; the output comes after the last one.
    Line(usize),
}

pub(super) struct Walk<'w, 'a> {
    pub(super) errors: &'w mut Errors,
    pub(super) cell: &'a Cell,
    pub(super) scope: Scope<'a>,
    pub(super) names: &'w mut Names<'a>,
    pub(super) region: Region<'a>,
    /// Those of the helper under way.
    pub(super) arguments: BTreeMap<String, usize>,
    pub(super) calls: Vec<Vec<HelperCall>>,
    pub(super) suggest: Suggest,
}

impl<'a> Walk<'_, 'a> {
    fn declarations(&mut self) {
        let mut helper = 0;
        for declaration in &self.cell.declarations {
            match declaration {
                Declaration::Parameter(members) | Declaration::Buffer(members) => {
                    self.shape(&members.shape, Region::Shape);
                    self.initialiser(&members.initialiser);
                }
                Declaration::Hyper { value, .. } => self.expression(*value, Region::Hyper),
                Declaration::State { shape, start, .. } => {
                    self.shape(shape, Region::Shape);
                    start.iter().for_each(|start| self.start(start));
                }
                Declaration::Context { shape, .. } => self.shape(shape, Region::ShapeOfCall),
                Declaration::Helper { name, arguments, body } => {
                    self.helper(Region::Helper(helper, name), name, arguments, *body);
                    helper += 1;
                }
            }
        }
    }

    fn start(&mut self, start: &Start) {
        match start {
            Start::Fixed(initialiser) => self.fixed_start(initialiser),
            Start::Learned { initialiser: Some(initialiser), .. } => self.initialiser(initialiser),
            Start::Learned { initialiser: None, .. } => {}
        }
    }

    pub(super) fn initialiser_arguments(&mut self, initialiser: &Initialiser) {
        initialiser.arguments.iter().for_each(|argument| self.expression(*argument, Region::Initialiser));
    }

    fn helper(&mut self, region: Region<'a>, name: &Ident, arguments: &[Ident], body: ExpressionId) {
        for (number, argument) in arguments.iter().enumerate() {
            self.helper_argument(name, argument);
            self.arguments.entry(key(argument)).or_insert(number);
        }
        self.expression(body, region);
        self.arguments.clear();
    }

    fn step(&mut self) {
        let step = &self.cell.step;
        step.inputs.iter().for_each(|input| self.shape(&input.shape, Region::Shape));
        step.outputs.iter().for_each(|output| self.shape(&output.shape, Region::Shape));
        for (line, statement) in step.statements.iter().enumerate() {
            match statement {
                Statement::Let { shape, value, .. } => {
                    shape.iter().for_each(|shape| self.shape(shape, Region::ShapeOfCall));
                    self.expression(*value, Region::Line(line));
                }
                Statement::LetTuple { value, .. } => self.tuple_of_let(*value, Region::Line(line)),
                Statement::Assign { value, .. } => self.expression(*value, Region::Line(line)),
            }
        }
        self.expression(step.tail, Region::Line(step.statements.len()));
    }

    fn shape(&mut self, shape: &Shape, region: Region<'a>) {
        shape.axes.iter().for_each(|axis| self.expression(*axis, region));
    }

    /// All names in an expression, in the order in which they are written.
    fn expression(&mut self, root: ExpressionId, region: Region<'a>) {
        self.region = region;
        self.visit(vec![root]);
    }

    /// The right side of `let (a, b) =`, the only place of `split`.
    fn tuple_of_let(&mut self, root: ExpressionId, region: Region<'a>) {
        self.region = region;
        match &self.cell.expressions[root].kind {
            Kind::Call { function, arguments } => {
                self.note(root, |walk| walk.call(root, function, arguments, true));
                self.visit(arguments.iter().rev().copied().collect());
            }
            _ => self.visit(vec![root]),
        }
    }

    fn visit(&mut self, mut waiting: Vec<ExpressionId>) {
        let cell = self.cell;
        while let Some(id) = waiting.pop() {
            let kind = &cell.expressions[id].kind;
            match kind {
                Kind::Name(name) => self.note(id, |walk| walk.name(name)),
                Kind::Call { function, arguments } => self.note(id, |walk| walk.call(id, function, arguments, false)),
                Kind::Number(_)
                | Kind::Negate(_)
                | Kind::Not(_)
                | Kind::Binary { .. }
                | Kind::Slice { .. }
                | Kind::Tuple(_) => {}
            }
            waiting.extend(kind.parts().into_iter().rev());
        }
    }

    fn note(&mut self, id: ExpressionId, find: impl FnOnce(&mut Self) -> Option<Meaning>) {
        self.names.meanings[id.index()] = find(self);
    }
}
