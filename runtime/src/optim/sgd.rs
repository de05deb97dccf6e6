//! Gradient descent with momentum.

use super::{Rule, Scope, demand, demand_fraction, demand_not_negative};
use crate::array::element::Float;
use crate::tensor::Tensor;

/// Stochastic gradient descent, plain or with momentum, in PyTorch's meaning of the options.
///
/// With gradient `g`, parameter `p`, learning rate `η`, weight decay `λ`, momentum `μ` and dampening `τ`:
///
/// ```text
/// g ← g + λ p
/// v ← g in the first step, then μ v + (1 - τ) g
/// p ← p - η v,  or with Nesterov's form  p ← p - η (g + μ v)
/// ```
///
/// Without momentum `v = g`. The learning rate multiplies the velocity, so that a change takes effect at once (Polyak's
/// and Sutskever's forms have it inside of `v`). Nesterov's form after Sutskever et al. 2013,
/// <https://proceedings.mlr.press/v28/sutskever13.html>.
///
/// ```
/// use recurve::optim::{Rule, Sgd};
/// use recurve::{Param, Tensor, grad};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = Sgd::new(0.1).momentum(0.9).weight_decay(1e-4).setup(&model)?;
/// let gradients = grad(&model, |m| Ok::<_, recurve::Error>(m.get().sum()))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - (0.9 - 1e-5)).abs() < 1e-15);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "Descent")]
#[doc(alias = "Momentum")]
#[doc(alias = "Nesterov")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    learning_rate: f64,
    momentum: f64,
    dampening: f64,
    nesterov: bool,
    weight_decay: f64,
}

impl Sgd {
    /// Plain gradient descent: momentum, dampening and weight decay are 0.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Sgd", "learning rate", learning_rate);
        Self { learning_rate, momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0 }
    }

    /// Steps by a velocity that keeps the fraction `momentum` of itself.
    ///
    /// # Panics
    ///
    /// When `momentum` is outside of `[0, 1)`.
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: f64) -> Self {
        demand_fraction("Sgd", "momentum", momentum);
        Self { momentum, nesterov: false, ..self }
    }

    /// Steps by momentum in Nesterov's form.
    ///
    /// # Panics
    ///
    /// When `momentum` is outside of `[0, 1)`, or the dampening is not 0.
    #[must_use]
    #[track_caller]
    pub fn nesterov(self, momentum: f64) -> Self {
        demand_fraction("Sgd", "momentum", momentum);
        Self { momentum, nesterov: true, ..self }.checked()
    }

    /// The fraction of each gradient but the first that the velocity leaves out.
    ///
    /// # Panics
    ///
    /// When `dampening` is outside of `[0, 1]`, or not 0 with Nesterov's form.
    #[must_use]
    #[track_caller]
    pub fn dampening(self, dampening: f64) -> Self {
        demand("Sgd", "dampening", dampening, (0.0..=1.0).contains(&dampening), "from 0 to 1");
        Self { dampening, ..self }.checked()
    }

    /// Adds `weight_decay` times the parameter to the gradient.
    ///
    /// # Panics
    ///
    /// When `weight_decay` is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "l2")]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        demand_not_negative("Sgd", "weight decay", weight_decay);
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
        demand_not_negative("Sgd", "learning rate", learning_rate);
        self.learning_rate = learning_rate;
    }

    #[track_caller]
    fn checked(self) -> Self {
        let allowed = !self.nesterov || self.dampening == 0.0;
        assert!(allowed, "Sgd: Nesterov's momentum has no dampening, found dampening {}", self.dampening);
        self
    }

    /// Turns the gradient into the velocity, or Nesterov's look ahead.
    fn carry<F: Float>(&self, velocity: &mut Option<Tensor<F>>, step: &mut [F]) {
        let velocity = match velocity {
            Some(velocity) => {
                F::blend(velocity.as_mut_slice(), self.momentum, step, 1.0 - self.dampening);
                velocity
            }
            None => velocity.insert(Tensor::from(&*step)),
        };
        if self.nesterov {
            F::add_scaled(step, velocity.as_slice(), self.momentum);
        } else {
            step.copy_from_slice(velocity.as_slice());
        }
    }
}

impl Rule for Sgd {
    /// The velocity, once there was a step with momentum.
    type State<F: Float> = Option<Tensor<F>>;

    fn init<F: Float>(&self, _: &Tensor<F>) -> Option<Tensor<F>> {
        None
    }

    fn apply<F: Float>(&self, velocity: &mut Option<Tensor<F>>, value: &[F], step: &mut [F], _: &Scope<'_>) {
        if self.weight_decay != 0.0 {
            F::add_scaled(step, value, self.weight_decay);
        }
        if self.momentum != 0.0 {
            self.carry(velocity, step);
        }
        F::scale(step, self.learning_rate);
    }
}
