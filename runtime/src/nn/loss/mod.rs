//! Losses: what is minimised, as tensors without axes or one number per item.
//!
//! All take the prediction first and the target second; the two have equal shapes (nothing broadcasts), or for
//! [`cross_entropy`] `[.., C]` and `[..]`. Any number of leading axes is allowed.

mod binary_cross_entropy;
mod cross_entropy;
mod divergence;
mod huber;
mod mae;
mod mse;
mod reduction;

pub use binary_cross_entropy::bce_with_logits;
pub use cross_entropy::{CrossEntropy, cross_entropy};
pub use divergence::kl_divergence;
pub use huber::huber;
pub use mae::mae;
pub use mse::mse;
pub use reduction::Reduction;

use crate::array::element::Float;
use crate::error::{Error, Result};
use crate::tensor::Tensor;

/// Checks that the second argument of a loss has the shape of the first.
fn same_shape<F: Float>(place: &'static str, first: &Tensor<F>, argument: &str, second: &Tensor<F>) -> Result<()> {
    if first.shape() == second.shape() {
        return Ok(());
    }
    Err(Error::shape(place, argument, first.shape_value(), second.shape()))
}
