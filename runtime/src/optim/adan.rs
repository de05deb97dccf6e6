//! Adam with Nesterov's momentum by differences of gradients.

use super::elementwise::elementwise;
use super::moments::{bias_correction, count, zeros_like};
use super::settings::settings;
use super::{Scope, demand_fraction, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// Adan: Adam that looks ahead by the change of the gradient.
///
/// With gradient `g`, the gradient before `g₋` (that of the first step is `g`), parameter `p`, learning rate `η`, `t` the
/// number of this step from 1:
///
/// ```text
/// m ← β₁ m + (1 - β₁) g
/// d ← β₂ d + (1 - β₂) (g - g₋)
/// v ← β₃ v + (1 - β₃) (g + β₂ (g - g₋))²
/// p ← (p - η (m/(1 - β₁ᵗ) + β₂ d/(1 - β₂ᵗ)) / (√(v/(1 - β₃ᵗ)) + ε)) / (1 + η λ)
/// ```
///
/// Defaults `β = (0.98, 0.92, 0.99)`, `ε = 1e-8`, `λ = 0`. Xie et al. 2022, <https://arxiv.org/abs/2208.06677>, algorithm 1,
/// where `β` is `1 - β` of here, with the correction of the bias and the convention of the authors' code.
///
/// ```
/// use recurve::optim::{Adan, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = Adan::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - 0.9).abs() < 1e-8);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adan {
    learning_rate: f64,
    betas: [f64; 3],
    epsilon: f64,
    weight_decay: f64,
}

impl Adan {
    /// Adan with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Adan", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.98, 0.92, 0.99], epsilon: 1e-8, weight_decay: 0.0 }
    }

    /// How much of themselves the running means of the gradient, of its change and of its square keep in a step.
    ///
    /// # Panics
    ///
    /// When one is outside of `[0, 1)`.
    #[must_use]
    #[track_caller]
    pub fn betas(self, first: f64, second: f64, third: f64) -> Self {
        demand_fraction("Adan", "first beta", first);
        demand_fraction("Adan", "second beta", second);
        demand_fraction("Adan", "third beta", third);
        Self { betas: [first, second, third], ..self }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdanState<F> {
        let zeros = || zeros_like(value);
        AdanState { first: zeros(), change: zeros(), second: zeros(), gradient: zeros(), steps: Tensor::scalar(0) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdanState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let AdanState { first, change, second, gradient, steps } = state;
        let t = count(steps);
        // p - (p - s)/(1 + ηλ) = (s + ηλ p)/(1 + ηλ)
        let shrunk = 1.0 / (1.0 + self.learning_rate * self.weight_decay);
        let rate = self.learning_rate * shrunk;
        let kind = Kind::Adan {
            betas: self.betas,
            epsilon: self.epsilon,
            mean: rate / bias_correction(self.betas[0], t),
            change: rate * self.betas[1] / bias_correction(self.betas[1], t),
            root: 1.0 / bias_correction(self.betas[2], t).sqrt(),
            first: t == 1,
        };
        let slots = [first, change, second, gradient].map(Tensor::as_mut_slice);
        (Update { coupled: 0.0, decoupled: rate * self.weight_decay, kind }, slots)
    }
}

settings!(Adan: learning_rate, epsilon, decoupled_weight_decay);
elementwise!(Adan, AdanState, learning_rate);

/// What [`Adan`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct AdanState<F: Float> {
    /// The running mean of the gradient.
    first: Tensor<F>,
    /// The running mean of its change.
    change: Tensor<F>,
    /// The running mean of the square of the gradient ahead.
    second: Tensor<F>,
    /// The gradient before.
    gradient: Tensor<F>,
    /// The number of steps so far.
    steps: Tensor<usize>,
}
