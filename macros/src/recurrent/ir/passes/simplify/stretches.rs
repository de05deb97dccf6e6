//! Values with equal elements: what is done to all of them is done once.

use super::{Rule, Simplifier};
use crate::recurrent::ir::lower::size;
use crate::recurrent::ir::{Binary, Dim, NodeId, Op, Reduction};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "f(stretch(x)) = stretch(f(x))", apply: inside },
    Rule { name: "stretch(a) + stretch(b) = stretch(a + b)", apply: both },
    Rule { name: "stretch(a) + b = a + b", apply: dropped },
    Rule { name: "sum(stretch(x)) = x * n", apply: summed },
    Rule { name: "max(stretch(x)) = x", apply: extremum },
];

/// What is stretched by one axis.
fn stretched(s: &Simplifier, id: NodeId) -> Option<(NodeId, Dim)> {
    match s.op(id) {
        Op::Stretch(a, length) => Some((*a, length.clone())),
        _ => None,
    }
}

/// The scalar that is everywhere in a vector or a matrix.
fn scalar(s: &Simplifier, id: NodeId) -> Option<NodeId> {
    let (a, _) = stretched(s, id)?;
    if s.rank(a) == 0 { Some(a) } else { scalar(s, a) }
}

fn inside(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let (Op::Unary(_, a) | Op::StopGradient(a)) = *op else { return None };
    let (x, length) = stretched(s, a)?;
    let mut op = op.clone();
    op.operands_mut().into_iter().for_each(|operand| *operand = x);
    let result = s.make(op);
    Some(s.push(Op::Stretch(result, length)))
}

/// Both of them, or one with a scalar.
fn both(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(function, a, b) = *op else { return None };
    let (a, b, length) = match (stretched(s, a), stretched(s, b)) {
        (Some((a, length)), Some((b, _))) => (a, b, length),
        (Some((a, length)), None) if s.rank(b) == 0 => (a, b, length),
        (None, Some((b, length))) if s.rank(a) == 0 => (a, b, length),
        _ => return None,
    };
    let result = s.make(Op::Binary(function, a, b));
    Some(s.make(Op::Stretch(result, length)))
}

/// A scalar stretches by itself beside something that has the shape.
fn dropped(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    if !matches!(op, Op::Binary(..) | Op::Compare(..) | Op::Select { .. }) {
        return None;
    }
    let operands = op.operands();
    let rank = operands.iter().map(|operand| s.rank(*operand)).max()?;
    let scalars: Vec<Option<NodeId>> = operands.iter().map(|operand| scalar(s, *operand)).collect();
    let has_shape = operands.iter().zip(&scalars).any(|(id, scalar)| scalar.is_none() && s.rank(*id) == rank);
    if !has_shape || scalars.iter().all(Option::is_none) {
        return None;
    }
    let mut op = op.clone();
    let places = op.operands_mut().into_iter().zip(scalars);
    places.for_each(|(operand, scalar)| *operand = scalar.unwrap_or(*operand));
    Some(s.make(op))
}

fn summed(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Reduce(Reduction::Sum, a) = *op else { return None };
    let (x, length) = stretched(s, a)?;
    let count = s.push(size(length));
    Some(s.make(Op::Binary(Binary::Mul, x, count)))
}

/// The largest element, or the smallest.
fn extremum(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Reduce(Reduction::Max | Reduction::Min, a) = *op else { return None };
    stretched(s, a).map(|(x, _)| x)
}
