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
