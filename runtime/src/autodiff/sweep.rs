//! The reverse sweep: from the loss to the parameters of one scope, iteratively.
//!
//! Consumers come before producers, so a node is met when its gradient is complete, and a joint after all of its
//! results.

use std::collections::hash_map::Entry;

use super::joint::Adjoints;
use super::node::{Kind, Node, Step};
use super::rooms::Rooms;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::array::storage::Counted;
use crate::distinct::DistinctMap;
use crate::error::Result;
use crate::ops::rules::{self, Context, Contribution};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// Differentiates the scalar at `loss` with respect to the leaves of `scope`: the gradient of each slot that the sweep
/// reached. The gradients are tracked if the loss depends on a surrounding scope, which may differentiate them again.
///
/// Those that `rooms` has room for may be computed there.
pub(super) fn sweep(
    scope: u64,
    loss: &Counted<Node>,
    seed: AnyTensor,
    slots: usize,
    rooms: &mut Rooms,
) -> Result<Vec<Option<AnyTensor>>> {
    let Graph { nodes, index } = collect(scope, loss);
    let nested = loss.reaches_around(scope);
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_cached_key(|&at| std::cmp::Reverse(nodes[at].depth));

    let mut gradients: Vec<Option<AnyTensor>> = vec![None; nodes.len()];
    let mut adjoints = Adjoints::default();
    let mut swept = vec![None; slots];
    gradients[0] = Some(seed);
    for at in order {
        let gradient = gradients[at].take();
        let mut give = |node: &Counted<Node>, contribution: Given<'_>| {
            let target = &mut gradients[index[&std::ptr::from_ref(&**node)]];
            contribution.add_to(target);
        };
        let node = nodes[at];
        if let Kind::Joint(step) = &node.kind {
            if let Some(adjoints) = adjoints.take(node) {
                for (input, gradient) in step.derive(adjoints, scope)? {
                    give(input, Given::whole(gradient));
                }
            }
            continue;
        }
        let Some(gradient) = gradient else { continue };
        let around = Around { scope, nested, rooms };
        match &node.kind {
            Kind::Leaf { slot, .. } if node.scope == scope => {
                if !rooms.add(*slot, &gradient) {
                    swept[*slot] = Some(gradient);
                }
            }
            Kind::Leaf { .. } => {
                for outer in node.inputs().filter(|input| input.scope >= scope) {
                    give(outer, Given::whole(gradient.clone()));
                }
            }
            Kind::Cast { from, .. } => {
                let converted = rules::convert(&gradient, *from);
                for input in node.inputs().filter(|input| input.scope >= scope) {
                    give(input, Given::whole(converted.clone()));
                }
            }
            Kind::Result { at, .. } => {
                for joint in node.inputs() {
                    adjoints.put(joint, *at, gradient.clone());
                }
            }
            Kind::Joint(_) => unreachable!("the gradient of a joint is that of its results"),
            Kind::F32(step) => step_back(node, step, &gradient, around, |node, given| {
                give(node, Given::F32(given));
            })?,
            Kind::F64(step) => step_back(node, step, &gradient, around, |node, given| {
                give(node, Given::F64(given));
            })?,
        }
    }
    Ok(swept)
}

fn step_back<F: Float>(
    node: &Counted<Node>,
    step: &Step<F>,
    gradient: &AnyTensor,
    around: Around<'_>,
    mut give: impl FnMut(&Counted<Node>, (Contribution<F>, &Shape)),
) -> Result<()> {
    let Some(gradient) = gradient.get::<F>() else { unreachable!("gradients have the type of their node") };
    let Around { scope, nested, rooms } = around;
    let context = Context { node, step, nested };
    for (at, target) in step.nodes().filter(|(_, target)| target.scope >= scope) {
        if let (Kind::Leaf { slot, .. }, true) = (&target.kind, target.scope == scope)
            && let Some(product) = rules::product_of(&context, gradient, at)
            && let Some(room) = rooms.open(*slot)
        {
            product.write(room);
            continue;
        }
        give(target, (rules::derive(&context, gradient, at)?, &target.shape));
    }
    Ok(())
}

/// What a step back needs to know of the sweep.
struct Around<'a> {
    scope: u64,
    nested: bool,
    rooms: &'a mut Rooms,
}

struct Graph<'a> {
    nodes: Vec<&'a Counted<Node>>,
    index: DistinctMap<*const Node, usize>,
}

/// All nodes from which `root` was computed and that belong to `scope` or a later one; `root` comes first.
fn collect(scope: u64, root: &Counted<Node>) -> Graph<'_> {
    let mut graph = Graph { nodes: vec![root], index: DistinctMap::default() };
    graph.index.insert(std::ptr::from_ref(&**root), 0);
    let mut next = 0;
    while let Some(node) = graph.nodes.get(next).copied() {
        next += 1;
        for input in node.inputs().filter(|input| input.scope >= scope) {
            if let Entry::Vacant(entry) = graph.index.entry(std::ptr::from_ref(&**input)) {
                entry.insert(graph.nodes.len());
                graph.nodes.push(input);
            }
        }
    }
    graph
}

/// A contribution to an input's gradient, with the input's shape.
enum Given<'a> {
    F32((Contribution<f32>, &'a Shape)),
    F64((Contribution<f64>, &'a Shape)),
    Whole(AnyTensor),
}

impl Given<'_> {
    fn whole(gradient: AnyTensor) -> Self {
        Given::Whole(gradient)
    }

    fn add_to(self, target: &mut Option<AnyTensor>) {
        match self {
            Self::F32((contribution, shape)) => add(contribution, shape, target),
            Self::F64((contribution, shape)) => add(contribution, shape, target),
            Self::Whole(AnyTensor::F32(gradient)) => add_whole(gradient, target),
            Self::Whole(AnyTensor::F64(gradient)) => add_whole(gradient, target),
        }
    }
}

fn add<F: Float>(contribution: Contribution<F>, shape: &Shape, target: &mut Option<AnyTensor>) {
    match contribution {
        Contribution::Whole(gradient) => add_whole(gradient, target),
        Contribution::Part(part) => {
            // Written into one buffer: slicing a sequence at each of its steps stays linear in its length.
            let whole = target.get_or_insert_with(|| Tensor::<F>::zeros(*shape).into());
            part.add_into(typed(whole).array.make_mut(), shape);
        }
    }
}

fn add_whole<F: Float>(gradient: Tensor<F>, target: &mut Option<AnyTensor>) {
    let Some(sum) = target else {
        *target = Some(gradient.into());
        return;
    };
    let sum = typed::<F>(sum);
    match sum.array.unique() {
        Some(elements) if sum.node.is_none() && gradient.node.is_none() => {
            F::accumulate(gradient.as_slice(), elements);
        }
        _ => *sum = &*sum + &gradient,
    }
}

fn typed<F: Float>(any: &mut AnyTensor) -> &mut Tensor<F> {
    F::peel_mut(any).unwrap_or_else(|| unreachable!("gradients have the type of their node"))
}

/// The seed of a sweep: one, in the type of the loss.
pub(crate) fn one<F: Float>() -> AnyTensor {
    Tensor::scalar(F::ONE).into()
}
