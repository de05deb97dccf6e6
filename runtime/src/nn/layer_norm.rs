//! Normalisation of each position's features.

use super::{Forward, check};
use crate::Module;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::{Error, ErrorKind, Result};
use crate::module::Param;
use crate::tensor::Tensor;

/// `y = gain (x - mean) / sqrt(variance + epsilon) + shift` over the last axis: `[.., D]` to `[.., D]`, with any number
/// of leading axes (Ba et al. 2016, <https://arxiv.org/abs/1607.06450>).
///
/// The variance is the biased one, and `epsilon` starts at 1e-5, both as in PyTorch.
///
/// ```
/// use recurve::{Forward, Tensor, nn::LayerNorm};
///
/// let layer = LayerNorm::new(3);
/// let y = layer.forward(&Tensor::from([[1.0, 2.0, 6.0], [0.0, 5.0, 1.0]]))?;
/// assert!(y.sum_axes(-1).abs().max().item() < 1e-6);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Debug, Module)]
pub struct LayerNorm<F: Float = f32> {
    /// `[D]`, starts at one.
    #[doc(alias = "weight")]
    #[doc(alias = "scale")]
    pub gain: Param<F>,
    /// `[D]`, starts at zero.
    #[doc(alias = "bias")]
    pub shift: Param<F>,
    /// Added to the variance, in the units of x².
    #[doc(alias = "eps")]
    pub epsilon: f64,
}

impl LayerNorm {
    /// A layer for `f32` and `D` = `features`.
    ///
    /// # Panics
    ///
    /// When `features` is 0.
    #[track_caller]
    pub fn new(features: usize) -> Self {
        Self::with_dtype(features)
    }
}

impl<F: Float> LayerNorm<F> {
    /// [`new`](LayerNorm::new) for any element type: `LayerNorm::<f64>::with_dtype(3)`.
    ///
    /// # Panics
    ///
    /// When `features` is 0.
    #[track_caller]
    pub fn with_dtype(features: usize) -> Self {
        check::size("LayerNorm", "features", features);
        let (gain, shift) = (Param::new(Tensor::ones([features])), Param::new(Tensor::zeros([features])));
        Self { gain, shift, epsilon: 1e-5 }
    }
}

impl<F: Float> Forward<&Tensor<F>> for LayerNorm<F> {
    type Output = Tensor<F>;

    fn forward(&self, x: &Tensor<F>) -> Result<Tensor<F>> {
        let (gain, shift) = (self.gain.get(), self.shift.get());
        let &[features] = gain.shape() else {
            return Err(Error::shape("LayerNorm", "gain", "[D]", gain.shape()));
        };
        check_shape("LayerNorm", "shift", shift.shape(), &[features])?;
        check::leading("LayerNorm", x, features)?;
        if !(self.epsilon >= 0.0 && self.epsilon.is_finite()) {
            let message = format!("`epsilon` should be a finite number from 0, found {}", self.epsilon);
            return Err(Error::new(ErrorKind::Value, "LayerNorm", message));
        }
        Ok(x.layer_norm(self.epsilon) * gain + shift)
    }
}
