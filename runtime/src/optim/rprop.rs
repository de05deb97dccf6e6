//! Steps by signs alone.

use super::elementwise::elementwise;
use super::moments::zeros_like;
use super::{Scope, demand};
use crate::State;
use crate::array::element::Float;
use crate::array::kernels::{Kind, Slots, Update};
use crate::tensor::Tensor;

/// Rprop: each element has a step size of its own, which grows while the gradient keeps its sign and shrinks when it
/// turns. For gradients of all the data at once.
///
/// With gradient `g`, the gradient before `g₋`, parameter `p`, size `h`, in PyTorch's convention:
///
/// ```text
/// g g₋ > 0:  h ← min(h η₊, h_max)
/// g g₋ < 0:  h ← max(h η₋, h_min),  g ← 0     (no step, and none of the signs counts next time)
/// p ← p - h sign(g)
/// ```
///
/// Defaults `η₋ = 0.5`, `η₊ = 1.2`, `h` from 1e-6 to 50. Riedmiller and Braun 1993,
/// <https://doi.org/10.1109/ICNN.1993.298623>, in the form without weight backtracking (iRprop-) of Igel and Hüsken 2000.
/// There is no learning rate, only the first size.
///
/// ```
/// use recurve::optim::{Rprop, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::from([1.0_f64, 1.0]));
/// let mut opt = Rprop::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0, -0.01]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().to_vec(), [0.9, 1.1]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rprop {
    first_size: f64,
    factors: [f64; 2],
    sizes: [f64; 2],
}

impl Rprop {
    /// Rprop whose first step has the size `first_size` in each element.
    ///
    /// # Panics
    ///
    /// When `first_size` is not finite and above 0.
    #[track_caller]
    pub fn new(first_size: f64) -> Self {
        demand("Rprop", "first size", first_size, first_size > 0.0, "finite and above 0");
        Self { first_size, factors: [0.5, 1.2], sizes: [1e-6, 50.0] }
    }

    /// What sizes are multiplied by when the gradient turns, and when it does not.
    ///
    /// # Panics
    ///
    /// When `less` is not between 0 and 1, or `more` is not finite and above 1.
    #[must_use]
    #[track_caller]
    #[doc(alias = "etas")]
    pub fn factors(self, less: f64, more: f64) -> Self {
        demand("Rprop", "lower factor", less, less > 0.0 && less < 1.0, "above 0 and below 1");
        demand("Rprop", "upper factor", more, more > 1.0, "finite and above 1");
        Self { factors: [less, more], ..self }
    }

    /// The smallest and the largest size.
    ///
    /// # Panics
    ///
    /// When they are not finite and above 0, or not in order.
    #[must_use]
    #[track_caller]
    #[doc(alias = "step_sizes")]
    pub fn sizes(self, smallest: f64, largest: f64) -> Self {
        demand("Rprop", "smallest size", smallest, smallest > 0.0, "finite and above 0");
        demand("Rprop", "largest size", largest, largest >= smallest, "finite and at least the smallest");
        Self { sizes: [smallest, largest], ..self }
    }

    fn start<F: Float>(&self, value: &Tensor<F>) -> RpropState<F> {
        let size = Tensor::full(*value.shape_value(), F::from_f64(self.first_size));
        RpropState { gradient: zeros_like(value), size }
    }

    fn advance<'a, F: Float>(&self, state: &'a mut RpropState<F>, _: &Scope<'_>) -> (Update, Slots<'a, F>) {
        let kind = Kind::Rprop { factors: self.factors, sizes: self.sizes };
        let slots = [state.gradient.as_mut_slice(), state.size.as_mut_slice(), &mut [], &mut []];
        (Update { coupled: 0.0, decoupled: 0.0, kind }, slots)
    }
}

elementwise!(Rprop, RpropState);

/// What [`Rprop`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct RpropState<F: Float> {
    /// The gradient before.
    gradient: Tensor<F>,
    /// The step size of each element.
    size: Tensor<F>,
}
