//! The way through all expressions of a cell, with what their names may mean at each place.

use super::scope::Scope;
use super::suggest::Suggest;
use super::tuples::Gives;
use super::{Names, tuples};
use crate::errors::Errors;
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::bare;
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
    let gives = tuples::of_helpers(cell, &scope, names);
    let region = Region::Hyper;
    let arguments = BTreeMap::new();
    let suggest = Suggest::default();
    let mut walk = Walk { errors, cell, scope, names, region, arguments, calls, gives, suggest, of_example: None };
    walk.declarations();
    walk.step();
    walk.calls
}

/// A call of a helper in the body of a helper.
pub(super) struct HelperCall {
    pub(super) helper: usize,
    pub(super) expression: ExpressionId,
}

/// How many values are wanted where an expression stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    One,
    /// The output of `step` and of a helper may be several values.
    Any,
    /// One for each name after `let`.
    ForNames,
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
    /// By the number of the helper.
    pub(super) gives: Vec<Gives>,
    pub(super) suggest: Suggest,
    /// The shape under way, if it is one of the values that differ between examples.
    pub(super) of_example: Option<&'a Shape>,
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
                    self.shape_of_example(shape);
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
            self.arguments.entry(bare(argument)).or_insert(number);
        }
        self.region = region;
        self.visit(body, Wanted::Any);
        self.arguments.clear();
    }

    fn step(&mut self) {
        let step = &self.cell.step;
        step.inputs.iter().for_each(|input| self.shape_of_example(&input.shape));
        step.outputs.iter().for_each(|output| self.shape_of_example(&output.shape));
        for (line, statement) in step.statements.iter().enumerate() {
            match statement {
                Statement::Let { shape, value, .. } => {
                    shape.iter().for_each(|shape| self.shape(shape, Region::ShapeOfCall));
                    self.expression(*value, Region::Line(line));
                }
                Statement::LetTuple { names, value, .. } => self.names_of_let(names.len(), *value, line),
                Statement::Assign { value, .. } => self.expression(*value, Region::Line(line)),
            }
        }
        self.region = Region::Line(step.statements.len());
        self.visit(step.tail, Wanted::Any);
    }

    /// The shape of a state, an input or an output.
    fn shape_of_example(&mut self, shape: &'a Shape) {
        self.of_example = Some(shape);
        self.shape(shape, Region::Shape);
        self.of_example = None;
    }

    fn shape(&mut self, shape: &Shape, region: Region<'a>) {
        shape.axes.iter().for_each(|axis| self.expression(*axis, region));
    }

    fn expression(&mut self, root: ExpressionId, region: Region<'a>) {
        self.region = region;
        self.visit(root, Wanted::One);
    }

    /// The right side of `let (a, b) =`.
    fn names_of_let(&mut self, names: usize, root: ExpressionId, line: usize) {
        self.region = Region::Line(line);
        let before = self.errors.count();
        self.visit(root, Wanted::ForNames);
        if self.errors.count() == before && self.is_one_value(root) {
            let place = self.cell.expressions[root].place;
            self.errors.error(place, messages::names_for_one_value(names));
        }
    }

    /// All names in an expression, in the order in which they are written.
    fn visit(&mut self, root: ExpressionId, wanted: Wanted) {
        let cell = self.cell;
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            let kind = &cell.expressions[id].kind;
            let wanted = if id == root { wanted } else { Wanted::One };
            self.names.meanings[id.index()] = match kind {
                Kind::Name(name) => self.name(name),
                Kind::Call { function, arguments } => self.call(id, function, arguments.len(), wanted),
                Kind::Number(_)
                | Kind::Negate(_)
                | Kind::Not(_)
                | Kind::Binary { .. }
                | Kind::Slice { .. }
                | Kind::Tuple(_) => None,
            };
            waiting.extend(kind.parts().into_iter().rev());
        }
    }
}
