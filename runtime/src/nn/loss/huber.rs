//! The error that is squared near 0 and absolute far away.

use super::Reduction;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// With `e = |prediction - target|` for each element, `e² / 2` up to `delta` and `delta (e - delta / 2)` beyond, reduced;
/// equal shapes `[..]`, `delta` in the units of the prediction (Huber 1964,
/// <https://doi.org/10.1214/aoms/1177703732>). PyTorch's `huber_loss`, which is `delta` times its `smooth_l1_loss`.
///
/// # Errors
///
/// When the shapes differ or `delta` is not above 0, and for a mean without elements.
///
/// ```
/// use recurve::{Tensor, nn::{Reduction, loss::huber}};
///
/// let loss = huber(&Tensor::from([1.0_f32, 5.0]), &Tensor::from([2.0, 2.0]), 2.0, Reduction::None)?;
/// assert_eq!(loss.to_vec(), [0.5, 4.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "huber_loss")]
#[doc(alias = "smooth_l1")]
pub fn huber<F: Float>(
    prediction: &Tensor<F>,
    target: &Tensor<F>,
    delta: f64,
    reduction: Reduction,
) -> Result<Tensor<F>> {
    check_shape("huber", "target", target.shape(), prediction.shape())?;
    if delta.is_nan() || delta <= 0.0 {
        return Err(Error::new(ErrorKind::Value, "huber", format!("`delta` should be above 0, found {delta}")));
    }
    let error = (prediction - target).abs();
    let near = error.clamp(0.0, delta);
    let losses = &near * (error - &near * F::from_f64(0.5));
    reduction.apply("huber", losses, prediction.shape_value())
}
