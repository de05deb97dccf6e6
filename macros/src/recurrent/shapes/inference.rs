//! What is known so far, and the loop over the parts of a formula.

use super::bodies::{self, Part};
use crate::errors::Errors;
use crate::recurrent::resolve::Names;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{self, ExpressionId};
use crate::recurrent::typed::{Local, Node, NodeId, Op, Shape, Type};
use proc_macro2::Ident;
use std::rc::Rc;

/// Inlined functions that call one another can make the step larger than anybody wants to compile.
pub(super) const MOST_NODES: usize = 100_000;

/// What a formula gives.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// There was a mistake in it.
    Unknown,
    One(NodeId),
    /// Stands only where somebody takes several: as a body, for a `let` with several names, and as the end of the step.
    Several(Vec<Option<NodeId>>),
}

/// A part of a formula that is a single value.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) id: ExpressionId,
    pub(super) node: NodeId,
    pub(super) ty: Type,
}

/// Everything that the declarations and the statements so far have said.
pub(super) struct Inference<'a> {
    pub(super) errors: &'a mut Errors,
    pub(super) cell: &'a syntax::Cell,
    pub(super) names: &'a Names<'a>,
    /// The shapes of what is declared, by the numbers in `names`; `None` after a mistake.
    pub(super) parameters: Vec<Option<Shape>>,
    pub(super) buffers: Vec<Option<Shape>>,
    pub(super) states: Vec<Option<Shape>>,
    pub(super) inputs: Vec<Option<Shape>>,
    pub(super) contexts: Vec<Option<Shape>>,
    /// The number of each parameter among all of them, learned starts included.
    pub(super) parameter_numbers: Vec<usize>,
    /// Whether the assignment of the state came already.
    pub(super) assigned: Vec<bool>,
    /// Which dimensions some shape mentions.
    pub(super) mentioned: Vec<bool>,
    pub(super) dimensions: Vec<String>,
    nodes: Vec<Node>,
    /// Those that the user wrote first, in their order, then the arguments of inlined functions.
    locals: Vec<(String, Option<NodeId>)>,
    /// The parts of the bodies of functions, once somebody called them.
    helpers: Vec<Option<Rc<[Part]>>>,
    pub(super) frames: Vec<Frame<'a>>,
    /// The parts read so far in bodies of functions.
    inlined: usize,
    /// Whether it was said that these are too many.
    full: bool,
    /// Whether the call under way had a mistake, which is enough for one call.
    pub(super) call_failed: bool,
}

/// A body whose value is not known yet.
pub(super) struct Frame<'a> {
    parts: Rc<[Part]>,
    next: usize,
    /// By the number of the part, counted from the first one.
    values: Vec<Value>,
    /// The function, where it is the body of one.
    pub(super) helper: Option<&'a Ident>,
    /// The locals that hold its arguments; `None` after a mistake.
    pub(super) arguments: Vec<Option<usize>>,
    quiet: bool,
}

/// What the formulas became.
pub(super) struct Found {
    pub(super) dimensions: Vec<String>,
    /// `None` if one of them has no value.
    pub(super) locals: Option<Vec<Local>>,
    pub(super) nodes: Vec<Node>,
}

impl<'a> Inference<'a> {
    pub(super) fn new(errors: &'a mut Errors, cell: &'a syntax::Cell, names: &'a Names<'a>) -> Self {
        Self {
            errors,
            cell,
            names,
            parameters: Vec::new(),
            buffers: Vec::new(),
            states: Vec::new(),
            inputs: Vec::new(),
            contexts: Vec::new(),
            parameter_numbers: Vec::new(),
            assigned: vec![false; names.states.len()],
            mentioned: vec![false; names.dimensions.len()],
            dimensions: names.dimensions.iter().map(|name| bare(name)).collect(),
            nodes: Vec::new(),
            locals: names.locals.iter().map(|name| (bare(name), None)).collect(),
            helpers: vec![None; names.helpers.len()],
            frames: Vec::new(),
            inlined: 0,
            full: false,
            call_failed: false,
        }
    }

    pub(super) fn finish(self) -> Found {
        let local = |(name, value): (String, Option<NodeId>)| Some(Local { name, value: value? });
        Found { dimensions: self.dimensions, locals: self.locals.into_iter().map(local).collect(), nodes: self.nodes }
    }

    /// The value of a formula and of everything in it.
    pub(super) fn evaluate(&mut self, root: ExpressionId) -> Value {
        let parts = bodies::parts(&self.cell.expressions, self.names, root).into();
        self.frames.push(Frame::new(parts, None, Vec::new(), false));
        loop {
            let value = match self.frame().part() {
                Some(part) => self.part(part.id),
                None => {
                    let value = self.frame().last();
                    self.frames.pop();
                    Some(value)
                }
            };
            if std::mem::take(&mut self.call_failed) {
                self.frames.truncate(1);
                self.frame().settle(Value::Unknown);
            } else if let Some(value) = value {
                if self.frames.is_empty() {
                    return value;
                }
                self.frame().settle(value);
            }
            self.inlined += usize::from(self.frames.len() > 1);
        }
    }

