//! Weight decay, to stand before or after another rule in a chain.

use super::{Rule, Scope, demand_not_negative};
use crate::array::element::Float;
use crate::array::kernels::Pass;
use crate::tensor::Tensor;

/// Adds `λ p` to the step on its way through a chain; the place decides what kind of decay it is.
///
/// Before a rule it is added to the gradient, as the gradient of `½ λ ‖p‖²`: coupled, L2. After a rule it is added to the
/// step: decoupled (Loshchilov and Hutter 2019, <https://arxiv.org/abs/1711.05101>). As in the paper's formula, the learning
/// rate does not multiply it there; [`AdamW`](super::AdamW) multiplies it, as PyTorch does, so that
/// `(Adam::new(η), WeightDecay::new(η λ))` is `AdamW::new(η).weight_decay(λ)`.
///
/// ```
/// use recurve::optim::{Rule, Sgd, WeightDecay};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([10.0_f64]));
/// let gradients = Gradients::from_flat(&model, &Tensor::from([1.0]))?;
/// let mut coupled = (WeightDecay::new(0.1), Sgd::new(0.5)).setup(&model)?;
/// coupled.update(&mut model, &gradients)?;
/// assert_eq!(model.get().item(), 10.0 - 0.5 * (1.0 + 0.1 * 10.0));
///
/// let mut decoupled = (Sgd::new(0.5), WeightDecay::new(0.1)).setup(&model)?;
/// decoupled.update(&mut model, &gradients)?;
/// assert!((model.get().item() - (9.0 - 0.5 - 0.1 * 9.0)).abs() < 1e-14);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "add_decayed_weights")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightDecay {
    weight_decay: f64,
}

impl WeightDecay {
    /// Adds `weight_decay` times the parameter.
    ///
    /// # Panics
    ///
    /// When `weight_decay` is negative or not finite.
    #[track_caller]
    pub fn new(weight_decay: f64) -> Self {
        demand_not_negative("WeightDecay", "weight decay", weight_decay);
        Self { weight_decay }
    }
}

impl Rule for WeightDecay {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), value: &[F], step: &mut [F], _: &Scope<'_>) {
        F::make_step(value, step, Pass::decay(self.weight_decay).into_iter().collect());
    }

    fn is_elementwise(&self) -> bool {
        true
    }

    fn passes<'a, F: Float>(&self, _: &'a mut (), _: &Scope<'_>, found: &mut Vec<Pass<'a, F>>) {
        found.extend(Pass::decay(self.weight_decay));
    }
}
