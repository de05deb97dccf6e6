//! Steps of one size by the sign of a momentum.

use super::elementwise::elementwise;
use super::moments::zeros_like;
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// Lion: each element steps by the sign of a mixture of the gradient and its running mean.
///
/// With gradient `g`, parameter `p`, learning rate `η`, decoupled weight decay `λ`:
///
/// ```text
/// c = β₁ m + (1 - β₁) g
/// p ← p - η (sign(c) + λ p)
/// m ← β₂ m + (1 - β₂) g
/// ```
///
/// Defaults `β = (0.9, 0.99)`, `λ = 0`. Chen et al. 2023, <https://arxiv.org/abs/2302.06675>, algorithm 2, which advises a
/// learning rate 3 to 10 times smaller than that of AdamW, and a decay as many times larger. Flux exchanges the betas.
///
/// ```
/// use recurve::optim::{Lion, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64, 2.0]));
/// let mut opt = Lion::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0, -0.01]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().to_vec(), [0.9, 2.1]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    learning_rate: f64,
    betas: [f64; 2],
    weight_decay: f64,
}

impl Lion {
    /// Lion with its usual constants.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Lion", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.99], weight_decay: 0.0 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> LionState<F> {
        LionState { momentum: zeros_like(value) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut LionState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let kind = Kind::Lion { betas: self.betas, rate: self.learning_rate };
        let decoupled = self.learning_rate * self.weight_decay;
        (Update { coupled: 0.0, decoupled, kind }, [state.momentum.as_mut_slice(), &mut [], &mut [], &mut []])
    }
}

settings!(Lion: learning_rate, betas, decoupled_weight_decay);
elementwise!(Lion, LionState, learning_rate);

/// What [`Lion`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct LionState<F: Float> {
    /// The running mean of the gradient.
    momentum: Tensor<F>,
}
