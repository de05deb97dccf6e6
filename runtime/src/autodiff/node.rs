//! The record of a computation: a graph of counted nodes, each with what its derivative needs.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::array::element::{DType, Float};
use crate::array::shape::Shape;
use crate::array::{Array, Values};
use crate::ops::Op;
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};

/// One recorded operation, or a parameter at which a gradient is collected.
///
/// `scope` numbers the innermost [`value_and_grad`](crate::value_and_grad) whose parameters the result depends on, and
/// `outermost` the outermost. Scopes begin in the order of their numbers, so an inner one has the larger number.
#[doc(hidden)]
pub struct Node {
    pub(crate) scope: u64,
    pub(crate) outermost: u64,
    /// Larger than that of every input: consumers come before producers when sorted downwards.
    pub(crate) depth: u32,
    /// The shape of the result. Steps that take it as an input read it here and need no copy of their own.
    pub(crate) shape: Shape,
    pub(crate) kind: Kind,
}

#[doc(hidden)]
pub enum Kind {
    /// A parameter of the twin: gradients end here, in `slot`. `outer` is the same value in a surrounding scope.
    Leaf {
        slot: usize,
        outer: Option<Arc<Node>>,
    },
    F32(Step<f32>),
    F64(Step<f64>),
    /// A conversion from the element type `from`.
    Cast {
        input: Option<Arc<Node>>,
        from: DType,
    },
}

/// An operation with its inputs and, where its derivative needs them, the values of its output.
#[doc(hidden)]
pub struct Step<F: Float> {
    pub(crate) op: Op,
    pub(crate) inputs: Inputs<F>,
    pub(crate) output: Values<F>,
}

/// One, two or many inputs, the usual cases without an allocation of their own.
pub(crate) enum Inputs<F: Float> {
    One([Input<F>; 1]),
    Two([Input<F>; 2]),
    Many(Vec<Input<F>>),
}

/// An input of a step, with its values where the derivative needs them.
pub(crate) struct Input<F: Float> {
    source: Source,
    values: Values<F>,
}

/// Where an input came from, and with it its shape.
enum Source {
    Tracked(Arc<Node>),
    /// An untracked tensor with the shape of the step's result, or one whose shape no derivative needs.
    Alike,
    Untracked(Box<Shape>),
}

impl<F: Float> Step<F> {
    /// The inputs' nodes where they are tracked.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (usize, &Arc<Node>)> {
        let inputs = self.inputs.as_slice().iter().enumerate();
        inputs.filter_map(|(at, input)| Some((at, input.node()?)))
    }

    #[inline]
    fn release(&mut self, pending: &mut Vec<Arc<Node>>) {
        for input in self.inputs.as_mut_slice() {
            if let Source::Tracked(node) = std::mem::replace(&mut input.source, Source::Alike) {
                Node::give_up(node, pending);
            }
        }
    }
}

