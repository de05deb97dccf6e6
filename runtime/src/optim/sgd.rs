//! Gradient descent with momentum.

use super::elementwise::elementwise;
use super::settings::settings;
use super::{Scope, demand, demand_fraction, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
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

    #[track_caller]
    fn checked(self) -> Self {
        let allowed = !self.nesterov || self.dampening == 0.0;
        assert!(allowed, "Sgd: Nesterov's momentum has no dampening, found dampening {}", self.dampening);
        self
    }

    fn start<F: Float>(&self, _: &Tensor<F>) -> SgdState<F> {
        SgdState { velocity: None }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut SgdState<F>, scope: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let &Self { learning_rate: rate, momentum: keep, weight_decay: coupled, .. } = self;
        let update = |kind| Update { coupled, decoupled: 0.0, kind };
        if keep == 0.0 {
            return (update(Kind::Plain { rate }), Default::default());
        }
        let add = if state.velocity.is_none() { 1.0 } else { 1.0 - self.dampening };
        let velocity = state.velocity.get_or_insert_with(|| Tensor::zeros(scope.shape()));
        let kind = Kind::Momentum { keep, add, rate, ahead: self.nesterov.then_some(keep) };
        (update(kind), [velocity.as_mut_slice(), &mut [], &mut [], &mut []])
    }
}

settings!(Sgd: learning_rate, weight_decay);
elementwise!(Sgd, SgdState, learning_rate);

/// What [`Sgd`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct SgdState<F: Float> {
    /// The velocity, once there was a step with momentum.
    velocity: Option<Tensor<F>>,
}
