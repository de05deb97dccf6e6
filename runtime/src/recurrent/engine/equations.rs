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
    fn parameters(&self) -> Vec<Option<Tensor<Self::Element>>>;
    /// In the order of the plan.
    fn buffers(&self) -> Vec<Tensor<Self::Element>>;
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
pub trait Value<F: Float> {
    /// The tensor, if there is one.
    fn value(&self) -> Option<Tensor<F>>;
}

impl<F: Float> Value<F> for Param<F> {
    fn value(&self) -> Option<Tensor<F>> {
        Some(self.get())
    }
}

impl<F: Float> Value<F> for Option<Param<F>> {
    fn value(&self) -> Option<Tensor<F>> {
        self.as_ref().map(Param::get)
    }
}

/// The tensors of parameters.
pub fn parameters<F: Float>(fields: &[&dyn Value<F>]) -> Vec<Option<Tensor<F>>> {
    fields.iter().map(|field| field.value()).collect()
}

/// The tensors of buffers.
pub fn buffers<F: Float>(fields: &[&Buffer<F>]) -> Vec<Tensor<F>> {
    fields.iter().map(|field| field.get()).collect()
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
