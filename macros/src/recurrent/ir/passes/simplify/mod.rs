//! Simpler operations for the same value.
//!
//! What stays the same: numbers, with infinities and what is not a number; and derivatives at kinks, so that no rule makes
//! `relu(x)` of `maximum(x, 0)`. So `x * 0` and `x - x` stay too. What may change:
//!
//! - the sign of a zero, which no formula can mean;
//! - the last bits, where a product with a matrix that differs between examples becomes products without one, and where
//!   the sum of equal numbers becomes a product;
//! - that infinities spread: what is zero by its place beside a diagonal or around a slice stays zero;
//! - derivatives that are not numbers, of a branch that can never be taken.

mod masks;
mod matrices;
mod numbers;
mod signs;
mod stretches;
mod vectors;

use super::{Rooted, keep_name, replace};
use crate::recurrent::ir::{Binary, Depends, Element, Graph, NodeId, Op, Shape};

/// One way of making an operation simpler.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    apply: fn(&mut Simplifier, &Op) -> Option<NodeId>,
}

/// All rules, in the order in which they are tried.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    [numbers::RULES, signs::RULES, masks::RULES, stretches::RULES, matrices::RULES, vectors::RULES]
        .into_iter()
        .flatten()
}

/// The same by simpler operations.
pub(crate) fn simplify<T: Rooted>(rooted: T) -> T {
    simplify_altering(rooted, None)
}

/// The same, but this rule gives wrong results: what tests must notice.
pub(crate) fn simplify_altering<T: Rooted>(rooted: T, altered: Option<&'static str>) -> T {
    let mut simplifier = Simplifier { graph: Graph::default(), depth: 0, altered };
    let mut places: Vec<NodeId> = Vec::with_capacity(rooted.graph().nodes.len());
    for node in &rooted.graph().nodes {
        let mut op = node.op.clone();
        op.operands_mut().into_iter().for_each(|operand| *operand = places[operand.index()]);
        let place = if op.is_leaf() { simplifier.graph.add(node.clone()) } else { simplifier.make(op) };
        keep_name(&mut simplifier.graph, place, node.name.as_ref());
        places.push(place);
    }
    replace(rooted, simplifier.graph, &places)
}

/// The new graph so far, all of whose operations are as simple as they can be.
struct Simplifier {
    graph: Graph,
    /// How many operations are being made of one.
    depth: usize,
    altered: Option<&'static str>,
}

impl Simplifier {
    /// The value of an operation, by the simplest one.
    fn make(&mut self, op: Op) -> NodeId {
        self.depth += 1;
        let result = self.made(op);
        self.depth -= 1;
        result
    }

    fn made(&mut self, op: Op) -> NodeId {
        for rule in rules() {
            if let Some(result) = (rule.apply)(self, &op) {
                let shape = self.graph.shape_of(&op);
                let result = self.fitted(result, &shape);
                return if self.altered == Some(rule.name) { self.wrong(result) } else { result };
            }
        }
        self.push(op)
    }

    /// Whether an operation has become so many that a rule about chains should stop, lest it needs a stack as long as they.
    fn is_deep(&self) -> bool {
        self.depth > 100
    }

    /// An operation as it is.
    fn push(&mut self, op: Op) -> NodeId {
        self.graph.push(op)
    }

    /// A scalar stretched to a shape, or what has the shape.
    fn fitted(&mut self, id: NodeId, shape: &Shape) -> NodeId {
        let has = self.graph.rank(id);
        debug_assert!(has == 0 || self.graph.shape(id) == shape, "only scalars stretch");
        debug_assert!(has == shape.len() || self.element(id) == Element::Real, "masks are not stretched");
        shape[has..].iter().fold(id, |id, axis| self.push(Op::Stretch(id, axis.clone())))
    }

    fn wrong(&mut self, id: NodeId) -> NodeId {
        match self.element(id) {
            Element::Mask => self.push(Op::Not(id)),
            Element::Real => {
                let factor = self.push(Op::number(1.001));
                self.push(Op::Binary(Binary::Mul, id, factor))
            }
        }
    }

    fn op(&self, id: NodeId) -> &Op {
        &self.graph.node(id).op
    }

    fn number(&self, id: NodeId) -> Option<f64> {
        self.graph.number(id)
    }

    fn rank(&self, id: NodeId) -> usize {
        self.graph.rank(id)
    }

    fn element(&self, id: NodeId) -> Element {
        self.graph.node(id).element
    }

    /// Whether it is the same for all examples, so that it costs nothing in a step.
    fn is_shared(&self, id: NodeId) -> bool {
        self.depends(id).is_shared()
    }

    fn depends(&self, id: NodeId) -> Depends {
        self.graph.node(id).depends
    }
}
