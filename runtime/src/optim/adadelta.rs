//! Steps in the units of the parameter, without a learning rate to choose.

use super::elementwise::elementwise;
use super::moments::zeros_like;
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// Adadelta: each element steps by its gradient times the ratio of the sizes of its former steps and gradients.
///
/// With gradient `g`, parameter `p`, learning rate `η`, decay `ρ`, in PyTorch's convention:
///
/// ```text
/// g ← g + λ p
/// v ← ρ v + (1 - ρ) g²
/// s = g √(d + ε) / √(v + ε)
/// d ← ρ d + (1 - ρ) s²
/// p ← p - η s
/// ```
///
/// Defaults `ρ = 0.9`, `ε = 1e-6`, `λ = 0`. Zeiler 2012, <https://arxiv.org/abs/1212.5701>, where `η = 1`.
///
/// ```
/// use recurve::optim::{Adadelta, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = Adadelta::new(1.0).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - (1.0 - (1e-6_f64 / 0.1).sqrt())).abs() < 1e-8);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "AdaDelta")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    learning_rate: f64,
    decay: f64,
    epsilon: f64,
    weight_decay: f64,
}

impl Adadelta {
    /// Adadelta with its usual constants; the paper's learning rate is 1.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Adadelta", "learning rate", learning_rate);
        Self { learning_rate, decay: 0.9, epsilon: 1e-6, weight_decay: 0.0 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdadeltaState<F> {
        AdadeltaState { second: zeros_like(value), steps: zeros_like(value) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdadeltaState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let kind = Kind::Adadelta { keep: self.decay, epsilon: self.epsilon, rate: self.learning_rate };
        let slots = [state.second.as_mut_slice(), state.steps.as_mut_slice(), &mut [], &mut []];
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind }, slots)
    }
}

settings!(Adadelta: learning_rate, decay, epsilon, weight_decay);
elementwise!(Adadelta, AdadeltaState, learning_rate);

/// What [`Adadelta`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct AdadeltaState<F: Float> {
    /// The running mean of the squared gradient.
    second: Tensor<F>,
    /// The running mean of the squared step.
    steps: Tensor<F>,
}
