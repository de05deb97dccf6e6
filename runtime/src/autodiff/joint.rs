//! Computations with several results, whose derivative is known as a whole: a scan that runs as one loop.
//!
//! On the tape such a computation is one node, the *joint*, that refers to all inputs, and one light node for each
//! result that refers to the joint. The sweep hands what it collected at the results to the joint at once.
//!
//! A joint's derivative is no tensor operations, so it cannot be differentiated again. Where it depends on what a
//! surrounding scope tracks, its values are recorded as the results of a [`Derivative`], another joint: whoever only
//! looks at them gets them, and a gradient that is needed through them is an error.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

use std::panic::AssertUnwindSafe;

use super::link::Link;
use super::node::{Kind, Node};
use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::array::storage::Counted;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// A computation with several results whose derivative is computed for all inputs at once.
///
/// It keeps what its derivative needs as arrays or untracked tensors: the graph is held by its nodes alone, which are
/// taken apart in a loop however long it is.
pub(crate) trait Joint<F: Float>: Send + Sync {
    /// For messages: "Gru::scan".
    fn name(&self) -> &str;

    /// The derivatives with respect to the inputs, in their order, given those with respect to the results.
    ///
    /// An adjoint is `None` if the loss does not depend on this result, and never tracked; at least one is there.
    /// `wanted` says by input whether its derivative is used: then it must be `Some`, zeros if nothing reaches it.
    fn derive(&self, adjoints: &[Option<Tensor<F>>], wanted: &[bool]) -> Result<Vec<Option<Tensor<F>>>>;
}

/// By input whether it is tracked. If none is, nothing will be recorded, and nothing need be kept for a derivative.
pub(crate) fn tracked<F: Float>(inputs: &[&Tensor<F>]) -> impl Iterator<Item = bool> {
    inputs.iter().map(|input| input.is_tracked())
}

/// The results as tensors: tracked if one of the inputs is, and otherwise nothing is recorded.
pub(crate) fn record_joint<F: Float>(
    joint: impl FnOnce() -> Box<dyn Joint<F>>,
    inputs: &[&Tensor<F>],
    results: Vec<Array<F>>,
) -> Vec<Tensor<F>> {
    if !tracked(inputs).any(|tracked| tracked) {
        return results.into_iter().map(Tensor::untracked).collect();
    }
    #[cfg(test)]
    crate::ops::tests::hooks::note("joint", inputs.len());
    let inputs = inputs.iter().map(|input| input.node.clone()).collect();
    record_linked(joint(), inputs, results)
}

fn record_linked<F: Float>(joint: Box<dyn Joint<F>>, inputs: Vec<Link>, results: Vec<Array<F>>) -> Vec<Tensor<F>> {
    let step = JointStep { joint: AssertUnwindSafe(Box::new(Typed(joint))), inputs, results: results.len() };
    let nodes: Vec<Counted<Node>> = step.nodes().cloned().collect();
    let joint = Node::after(nodes.iter().map(|node| &**node), &Shape::SCALAR, Kind::Joint(step));
    let tensor = |(at, array): (usize, Array<F>)| {
        let kind = Kind::Result { joint: joint.clone(), at };
        let node = Node::after(joint.iter().map(|node| &**node), array.shape(), kind);
        Tensor { array, node }
    };
    results.into_iter().enumerate().map(tensor).collect()
}

/// A joint with the nodes of its inputs.
#[doc(hidden)]
pub struct JointStep {
    /// Only ever read, so a panic leaves nothing half-written, and a tensor may cross `catch_unwind`.
    joint: AssertUnwindSafe<Box<dyn Erased>>,
    inputs: Vec<Link>,
    /// How many there are.
    results: usize,
}

impl JointStep {
    /// The inputs' nodes where they are tracked.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Counted<Node>> {
        self.inputs().iter().filter_map(|input| input.as_ref())
    }

    pub(super) fn inputs(&self) -> &[Link] {
        &self.inputs
    }

    pub(super) fn release(&mut self, pending: &mut Vec<Counted<Node>>) {
        for input in &mut self.inputs {
            input.release(pending);
        }
    }

    /// The gradient's contributions to the inputs that belong to `scope` or a later one.
    pub(super) fn derive(&self, adjoints: Vec<Option<AnyTensor>>, scope: u64) -> Result<Vec<Given<'_>>> {
        let inputs = self.inputs.iter().map(|input| input.as_ref().filter(|node| node.scope >= scope));
        let inputs: Vec<Option<&Counted<Node>>> = inputs.collect();
        let wanted: Vec<bool> = inputs.iter().map(Option::is_some).collect();
        let derivatives = self.joint.derive(adjoints, &self.inputs, &wanted, scope)?;
        let wanted = inputs.into_iter().flatten();
        Ok(wanted.zip(derivatives).collect())
    }
}

