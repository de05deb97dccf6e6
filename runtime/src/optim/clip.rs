//! Limits on gradients, to stand before another rule in a chain.

use super::{Rule, Scope, demand};
use crate::array::element::Float;
use crate::array::kernels::Pass;
use crate::tensor::Tensor;

#[track_caller]
fn demand_limit(rule: &str, limit: f64) {
    demand(rule, "limit", limit, limit > 0.0, "finite and above 0");
}

/// Cuts each element of the gradient to `[-limit, limit]`.
///
/// ```
/// use recurve::optim::{ClipValue, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::<f64>::zeros([3]));
/// let mut opt = ClipValue::new(13.0).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, 10.0, 100.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().to_vec(), [-1.0, -10.0, -13.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "ClipGrad")]
#[doc(alias = "clip_grad_value_")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipValue {
    limit: f64,
}

impl ClipValue {
    /// Cuts at `limit`.
    ///
    /// # Panics
    ///
    /// When `limit` is not finite and above 0.
    #[track_caller]
    pub fn new(limit: f64) -> Self {
        demand_limit("ClipValue", limit);
        Self { limit }
    }
}

impl Rule for ClipValue {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), value: &[F], step: &mut [F], _: &Scope<'_>) {
        F::make_step(value, step, vec![Pass::Limit(self.limit)]);
    }

    fn is_elementwise(&self) -> bool {
        true
    }

    fn passes<'a, F: Float>(&self, _: &'a mut (), _: &Scope<'_>, found: &mut Vec<Pass<'a, F>>) {
        found.push(Pass::Limit(self.limit));
    }
}

/// Scales the gradient `g` of each parameter to `g min(1, limit / ‖g‖)`, with the Euclidean norm over its elements.
///
/// Pascanu et al. 2013, <https://arxiv.org/abs/1211.5063>, applied to each parameter by itself (as in Flux); the norm is
/// summed in f64.
///
/// ```
/// use recurve::optim::{ClipNorm, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::<f64>::zeros([2]));
/// let mut opt = ClipNorm::new(1.0).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([30.0, 40.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().to_vec(), [-0.6, -0.8]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipNorm {
    limit: f64,
}

impl ClipNorm {
    /// Scales to the norm `limit` whatever is longer.
    ///
    /// # Panics
    ///
    /// When `limit` is not finite and above 0.
    #[track_caller]
    pub fn new(limit: f64) -> Self {
        demand_limit("ClipNorm", limit);
        Self { limit }
    }
}

impl Rule for ClipNorm {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), _: &[F], step: &mut [F], scope: &Scope<'_>) {
        for range in scope.parameters() {
            let step = &mut step[range.clone()];
            shorten(step, F::norm(step), self.limit);
        }
    }
}

/// Scales all gradients by the same `min(1, limit / ‖g‖)`, with the Euclidean norm over the gradients of all parameters.
///
/// The norm is that of the gradients as they arrive, so this rule stands first in a chain; it is summed in f64. Pascanu
/// et al. 2013, <https://arxiv.org/abs/1211.5063>; PyTorch divides by the norm plus 1e-6 instead.
///
/// ```
/// use recurve::optim::{ClipGlobalNorm, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = (Param::new(Tensor::<f64>::zeros([1])), Param::new(Tensor::<f64>::zeros([1])));
/// let mut opt = ClipGlobalNorm::new(1.0).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([30.0, 40.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!((model.0.get().item(), model.1.get().item()), (-0.6, -0.8));
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "clip_grad_norm_")]
#[doc(alias = "clip_by_global_norm")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipGlobalNorm {
    limit: f64,
}

impl ClipGlobalNorm {
    /// Scales to the norm `limit` whatever is longer.
    ///
    /// # Panics
    ///
    /// When `limit` is not finite and above 0.
    #[track_caller]
    pub fn new(limit: f64) -> Self {
        demand_limit("ClipGlobalNorm", limit);
        Self { limit }
    }
}

impl Rule for ClipGlobalNorm {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), _: &[F], step: &mut [F], scope: &Scope<'_>) {
        shorten(step, scope.global_norm(), self.limit);
    }

    fn uses_global_norm(&self) -> bool {
        true
    }

    /// The norm is known before.
    fn is_elementwise(&self) -> bool {
        true
    }

    fn passes<'a, F: Float>(&self, _: &'a mut (), scope: &Scope<'_>, found: &mut Vec<Pass<'a, F>>) {
        found.extend(factor(scope.global_norm(), self.limit).map(Pass::Scale));
    }
}

/// Scales a vector that is part of one with the given norm.
fn shorten<F: Float>(step: &mut [F], norm: f64, limit: f64) {
    if let Some(factor) = factor(norm, limit) {
        F::scale(step, factor);
    }
}

/// By what a vector with this norm is multiplied, if it is too long.
fn factor(norm: f64, limit: f64) -> Option<f64> {
    (norm > limit).then(|| limit / norm)
}
