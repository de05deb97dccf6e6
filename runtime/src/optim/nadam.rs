//! Adam with Nesterov's momentum.

use super::elementwise::elementwise;
use super::moments::{bias_correction, count, zeros_like};
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{AdamFactors, Kind, Slots, Update};
use crate::tensor::Tensor;

/// NAdam: Adam that looks ahead as Nesterov's momentum does.
///
/// With gradient `g`, parameter `p`, learning rate `η`, `t` the number of this step from 1, momentum decay `ψ`, in
/// PyTorch's convention:
///
/// ```text
/// g ← g + λ p
/// μₜ = β₁ (1 - ½ 0.96^(t ψ))
/// m ← β₁ m + (1 - β₁) g
/// v ← β₂ v + (1 - β₂) g²
/// m̂ = μₜ₊₁ m / (1 - ∏ᵢ₌₁ᵗ⁺¹ μᵢ) + (1 - μₜ) g / (1 - ∏ᵢ₌₁ᵗ μᵢ)
/// p ← p - η m̂ / (√(v/(1 - β₂ᵗ)) + ε)
/// ```
///
/// Defaults `β = (0.9, 0.999)`, `ε = 1e-8`, `ψ = 0.004`, `λ = 0`. Dozat 2016,
/// <https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ>; Flux has it without the decay of `μ`.
///
/// ```
/// use recurve::optim::{NAdam, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = NAdam::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!(model.get().item() < 0.95);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NAdam {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    momentum_decay: f64,
    weight_decay: f64,
}

impl NAdam {
    /// NAdam with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("NAdam", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, momentum_decay: 0.004, weight_decay: 0.0 }
    }

    /// How fast the momentum rises from half of the first beta to all of it; 0 keeps the half.
    ///
    /// # Panics
    ///
    /// When it is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn momentum_decay(self, momentum_decay: f64) -> Self {
        demand_not_negative("NAdam", "momentum decay", momentum_decay);
        Self { momentum_decay, ..self }
    }

    /// The momentum of step `t`.
    fn momentum(&self, t: usize) -> f64 {
        self.betas[0] * (1.0 - 0.5 * 0.96_f64.powf(t as f64 * self.momentum_decay))
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> NAdamState<F> {
        let (first, second) = (zeros_like(value), zeros_like(value));
        NAdamState { first, second, product: Tensor::scalar(1.0), steps: Tensor::scalar(0) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut NAdamState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let NAdamState { first, second, product, steps } = state;
        let t = count(steps);
        let (now, next) = (self.momentum(t), self.momentum(t + 1));
        let product = &mut product.as_mut_slice()[0];
        *product *= now;
        let kind = Kind::NAdam {
            factors: AdamFactors {
                betas: self.betas,
                epsilon: self.epsilon,
                scale: self.learning_rate * next / (1.0 - *product * next),
                root: 1.0 / bias_correction(self.betas[1], t).sqrt(),
            },
            gradient: self.learning_rate * (1.0 - now) / (1.0 - *product),
        };
        let slots = [first.as_mut_slice(), second.as_mut_slice(), &mut [], &mut []];
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind }, slots)
    }
}

settings!(NAdam: learning_rate, betas, epsilon, weight_decay);
elementwise!(NAdam, NAdamState, learning_rate);

/// What [`NAdam`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct NAdamState<F: Float> {
    /// The running mean of the gradient.
    first: Tensor<F>,
    /// The running mean of the squared gradient.
    second: Tensor<F>,
    /// The product of the momenta of all steps so far.
    product: Tensor<f64>,
    /// The number of steps so far.
    steps: Tensor<usize>,
}
