//! Masks, `select`, and what is not differentiated anyway.

use super::{Rule, Simplifier};
use crate::recurrent::ir::{Comparison, Depends, Element, NodeId, Op};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "!!m = m", apply: not_not },
    Rule { name: "!(a == b) = (a != b)", apply: not_equal },
    Rule { name: "m && m = m", apply: twice },
    Rule { name: "m && true = m", apply: known_mask },
    Rule { name: "select of a known mask", apply: known_select },
    Rule { name: "select(m, x, x) = x", apply: equal_branches },
    Rule { name: "select(!m, a, b) = select(m, b, a)", apply: turned },
    Rule { name: "select in a select of the same mask", apply: nested },
    Rule { name: "stop_gradient of what has none", apply: stopped },
];

fn not_not(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Not(a) = *op else { return None };
    match *s.op(a) {
        Op::Not(m) => Some(m),
        _ => None,
    }
}

/// The other comparisons have no opposite: all of them are false for what is not a number.
fn not_equal(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Not(a) = *op else { return None };
    match *s.op(a) {
        Op::Compare(Comparison::Equal, a, b) => Some(s.make(Op::Compare(Comparison::NotEqual, a, b))),
        Op::Compare(Comparison::NotEqual, a, b) => Some(s.make(Op::Compare(Comparison::Equal, a, b))),
        _ => None,
    }
}

fn twice(_: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::And(a, b) | Op::Or(a, b) if a == b => Some(a),
        _ => None,
    }
}

/// What a mask of numbers is.
fn known(s: &Simplifier, id: NodeId) -> Option<bool> {
    match *s.op(id) {
        Op::Not(a) => known(s, a).map(|known| !known),
        Op::Compare(comparison, a, b) => {
            let (a, b) = (s.number(a)?, s.number(b)?);
            Some(match comparison {
                Comparison::Less => a < b,
                Comparison::LessEqual => a <= b,
                Comparison::Greater => a > b,
                Comparison::GreaterEqual => a >= b,
                Comparison::Equal => a == b,
                Comparison::NotEqual => a != b,
            })
        }
        _ => None,
    }
}

/// The mask that decides, or the other one.
fn known_mask(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let (a, b, neutral) = match *op {
        Op::And(a, b) => (a, b, true),
        Op::Or(a, b) => (a, b, false),
        _ => return None,
    };
    let (mask, other, known) = known(s, a).map(|known| (a, b, known)).or(known(s, b).map(|known| (b, a, known)))?;
    let result = if known == neutral { other } else { mask };
    // masks are not stretched
    (s.rank(result) == s.rank(mask).max(s.rank(other))).then_some(result)
}

fn known_select(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Select { mask, first, second } = *op else { return None };
    let result = if known(s, mask)? { first } else { second };
    may_be(s, result, op)
}

fn equal_branches(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match *op {
        Op::Select { first, second, .. } if first == second => may_be(s, first, op),
        _ => None,
    }
}

/// Masks are not stretched.
fn may_be(s: &Simplifier, result: NodeId, op: &Op) -> Option<NodeId> {
    let fits = s.element(result) == Element::Real || *s.graph.shape(result) == s.graph.shape_of(op);
    fits.then_some(result)
}

fn turned(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Select { mask, first, second } = *op else { return None };
    match *s.op(mask) {
        Op::Not(mask) => Some(s.make(Op::Select { mask, first: second, second: first })),
        _ => None,
    }
}

fn nested(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Select { mask, first, second } = *op else { return None };
    let inner = |id: NodeId| match *s.op(id) {
        Op::Select { mask: same, first, second } if same == mask => Some((first, second)),
        _ => None,
    };
    let (inner_first, inner_second) = (inner(first), inner(second));
    if inner_first.is_none() && inner_second.is_none() {
        return None;
    }
    let first = inner_first.map_or(first, |(first, _)| first);
    let second = inner_second.map_or(second, |(_, second)| second);
    let shape = s.graph.shape_of(op);
    let is_smaller = s.graph.shape_of(&Op::Select { mask, first, second }) != shape;
    if is_smaller && s.element(first) == Element::Mask {
        return None;
    }
    Some(s.make(Op::Select { mask, first, second }))
}

/// What is stopped already, masks, and what depends on nothing that has a derivative.
fn stopped(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::StopGradient(a) = *op else { return None };
    let has_none = matches!(s.op(a), Op::StopGradient(_) | Op::Buffer(_))
        || s.element(a) == Element::Mask
        || s.depends(a) == Depends::NOTHING;
    has_none.then_some(a)
}
