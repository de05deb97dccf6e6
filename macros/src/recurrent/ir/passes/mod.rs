//! Better graphs with the same results.

pub(crate) mod dead;
pub(crate) mod shared;
pub(crate) mod simplify;

use super::{Graph, NodeId, Step};

/// Something that is a graph with results, which are read from outside.
pub(crate) trait Rooted {
    fn graph(&self) -> &Graph;

    /// The graph and its results, for a pass that replaces all of them.
    fn parts_mut(&mut self) -> (&mut Graph, Vec<&mut NodeId>);
}

impl Rooted for Step {
    fn graph(&self) -> &Graph {
        &self.graph
    }

    fn parts_mut(&mut self) -> (&mut Graph, Vec<&mut NodeId>) {
        (&mut self.graph, self.next.iter_mut().chain(&mut self.outputs).collect())
    }
}

/// A pass.
pub(crate) type Pass<T> = fn(T) -> T;

/// All passes in the order in which they run, with their names.
pub(crate) fn passes<T: Rooted>() -> [(&'static str, Pass<T>); 4] {
    [("shared", shared::merge), ("simplify", simplify::simplify), ("shared", shared::merge), ("dead", dead::remove)]
}

/// The result of all passes.
pub(crate) fn optimise<T: Rooted>(rooted: T) -> T {
    passes().into_iter().fold(rooted, |rooted, (_, pass)| pass(rooted))
}

/// Replaces the graph by one in which each node of the old one has a place.
fn replace<T: Rooted>(mut rooted: T, graph: Graph, places: &[NodeId]) -> T {
    let (old, roots) = rooted.parts_mut();
    *old = graph;
    roots.into_iter().for_each(|root| *root = places[root.index()]);
    rooted
}

/// Keeps the user's name for a value.
fn keep_name(graph: &mut Graph, id: NodeId, name: Option<&String>) {
    let node = &mut graph.nodes[id.index()];
    if node.name.is_none() && !node.op.is_leaf() {
        node.name = name.cloned();
    }
}
