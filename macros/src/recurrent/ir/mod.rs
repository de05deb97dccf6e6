//! A step as a graph of few operations, between the checked cell and its plan.
//!
//! Values are those of one example, of rank 0, 1 or 2. Names are gone, functions of rows (`softmax`, `norm`, …) are made of
//! sums and pointwise operations, and every value says what it depends on. Derivatives are graphs of the same operations.

mod build;
mod lower;
pub(crate) mod passes;
pub(crate) mod print;
#[cfg(test)]
mod tests;

pub(crate) use super::tape::Real;
pub(crate) use super::typed::{Binary, Comparison, Dim, Element, Shape, Unary};
pub(crate) use lower::lower;
pub(crate) use passes::{Rooted, optimise};

use std::fmt;

/// Operations in an order in which they can be computed: parts before the whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
}

/// The number of a node in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) u32);

/// One operation and what is known about its value.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) shape: Shape,
    pub(crate) element: Element,
    pub(crate) depends: Depends,
    /// What the user calls it.
    pub(crate) name: Option<String>,
}

/// One step of a cell.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) graph: Graph,
    /// The next value of each state, in the order of the states.
    pub(crate) next: Vec<NodeId>,
    pub(crate) outputs: Vec<NodeId>,
}

/// The closed list of operations. Reals, except where it says mask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Op {
    Number(Real),
    /// A size as a number.
    Size(Dim),
    Hyper(usize),
    /// One that is absent counts as zeros.
    Parameter(usize),
    Buffer(usize),
    Input(usize),
    Context(usize),
    /// The value before this step.
    State(usize),
    /// In the graph of a derivative: a value of the graph that it is the derivative of.
    Forward(NodeId),
    /// In the graph of a derivative: the derivative of the loss with respect to an output of this step.
    OutputAdjoint(usize),
    /// In the graph of a derivative: the derivative of the loss with respect to the next value of a state.
    NextAdjoint(usize),
    /// In the graph of a derivative that runs less often than each row: a derivative that was summed.
    Total(usize),
    /// Element by element.
    Unary(Unary, NodeId),
    /// Element by element; a scalar stretches over the other operand, and nothing else does.
    Binary(Binary, NodeId, NodeId),
    /// Two values to a mask; a scalar stretches.
    Compare(Comparison, NodeId, NodeId),
    /// Masks; a scalar stretches.
    And(NodeId, NodeId),
    /// Masks; a scalar stretches.
    Or(NodeId, NodeId),
    /// A mask.
    Not(NodeId),
    /// `mask ? first : second`, of two values or two masks; scalars stretch.
    Select {
        mask: NodeId,
        first: NodeId,
        second: NodeId,
    },
    /// `[M, K] @ [K]` or `[M, K] @ [K, N]`, after the transposes. A vector is not transposed.
    MatMul {
        a: NodeId,
        b: NodeId,
        transpose_a: bool,
        transpose_b: bool,
    },
    /// `[M]` and `[N]` to `[M, N]`.
    Outer(NodeId, NodeId),
    /// `[M, N]` to `[N, M]`.
    Transpose(NodeId),
    /// `[N]` to `[N, N]`.
    Diag(NodeId),
    /// `[N, N]` to `[N]`.
    DiagonalOf(NodeId),
    /// `[N, N]`.
    Identity(Dim),
    /// The last axis disappears.
    Reduce(Reduction, NodeId),
    /// A new last axis of this size, with equal elements: `[]` to `[N]`, `[M]` to `[M, N]`.
    Stretch(NodeId, Dim),
    /// Vectors to one vector.
    Concat(Vec<NodeId>),
    /// Part of a vector.
    Slice {
        value: NodeId,
        start: Dim,
        length: Dim,
    },
    /// A vector at this place of a longer one, which has zeros elsewhere.
    Pad {
        value: NodeId,
        start: Dim,
        length: Dim,
    },
    /// The same value, which is not differentiated.
    StopGradient(NodeId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reduction {
    Sum,
    Min,
    Max,
}

/// What a value depends on: any of a few kinds of leaves. Numbers, sizes and hypers do not count.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Depends(u8);

impl Graph {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The numbers of all nodes in order.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId::new)
    }
}

impl NodeId {
    pub(crate) fn new(at: usize) -> Self {
        Self(u32::try_from(at).unwrap_or_else(|_| unreachable!("nodes fit into 32 bits")))
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Depends {
    pub(crate) const NOTHING: Self = Self(0);
    /// Parameters and buffers.
    pub(crate) const PARAMETER: Self = Self(1);
    pub(crate) const CONTEXT: Self = Self(2);
    pub(crate) const INPUT: Self = Self(4);
    pub(crate) const STATE: Self = Self(8);
    /// Derivatives that are known for all steps before a backward scan.
    pub(crate) const OUTPUT_ADJOINT: Self = Self(16);
    /// Derivatives that a later step hands to an earlier one.
    pub(crate) const NEXT_ADJOINT: Self = Self(32);

    const NAMES: [(Self, &'static str); 6] = [
        (Self::PARAMETER, "parameter"),
        (Self::CONTEXT, "context"),
        (Self::INPUT, "input"),
        (Self::STATE, "state"),
        (Self::OUTPUT_ADJOINT, "output adjoint"),
        (Self::NEXT_ADJOINT, "next adjoint"),
    ];

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has all that the other one has.
    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the value is the same for all examples and steps.
    pub(crate) const fn is_shared(self) -> bool {
        Self::PARAMETER.contains(self)
    }
}

impl Op {
    pub(crate) fn number(value: f64) -> Self {
        Self::Number(Real::new(value))
    }

    /// Whether it reads no other node.
    pub(crate) fn is_leaf(&self) -> bool {
        // a list may be long, and is never empty
        !matches!(self, Self::Concat(_)) && self.operands().is_empty()
    }

    /// The node that it reads at this place.
    pub(crate) fn operand(&self, at: usize) -> NodeId {
        match self {
            Self::Concat(parts) => parts[at],
            _ => self.operands()[at],
        }
    }

    /// The nodes that it reads, in order.
    pub(crate) fn operands_mut(&mut self) -> Vec<&mut NodeId> {
        match self {
            Self::Number(_)
            | Self::Size(_)
            | Self::Hyper(_)
            | Self::Parameter(_)
            | Self::Buffer(_)
            | Self::Input(_)
            | Self::Context(_)
            | Self::State(_)
            | Self::Forward(_)
            | Self::OutputAdjoint(_)
            | Self::NextAdjoint(_)
            | Self::Total(_)
            | Self::Identity(_) => Vec::new(),
            Self::Unary(_, a)
            | Self::Not(a)
            | Self::Transpose(a)
            | Self::Diag(a)
            | Self::DiagonalOf(a)
            | Self::Reduce(_, a)
            | Self::Stretch(a, _)
            | Self::Slice { value: a, .. }
            | Self::Pad { value: a, .. }
            | Self::StopGradient(a) => vec![a],
            Self::Binary(_, a, b)
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b)
            | Self::MatMul { a, b, .. }
            | Self::Outer(a, b) => vec![a, b],
            Self::Select { mask, first, second } => vec![mask, first, second],
            Self::Concat(parts) => parts.iter_mut().collect(),
        }
    }

    /// The nodes that it reads, in order.
    pub(crate) fn operands(&self) -> Vec<NodeId> {
        self.clone().operands_mut().into_iter().map(|operand| *operand).collect()
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

/// `input, state`
impl fmt::Display for Depends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = Self::NAMES.iter().filter(|(one, _)| self.contains(*one));
        f.write_str(&all.map(|(_, name)| *name).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Debug for Depends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}
