//! From a checked cell to a graph.

mod formulas;

use super::passes::dead;
use super::{Depends, Element, Graph, NodeId, Op, Shape, Step};
use crate::recurrent::typed::{self, Cell};

/// The step of a cell, without what reaches no result.
pub(crate) fn lower(cell: &Cell) -> Step {
    let mut lowering = Lowering { cell, graph: Graph::default(), values: Vec::with_capacity(cell.nodes.len()) };
    for node in &cell.nodes {
        let value = lowering.node(node);
        lowering.values.push(value);
    }
    let next: Vec<NodeId> = cell.next.iter().map(|id| lowering.get(*id)).collect();
    for (state, value) in cell.states.iter().zip(&next) {
        lowering.name(*value, &state.name);
    }
    let outputs = cell.outputs.iter().map(|output| lowering.get(output.value)).collect();
    dead::remove(Step { graph: lowering.graph, next, outputs })
}

/// The graph so far.
struct Lowering<'a> {
    cell: &'a Cell,
    graph: Graph,
    /// By node of the cell.
    values: Vec<NodeId>,
}

impl Lowering<'_> {
    /// What a node became.
    fn get(&self, id: typed::NodeId) -> NodeId {
        self.values[id.0 as usize]
    }

    /// Gives a value the user's name, unless it has one.
    fn name(&mut self, id: NodeId, name: &str) {
        let node = &mut self.graph.nodes[id.index()];
        if !node.op.is_leaf() && node.name.is_none() {
            node.name = Some(name.to_owned());
        }
    }

    fn node(&mut self, node: &typed::Node) -> NodeId {
        let cell = self.cell;
        let mut leaf = |op, shape: &Shape, depends| self.graph.leaf(op, shape.clone(), Element::Real, depends);
        match &node.op {
            typed::Op::Parameter(at) => leaf(Op::Parameter(*at), &node.ty.shape, Depends::PARAMETER),
            typed::Op::Buffer(at) => leaf(Op::Buffer(*at), &node.ty.shape, Depends::PARAMETER),
            typed::Op::Input(at) => leaf(Op::Input(*at), &node.ty.shape, Depends::INPUT),
            typed::Op::Context(at) => leaf(Op::Context(*at), &node.ty.shape, Depends::CONTEXT),
            typed::Op::State(at) => leaf(Op::State(*at), &node.ty.shape, Depends::STATE),
            typed::Op::Next(at) => self.get(cell.next[*at]),
            typed::Op::Local(at) => {
                let local = &cell.locals[*at];
                let value = self.get(local.value);
                self.name(value, &local.name);
                value
            }
            typed::Op::Clamp { value, low, high } => self.clamp([*value, *low, *high].map(|id| self.get(id))),
            typed::Op::Elu { value, alpha } => self.elu(self.get(*value), self.get(*alpha)),
            typed::Op::LeakyRelu { value, slope } => self.leaky_relu(self.get(*value), self.get(*slope)),
            typed::Op::Dot(a, b) => self.dot(self.get(*a), self.get(*b)),
            typed::Op::Reduce(reduction, a) => self.reduction(*reduction, self.get(*a)),
            typed::Op::Normalise(normalisation, a) => self.normalisation(*normalisation, self.get(*a)),
            typed::Op::LayerNorm { value, epsilon } => self.layer_norm(self.get(*value), self.get(*epsilon)),
            typed::Op::Concat(parts) => {
                let parts = parts.iter().map(|part| self.vector(self.get(*part))).collect();
                self.graph.push(Op::Concat(parts))
            }
            same => {
                let op = self.same(same);
                self.graph.push(op)
            }
        }
    }

    /// An operation that both have.
    fn same(&self, op: &typed::Op) -> Op {
        let get = |id: &typed::NodeId| self.get(*id);
        match op {
            typed::Op::Number(value) => Op::number(*value),
            typed::Op::Size(dim) => size(dim.clone()),
            typed::Op::Hyper(at) => Op::Hyper(*at),
            typed::Op::Unary(function, a) => Op::Unary(*function, get(a)),
            typed::Op::Binary(function, a, b) => Op::Binary(*function, get(a), get(b)),
            typed::Op::Compare(comparison, a, b) => Op::Compare(*comparison, get(a), get(b)),
            typed::Op::And(a, b) => Op::And(get(a), get(b)),
            typed::Op::Or(a, b) => Op::Or(get(a), get(b)),
            typed::Op::Not(a) => Op::Not(get(a)),
            typed::Op::Select { mask, first, second } => {
                Op::Select { mask: get(mask), first: get(first), second: get(second) }
            }
            typed::Op::StopGradient(a) => Op::StopGradient(get(a)),
            typed::Op::MatMul(a, b) => Op::MatMul { a: get(a), b: get(b), transpose_a: false, transpose_b: false },
            typed::Op::Outer(a, b) => Op::Outer(get(a), get(b)),
            typed::Op::Transpose(a) => Op::Transpose(get(a)),
            typed::Op::Diag(a) => Op::Diag(get(a)),
            typed::Op::Identity(dim) => Op::Identity(dim.clone()),
            typed::Op::Slice { value, start, length } => {
                Op::Slice { value: get(value), start: start.clone(), length: length.clone() }
            }
            typed::Op::Parameter(_)
            | typed::Op::Buffer(_)
            | typed::Op::Input(_)
            | typed::Op::Context(_)
            | typed::Op::State(_)
            | typed::Op::Next(_)
            | typed::Op::Local(_)
            | typed::Op::Clamp { .. }
            | typed::Op::Elu { .. }
            | typed::Op::LeakyRelu { .. }
            | typed::Op::Dot(..)
            | typed::Op::Reduce(..)
            | typed::Op::Normalise(..)
            | typed::Op::LayerNorm { .. }
            | typed::Op::Concat(_) => unreachable!("{op:?} becomes something else"),
        }
    }
}

/// A size as a number, which may be known.
pub(super) fn size(dim: typed::Dim) -> Op {
    #[allow(clippy::cast_precision_loss)] // sizes of this magnitude do not exist
    match dim.as_number() {
        Some(number) => Op::number(number as f64),
        None => Op::Size(dim),
    }
}
