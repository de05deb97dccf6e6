//! What `recurrent!` writes about a cell, for the engine.

use super::execute::Kernels;
use crate::array::element::Float;
use crate::error::Result;
use crate::module::{Buffer, Param};
use crate::recurrent::compiled::CompiledCell;
use crate::tensor::Tensor;

/// A cell made by `recurrent!`, as its plan is executed.
pub trait Equations: CompiledCell<Output: FromTensors<<Self as CompiledCell>::Element>> {
    /// The sizes of the header. Fails where the shapes of the fields do not fit them.
    fn dimensions(&self) -> Result<Vec<usize>>;
    /// In the order of the plan; `None` for an absent one. Learned starts are parameters too.
    fn parameters(&self) -> Vec<Option<Param<Self::Element>>>;
    /// In the order of the plan.
    fn buffers(&self) -> Vec<Buffer<Self::Element>>;
    /// In the order of the plan.
    fn hypers(&self) -> Vec<f64>;
    /// The loops of the plan.
    fn kernels() -> Kernels<Self::Element>;
}

/// Loops that are compiled in the crate of their cell, for each element type once.
pub trait Choice: Sized {
    /// Those for this type.
    fn kernels_of(single: Kernels<f32>, double: Kernels<f64>) -> Kernels<Self>
    where
        Self: Float;
}

impl Choice for f32 {
    fn kernels_of(single: Kernels<f32>, _double: Kernels<f64>) -> Kernels<Self> {
        single
    }
}

impl Choice for f64 {
    fn kernels_of(_single: Kernels<f32>, double: Kernels<f64>) -> Kernels<Self> {
        double
    }
}

/// A parameter that may be absent.
pub trait Handle<F: Float> {
    /// A handle of the same parameter, if there is one.
    fn handle(&self) -> Option<Param<F>>;
}

impl<F: Float> Handle<F> for Param<F> {
    fn handle(&self) -> Option<Self> {
        Some(self.share())
    }
}

impl<F: Float> Handle<F> for Option<Param<F>> {
    fn handle(&self) -> Self {
        self.as_ref().map(Param::share)
    }
}

/// Handles of parameters.
pub fn parameters<F: Float>(fields: &[&dyn Handle<F>]) -> Vec<Option<Param<F>>> {
    fields.iter().map(|field| field.handle()).collect()
}

/// Handles of buffers.
pub fn buffers<F: Float>(fields: &[&Buffer<F>]) -> Vec<Buffer<F>> {
    fields.iter().map(|field| field.share()).collect()
}

/// A value made of tensors of one type and nothing else: a tensor, or a tuple of such values.
pub trait FromTensors<F: Float> {
    /// `next` gives one tensor after the other.
    fn from_tensors(next: &mut dyn FnMut() -> Tensor<F>) -> Self;
}

impl<F: Float> FromTensors<F> for Tensor<F> {
    fn from_tensors(next: &mut dyn FnMut() -> Self) -> Self {
        next()
    }
}

macro_rules! tuple {
    ($($part:ident)+) => {
        impl<F: Float, $($part: FromTensors<F>),+> FromTensors<F> for ($($part,)+) {
            fn from_tensors(next: &mut dyn FnMut() -> Tensor<F>) -> Self {
                ($($part::from_tensors(next),)+)
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E G);
tuple!(A B C D E G H);
tuple!(A B C D E G H I);
