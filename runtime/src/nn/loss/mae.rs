//! The absolute error.

use super::Reduction;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::Result;
use crate::tensor::Tensor;

/// The absolute error `|prediction - target|` of each element, reduced; equal shapes `[..]`. The derivative is 0 where
/// both are equal.
///
/// # Errors
///
/// When the shapes differ, and for a mean without elements.
///
/// ```
/// use recurve::{Tensor, nn::{Reduction, loss::mae}};
///
/// let loss = mae(&Tensor::from([1.0_f32, 5.0]), &Tensor::from([1.0, 2.0]), Reduction::Mean)?;
/// assert_eq!(loss.item(), 1.5);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "l1_loss")]
pub fn mae<F: Float>(prediction: &Tensor<F>, target: &Tensor<F>, reduction: Reduction) -> Result<Tensor<F>> {
    check_shape("mae", "target", target.shape(), prediction.shape())?;
    reduction.apply("mae", (prediction - target).abs(), prediction.shape_value())
}
