//! The record of a computation: a graph of counted nodes, each with what its derivative needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::array::Array;
use crate::array::element::Float;
use crate::ops::Op;
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};

/// One recorded operation, or a parameter at which a gradient is collected.
///
/// `scope` numbers the innermost [`value_and_grad`](crate::value_and_grad) whose parameters the result depends on, and
/// `outermost` the outermost. Scopes begin in the order of their numbers, so an inner one has the larger number.
pub(crate) struct Node {
    pub(crate) scope: u64,
    pub(crate) outermost: u64,
    /// Larger than that of every input: consumers come before producers when sorted downwards.
    pub(crate) depth: u32,
    pub(crate) kind: Kind,
}

#[doc(hidden)]
pub enum Kind {
    /// A parameter of the twin: gradients end here, in `slot`. `outer` is the same value in a surrounding scope.
    Leaf {
        slot: usize,
        outer: Option<AnyTensor>,
    },
    F32(Step<f32>),
    F64(Step<f64>),
    /// A conversion between element types; the input without its values.
    Cast {
        input: AnyTensor,
    },
}

/// An operation with its inputs and, where its derivative needs it, its output.
/// Inputs that the derivative does not need keep only their shape.
#[doc(hidden)]
pub struct Step<F: Float> {
    pub(crate) op: Op,
    pub(crate) inputs: Inputs<F>,
    pub(crate) output: Option<Array<F>>,
}

/// One, two or many tensors, the usual cases without an allocation of their own.
pub(crate) enum Inputs<F: Float> {
    One([Tensor<F>; 1]),
    Two([Tensor<F>; 2]),
    Many(Vec<Tensor<F>>),
}

impl<F: Float> Inputs<F> {
    pub(crate) fn as_slice(&self) -> &[Tensor<F>] {
        match self {
            Self::One(inputs) => inputs,
            Self::Two(inputs) => inputs,
            Self::Many(inputs) => inputs,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [Tensor<F>] {
        match self {
            Self::One(inputs) => inputs,
            Self::Two(inputs) => inputs,
            Self::Many(inputs) => inputs,
        }
    }
}

/// The number of a new scope, larger than all before it.
pub(crate) fn new_scope() -> u64 {
    static SCOPES: AtomicU64 = AtomicU64::new(1);
    SCOPES.fetch_add(1, Ordering::Relaxed)
}

/// The result of `op`: tracked if one of its inputs is, and otherwise nothing is recorded.
pub(crate) fn record<F: Float>(op: Op, inputs: &[&Tensor<F>], output: Array<F>) -> Tensor<F> {
    if inputs.iter().all(|input| input.node.is_none()) {
        return Tensor::untracked(output);
    }
    #[cfg(test)]
    crate::ops::tests::hooks::note(op.name(), inputs.len());
    let keep = |at: usize| {
        let input: &Tensor<F> = inputs[at];
        let needed = op.needs_input(at, |other| inputs[other].node.is_some());
        let array = if needed { input.array.clone() } else { input.array.hollow() };
        Tensor { array, node: input.node.clone() }
    };
    let kept = match inputs.len() {
        1 => Inputs::One([keep(0)]),
        2 => Inputs::Two([keep(0), keep(1)]),
        count => Inputs::Many((0..count).map(keep).collect()),
    };
    let saved = op.needs_output().then(|| output.clone());
    let kind = F::kind(Step { op, inputs: kept, output: saved });
    let nodes = inputs.iter().filter_map(|input| input.node.as_deref());
    Tensor { array: output, node: Some(Node::after(nodes, kind)) }
}

/// The result of a conversion from another element type.
pub(crate) fn record_cast<F: Float>(input: &AnyTensor, output: Array<F>) -> Tensor<F> {
    let node = each_type!(input, tensor => tensor.node.as_deref());
    #[cfg(test)]
    if node.is_some() {
        crate::ops::tests::hooks::note("cast", 1);
    }
    let node = node.map(|node| Node::after([node].into_iter(), Kind::Cast { input: input.hollow() }));
    Tensor { array: output, node }
}

impl Node {
    /// The node of a result that was computed from tensors with these nodes.
    fn after<'a>(inputs: impl Iterator<Item = &'a Self>, kind: Kind) -> Arc<Self> {
        let mut node = Self { scope: 0, outermost: u64::MAX, depth: 0, kind };
        for input in inputs {
            node.scope = node.scope.max(input.scope);
            node.outermost = node.outermost.min(input.outermost);
            node.depth = node.depth.max(input.depth + 1);
        }
        Arc::new(node)
    }

    /// The node of a parameter whose gradient `scope` collects in `slot`; `value` is the parameter around the scope.
    pub(crate) fn leaf<F: Float>(scope: u64, slot: usize, value: &Tensor<F>) -> Arc<Self> {
        let outer = value.is_tracked().then(|| Tensor { array: value.array.hollow(), node: value.node.clone() }.into());
        let mut node = Self { scope, outermost: scope, depth: 0, kind: Kind::Leaf { slot, outer } };
        if let Some(around) = &value.node {
            node.outermost = scope.min(around.outermost);
            node.depth = around.depth + 1;
        }
        Arc::new(node)
    }

    /// Whether the node depends on a scope that surrounds `scope`.
    pub(crate) fn reaches_around(&self, scope: u64) -> bool {
        self.outermost < scope
    }

    /// The nodes of the inputs; of a parameter, its value in the surrounding scope.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Arc<Self>> {
        let (single, first, second): (Option<&AnyTensor>, &[Tensor<f32>], &[Tensor<f64>]) = match &self.kind {
            Kind::Leaf { outer, .. } => (outer.as_ref(), &[], &[]),
            Kind::F32(step) => (None, step.inputs.as_slice(), &[]),
            Kind::F64(step) => (None, &[], step.inputs.as_slice()),
            Kind::Cast { input } => (Some(input), &[], &[]),
        };
        let single = single.map(|any| each_type!(any, tensor => tensor.node.as_ref()));
        let rest = first.iter().map(|t| t.node.as_ref()).chain(second.iter().map(|t| t.node.as_ref()));
        single.into_iter().chain(rest).flatten()
    }

    /// Moves the handles of the inputs' nodes to `pending`.
    fn release(&mut self, pending: &mut Vec<Arc<Self>>) {
        match &mut self.kind {
            Kind::Leaf { outer: None, .. } => {}
            Kind::Leaf { outer: Some(any), .. } | Kind::Cast { input: any } => {
                pending.extend(each_type!(any, tensor => tensor.node.take()));
            }
            Kind::F32(step) => pending.extend(step.inputs.as_mut_slice().iter_mut().filter_map(|t| t.node.take())),
            Kind::F64(step) => pending.extend(step.inputs.as_mut_slice().iter_mut().filter_map(|t| t.node.take())),
        }
    }
}

/// A long chain is taken apart in a loop: dropping it recursively would overflow the stack.
impl Drop for Node {
    fn drop(&mut self) {
        let mut pending = Vec::new();
        self.release(&mut pending);
        while let Some(node) = pending.pop() {
            if let Some(mut node) = Arc::into_inner(node) {
                node.release(&mut pending);
            }
        }
    }
}
