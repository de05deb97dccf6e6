//! A loss as a function of the flat vector.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::array::element::Float;
use crate::autodiff::value_and_grad;
use crate::check::check_shape;
use crate::error::Result;
use crate::module::{FlatVector, Layout, Module, Restructure};
use crate::tensor::Tensor;

/// The loss of a model as a function of its trainable parameters as one vector, with its gradient: what optimisers
/// beyond gradient descent work with.
///
/// The vector has the order of [`Module::flatten`], tied parameters once. Its element type is that of the loss, which may
/// be wider than that of the parameters: `Ok(loss.cast::<f64>())`.
///
/// Steepest descent by halving steps:
///
/// ```
/// use recurve::flat::Objective;
/// use recurve::{Module, Param, Result, Tensor};
///
/// #[derive(Module)]
/// struct Point {
///     x: Param<f64>,
///     y: Param<f64>,
/// }
///
/// impl Point {
///     fn loss(&self) -> Result<Tensor<f64>> {
///         Ok(((self.x.get() - 1.0).square() * 10.0 + (self.y.get() + 2.0).square()).sum())
///     }
/// }
///
/// let point = Point { x: Param::new(Tensor::scalar(0.0)), y: Param::new(Tensor::scalar(0.0)) };
/// let objective = Objective::new(&point, Point::loss)?;
/// let mut at = objective.start();
/// for _ in 0..100 {
///     let (value, gradient) = objective.value_and_gradient(&at)?;
///     let step = |size: f64| at.iter().zip(&gradient).map(|(x, g)| x - size * g).collect::<Vec<_>>();
///     let mut size = 1.0;
///     while objective.value(&step(size))? > value {
///         size /= 2.0;
///     }
///     at = step(size);
/// }
/// let found = objective.model(&at)?;
/// assert!((found.x.get().item() - 1.0).abs() < 1e-6);
/// assert!((found.y.get().item() + 2.0).abs() < 1e-6);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// With the feature `argmin` an objective is a problem for the solvers of the `argmin` crate, see
/// `examples/sunspots.rs`: `CostFunction` and `Gradient` with a `Vec<F>` as the parameter.
#[doc(alias = "lbfgs")]
#[doc(alias = "argmin")]
pub struct Objective<M, F: Float, L> {
    restructure: Restructure<M>,
    start: Tensor<F>,
    loss: L,
    /// The last point with its value and gradient: solvers ask for the two apart.
    last: Mutex<Option<Evaluated<F>>>,
}

struct Evaluated<F> {
    at: Vec<F>,
    value: F,
    gradient: Vec<F>,
}

impl<M: Module, F: Float, L: Fn(&M) -> Result<Tensor<F>>> Objective<M, F, L> {
    /// The loss of models like `model`, which gives the starting point, and the frozen parameters and buffers.
    ///
    /// # Errors
    ///
    /// As [`Module::flatten`].
    pub fn new(model: &M, loss: L) -> Result<Self> {
        let (flat, restructure) = model.flatten::<F>()?;
        // The vector of a flat model is a part of its buffer, which is to stay its own.
        let start = Tensor::from(flat.as_slice());
        Ok(Self { restructure, start, loss, last: Mutex::new(None) })
    }

    /// The parameters of the model of [`new`](Self::new) at that time.
    pub fn start(&self) -> Vec<F> {
        self.start.to_vec()
    }

    /// The loss at a point; not finite where the loss is not.
    ///
    /// # Errors
    ///
    /// When `at` has another length than the layout or the loss has axes, and what the loss returns as an error.
    pub fn value(&self, at: &[F]) -> Result<F> {
        let loss = (self.loss)(&self.model(at)?)?;
        check_shape("Objective", "loss", loss.shape(), &[])?;
        Ok(loss.item())
    }

    /// The gradient at a point, see [`value_and_gradient`](Self::value_and_gradient).
    ///
    /// # Errors
    ///
    /// As [`value_and_gradient`](Self::value_and_gradient).
    pub fn gradient(&self, at: &[F]) -> Result<Vec<F>> {
        Ok(self.value_and_gradient(at)?.1)
    }

    /// The loss and its gradient at a point; zeros for parameters that the loss does not depend on. The last point is
    /// remembered: asking for it again costs a copy.
    ///
    /// # Errors
    ///
    /// As [`value`](Self::value) and [`value_and_grad`].
    pub fn value_and_gradient(&self, at: &[F]) -> Result<(F, Vec<F>)> {
        if let Some(last) = &*self.last.lock().unwrap_or_else(PoisonError::into_inner)
            && last.at == at
        {
            return Ok((last.value, last.gradient.clone()));
        }
        let (loss, gradients) = value_and_grad(&self.model(at)?, &self.loss)?;
        let (value, gradient) = (loss.item(), gradients.flatten::<F>()?.to_vec());
        let evaluated = Evaluated { at: at.to_vec(), value, gradient: gradient.clone() };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(evaluated);
        Ok((value, gradient))
    }

    /// The model at a point, with parameters of its own; frozen parameters and buffers are shared with that of
    /// [`new`](Self::new).
    ///
    /// # Errors
    ///
    /// When `at` has another length than the layout.
    pub fn model<V: FlatVector + ?Sized>(&self, at: &V) -> Result<M> {
        self.restructure.restructure(at)
    }

    /// Where each parameter lies in the vector.
    pub fn layout(&self) -> &Layout {
        self.restructure.layout()
    }
}

/// The layout; neither the model's type nor the loss need implement `Debug`.
impl<M, F: Float, L> fmt::Debug for Objective<M, F, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objective").field("restructure", &self.restructure).finish_non_exhaustive()
    }
}
