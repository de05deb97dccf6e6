//! Steps scaled by the sum of all squared gradients.

use super::elementwise::elementwise;
use super::moments::count;
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// Adagrad: each element steps by its gradient over the root of the sum of all its squared gradients.
///
/// With gradient `g`, parameter `p`, learning rate `η`, its decay `κ`, `t` the number of this step from 1, in PyTorch's
/// convention:
///
/// ```text
/// g ← g + λ p
/// v ← v + g²                          (starts at the initial sum)
/// p ← p - η/(1 + (t - 1) κ) g / (√v + ε)
/// ```
///
/// Defaults `ε = 1e-10`, `κ = 0`, initial sum 0, `λ = 0`. Duchi et al. 2011,
/// <https://jmlr.org/papers/v12/duchi11a.html>.
///
/// ```
/// use recurve::optim::{Adagrad, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = Adagrad::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - 0.9).abs() < 1e-9);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "AdaGrad")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    learning_rate: f64,
    epsilon: f64,
    learning_rate_decay: f64,
    initial_sum: f64,
    weight_decay: f64,
}

impl Adagrad {
    /// Adagrad with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Adagrad", "learning rate", learning_rate);
        Self { learning_rate, epsilon: 1e-10, learning_rate_decay: 0.0, initial_sum: 0.0, weight_decay: 0.0 }
    }

    /// How fast the learning rate falls with the number of steps.
    ///
    /// # Panics
    ///
    /// When it is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "lr_decay")]
    pub fn learning_rate_decay(self, learning_rate_decay: f64) -> Self {
        demand_not_negative("Adagrad", "decay of the learning rate", learning_rate_decay);
        Self { learning_rate_decay, ..self }
    }

    /// Where the sum of squares starts, for a gentler first step.
    ///
    /// # Panics
    ///
    /// When it is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "initial_accumulator_value")]
    pub fn initial_sum(self, initial_sum: f64) -> Self {
        demand_not_negative("Adagrad", "initial sum", initial_sum);
        Self { initial_sum, ..self }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdagradState<F> {
        let sum = Tensor::full(*value.shape_value(), F::from_f64(self.initial_sum));
        AdagradState { sum, steps: Tensor::scalar(0) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdagradState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let before = (count(&mut state.steps) - 1) as f64;
        let rate = self.learning_rate / (1.0 + before * self.learning_rate_decay);
        let kind = Kind::Adagrad { epsilon: self.epsilon, rate };
        let slots = [state.sum.as_mut_slice(), &mut [], &mut [], &mut []];
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind }, slots)
    }
}

settings!(Adagrad: learning_rate, epsilon, weight_decay);
elementwise!(Adagrad, AdagradState, learning_rate);

/// What [`Adagrad`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct AdagradState<F: Float> {
    /// The sum of the squared gradients.
    sum: Tensor<F>,
    /// The number of steps so far.
    steps: Tensor<usize>,
}
