//! Steps scaled by running means of the gradient and its square.

use super::{Rule, Scope, demand, demand_fraction, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::AdamFactors;
use crate::tensor::Tensor;

/// Adam: each element steps by the running mean of its gradient over the root of that of the square.
///
/// With gradient `g`, parameter `p`, learning rate `η`, `t` the number of this step from 1, in PyTorch's convention:
///
/// ```text
/// g ← g + λ p                          (weight decay λ coupled to the gradient; 0 unless set)
/// m ← β₁ m + (1 - β₁) g
/// v ← β₂ v + (1 - β₂) g²
/// p ← p - η m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε)
/// ```
///
/// Defaults `β = (0.9, 0.999)`, `ε = 1e-8`, `λ = 0`. Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>. A gradient of
/// zero still moves the parameter, a missing one does not.
///
/// ```
/// use recurve::optim::{Adam, Rule};
/// use recurve::{Param, Tensor, grad};
///
/// let mut model = Param::new(Tensor::from([1.0_f32, 1.0]));
/// let mut opt = Adam::new(1e-3).betas(0.9, 0.99).epsilon(1e-7).setup(&model)?;
/// let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.get().square().sum()))?;
/// opt.update(&mut model, &gradients)?;
/// opt.rule_mut().set_learning_rate(1e-4);
/// assert!((model.get().at([0]) - 0.999).abs() < 1e-6);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

impl Adam {
    /// Adam with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Adam", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.0 }
    }

    /// How much of themselves the running means of the gradient and of its square keep in a step.
    ///
    /// # Panics
    ///
    /// When one is outside of `[0, 1)`.
    #[must_use]
    #[track_caller]
    #[doc(alias = "beta1")]
    #[doc(alias = "beta2")]
    pub fn betas(self, first: f64, second: f64) -> Self {
        demand_fraction("Adam", "first beta", first);
        demand_fraction("Adam", "second beta", second);
        Self { betas: [first, second], ..self }
    }

    /// The constant that keeps the divisor from zero.
    ///
    /// # Panics
    ///
    /// When it is not finite, or below the smallest normal number of f32 (1.2e-38).
    #[must_use]
    #[track_caller]
    #[doc(alias = "eps")]
    pub fn epsilon(self, epsilon: f64) -> Self {
        let normal = epsilon >= f32::MIN_POSITIVE.into();
        demand("Adam", "epsilon", epsilon, normal, "finite and at least 1.2e-38");
        Self { epsilon, ..self }
    }

    /// Adds `weight_decay` times the parameter to the gradient; [`AdamW`] decays the parameter itself.
    ///
    /// # Panics
    ///
    /// When `weight_decay` is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "l2")]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        demand_not_negative("Adam", "weight decay", weight_decay);
        Self { weight_decay, ..self }
    }

    /// The learning rate.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Changes the learning rate, also during training: the state stays valid.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    #[doc(alias = "adjust")]
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        demand_not_negative("Adam", "learning rate", learning_rate);
        self.learning_rate = learning_rate;
    }

    fn factors(&self, steps: usize) -> AdamFactors {
        let [first, second] = self.betas.map(|beta| 1.0 - beta.powf(steps as f64));
        AdamFactors {
            betas: self.betas,
            epsilon: self.epsilon,
            scale: self.learning_rate / first,
            root: 1.0 / second.sqrt(),
        }
    }
}

/// What [`Adam`] and [`AdamW`] remember of a parameter.
#[derive(Clone, Debug, State)]
pub struct AdamState<F: Float> {
    /// The running mean of the gradient.
    first: Tensor<F>,
    /// The running mean of the squared gradient.
    second: Tensor<F>,
    /// The number of steps so far; a tensor because it is saved with the rest.
    steps: Tensor<usize>,
}

impl Rule for Adam {
    type State<F: Float> = AdamState<F>;

    fn init<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        let zeros = || Tensor::zeros(*value.shape_value());
        AdamState { first: zeros(), second: zeros(), steps: Tensor::scalar(0) }
    }

    fn apply<F: Float>(&self, state: &mut AdamState<F>, value: &[F], step: &mut [F], _: &Scope<'_>) {
        let AdamState { first, second, steps } = state;
        steps.as_mut_slice()[0] += 1;
        if self.weight_decay != 0.0 {
            F::add_scaled(step, value, self.weight_decay);
        }
        F::adam(first.as_mut_slice(), second.as_mut_slice(), step, &self.factors(steps.item()));
    }
}

/// Adam with weight decay that is decoupled from the gradient: the decay is not scaled by the running means.
///
/// With the equations and defaults of [`Adam`], and weight decay `λ` (0.01 unless set), in PyTorch's convention, where the
/// learning rate multiplies the decay:
///
/// ```text
/// p ← p - η λ p - η m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε)
/// ```
///
/// Loshchilov and Hutter 2019, <https://arxiv.org/abs/1711.05101>.
///
/// ```
/// use recurve::optim::{AdamW, Rule};
/// use recurve::{Param, Tensor, grad};
///
/// let mut model = Param::new(Tensor::from([10.0_f64]));
/// let mut opt = AdamW::new(0.1).weight_decay(0.05).setup(&model)?;
/// let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.get().sum()))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - (10.0 - 0.05 - 0.1)).abs() < 1e-8);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    adam: Adam,
    decay: f64,
}

impl AdamW {
    /// AdamW with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("AdamW", "learning rate", learning_rate);
        Self { adam: Adam::new(learning_rate), decay: 0.01 }
    }

    /// As [`Adam::betas`].
    ///
    /// # Panics
    ///
    /// When one is outside of `[0, 1)`.
    #[must_use]
    #[track_caller]
    pub fn betas(self, first: f64, second: f64) -> Self {
        Self { adam: self.adam.betas(first, second), ..self }
    }

    /// As [`Adam::epsilon`].
    ///
    /// # Panics
    ///
    /// When it is not finite, or below the smallest normal number of f32 (1.2e-38).
    #[must_use]
    #[track_caller]
    #[doc(alias = "eps")]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { adam: self.adam.epsilon(epsilon), ..self }
    }

    /// The fraction of the parameter, times the learning rate, that each step takes away.
    ///
    /// # Panics
    ///
    /// When `weight_decay` is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        demand_not_negative("AdamW", "weight decay", weight_decay);
        Self { decay: weight_decay, ..self }
    }

    /// The learning rate.
    pub fn learning_rate(&self) -> f64 {
        self.adam.learning_rate
    }

    /// Changes the learning rate, also during training: the state stays valid.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    #[doc(alias = "adjust")]
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        demand_not_negative("AdamW", "learning rate", learning_rate);
        self.adam.learning_rate = learning_rate;
    }
}

impl Rule for AdamW {
    type State<F: Float> = AdamState<F>;

    fn init<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        self.adam.init(value)
    }

    fn apply<F: Float>(&self, state: &mut AdamState<F>, value: &[F], step: &mut [F], scope: &Scope<'_>) {
        self.adam.apply(state, value, step, scope);
        F::add_scaled(step, value, self.adam.learning_rate * self.decay);
    }
}
