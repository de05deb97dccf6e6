//! Adam whose first steps are rectified.

use super::elementwise::elementwise;
use super::moments::{AdamState, adam_factors, bias_correction};
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::array::element::Float;
use crate::array::kernels::{AdamFactors, Kind, Slots, Update};
use crate::tensor::Tensor;

/// RAdam: Adam that divides by the mean square only when it is known well enough, and then with a correction.
///
/// With the moments `m` and `v` of [`Adam`](super::Adam), in PyTorch's convention:
///
/// ```text
/// ρ∞ = 2/(1 - β₂) - 1,   ρ = ρ∞ - 2 t β₂ᵗ/(1 - β₂ᵗ)
/// r = √((ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ))
/// p ← p - η m/(1 - β₁ᵗ) r √(1 - β₂ᵗ) / (√v + ε)   when ρ > 5
/// p ← p - η m/(1 - β₁ᵗ)                           else
/// ```
///
/// Defaults `β = (0.9, 0.999)`, `ε = 1e-8`, `λ = 0`. Liu et al. 2020, <https://arxiv.org/abs/1908.03265>, where the
/// threshold is 4, as it is in Flux.
///
/// ```
/// use recurve::optim::{RAdam, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = RAdam::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - 0.5).abs() < 1e-12); // the first step is not scaled
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RAdam {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

impl RAdam {
    /// RAdam with the constants of Adam.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("RAdam", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.0 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        AdamState::new(value)
    }

    /// The correction of step `t`, once the mean square is known well enough.
    fn rectification(&self, t: usize) -> Option<f64> {
        let beta = self.betas[1];
        let longest = 2.0 / (1.0 - beta) - 1.0;
        let length = longest - 2.0 * t as f64 * beta.powf(t as f64) / bias_correction(beta, t);
        let fraction = |length: f64| (length - 4.0) * (length - 2.0) / length;
        (length > 5.0).then(|| (fraction(length) / fraction(longest)).sqrt())
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdamState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let t = state.count();
        let factors = adam_factors(self.learning_rate, self.betas, self.epsilon, t);
        let kind = match self.rectification(t) {
            // The constant is added before the correction of the bias, not after it.
            Some(r) => Kind::Adam(AdamFactors { scale: factors.scale * r / factors.root, root: 1.0, ..factors }),
            None => Kind::Mean(factors),
        };
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind }, state.slots())
    }
}

settings!(RAdam: learning_rate, betas, epsilon, weight_decay);
elementwise!(RAdam, AdamState, learning_rate);
