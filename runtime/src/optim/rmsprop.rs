//! Steps scaled by a running mean of the squared gradient.

use super::elementwise::elementwise;
use super::moments::zeros_like;
use super::settings::settings;
use super::{Scope, demand_fraction, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// RMSProp: each element steps by its gradient over the root of the running mean of its square.
///
/// With gradient `g`, parameter `p`, learning rate `η`, decay `α`, momentum `μ`, in PyTorch's convention:
///
/// ```text
/// g ← g + λ p
/// v ← α v + (1 - α) g²
/// a ← α a + (1 - α) g                 (centred)
/// b ← μ b + g / (√v + ε)              (centred: √(v - a²))
/// p ← p - η b
/// ```
///
/// Defaults `α = 0.99`, `ε = 1e-8`, `μ = 0`, not centred, `λ = 0`. Hinton, lecture 6e of "Neural networks for machine
/// learning", 2012; centred by Graves 2013, <https://arxiv.org/abs/1308.0850>. Flux and TensorFlow have `α = 0.9`.
///
/// ```
/// use recurve::optim::{RmsProp, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = RmsProp::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - 0.0).abs() < 1e-7); // 1 - 0.1 · 5 / √(0.01 · 25)
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "RMSProp")]
#[doc(alias = "RMSprop")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    learning_rate: f64,
    decay: f64,
    epsilon: f64,
    momentum: f64,
    centred: bool,
    weight_decay: f64,
}

impl RmsProp {
    /// RMSProp with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("RmsProp", "learning rate", learning_rate);
        Self { learning_rate, decay: 0.99, epsilon: 1e-8, momentum: 0.0, centred: false, weight_decay: 0.0 }
    }

    /// Steps by a velocity that keeps the fraction `momentum` of itself.
    ///
    /// # Panics
    ///
    /// When `momentum` is outside of `[0, 1)`.
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: f64) -> Self {
        demand_fraction("RmsProp", "momentum", momentum);
        Self { momentum, ..self }
    }

    /// Divides by the root of the variance instead of the mean square.
    #[must_use]
    #[doc(alias = "centered")]
    pub fn centred(self) -> Self {
        Self { centred: true, ..self }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> RmsPropState<F> {
        RmsPropState { second: zeros_like(value), velocity: None, first: None }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut RmsPropState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let &Self { learning_rate: rate, decay: keep, epsilon, momentum, weight_decay: coupled, .. } = self;
        let RmsPropState { second, velocity, first } = state;
        let mut slots: Slots<'_, F> = Default::default();
        let mut kind = Kind::RmsProp { keep, epsilon, rate };
        if momentum != 0.0 || self.centred {
            slots[1] = velocity.get_or_insert_with(|| zeros_like(second)).as_mut_slice();
            kind = Kind::RmsPropMomentum { keep, epsilon, rate, momentum };
        }
        if self.centred {
            slots[2] = first.get_or_insert_with(|| zeros_like(second)).as_mut_slice();
            kind = Kind::RmsPropCentred { keep, epsilon, rate, momentum };
        }
        slots[0] = second.as_mut_slice();
        (Update { coupled, decoupled: 0.0, kind }, slots)
    }
}

settings!(RmsProp: learning_rate, decay, epsilon, weight_decay);
elementwise!(RmsProp, RmsPropState, learning_rate);

/// What [`RmsProp`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct RmsPropState<F: Float> {
    /// The running mean of the squared gradient.
    second: Tensor<F>,
    /// The velocity, once there was a step with momentum or centred.
    velocity: Option<Tensor<F>>,
    /// The running mean of the gradient, once there was a centred step.
    first: Option<Tensor<F>>,
}
