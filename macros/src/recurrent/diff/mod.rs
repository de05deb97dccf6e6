//! The derivative of a step, again as graphs: reverse mode, one rule for each operation.
//!
//! A backward scan takes the steps from the last to the first. Each gets the derivatives of the loss with respect to its
//! outputs and its next states and hands on those with respect to its old states. What is the same for all steps, or for
//! all examples too, gets the sum over them, and is differentiated further only after it has been summed: parameters and
//! what is made of them once for each scan, contexts once for each example.

mod print;
mod rules;
mod site;
mod sweep;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use rules::derive;
pub(crate) use site::{Contribution, Site};
pub(crate) use sweep::reverse;
#[cfg(test)]
pub(crate) use sweep::reverse_by;

use super::ir::{self, Depends, Graph, NodeId, Rooted};

/// How often a value is computed in a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rate {
    /// It depends on parameters at most.
    Scan,
    /// It depends on contexts too.
    Example,
    /// For each step of each example.
    Row,
}

/// The derivatives of a step. Adjoints are derivatives of the loss with respect to a value; none is a zero.
#[derive(Clone, Debug)]
pub(crate) struct Backward {
    /// By rate. They read values of the step, and sums of the graphs that run more often.
    pub(crate) graphs: [Graph; 3],
    /// What is summed, by the number of its [`ir::Op::Total`].
    pub(crate) totals: Vec<Total>,
    /// Adjoints of the states before the step, in the graph of rows.
    pub(crate) states: Vec<Option<NodeId>>,
    /// In the graph of rows.
    pub(crate) inputs: Vec<Option<NodeId>>,
    /// In the graph of examples.
    pub(crate) contexts: Vec<Option<NodeId>>,
    /// In the graph of scans.
    pub(crate) parameters: Vec<Option<NodeId>>,
}

/// What a value gets from all values that are computed more often.
#[derive(Clone, Debug)]
pub(crate) struct Total {
    /// The value of the step whose adjoint this is a part of: a parameter, `u - transpose(u)`, … Its rate says whether all
    /// rows of an example are summed, or those of all examples.
    pub(crate) target: NodeId,
    pub(crate) parts: Vec<Part>,
}

/// Something to be summed.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Of the graph that its nodes are in.
    pub(crate) rate: Rate,
    pub(crate) contribution: Contribution,
}

impl Rate {
    pub(crate) const ALL: [Self; 3] = [Self::Scan, Self::Example, Self::Row];

    pub(crate) fn of(depends: Depends) -> Self {
        if depends.is_shared() {
            Self::Scan
        } else if Depends::PARAMETER.union(Depends::CONTEXT).contains(depends) {
            Self::Example
        } else {
            Self::Row
        }
    }
}

impl Backward {
    pub(crate) fn graph(&self, rate: Rate) -> &Graph {
        &self.graphs[rate as usize]
    }

    /// The same after all passes over its graphs.
    pub(crate) fn optimised(self) -> Self {
        Rate::ALL.into_iter().fold(self, |backward, rate| ir::optimise(View { backward, rate }).backward)
    }
}

/// One of the graphs with its results.
pub(crate) struct View {
    pub(crate) backward: Backward,
    pub(crate) rate: Rate,
}

impl Rooted for View {
    fn graph(&self) -> &Graph {
        self.backward.graph(self.rate)
    }

    fn parts_mut(&mut self) -> (&mut Graph, Vec<&mut NodeId>) {
        let Backward { graphs, totals, states, inputs, contexts, parameters } = &mut self.backward;
        let results = match self.rate {
            Rate::Scan => vec![parameters],
            Rate::Example => vec![contexts],
            Rate::Row => vec![states, inputs],
        };
        let parts = totals.iter_mut().flat_map(|total| &mut total.parts).filter(|part| part.rate == self.rate);
        let summed = parts.flat_map(|part| part.contribution.nodes_mut());
        (&mut graphs[self.rate as usize], results.into_iter().flatten().flatten().chain(summed).collect())
    }
}