/// An input's node and what is added to its gradient.
type Given<'a> = (&'a Counted<Node>, AnyTensor);

/// A [`Joint`] of either element type.
trait Erased: Send + Sync {
    /// The derivatives with respect to the inputs that are `wanted`, only these. They are tracked if they depend on
    /// a scope that surrounds `scope`.
    fn derive(
        &self,
        adjoints: Vec<Option<AnyTensor>>,
        inputs: &[Link],
        wanted: &[bool],
        scope: u64,
    ) -> Result<Vec<AnyTensor>>;
}

struct Typed<F: Float>(Box<dyn Joint<F>>);

impl<F: Float> Erased for Typed<F> {
    fn derive(
        &self,
        adjoints: Vec<Option<AnyTensor>>,
        inputs: &[Link],
        wanted: &[bool],
        scope: u64,
    ) -> Result<Vec<AnyTensor>> {
        let mut around = Vec::new();
        let adjoints: Vec<Option<Tensor<F>>> = adjoints
            .into_iter()
            .map(|adjoint| {
                let Tensor { array, node } = typed(adjoint?);
                around.push(node);
                Some(Tensor::untracked(array))
            })
            .collect();
        // The derivative is a function of the adjoints and of the inputs, also of those whose own is not wanted.
        around.extend(inputs.iter().cloned());
        around.retain(|link| link.as_ref().is_some_and(|node| node.reaches_around(scope)));

        let derivatives = self.0.derive(&adjoints, wanted)?;
        drop(adjoints);
        let arrays = self.chosen(derivatives, inputs, wanted);
        let tensors = if around.is_empty() {
            arrays.into_iter().map(Tensor::untracked).collect()
        } else {
            let derivative = Derivative { of: self.0.name().to_owned() };
            record_linked(Box::new(derivative), around, arrays)
        };
        Ok(tensors.into_iter().map(AnyTensor::from).collect())
    }
}

impl<F: Float> Typed<F> {
    /// The derivatives that are wanted, which must be there with the shapes of their inputs.
    fn chosen(&self, derivatives: Vec<Option<Tensor<F>>>, inputs: &[Link], wanted: &[bool]) -> Vec<Array<F>> {
        let name = self.0.name();
        assert_eq!(derivatives.len(), inputs.len(), "{name}: one derivative for each input");
        let found = derivatives.into_iter().zip(inputs).zip(wanted).enumerate().filter(|(_, (_, wanted))| **wanted);
        found
            .map(|(at, ((derivative, input), _))| {
                let array = derivative.unwrap_or_else(|| panic!("{name}: no derivative of input {at}")).array;
                let expected = input.as_ref().map(|node| &node.shape);
                assert_eq!(Some(array.shape()), expected, "{name}: the shape of the derivative of input {at}");
                array
            })
            .collect()
    }
}

/// The derivative of a joint as a function of its adjoints and inputs. It has no derivative.
struct Derivative {
    of: String,
}

impl<F: Float> Joint<F> for Derivative {
    fn name(&self) -> &str {
        &self.of
    }

    fn derive(&self, _: &[Option<Tensor<F>>], _: &[bool]) -> Result<Vec<Option<Tensor<F>>>> {
        let message = "a compiled scan has no second derivative, but one is needed through it; use `scan_steps`, which \
                       has one";
        Err(Error::new(ErrorKind::Gradient, self.of.clone(), message))
    }
}

/// What a sweep has collected at the results of joints that it has not come to yet.
#[derive(Default)]
pub(super) struct Adjoints(DistinctMap<*const Node, Vec<Option<AnyTensor>>>);

impl Adjoints {
    /// The gradient of result `at`.
    pub(super) fn put(&mut self, joint: &Counted<Node>, at: usize, gradient: AnyTensor) {
        let Kind::Joint(step) = &joint.kind else { unreachable!("results belong to a joint") };
        let adjoints = self.0.entry(std::ptr::from_ref(&**joint)).or_insert_with(|| vec![None; step.results]);
        adjoints[at] = Some(gradient);
    }

    /// By result; `None` if the loss depends on none of them.
    pub(super) fn take(&mut self, joint: &Counted<Node>) -> Option<Vec<Option<AnyTensor>>> {
        self.0.remove(&std::ptr::from_ref(&**joint))
    }
}

fn typed<F: Float>(any: AnyTensor) -> Tensor<F> {
    any.get::<F>().unwrap_or_else(|| unreachable!("adjoints have the type of their joint")).clone()
}