impl<F: Float> Inputs<F> {
    pub(crate) fn as_slice(&self) -> &[Input<F>] {
        match self {
            Self::One(inputs) => inputs,
            Self::Two(inputs) => inputs,
            Self::Many(inputs) => inputs,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [Input<F>] {
        match self {
            Self::One(inputs) => inputs,
            Self::Two(inputs) => inputs,
            Self::Many(inputs) => inputs,
        }
    }
}

impl<F: Float> Input<F> {
    #[inline(always)]
    fn keep(tensor: &Tensor<F>, needed: bool, result: &Shape) -> Self {
        let source = match &tensor.node {
            Some(node) => Source::Tracked(node.clone()),
            None if !needed || tensor.shape() == &**result => Source::Alike,
            None => Source::Untracked(Box::new(*tensor.shape_value())),
        };
        Self { source, values: if needed { tensor.array.values() } else { Values::NONE } }
    }

    pub(crate) fn node(&self) -> Option<&Arc<Node>> {
        if let Source::Tracked(node) = &self.source { Some(node) } else { None }
    }

    /// The shape of an input of a step with the shape `result`.
    pub(crate) fn shape<'a>(&'a self, result: &'a Shape) -> &'a Shape {
        match &self.source {
            Source::Tracked(node) => &node.shape,
            Source::Alike => result,
            Source::Untracked(shape) => shape,
        }
    }

    /// The values that were kept.
    pub(crate) fn array(&self, result: &Shape) -> Array<F> {
        self.values.shaped(*self.shape(result))
    }
}

/// The number of a new scope, larger than all before it.
pub(crate) fn new_scope() -> u64 {
    static SCOPES: AtomicU64 = AtomicU64::new(1);
    SCOPES.fetch_add(1, Ordering::Relaxed)
}

/// The result of `op`: tracked if one of its inputs is, and otherwise nothing is recorded.
pub(crate) fn record<F: Float>(op: Op, inputs: &[&Tensor<F>], output: Array<F>) -> Tensor<F> {
    record_with(|| op, inputs, output)
}

/// As [`record`], for operations that are cheaper made when they are needed than dropped.
#[inline]
pub(crate) fn record_with<F: Float>(op: impl FnOnce() -> Op, inputs: &[&Tensor<F>], output: Array<F>) -> Tensor<F> {
    if inputs.iter().all(|input| input.node.is_none()) {
        return Tensor::untracked(output);
    }
    record_tracked(op(), inputs, output)
}

fn record_tracked<F: Float>(op: Op, inputs: &[&Tensor<F>], output: Array<F>) -> Tensor<F> {
    #[cfg(test)]
    crate::ops::tests::hooks::note(op.name(), inputs.len());
    let needs = op.needs();
    let shape = *output.shape();
    let keep = |input, other: Option<&Tensor<F>>| {
        Input::keep(input, needs.input(other.is_some_and(Tensor::is_tracked)), &shape)
    };
    // Each arm by itself, so that inputs are written where they stay.
    let node = match inputs {
        [x] => Node::of_step(op, inputs, Inputs::One([keep(x, None)]), &output),
        [x, y] => Node::of_step(op, inputs, Inputs::Two([keep(x, Some(y)), keep(y, Some(x))]), &output),
        _ => {
            let kept = inputs.iter().map(|input| keep(input, None)).collect();
            Node::of_step(op, inputs, Inputs::Many(kept), &output)
        }
    };
    Tensor { array: output, node: Some(node) }
}

/// The result of a conversion from another element type.
pub(crate) fn record_cast<F: Float>(input: &AnyTensor, output: Array<F>) -> Tensor<F> {
    let node = each_type!(input, tensor => tensor.node.as_ref()).map(|node| {
        #[cfg(test)]
        crate::ops::tests::hooks::note("cast", 1);
        let kind = Kind::Cast { input: Some(node.clone()), from: input.dtype() };
        Node::after([&**node].into_iter(), *output.shape(), kind)
    });
    Tensor { array: output, node }
}

impl Node {
    #[inline(always)]
    fn of_step<F: Float>(op: Op, inputs: &[&Tensor<F>], kept: Inputs<F>, output: &Array<F>) -> Arc<Self> {
        let saved = if op.needs().output() { output.values() } else { Values::NONE };
        let nodes = inputs.iter().filter_map(|input| input.node.as_deref());
        Self::after(nodes, *output.shape(), F::kind(Step { op, inputs: kept, output: saved }))
    }

    /// The node of a result that was computed from tensors with these nodes.
    #[inline(always)]
    fn after<'a>(inputs: impl Iterator<Item = &'a Self>, shape: Shape, kind: Kind) -> Arc<Self> {
        let (mut scope, mut outermost, mut depth) = (0, u64::MAX, 0);
        for input in inputs {
            scope = scope.max(input.scope);
            outermost = outermost.min(input.outermost);
            depth = depth.max(input.depth + 1);
        }
        Arc::new(Self { scope, outermost, depth, shape, kind })
    }

    /// The node of a parameter whose gradient `scope` collects in `slot`; `value` is the parameter around the scope.
    pub(crate) fn leaf<F: Float>(scope: u64, slot: usize, value: &Tensor<F>) -> Arc<Self> {
        let outer = value.node.clone();
        let (outermost, depth) =
            outer.as_ref().map_or((scope, 0), |around| (scope.min(around.outermost), around.depth + 1));
        let kind = Kind::Leaf { slot, outer };
        Arc::new(Self { scope, outermost, depth, shape: *value.shape_value(), kind })
    }

    /// Whether the node depends on a scope that surrounds `scope`.
    pub(crate) fn reaches_around(&self, scope: u64) -> bool {
        self.outermost < scope
    }

    /// The nodes of the inputs; of a parameter, its value in the surrounding scope.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Arc<Self>> {
        let (single, first, second): (_, &[Input<f32>], &[Input<f64>]) = match &self.kind {
            Kind::Leaf { outer: single, .. } | Kind::Cast { input: single, .. } => (single.as_ref(), &[], &[]),
            Kind::F32(step) => (None, step.inputs.as_slice(), &[]),
            Kind::F64(step) => (None, &[], step.inputs.as_slice()),
        };
        single.into_iter().chain(first.iter().filter_map(Input::node)).chain(second.iter().filter_map(Input::node))
    }

    /// Gives up the handles of the inputs' nodes; those that nobody else holds go to `pending`.
    #[inline]
    fn release(&mut self, pending: &mut Vec<Arc<Self>>) {
        match &mut self.kind {
            Kind::Leaf { outer: single, .. } | Kind::Cast { input: single, .. } => {
                if let Some(node) = single.take() {
                    Self::give_up(node, pending);
                }
            }
            Kind::F32(step) => step.release(pending),
            Kind::F64(step) => step.release(pending),
        }
    }

    #[inline]
    fn give_up(node: Arc<Self>, pending: &mut Vec<Arc<Self>>) {
        if Arc::strong_count(&node) == 1 {
            pending.push(node);
        } else if let Some(last) = Arc::into_inner(node) {
            // The other owner, on another thread, was faster.
            pending.push(Arc::new(last));
        }
    }
}

/// A long chain is taken apart in a loop: dropping it recursively would overflow the stack.
impl Drop for Node {
    #[inline]
    fn drop(&mut self) {
        let mut pending = Vec::new();
        self.release(&mut pending);
        while let Some(mut node) = pending.pop() {
            // No weak handles exist: a count of one means that nobody else can obtain another.
            if let Some(node) = Arc::get_mut(&mut node) {
                node.release(&mut pending);
            }
        }
    }
}
