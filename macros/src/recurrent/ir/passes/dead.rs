//! Removes what reaches no result.

use super::{Rooted, replace};
use crate::recurrent::ir::{Graph, NodeId};

/// The same without nodes that no result needs.
pub(crate) fn remove<T: Rooted>(mut rooted: T) -> T {
    let needed = needed(&mut rooted);
    let mut graph = Graph::default();
    let mut places = Vec::with_capacity(needed.len());
    for (node, needed) in rooted.graph().nodes.iter().zip(needed) {
        places.push(NodeId::new(graph.nodes.len()));
        if needed {
            let mut node = node.clone();
            node.op.operands_mut().into_iter().for_each(|operand| *operand = places[operand.index()]);
            graph.add(node);
        }
    }
    replace(rooted, graph, &places)
}

fn needed<T: Rooted>(rooted: &mut T) -> Vec<bool> {
    let (graph, roots) = rooted.parts_mut();
    let mut needed = vec![false; graph.nodes.len()];
    roots.into_iter().for_each(|root| needed[root.index()] = true);
    for at in (0..needed.len()).rev() {
        if needed[at] {
            graph.nodes[at].op.operands().into_iter().for_each(|operand| needed[operand.index()] = true);
        }
    }
    needed
}
