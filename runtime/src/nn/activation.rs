//! Activations as values, for chains and configurations.

use super::Forward;
use crate::Module;
use crate::array::element::Float;
use crate::error::Result;
use crate::module::{Cast, Caster};
use crate::tensor::Tensor;

/// A function of each element (softmax: of the last axis) as a layer without parameters, any shape to the same shape.
///
/// The formulas stand at the methods of [`Tensor`] with the same names.
///
/// ```
/// use recurve::{Forward, Tensor, nn::Activation};
///
/// let y = Activation::LeakyRelu { slope: 0.5 }.forward(&Tensor::from([-2.0_f32, 3.0]))?;
/// assert_eq!(y.to_vec(), [-1.0, 3.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Module)]
#[non_exhaustive]
pub enum Activation {
    /// [`Tensor::tanh`].
    Tanh,
    /// [`Tensor::sigmoid`].
    Sigmoid,
    /// [`Tensor::relu`].
    Relu,
    /// [`Tensor::gelu`].
    Gelu,
    /// [`Tensor::gelu_tanh`].
    GeluTanh,
    /// [`Tensor::silu`].
    #[doc(alias = "Swish")]
    Silu,
    /// [`Tensor::softplus`].
    Softplus,
    /// [`Tensor::elu`].
    Elu {
        /// The limit far below 0 is `-alpha`.
        alpha: f64,
    },
    /// [`Tensor::leaky_relu`].
    LeakyRelu {
        /// The slope below 0.
        slope: f64,
    },
    /// [`Tensor::selu`].
    Selu,
    /// [`Tensor::mish`].
    Mish,
    /// [`Tensor::softsign`].
    Softsign,
    /// [`Tensor::hard_sigmoid`].
    HardSigmoid,
    /// [`Tensor::hard_tanh`].
    HardTanh,
    /// [`Tensor::log_sigmoid`].
    LogSigmoid,
    /// [`Tensor::softmax`] over the last axis.
    Softmax,
    /// [`Tensor::log_softmax`] over the last axis.
    LogSoftmax,
}

impl<F: Float> Forward<&Tensor<F>> for Activation {
    type Output = Tensor<F>;

    fn forward(&self, x: &Tensor<F>) -> Result<Tensor<F>> {
        Ok(match *self {
            Self::Tanh => x.tanh(),
            Self::Sigmoid => x.sigmoid(),
            Self::Relu => x.relu(),
            Self::Gelu => x.gelu(),
            Self::GeluTanh => x.gelu_tanh(),
            Self::Silu => x.silu(),
            Self::Softplus => x.softplus(),
            Self::Elu { alpha } => x.elu(alpha),
            Self::LeakyRelu { slope } => x.leaky_relu(slope),
            Self::Selu => x.selu(),
            Self::Mish => x.mish(),
            Self::Softsign => x.softsign(),
            Self::HardSigmoid => x.hard_sigmoid(),
            Self::HardTanh => x.hard_tanh(),
            Self::LogSigmoid => x.log_sigmoid(),
            Self::Softmax => over_last_axis(x)?.softmax(-1),
            Self::LogSoftmax => over_last_axis(x)?.log_softmax(-1),
        })
    }
}

fn over_last_axis<F: Float>(x: &Tensor<F>) -> Result<&Tensor<F>> {
    match x.rank() {
        0 => Err(crate::Error::shape("Activation", "x", "[.., D]", x.shape())),
        _ => Ok(x),
    }
}

/// Follows the element type of its input.
impl<U: Float> Cast<U> for Activation {
    type Output = Self;

    fn cast_with(&self, _: &mut Caster) -> Self {
        *self
    }
}
