//! Numbers that are written in a formula.

use super::{Rule, Simplifier};
use crate::recurrent::ir::{Binary, NodeId, Op, Unary};
use crate::recurrent::shapes::fold;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "operations on numbers", apply: folded },
    Rule { name: "x + 0 = x", apply: nothing_added },
    Rule { name: "0 - x = -x", apply: from_nothing },
    Rule { name: "x * 1 = x", apply: same_multiple },
    Rule { name: "x * -1 = -x", apply: negative_multiple },
    Rule { name: "1 / x = recip(x)", apply: reciprocal },
    Rule { name: "x / 2 = x * 0.5", apply: divided_exactly },
    Rule { name: "powers of 1, 2 and -1", apply: power },
    Rule { name: "x * x = square(x)", apply: square },
    Rule { name: "minimum(x, x) = x", apply: extremum_of_equals },
    Rule { name: "abs of what has a sign", apply: absolute },
];

fn folded(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let result = match op {
        Op::Unary(function, a) => fold::unary(*function, s.number(*a)?),
        Op::Binary(function, a, b) => fold::binary(*function, s.number(*a)?, s.number(*b)?),
        _ => return None,
    };
    (!result.is_nan()).then(|| s.push(Op::number(result)))
}

/// `x + 0`, `0 + x`, `x - 0`
fn nothing_added(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Binary(Binary::Add | Binary::Sub, x, zero) if s.number(zero) == Some(0.0) => Some(x),
        Op::Binary(Binary::Add, zero, x) if s.number(zero) == Some(0.0) => Some(x),
        _ => None,
    }
}

fn from_nothing(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Binary(Binary::Sub, zero, x) if s.number(zero) == Some(0.0) => Some(s.make(Op::Unary(Unary::Neg, x))),
        _ => None,
    }
}

/// `x * 1`, `1 * x`, `x / 1`
fn same_multiple(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    multiple(s, op, 1.0)
}

/// `x * -1`, `-1 * x`, `x / -1`
fn negative_multiple(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let x = multiple(s, op, -1.0)?;
    Some(s.make(Op::Unary(Unary::Neg, x)))
}

fn multiple(s: &Simplifier, op: &Op, factor: f64) -> Option<NodeId> {
    match *op {
        Op::Binary(Binary::Mul | Binary::Div, x, number) if s.number(number) == Some(factor) => Some(x),
        Op::Binary(Binary::Mul, number, x) if s.number(number) == Some(factor) => Some(x),
        _ => None,
    }
}

fn reciprocal(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Binary(Binary::Div, one, x) if s.number(one) == Some(1.0) => Some(s.make(Op::Unary(Unary::Recip, x))),
        _ => None,
    }
}

/// Where the reciprocal of the divisor has no rounding error.
fn divided_exactly(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(Binary::Div, x, divisor) = *op else { return None };
    let factor = s.number(divisor)?.recip();
    // the same in f32
    let is_exact = factor.is_normal() && factor.to_bits() << 12 == 0 && (1e-30..1e30).contains(&factor.abs());
    is_exact.then(|| {
        let factor = s.push(Op::number(factor));
        s.make(Op::Binary(Binary::Mul, x, factor))
    })
}

fn power(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(Binary::Pow, x, exponent) = *op else { return None };
    match s.number(exponent)? {
        1.0 => Some(x),
        2.0 => Some(s.make(Op::Unary(Unary::Square, x))),
        -1.0 => Some(s.make(Op::Unary(Unary::Recip, x))),
        _ => None,
    }
}

fn square(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Binary(Binary::Mul, a, b) if a == b => Some(s.make(Op::Unary(Unary::Square, a))),
        _ => None,
    }
}

fn extremum_of_equals(_: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Binary(Binary::Minimum | Binary::Maximum, a, b) if a == b => Some(a),
        _ => None,
    }
}

/// `abs(abs(x))`, `abs(square(x))`, `square(abs(x))`
fn absolute(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Unary(Unary::Abs, a) if matches!(s.op(a), Op::Unary(Unary::Abs | Unary::Square, _)) => Some(a),
        Op::Unary(Unary::Square, a) => match *s.op(a) {
            Op::Unary(Unary::Abs, x) => Some(s.make(Op::Unary(Unary::Square, x))),
            _ => None,
        },
        _ => None,
    }
}
