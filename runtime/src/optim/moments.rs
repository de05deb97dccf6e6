//! What Adam and its kin remember.

use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{AdamFactors, Slots};
use crate::tensor::Tensor;

/// What [`Adam`](super::Adam) and its kin remember of a parameter.
#[derive(Clone, Debug, State)]
pub struct AdamState<F: Float> {
    /// The running mean of the gradient.
    first: Tensor<F>,
    /// The running mean of the squared gradient.
    second: Tensor<F>,
    /// The number of steps so far; a tensor because it is saved with the rest.
    steps: Tensor<usize>,
}

impl<F: Float> AdamState<F> {
    pub(super) fn new(value: &Tensor<F>) -> Self {
        Self { first: zeros_like(value), second: zeros_like(value), steps: Tensor::scalar(0) }
    }

    /// Counts a step.
    pub(super) fn count(&mut self) -> usize {
        count(&mut self.steps)
    }

    pub(super) fn slots(&mut self) -> Slots<'_, F> {
        [self.first.as_mut_slice(), self.second.as_mut_slice(), &mut [], &mut []]
    }
}

pub(super) fn zeros_like<F: Float>(value: &Tensor<F>) -> Tensor<F> {
    Tensor::zeros(*value.shape_value())
}

/// Counts a step, and returns its number from 1.
pub(super) fn count(steps: &mut Tensor<usize>) -> usize {
    let steps = &mut steps.as_mut_slice()[0];
    *steps += 1;
    *steps
}

/// `1 - betaᵗ`, by which the running mean of `t` steps from zero is too small.
pub(super) fn bias_correction(beta: f64, t: usize) -> f64 {
    1.0 - beta.powf(t as f64)
}

/// The factors of step `t` of Adam.
pub(super) fn adam_factors(learning_rate: f64, betas: [f64; 2], epsilon: f64, t: usize) -> AdamFactors {
    let [first, second] = betas.map(|beta| bias_correction(beta, t));
    AdamFactors { betas, epsilon, scale: learning_rate / first, root: 1.0 / second.sqrt() }
}
