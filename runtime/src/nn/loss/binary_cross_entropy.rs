//! The cross entropy of independent yes-or-no questions.

use super::Reduction;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::Result;
use crate::nn::check;
use crate::tensor::Tensor;

/// The binary cross entropy `-t ln sigmoid(x) - (1 - t) ln sigmoid(-x)` of each logit x and target t from 0 to 1, in
/// nats, reduced; equal shapes `[..]`. It neither overflows nor rounds to 0 for large logits.
///
/// To weigh the positive cases by `w`, multiply the result for [`Reduction::None`] by `1 + (w - 1) t`.
///
/// # Errors
///
/// When the shapes differ or a target is not from 0 to 1, and for a mean without elements.
///
/// ```
/// use recurve::{Tensor, nn::{Reduction, loss::bce_with_logits}};
///
/// let loss = bce_with_logits(&Tensor::from([0.0_f64, 1000.0]), &Tensor::from([1.0, 0.0]), Reduction::None)?;
/// assert_eq!(loss.to_vec(), [std::f64::consts::LN_2, 1000.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "binary_cross_entropy_with_logits")]
#[doc(alias = "logitbinarycrossentropy")]
pub fn bce_with_logits<F: Float>(logits: &Tensor<F>, targets: &Tensor<F>, reduction: Reduction) -> Result<Tensor<F>> {
    check_shape("bce_with_logits", "targets", targets.shape(), logits.shape())?;
    check::elements("bce_with_logits", "targets", targets, "from 0 to 1", |t| t >= F::ZERO && t <= F::ONE)?;
    let (yes, no) = ((-logits).softplus(), logits.softplus());
    let losses = targets * yes + (-targets + F::ONE) * no;
    reduction.apply("bce_with_logits", losses, logits.shape_value())
}