    /// The value of a formula that must be a single one.
    pub(super) fn evaluate_one(&mut self, root: ExpressionId) -> Option<Operand> {
        let value = self.evaluate(root);
        self.single(root, &value)
    }

    /// Begins the body of a function; its value will be that of the call.
    pub(super) fn enter(&mut self, helper: usize, arguments: Vec<Option<usize>>) {
        let names = self.names;
        let declared = &names.helpers[helper];
        let parts = self.helpers[helper]
            .get_or_insert_with(|| bodies::parts(&self.cell.expressions, names, declared.body).into())
            .clone();
        let quiet = self.is_quiet();
        self.frames.push(Frame::new(parts, Some(declared.name), arguments, quiet));
    }

    /// Whether nobody asks for a derivative of the part under way.
    pub(super) fn is_quiet(&self) -> bool {
        let frame = self.frames.last().unwrap_or_else(|| unreachable!("asked for while a formula is read"));
        frame.quiet || frame.parts.get(frame.next).is_some_and(|part| part.quiet)
    }

    /// Whether inlined functions have become too much, and whether this is news.
    pub(super) fn is_full(&mut self) -> Option<bool> {
        let full = self.inlined > MOST_NODES;
        full.then(|| !std::mem::replace(&mut self.full, true))
    }

    fn frame(&mut self) -> &mut Frame<'a> {
        self.frames.last_mut().unwrap_or_else(|| unreachable!("the loop ends with the last body"))
    }

    /// What was found for a part of the body under way.
    pub(super) fn value(&mut self, id: ExpressionId) -> Value {
        let frame = self.frame();
        frame.values[id.index() - frame.offset()].clone()
    }

    /// An argument of the function whose body is under way.
    pub(super) fn argument(&mut self, number: usize) -> Option<usize> {
        self.frame().arguments[number]
    }

    /// A part that must be a single value.
    pub(super) fn one(&mut self, id: ExpressionId) -> Option<Operand> {
        let value = self.value(id);
        self.single(id, &value)
    }

    fn single(&mut self, id: ExpressionId, value: &Value) -> Option<Operand> {
        match value {
            Value::Unknown => None,
            Value::One(node) => Some(Operand { id, node: *node, ty: self.ty(*node).clone() }),
            Value::Several(_) => unreachable!("several values stand only where somebody takes several"),
        }
    }

    pub(super) fn push(&mut self, op: Op, ty: Type) -> NodeId {
        let id = u32::try_from(self.nodes.len()).unwrap_or_else(|_| unreachable!("there is a limit far below"));
        self.nodes.push(Node { op, ty });
        NodeId(id)
    }

    /// Forgets the last node if it is this one.
    pub(super) fn forget(&mut self, id: NodeId) {
        if id.0 as usize + 1 == self.nodes.len() {
            self.nodes.pop();
        }
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn ty(&self, id: NodeId) -> &Type {
        &self.node(id).ty
    }

    /// Gives the next name of a `let` its value.
    pub(super) fn define(&mut self, local: usize, value: Option<NodeId>) {
        self.locals[local].1 = value;
    }

    /// A new name for the argument of an inlined function.
    pub(super) fn define_argument(&mut self, name: String, value: NodeId) -> usize {
        self.locals.push((name, Some(value)));
        self.locals.len() - 1
    }

    pub(super) fn local(&self, local: usize) -> Option<NodeId> {
        self.locals[local].1
    }
}

impl<'a> Frame<'a> {
    fn new(parts: Rc<[Part]>, helper: Option<&'a Ident>, arguments: Vec<Option<usize>>, quiet: bool) -> Self {
        let length = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => last.id.index() - first.id.index() + 1,
            _ => unreachable!("a formula has at least one part"),
        };
        Self { parts, next: 0, values: vec![Value::Unknown; length], helper, arguments, quiet }
    }

    fn offset(&self) -> usize {
        self.parts[0].id.index()
    }

    /// The part under way, if the body is not finished.
    pub(super) fn part(&self) -> Option<Part> {
        self.parts.get(self.next).copied()
    }

    /// Notes the value of the part under way.
    fn settle(&mut self, value: Value) {
        let at = self.parts[self.next].id.index() - self.offset();
        self.values[at] = value;
        self.next += 1;
    }

    /// The value of the whole.
    fn last(&self) -> Value {
        self.values.last().cloned().unwrap_or(Value::Unknown)
    }
}
