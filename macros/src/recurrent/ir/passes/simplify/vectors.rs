//! Parts of vectors, and vectors of parts.

use super::{Rule, Simplifier};
use crate::recurrent::ir::{Binary, Dim, NodeId, Op};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "slice of everything", apply: whole },
    Rule { name: "slice of a slice", apply: slice_of_slice },
    Rule { name: "slice of a concat", apply: slice_of_concat },
    Rule { name: "slice of a pad", apply: slice_of_pad },
    Rule { name: "slice of a stretch", apply: slice_of_stretch },
    Rule { name: "pad of nothing", apply: nothing_around },
    Rule { name: "pad of a pad", apply: pad_of_pad },
    Rule { name: "concat of one", apply: concat_of_one },
    Rule { name: "concat of a concat", apply: concat_of_concat },
    Rule { name: "concat of neighbouring slices", apply: concat_of_slices },
    Rule { name: "sum of neighbouring pads", apply: sum_of_pads },
];

/// With more parts nobody looks for the one that a slice needs.
const MOST_PARTS: usize = 64;

impl Simplifier {
    /// The length of a vector.
    fn length(&self, id: NodeId) -> Dim {
        self.graph.shape(id)[0].clone()
    }
}

fn is_zero(dim: &Dim) -> bool {
    dim.as_number() == Some(0)
}

fn whole(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match op {
        Op::Slice { value, start, length } if is_zero(start) && *length == s.length(*value) => Some(*value),
        _ => None,
    }
}

fn slice_of_slice(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Slice { value, start, length } = op else { return None };
    let Op::Slice { value, start: first, .. } = s.op(*value).clone() else { return None };
    let start = first.plus(start)?;
    Some(s.make(Op::Slice { value, start, length: length.clone() }))
}

/// Where the slice is in one of the parts for all sizes.
fn slice_of_concat(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Slice { value, start, length } = op else { return None };
    let parts = match s.op(*value) {
        Op::Concat(parts) if parts.len() <= MOST_PARTS => parts.clone(),
        _ => return None,
    };
    let mut begin = Dim::number(0);
    for part in parts {
        let end = begin.clone().plus(&s.length(part))?;
        if let Some(inside) = start.minus(&begin)
            && end.covers(&start.clone().plus(length)?)
        {
            return Some(s.make(Op::Slice { value: part, start: inside, length: length.clone() }));
        }
        begin = end;
    }
    None
}

fn slice_of_pad(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Slice { value, start, length } = op else { return None };
    match s.op(*value) {
        Op::Pad { value, start: at, .. } if start == at && *length == s.length(*value) => Some(*value),
        _ => None,
    }
}

fn slice_of_stretch(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Slice { value, length, .. } = op else { return None };
    match *s.op(*value) {
        Op::Stretch(x, _) => Some(s.push(Op::Stretch(x, length.clone()))),
        _ => None,
    }
}

fn nothing_around(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match op {
        Op::Pad { value, start, length } if is_zero(start) && *length == s.length(*value) => Some(*value),
        _ => None,
    }
}

fn pad_of_pad(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Pad { value, start, length } = op else { return None };
    let Op::Pad { value, start: first, .. } = s.op(*value).clone() else { return None };
    let start = first.plus(start)?;
    Some(s.make(Op::Pad { value, start, length: length.clone() }))
}

fn concat_of_one(_: &mut Simplifier, op: &Op) -> Option<NodeId> {
    match op {
        Op::Concat(parts) if parts.len() == 1 => Some(parts[0]),
        _ => None,
    }
}

fn concat_of_concat(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Concat(parts) = op else { return None };
    if !parts.iter().any(|part| matches!(s.op(*part), Op::Concat(_))) {
        return None;
    }
    let inner = |part: &NodeId| match s.op(*part) {
        Op::Concat(parts) => parts.clone(),
        _ => vec![*part],
    };
    let parts = parts.iter().flat_map(inner).collect();
    Some(s.make(Op::Concat(parts)))
}

/// Parts of one vector that follow each other there too.
fn concat_of_slices(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Concat(parts) = op else { return None };
    let mut merged: Vec<Op> = Vec::new();
    let mut places = Vec::new();
    for part in parts {
        let op = s.op(*part).clone();
        match merged.last().and_then(|last| joined(last, &op)) {
            Some(both) => {
                merged.pop();
                merged.push(both);
            }
            None => {
                merged.push(op);
                places.push(*part);
            }
        }
    }
    if merged.len() == parts.len() {
        return None;
    }
    let part = |(op, part): (Op, NodeId)| if *s.op(part) == op { part } else { s.make(op) };
    let parts = merged.into_iter().zip(places).map(part).collect();
    Some(s.make(Op::Concat(parts)))
}

/// Two slices of one vector as one.
fn joined(first: &Op, second: &Op) -> Option<Op> {
    let Op::Slice { value, start, length } = first else { return None };
    match second {
        Op::Slice { value: same, start: end, length: more }
            if same == value && start.clone().plus(length).as_ref() == Some(end) =>
        {
            Some(Op::Slice { value: *value, start: start.clone(), length: length.clone().plus(more)? })
        }
        _ => None,
    }
}

/// What comes back through the slices of one vector, each with zeros around it, as one vector.
fn sum_of_pads(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Binary(Binary::Add, a, b) = *op else { return None };
    beside(s, a, b).or_else(|| beside(s, b, a))
}

fn beside(s: &mut Simplifier, first: NodeId, second: NodeId) -> Option<NodeId> {
    let Op::Pad { value: a, start, length } = s.op(first).clone() else { return None };
    let Op::Pad { value: b, start: next, .. } = s.op(second).clone() else { return None };
    if start.clone().plus(&s.length(a))? != next {
        return None;
    }
    let value = s.make(Op::Concat(vec![a, b]));
    Some(s.make(Op::Pad { value, start, length }))
}
