//! Several gradients for one step.

use super::{Rule, Scope};
use crate::State;
use crate::array::element::Float;
use crate::tensor::Tensor;

/// Waits for `n` gradients, and lets the rest of the chain step once by their mean.
///
/// Until then nothing moves: not the parameters, and not the states of the rules behind it, which see the mean alone, as
/// if it were the gradient of one batch `n` times as large. Stands first in a chain; [`ClipGlobalNorm`](super::ClipGlobalNorm)
/// may follow, and clips the mean. Each parameter counts its own gradients, and one without a gradient in
/// [`update_partial`](super::Optimizer::update_partial) waits longer.
///
/// ```
/// use recurve::optim::{Accumulate, ClipGlobalNorm, Rule, Sgd};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([0.0_f64]));
/// let mut opt = (Accumulate::new(2), ClipGlobalNorm::new(3.0), Sgd::new(0.5)).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([1.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().item(), 0.0);
/// let gradients = Gradients::from_flat(&model, &Tensor::from([3.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().item(), -1.0);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "AccumGrad")]
#[doc(alias = "MultiSteps")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accumulate {
    steps: usize,
}

impl Accumulate {
    /// One step for each `steps` gradients.
    ///
    /// # Panics
    ///
    /// When `steps` is 0.
    #[track_caller]
    pub fn new(steps: usize) -> Self {
        assert!(steps > 0, "Accumulate: the number of gradients for a step should be at least 1, found 0");
        Self { steps }
    }
}

/// What [`Accumulate`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct AccumulateState<F: Float> {
    /// The sum of the gradients since the last step, each over their number.
    mean: Option<Tensor<F>>,
    /// How many they are.
    count: Tensor<usize>,
}

impl Rule for Accumulate {
    type State<F: Float> = AccumulateState<F>;

    fn init<F: Float>(&self, _: &Tensor<F>) -> AccumulateState<F> {
        AccumulateState { mean: None, count: Tensor::scalar(0) }
    }

    fn apply<F: Float>(&self, _: &mut AccumulateState<F>, _: &[F], _: &mut [F], _: &Scope<'_>) {}

    fn gather<F: Float>(&self, state: &mut AccumulateState<F>, gradient: &Tensor<F>) -> Option<Tensor<F>> {
        if self.steps == 1 {
            return Some(gradient.clone());
        }
        let mean = state.mean.get_or_insert_with(|| Tensor::zeros(*gradient.shape_value()));
        // Not a sum that is divided in the end, which could overflow.
        F::add_scaled(mean.as_mut_slice(), gradient.as_slice(), 1.0 / self.steps as f64);
        let count = &mut state.count.as_mut_slice()[0];
        *count += 1;
        if *count < self.steps {
            return None;
        }
        *count = 0;
        state.mean.take()
    }

    fn gathers(&self) -> bool {
        true
    }

    fn is_elementwise(&self) -> bool {
        true
    }
}
