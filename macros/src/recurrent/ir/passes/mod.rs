//! Better graphs with the same results.

use super::{Graph, NodeId};

/// Something that is a graph with results, which are read from outside.
pub(crate) trait Rooted {
    fn graph(&self) -> &Graph;

    /// Its results, of which each stands for the same value afterwards.
    fn parts_mut(&mut self) -> (&mut Graph, Vec<&mut NodeId>);
}

/// All passes in their order.
pub(crate) fn optimise<T: Rooted>(rooted: T) -> T {
    rooted
}
