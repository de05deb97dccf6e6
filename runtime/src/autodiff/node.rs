//! The record of a computation: a graph of counted nodes, each with what its derivative needs.
//!
//! A node stands for one result. An operation has one, so its node is both; a computation with several results has a
//! node of its own, see `joint.rs`.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

use std::sync::atomic::{AtomicU64, Ordering};

use super::joint::JointStep;
use super::link::Link;
use crate::array::element::{DType, Float};
use crate::array::shape::Shape;
use crate::array::storage::Counted;
use crate::array::{Array, Values};
use crate::ops::Op;
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};

/// One recorded operation, a computation with several results or one of these, or a parameter at which a gradient is
/// collected.
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
        outer: Link,
    },
    F32(Step<f32>),
    F64(Step<f64>),
    /// A conversion from the element type `from`.
    Cast {
        input: Link,
        from: DType,
    },
    /// A computation with several results. Its gradient is collected at their nodes, and its own shape means nothing.
    Joint(JointStep),
    /// Result `at` of a [`Joint`](Self::Joint).
    Result {
        joint: Link,
        at: usize,
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
    node: Link,
    /// Of an untracked input with values, if it differs from the shape of the result.
    shape: Option<Box<Shape>>,
    values: Values<F>,
}

impl<F: Float> Step<F> {
    /// The inputs' nodes where they are tracked.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (usize, &Counted<Node>)> {
        let inputs = self.inputs.as_slice().iter().enumerate();
        inputs.filter_map(|(at, input)| Some((at, input.node()?)))
    }

    #[inline]
    fn release(&mut self, pending: &mut Vec<Counted<Node>>) {
        for input in self.inputs.as_mut_slice() {
            input.node.release(pending);
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
        let apart = needed && tensor.node.is_none() && !tensor.shape_value().same(result);
        Self {
            node: tensor.node.clone(),
            shape: apart.then(|| Box::new(*tensor.shape_value())),
            values: if needed { tensor.array.values() } else { Values::NONE },
        }
    }

    pub(crate) fn node(&self) -> Option<&Counted<Node>> {
        self.node.as_ref()
    }

    /// The shape of an input of a step with the shape `result`.
    pub(crate) fn shape<'a>(&'a self, result: &'a Shape) -> &'a Shape {
        match &*self.node {
            Some(node) => &node.shape,
            None => self.shape.as_deref().unwrap_or(result),
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
    let shape = output.shape();
    let saved = if needs.output() { output.values() } else { Values::NONE };
    let keep = |input, other: Option<&Tensor<F>>| {
        Input::keep(input, needs.input(other.is_some_and(Tensor::is_tracked)), shape)
    };
    // Each arm by itself, so that inputs are written where they stay.
    let node = match inputs {
        [x] => {
            let kept = Inputs::One([keep(x, None)]);
            Node::of_step(Step { op, inputs: kept, output: saved }, inputs, shape)
        }
        [x, y] => {
            let kept = Inputs::Two([keep(x, Some(y)), keep(y, Some(x))]);
            Node::of_step(Step { op, inputs: kept, output: saved }, inputs, shape)
        }
        _ => {
            let kept = Inputs::Many(inputs.iter().map(|input| keep(input, None)).collect());
            Node::of_step(Step { op, inputs: kept, output: saved }, inputs, shape)
        }
    };
    Tensor { array: output, node }
}

/// The result of a conversion from another element type.
pub(crate) fn record_cast<F: Float>(input: &AnyTensor, output: Array<F>) -> Tensor<F> {
    let Some(node) = each_type!(input, tensor => tensor.node.as_ref()) else {
        return Tensor::untracked(output);
    };
    #[cfg(test)]
    crate::ops::tests::hooks::note("cast", 1);
    let kind = Kind::Cast { input: Link::to(node), from: input.dtype() };
    let node = Node::after([&**node].into_iter(), output.shape(), kind);
    Tensor { array: output, node }
}

impl Node {
    pub(crate) const EMPTY: Self = Self {
        scope: 0,
        outermost: 0,
        depth: 0,
        shape: Shape::SCALAR,
        kind: Kind::Leaf { slot: 0, outer: Link::NONE },
    };

    #[inline(always)]
    fn link(scope: u64, outermost: u64, depth: u32, shape: &Shape, kind: Kind) -> Link {
        Link::build(|node| {
            node.scope = scope;
            node.outermost = outermost;
            node.depth = depth;
            node.shape = *shape;
            node.kind = kind;
        })
    }

    #[inline(always)]
    fn of_step<F: Float>(step: Step<F>, inputs: &[&Tensor<F>], shape: &Shape) -> Link {
        let nodes = inputs.iter().filter_map(|input| input.node.as_deref());
        Self::after(nodes, shape, F::kind(step))
    }

    /// The node of a result that was computed from tensors with these nodes.
    #[inline(always)]
    pub(super) fn after<'a>(inputs: impl Iterator<Item = &'a Self>, shape: &Shape, kind: Kind) -> Link {
        let (mut scope, mut outermost, mut depth) = (0, u64::MAX, 0);
        for input in inputs {
            scope = scope.max(input.scope);
            outermost = outermost.min(input.outermost);
            depth = depth.max(input.depth + 1);
        }
        Self::link(scope, outermost, depth, shape, kind)
    }

    /// The node of a parameter whose gradient `scope` collects in `slot`; `value` is the parameter around the scope.
    pub(crate) fn leaf<F: Float>(scope: u64, slot: usize, value: &Tensor<F>) -> Link {
        let outer = value.node.clone();
        let (outermost, depth) =
            outer.as_ref().map_or((scope, 0), |around| (scope.min(around.outermost), around.depth + 1));
        let kind = Kind::Leaf { slot, outer };
        Self::link(scope, outermost, depth, value.shape_value(), kind)
    }

    /// Whether the node depends on a scope that surrounds `scope`.
    pub(crate) fn reaches_around(&self, scope: u64) -> bool {
        self.outermost < scope
    }

    /// The nodes of the inputs; of a parameter, its value in the surrounding scope; of a result, its joint.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Counted<Self>> {
        let (links, first, second): (&[Link], &[Input<f32>], &[Input<f64>]) = match &self.kind {
            Kind::Leaf { outer: single, .. }
            | Kind::Cast { input: single, .. }
            | Kind::Result { joint: single, .. } => (std::slice::from_ref(single), &[], &[]),
            Kind::Joint(step) => (step.inputs(), &[], &[]),
            Kind::F32(step) => (&[], step.inputs.as_slice(), &[]),
            Kind::F64(step) => (&[], &[], step.inputs.as_slice()),
        };
        let links = links.iter().filter_map(|link| link.as_ref());
        links.chain(first.iter().filter_map(Input::node)).chain(second.iter().filter_map(Input::node))
    }

    /// Gives up all that the node holds; inputs' nodes that nobody else holds go to `pending`.
    #[inline]
    pub(crate) fn release(&mut self, pending: &mut Vec<Counted<Self>>) {
        match &mut self.kind {
            Kind::Leaf { outer: single, .. }
            | Kind::Cast { input: single, .. }
            | Kind::Result { joint: single, .. } => single.release(pending),
            Kind::Joint(step) => step.release(pending),
            Kind::F32(step) => step.release(pending),
            Kind::F64(step) => step.release(pending),
        }
        self.kind = Kind::Leaf { slot: 0, outer: Link::NONE };
    }
}
