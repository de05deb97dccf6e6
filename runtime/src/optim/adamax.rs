//! Adam with the largest gradient in place of the mean square.

use super::elementwise::elementwise;
use super::moments::{bias_correction, count, zeros_like};
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{AdamFactors, Kind, Slots, Update};
use crate::tensor::Tensor;

/// AdaMax: Adam whose divisor is a decaying maximum of the gradient's size.
///
/// With gradient `g`, parameter `p`, learning rate `η`, `t` the number of this step from 1, in PyTorch's convention:
///
/// ```text
/// g ← g + λ p
/// m ← β₁ m + (1 - β₁) g
/// u ← max(β₂ u, |g| + ε)
/// p ← p - η/(1 - β₁ᵗ) m / u
/// ```
///
/// Defaults `β = (0.9, 0.999)`, `ε = 1e-8`, `λ = 0`. Kingma and Ba 2015, section 7.1, <https://arxiv.org/abs/1412.6980>.
///
/// ```
/// use recurve::optim::{AdaMax, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = AdaMax::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - 0.9).abs() < 1e-8);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "Adamax")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaMax {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

impl AdaMax {
    /// AdaMax with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("AdaMax", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.0 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdaMaxState<F> {
        AdaMaxState { first: zeros_like(value), size: zeros_like(value), steps: Tensor::scalar(0) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdaMaxState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let scale = self.learning_rate / bias_correction(self.betas[0], count(&mut state.steps));
        let factors = AdamFactors { betas: self.betas, epsilon: self.epsilon, scale, root: 1.0 };
        let slots = [state.first.as_mut_slice(), state.size.as_mut_slice(), &mut [], &mut []];
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind: Kind::AdaMax(factors) }, slots)
    }
}

settings!(AdaMax: learning_rate, betas, epsilon, weight_decay);
elementwise!(AdaMax, AdaMaxState, learning_rate);

/// What [`AdaMax`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct AdaMaxState<F: Float> {
    /// The running mean of the gradient.
    first: Tensor<F>,
    /// The decaying maximum of its size.
    size: Tensor<F>,
    /// The number of steps so far.
    steps: Tensor<usize>,
}
