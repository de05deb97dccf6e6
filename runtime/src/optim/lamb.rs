//! Adam with a trust ratio for each parameter.

use super::moments::{AdamState, adam_factors};
use super::settings::settings;
use super::{Rule, Scope, demand_not_negative};
use crate::array::element::Float;
use crate::array::kernels::{Kind, Pass};
use crate::tensor::Tensor;

/// LAMB: the step of Adam with decay, scaled for each parameter to the length of the parameter. For large batches.
///
/// With the moments `m` and `v` of [`Adam`](super::Adam):
///
/// ```text
/// r = m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε)
/// p ← p - η ‖p‖/‖r + λ p‖ (r + λ p)
/// ```
///
/// with Euclidean norms over the elements of the parameter, and a ratio of 1 where one of them is 0. Defaults
/// `β = (0.9, 0.999)`, `ε = 1e-6`, `λ = 0.01`. You et al. 2020, <https://arxiv.org/abs/1904.00962>, algorithm 2 with `φ`
/// the identity.
///
/// ```
/// use recurve::optim::{Lamb, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([3.0_f64, 4.0]));
/// let mut opt = Lamb::new(0.1).weight_decay(0.0).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([2.0, 7.0]))?;
/// opt.update(&mut model, &gradients)?;
/// let step = 0.1 * 5.0 / 2.0_f64.sqrt();
/// assert!((model.get().at([0]) - (3.0 - step)).abs() < 1e-6);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "LAMB")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lamb {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

impl Lamb {
    /// LAMB with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Lamb", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-6, weight_decay: 0.01 }
    }

    /// The step before it is scaled, times -1, as it is left where a step of Adam is taken from zeros.
    fn backwards<F: Float>(
        &self,
        state: &mut AdamState<F>,
        value: &[F],
        gradient: &[F],
        scope: &Scope<'_>,
    ) -> Tensor<F> {
        let kind = Kind::Adam(adam_factors(1.0, self.betas, self.epsilon, state.count()));
        let mut step = Tensor::zeros(scope.shape());
        F::take_step(step.as_mut_slice(), gradient, vec![Pass::Update(kind, state.slots())]);
        if self.weight_decay != 0.0 {
            F::add_scaled(step.as_mut_slice(), value, -self.weight_decay);
        }
        step
    }

    /// By what the step of one parameter is scaled.
    fn factor<F: Float>(&self, value: &[F], step: &[F]) -> f64 {
        let norms = (F::norm(value), F::norm(step));
        let ratio = if norms.0 > 0.0 && norms.1 > 0.0 { norms.0 / norms.1 } else { 1.0 };
        self.learning_rate * ratio
    }
}

settings!(Lamb: learning_rate, betas, epsilon, decoupled_weight_decay);

impl Rule for Lamb {
    type State<F: Float> = AdamState<F>;

    fn init<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        AdamState::new(value)
    }

    fn apply<F: Float>(&self, state: &mut AdamState<F>, value: &[F], step: &mut [F], scope: &Scope<'_>) {
        step.copy_from_slice(self.backwards(state, value, step, scope).as_slice());
        for range in scope.parameters() {
            let (value, step) = (&value[range.clone()], &mut step[range.clone()]);
            F::scale(step, -self.factor(value, step));
        }
    }

    fn step<F: Float>(&self, state: &mut AdamState<F>, value: &mut [F], gradient: &[F], scope: &Scope<'_>) {
        let step = self.backwards(state, value, gradient, scope);
        for range in scope.parameters() {
            let (value, step) = (&mut value[range.clone()], &step.as_slice()[range.clone()]);
            F::add_scaled(value, step, self.factor(value, step));
        }
    }

    fn visit_learning_rates(&mut self, visit: &mut dyn FnMut(&mut f64)) {
        visit(&mut self.learning_rate);
    }
}
