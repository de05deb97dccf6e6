//! Adam with the distance of the gradient from its mean in place of its size.

use super::elementwise::elementwise;
use super::moments::{AdamState, adam_factors};
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// AdaBelief: steps are long where the gradient is as expected, short where it is not.
///
/// With gradient `g`, parameter `p`, learning rate `η`, `t` the number of this step from 1:
///
/// ```text
/// g ← g + λ p
/// m ← β₁ m + (1 - β₁) g
/// s ← β₂ s + (1 - β₂) (g - m)² + ε
/// p ← p - η m/(1 - β₁ᵗ) / (√(s/(1 - β₂ᵗ)) + ε)
/// ```
///
/// Defaults `β = (0.9, 0.999)`, `ε = 1e-16`, `λ = 0`. Zhuang et al. 2020, <https://arxiv.org/abs/2010.07468>, algorithm 2,
/// with the constant of the authors' code.
///
/// ```
/// use recurve::optim::{AdaBelief, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = AdaBelief::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - (1.0 - 0.1 * 5.0 / 4.5)).abs() < 1e-12);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaBelief {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

impl AdaBelief {
    /// AdaBelief with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("AdaBelief", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-16, weight_decay: 0.0 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        AdamState::new(value)
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdamState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let factors = adam_factors(self.learning_rate, self.betas, self.epsilon, state.count());
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind: Kind::AdaBelief(factors) }, state.slots())
    }
}

settings!(AdaBelief: learning_rate, betas, epsilon, weight_decay);
elementwise!(AdaBelief, AdamState, learning_rate);
