//! Computes equal things once.

use super::{Rooted, keep_name, replace};
use crate::recurrent::ir::{Binary, Comparison, Graph, NodeId, Op};
use std::collections::BTreeMap;

/// The same with one node for all equal operations on equal operands.
pub(crate) fn merge<T: Rooted>(rooted: T) -> T {
    let mut graph = Graph::default();
    let mut known: BTreeMap<Op, NodeId> = BTreeMap::new();
    let mut places = Vec::with_capacity(rooted.graph().nodes.len());
    for node in &rooted.graph().nodes {
        let mut node = node.clone();
        node.op.operands_mut().into_iter().for_each(|operand| *operand = places[operand.index()]);
        let name = node.name.clone();
        let place = *known.entry(key(&node.op)).or_insert_with(|| graph.add(node));
        keep_name(&mut graph, place, name.as_ref());
        places.push(place);
    }
    replace(rooted, graph, &places)
}

/// The operation, with the earlier operand first where the order does not matter.
fn key(op: &Op) -> Op {
    match *op {
        Op::Binary(function, a, b) if b < a && commutes(function) => Op::Binary(function, b, a),
        Op::Compare(comparison @ (Comparison::Equal | Comparison::NotEqual), a, b) if b < a => {
            Op::Compare(comparison, b, a)
        }
        Op::Compare(Comparison::Greater, a, b) => Op::Compare(Comparison::Less, b, a),
        Op::Compare(Comparison::GreaterEqual, a, b) => Op::Compare(Comparison::LessEqual, b, a),
        Op::And(a, b) if b < a => Op::And(b, a),
        Op::Or(a, b) if b < a => Op::Or(b, a),
        _ => op.clone(),
    }
}

fn commutes(function: Binary) -> bool {
    match function {
        Binary::Add | Binary::Mul | Binary::Minimum | Binary::Maximum => true,
        Binary::Sub | Binary::Div | Binary::Pow | Binary::Rem => false,
    }
}
