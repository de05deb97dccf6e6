//! The divergence of distributions.

use super::Reduction;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::Result;
use crate::nn::check;
use crate::tensor::Tensor;

/// The terms `p (ln p - q)` of the Kullback-Leibler divergence of the distribution that was predicted, as logarithms q,
/// from the target p, in nats, reduced; equal shapes `[.., C]`. A target of 0 adds 0, whatever was predicted.
///
/// The divergence itself is the sum over the last axis: [`Reduction::BatchMean`] is its mean over the batch, whereas
/// [`Reduction::Mean`] divides by the number of classes too, as in PyTorch's `kl_div`. Neither argument is normalised
/// here: `log_probabilities` comes from [`Tensor::log_softmax`].
///
/// # Errors
///
/// When the shapes differ or a target is negative or not finite, and for a mean without elements.
///
/// ```
/// use recurve::{Tensor, nn::{Reduction, loss::kl_divergence}};
///
/// let prediction = Tensor::from([[0.0_f64, 0.0]]).log_softmax(-1);
/// let loss = kl_divergence(&prediction, &Tensor::from([[1.0, 0.0]]), Reduction::BatchMean)?;
/// assert_eq!(loss.item(), std::f64::consts::LN_2);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "kl_div")]
pub fn kl_divergence<F: Float>(
    log_probabilities: &Tensor<F>,
    probabilities: &Tensor<F>,
    reduction: Reduction,
) -> Result<Tensor<F>> {
    check_shape("kl_divergence", "probabilities", probabilities.shape(), log_probabilities.shape())?;
    let allowed = |p: F| p >= F::ZERO && p.is_finite();
    check::elements("kl_divergence", "probabilities", probabilities, "finite and not negative", allowed)?;
    let zero = Tensor::scalar(F::ZERO);
    let some = probabilities.greater(&zero);
    // Both factors are made harmless before the product: 0 (-inf) is not a number, and neither is its gradient.
    let surprise = probabilities.select(&some, &Tensor::scalar(F::ONE)).ln() - log_probabilities.select(&some, &zero);
    reduction.apply("kl_divergence", probabilities * surprise, log_probabilities.shape_value())
}
