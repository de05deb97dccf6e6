//! What the backward pass reads of a step, and what it computes again.
//!
//! A value costs a write and a read of memory for each step of each example if it is saved. What follows by a few cheap
//! operations from values that are there anyway is computed again: `1 - z` from `z`, a mask from what was compared.

use super::Decision;
use crate::recurrent::diff::{Backward, Rate, View};
use crate::recurrent::ir::{Binary, Element, Graph, Node, NodeId, Op, Rooted, Step, Unary};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Saved {
    /// Reads only saved values, and leaves.
    pub(super) backward: Backward,
    /// Values of the step that must stand in memory when the backward pass begins.
    pub(super) kept: BTreeSet<NodeId>,
}

pub(super) fn choose(step: &Step, mut backward: Backward, broken: Option<Decision>) -> Saved {
    let graph = &step.graph;
    let mut kept = read(&backward);
    let again: Vec<NodeId> = graph.ids().rev().filter(|id| kept.contains(id)).collect();
    let mut computed = BTreeSet::new();
    for id in again {
        let operands = graph.node(id).op.operands();
        let is_there = |operand: &NodeId| kept.contains(operand) || is_leaf(graph, *operand);
        let is_row = Rate::of(graph.node(id).depends) == Rate::Row;
        // states are in memory anyway
        let is_free = is_row && !step.next.contains(&id);
        if is_free && !is_leaf(graph, id) && is_cheap(&graph.node(id).op) && operands.iter().all(is_there) {
            kept.remove(&id);
            computed.insert(id);
        }
    }
    compute_again(graph, &mut backward, &computed, broken == Some(Decision::Recompute));
    let kept = read(&backward).into_iter().filter(|id| !is_leaf(graph, *id)).collect();
    Saved { backward: backward.optimised(), kept }
}

/// The values of the step that a derivative reads.
fn read(backward: &Backward) -> BTreeSet<NodeId> {
    let nodes = Rate::ALL.into_iter().flat_map(|rate| &backward.graph(rate).nodes);
    let read = nodes.filter_map(|node| match node.op {
        Op::Forward(id) => Some(id),
        _ => None,
    });
    read.collect()
}

fn is_leaf(graph: &Graph, id: NodeId) -> bool {
    graph.node(id).op.is_leaf()
}

/// Whether computing a value costs less than reading it.
fn is_cheap(op: &Op) -> bool {
    match op {
        Op::Unary(function, _) => {
            matches!(function, Unary::Neg | Unary::Square | Unary::Abs | Unary::Relu | Unary::Sign)
        }
        Op::Binary(function, ..) => {
            matches!(function, Binary::Add | Binary::Sub | Binary::Mul | Binary::Minimum | Binary::Maximum)
        }
        Op::Compare(..) | Op::And(..) | Op::Or(..) | Op::Not(_) | Op::Select { .. } | Op::StopGradient(_) => true,
        Op::Stretch(..) | Op::Slice { .. } => true,
        _ => false,
    }
}

/// Writes the formulas of these values into the graph of rows, in place of reading them.
fn compute_again(step: &Graph, backward: &mut Backward, computed: &BTreeSet<NodeId>, wrongly: bool) {
    let old = std::mem::take(&mut backward.graphs[Rate::Row as usize]);
    let (mut rows, mut values) = forward_values(step, &old, computed);
    if wrongly {
        computed.iter().for_each(|id| negate(&mut rows, values.get_mut(id)));
    }
    let mut places: Vec<NodeId> = Vec::with_capacity(old.nodes.len());
    for node in old.nodes {
        let place = match node.op {
            Op::Forward(id) => values[&id],
            mut op => {
                op.operands_mut().into_iter().for_each(|operand| *operand = places[operand.index()]);
                rows.add(Node { op, ..node })
            }
        };
        places.push(place);
    }
    backward.graphs[Rate::Row as usize] = rows;
    let mut view = View { backward: backward.clone(), rate: Rate::Row };
    let (_, roots) = view.parts_mut();
    roots.into_iter().for_each(|root| *root = places[root.index()]);
    *backward = view.backward;
}

/// A graph with the values of the step that the graph of rows reads: read, or computed from what is read.
fn forward_values(step: &Graph, rows: &Graph, computed: &BTreeSet<NodeId>) -> (Graph, BTreeMap<NodeId, NodeId>) {
    let mut wanted: BTreeSet<NodeId> = computed.iter().flat_map(|id| step.node(*id).op.operands()).collect();
    wanted.extend(computed);
    wanted.extend(rows.nodes.iter().filter_map(|node| match node.op {
        Op::Forward(id) => Some(id),
        _ => None,
    }));
    let mut graph = Graph::default();
    let mut places: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    for id in wanted {
        let node = step.node(id);
        let is_number = matches!(node.op, Op::Number(_) | Op::Size(_) | Op::Hyper(_) | Op::Identity(_));
        if let Op::StopGradient(value) = node.op
            && computed.contains(&id)
        {
            places.insert(id, places[&value]);
            continue;
        }
        let op = if computed.contains(&id) {
            let mut op = node.op.clone();
            op.operands_mut().into_iter().for_each(|operand| *operand = places[operand]);
            op
        } else if is_number {
            node.op.clone()
        } else {
            Op::Forward(id)
        };
        places.insert(id, graph.add(Node { op, ..node.clone() }));
    }
    (graph, places)
}

/// Makes a value wrong.
fn negate(graph: &mut Graph, place: Option<&mut NodeId>) {
    if let Some(place) = place {
        let is_mask = graph.node(*place).element == Element::Mask;
        *place = graph.push(if is_mask { Op::Not(*place) } else { Op::Unary(Unary::Neg, *place) });
    }
}
