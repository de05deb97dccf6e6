//! The squared error.

use super::Reduction;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::Result;
use crate::tensor::Tensor;

/// The squared error `(prediction - target)²` of each element, reduced; equal shapes `[..]`.
///
/// # Errors
///
/// When the shapes differ, and for a mean without elements.
///
/// ```
/// use recurve::{Tensor, nn::{Reduction, loss::mse}};
///
/// let loss = mse(&Tensor::from([1.0_f32, 5.0]), &Tensor::from([1.0, 2.0]), Reduction::Mean)?;
/// assert_eq!(loss.item(), 4.5);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "mse_loss")]
#[doc(alias = "l2")]
pub fn mse<F: Float>(prediction: &Tensor<F>, target: &Tensor<F>, reduction: Reduction) -> Result<Tensor<F>> {
    check_shape("mse", "target", target.shape(), prediction.shape())?;
    reduction.apply("mse", (prediction - target).square(), prediction.shape_value())
}
