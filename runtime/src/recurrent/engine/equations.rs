//! What `recurrent!` writes about a cell, for its scan.

use super::execute::Kernels;
use super::record::Fields;
use crate::array::element::Float;
use crate::error::Result;
use crate::recurrent::compiled::CompiledCell;
use crate::tensor::Tensor;

/// A cell that has a plan, and the code of its loops.
pub trait Equations: CompiledCell<Output: FromTensors<<Self as CompiledCell>::Element>> {
    /// What the scan reads of the cell; of the dimensions those of the header.
    ///
    /// # Errors
    ///
    /// When a field has a wrong shape.
    fn fields(&self) -> Result<Fields<Self::Element>>;
    /// The fused loops by their numbers.
    fn kernels() -> Kernels<Self::Element>;
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
