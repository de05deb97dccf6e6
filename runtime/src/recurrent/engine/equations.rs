//! What `recurrent!` writes about a cell, for the engine.

use super::execute::Kernels;
use super::leaves::Leaves;
use crate::array::element::Float;
use crate::error::Result;
use crate::recurrent::compiled::CompiledCell;
use crate::tensor::Tensor;

/// A cell made by `recurrent!`, as its plan is executed.
pub trait Equations: CompiledCell<Output: FromTensors<<Self as CompiledCell>::Element>> {
    /// The sizes of the header, as one field or another tells them.
    fn header(&self) -> Vec<usize>;
    /// In the order of the plan.
    fn hypers(&self) -> Vec<f64> {
        Vec::new()
    }
    /// The loops of the plan.
    fn kernels() -> Kernels<Self::Element>;
}

/// The sizes of the header, with the parameters and buffers, whose shapes fit.
pub(crate) fn dimensions<C: Equations>(cell: &C) -> Result<(Vec<usize>, Leaves<C::Element>)> {
    let (header, leaves) = (cell.header(), Leaves::of(cell, C::plan()));
    leaves.check(&header)?;
    Ok((header, leaves))
}

/// The sizes of the header, each as a variable.
pub fn sizes<C: Equations, const N: usize>(cell: &C) -> Result<[usize; N]> {
    let (header, _) = dimensions(cell)?;
    Ok(header.try_into().unwrap_or_else(|_| unreachable!("a cell knows how many dimensions it has")))
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
