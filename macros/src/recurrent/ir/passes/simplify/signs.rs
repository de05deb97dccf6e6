//! Negations: they move outwards, until a sum takes them.

use super::{Rule, Simplifier};
use crate::recurrent::ir::{Binary, NodeId, Op, Reduction, Unary};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "-(-x) = x", apply: twice },
    Rule { name: "a + -b = a - b", apply: sum },
    Rule { name: "a - -b = a + b", apply: difference },
    Rule { name: "-(a - b) = b - a", apply: turned },
    Rule { name: "-a * -b = a * b", apply: both },
    Rule { name: "-(x * 2) = x * -2", apply: number },
    Rule { name: "-a * b = -(a * b)", apply: outwards },
    Rule { name: "square(-x) = square(x)", apply: even },
    Rule { name: "sum(-x) = -sum(x)", apply: reduced },
];

/// What is negated.
fn negated(s: &Simplifier, id: NodeId) -> Option<NodeId> {
    match *s.op(id) {
        Op::Unary(Unary::Neg, a) => Some(a),
        _ => None,
    }
}

fn negative(s: &mut Simplifier, id: NodeId) -> NodeId {
    s.make(Op::Unary(Unary::Neg, id))
}

fn twice(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Unary(Unary::Neg, a) => negated(s, a),
        _ => None,
    }
}

/// `a + -b`, `-a + b`
fn sum(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(Binary::Add, a, b) = *op else { return None };
    let (a, b) = match (negated(s, a), negated(s, b)) {
        (_, Some(b)) => (a, b),
        (Some(a), None) => (b, a),
        (None, None) => return None,
    };
    Some(s.make(Op::Binary(Binary::Sub, a, b)))
}

fn difference(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(Binary::Sub, a, b) = *op else { return None };
    let b = negated(s, b)?;
    Some(s.make(Op::Binary(Binary::Add, a, b)))
}

fn turned(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Unary(Unary::Neg, difference) = *op else { return None };
    match *s.op(difference) {
        Op::Binary(Binary::Sub, a, b) => Some(s.make(Op::Binary(Binary::Sub, b, a))),
        _ => None,
    }
}

/// Also of quotients.
fn both(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(function @ (Binary::Mul | Binary::Div), a, b) = *op else { return None };
    let (a, b) = (negated(s, a)?, negated(s, b)?);
    Some(s.make(Op::Binary(function, a, b)))
}

/// `-(x * 2)`, `-x * 2`, and with the number in front
fn number(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let (x, factor) = match *op {
        Op::Unary(Unary::Neg, product) => factors(s, product)?,
        _ => {
            let (x, factor) = factors_of(s, op)?;
            (negated(s, x)?, factor)
        }
    };
    let factor = s.push(Op::number(-factor));
    Some(s.make(Op::Binary(Binary::Mul, x, factor)))
}

fn factors(s: &Simplifier, id: NodeId) -> Option<(NodeId, f64)> {
    factors_of(s, s.op(id))
}

/// Something and a number.
fn factors_of(s: &Simplifier, op: &Op) -> Option<(NodeId, f64)> {
    let Op::Binary(Binary::Mul, a, b) = *op else { return None };
    s.number(b).map(|number| (a, number)).or_else(|| s.number(a).map(|number| (b, number)))
}

/// Of products and quotients, unless it is a scalar that stretches: its negation costs less than that of the result.
fn outwards(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(function @ (Binary::Mul | Binary::Div), a, b) = *op else { return None };
    let rank = s.rank(a).max(s.rank(b));
    let inner = |id: NodeId| negated(s, id).filter(|_| s.rank(id) == rank);
    let (a, b) = match (inner(a), inner(b)) {
        (Some(a), _) => (a, b),
        (None, Some(b)) => (a, b),
        (None, None) => return None,
    };
    let result = s.make(Op::Binary(function, a, b));
    Some(negative(s, result))
}

/// Also of `abs` and `cos`.
fn even(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Unary(function @ (Unary::Square | Unary::Abs | Unary::Cos), a) = *op else { return None };
    let a = negated(s, a)?;
    Some(s.make(Op::Unary(function, a)))
}

fn reduced(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Reduce(Reduction::Sum, a) = *op else { return None };
    let a = negated(s, a)?;
    let sum = s.make(Op::Reduce(Reduction::Sum, a));
    Some(negative(s, sum))
}
