//! Where a rule is applied, and formulas that it writes there.

use crate::recurrent::ir::{Binary, Comparison, Depends, Dim, Element, Graph, NodeId, Op, Reduction, Unary};
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// One operand of one operation of a step, and the graph that gets the derivative.
pub(crate) struct Site<'a> {
    pub(crate) forward: &'a Graph,
    pub(crate) graph: &'a RefCell<Graph>,
    /// The operation.
    pub(crate) node: NodeId,
    /// Which of its operands.
    pub(crate) operand: usize,
    /// The lengths of the operands before it, for those that stand side by side in the result.
    pub(crate) before: &'a Dim,
    /// The adjoint of its result.
    pub(crate) adjoint: NodeId,
}

/// What the adjoint of an operand gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contribution {
    Whole(NodeId),
    /// The outer product of two vectors. Where it is summed, the sum is one product of two matrices.
    Outer(NodeId, NodeId),
}

/// A value of the derivative, so that rules look like formulas.
#[derive(Clone, Copy)]
pub(super) struct Term<'a> {
    graph: &'a RefCell<Graph>,
    pub(super) id: NodeId,
}

impl Contribution {
    pub(crate) fn nodes_mut(&mut self) -> Vec<&mut NodeId> {
        match self {
            Self::Whole(id) => vec![id],
            Self::Outer(left, right) => vec![left, right],
        }
    }
}

impl<'a> Site<'a> {
    pub(super) fn op(&self) -> &'a Op {
        &self.forward.node(self.node).op
    }

    /// The adjoint of the result.
    pub(super) fn g(&self) -> Term<'a> {
        self.term(self.adjoint)
    }

    /// The value of an operand.
    pub(super) fn x(&self, operand: usize) -> Term<'a> {
        self.forward(self.op().operand(operand))
    }

    /// The value of the result.
    pub(super) fn y(&self) -> Term<'a> {
        self.forward(self.node)
    }

    /// The sizes of the axes of an operand.
    pub(super) fn shape(&self, operand: usize) -> &'a [Dim] {
        self.forward.shape(self.op().operand(operand))
    }

    /// Numbers are written anew, all else is read.
    pub(super) fn forward(&self, id: NodeId) -> Term<'a> {
        let node = self.forward.node(id);
        let is_number = matches!(node.op, Op::Number(_) | Op::Size(_) | Op::Hyper(_) | Op::Identity(_));
        let op = if is_number { node.op.clone() } else { Op::Forward(id) };
        let leaf = self.graph.borrow_mut().leaf(op, node.shape.clone(), node.element, node.depends);
        self.term(leaf)
    }

    pub(super) fn number(&self, value: f64) -> Term<'a> {
        let number = Op::number(value);
        let leaf = self.graph.borrow_mut().leaf(number, Vec::new(), Element::Real, Depends::NOTHING);
        self.term(leaf)
    }

    fn term(&self, id: NodeId) -> Term<'a> {
        Term { graph: self.graph, id }
    }
}

impl Term<'_> {
    pub(super) fn push(self, op: Op) -> Self {
        let id = self.graph.borrow_mut().push(op);
        Self { id, ..self }
    }

    pub(super) fn unary(self, function: Unary) -> Self {
        self.push(Op::Unary(function, self.id))
    }

    pub(super) fn binary(self, function: Binary, other: Self) -> Self {
        self.push(Op::Binary(function, self.id, other.id))
    }

    pub(super) fn compare(self, comparison: Comparison, other: Self) -> Self {
        self.push(Op::Compare(comparison, self.id, other.id))
    }

    pub(super) fn and(self, other: Self) -> Self {
        self.push(Op::And(self.id, other.id))
    }

    /// Of a mask.
    pub(super) fn select(self, first: Self, second: Self) -> Self {
        self.push(Op::Select { mask: self.id, first: first.id, second: second.id })
    }

    pub(super) fn matmul(self, transpose_a: bool, other: Self, transpose_b: bool) -> Self {
        self.push(Op::MatMul { a: self.id, b: other.id, transpose_a, transpose_b })
    }

    pub(super) fn sum(self) -> Self {
        self.push(Op::Reduce(Reduction::Sum, self.id))
    }

    pub(super) fn stretch(self, size: &Dim) -> Self {
        self.push(Op::Stretch(self.id, size.clone()))
    }

    fn number(self, value: f64) -> Self {
        let number = Op::number(value);
        let id = self.graph.borrow_mut().leaf(number, Vec::new(), Element::Real, Depends::NOTHING);
        Self { id, ..self }
    }
}

/// An operator between two terms, a term and a number, and a number and a term.
macro_rules! operator {
    ($trait:ident, $method:ident, $function:ident) => {
        impl $trait for Term<'_> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                self.binary(Binary::$function, other)
            }
        }

        impl $trait<f64> for Term<'_> {
            type Output = Self;

            fn $method(self, other: f64) -> Self {
                self.binary(Binary::$function, self.number(other))
            }
        }

        impl<'a> $trait<Term<'a>> for f64 {
            type Output = Term<'a>;

            fn $method(self, other: Term<'a>) -> Term<'a> {
                other.number(self).binary(Binary::$function, other)
            }
        }
    };
}

operator!(Add, add, Add);
operator!(Sub, sub, Sub);
operator!(Mul, mul, Mul);
operator!(Div, div, Div);

impl Neg for Term<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(Unary::Neg)
    }
}
