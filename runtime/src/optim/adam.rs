//! Steps scaled by running means of the gradient and its square.

use super::elementwise::elementwise;
use super::moments::{AdamState, adam_factors, count, zeros_like};
use super::settings::settings;
use super::{Scope, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
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

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        AdamState::new(value)
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdamState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let factors = adam_factors(self.learning_rate, self.betas, self.epsilon, state.count());
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind: Kind::Adam(factors) }, state.slots())
    }
}

settings!(Adam: learning_rate, betas, epsilon, weight_decay);
elementwise!(Adam, AdamState, learning_rate);

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
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
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
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.01 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AdamState<F> {
        AdamState::new(value)
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AdamState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let factors = adam_factors(self.learning_rate, self.betas, self.epsilon, state.count());
        let decoupled = self.learning_rate * self.weight_decay;
        (Update { coupled: 0.0, decoupled, kind: Kind::Adam(factors) }, state.slots())
    }
}

settings!(AdamW: learning_rate, betas, epsilon, decoupled_weight_decay);
elementwise!(AdamW, AdamState, learning_rate);

/// AMSGrad: Adam with the largest running mean of the square so far, so that step sizes never grow again.
///
/// With the equations, settings and defaults of [`Adam`], in PyTorch's convention (`Adam(amsgrad=True)`), where the bias
/// is corrected:
///
/// ```text
/// w ← max(w, v)
/// p ← p - η m/(1 - β₁ᵗ) / (√(w/(1 - β₂ᵗ)) + ε)
/// ```
///
/// Reddi et al. 2018, <https://arxiv.org/abs/1904.09237>; the paper corrects no bias, nor does Flux.
///
/// ```
/// use recurve::optim::{AmsGrad, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64]));
/// let mut opt = AmsGrad::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert!((model.get().item() - 0.9).abs() < 1e-8);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

impl AmsGrad {
    /// AMSGrad with the constants of Adam.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("AmsGrad", "learning rate", learning_rate);
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.0 }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> AmsGradState<F> {
        let zeros = || zeros_like(value);
        AmsGradState { first: zeros(), second: zeros(), largest: zeros(), steps: Tensor::scalar(0) }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut AmsGradState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let AmsGradState { first, second, largest, steps } = state;
        let factors = adam_factors(self.learning_rate, self.betas, self.epsilon, count(steps));
        let slots = [first.as_mut_slice(), second.as_mut_slice(), largest.as_mut_slice(), &mut []];
        (Update { coupled: self.weight_decay, decoupled: 0.0, kind: Kind::AmsGrad(factors) }, slots)
    }
}

settings!(AmsGrad: learning_rate, betas, epsilon, weight_decay);
elementwise!(AmsGrad, AmsGradState, learning_rate);

/// What [`AmsGrad`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct AmsGradState<F: Float> {
    /// The running mean of the gradient.
    first: Tensor<F>,
    /// The running mean of the squared gradient.
    second: Tensor<F>,
    /// The largest of those so far.
    largest: Tensor<F>,
    /// The number of steps so far.
    steps: Tensor<usize>,
}
