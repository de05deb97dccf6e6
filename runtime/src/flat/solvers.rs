//! Objectives as problems for the solvers of the `argmin` crate.

use argmin::core::{CostFunction, Error, Gradient};

use super::Objective;
use crate::array::element::Float;
use crate::error::Result;
use crate::module::Module;
use crate::tensor::Tensor;

/// The loss. Its gradient is computed in the same pass and kept for the line search, which asks for it next.
///
/// ```
/// use argmin::core::{Executor, State};
/// use argmin::solver::linesearch::MoreThuenteLineSearch;
/// use argmin::solver::quasinewton::LBFGS;
/// use recurve::flat::{Objective, argmin};
/// use recurve::{Param, Tensor};
///
/// let model = Param::new(Tensor::from([3.0_f64, -4.0]));
/// let objective = Objective::new(&model, |m: &Param<f64>| Ok((m.get() - 1.0).square().square().sum()))?;
/// let (start, solver) = (objective.start(), LBFGS::new(MoreThuenteLineSearch::new(), 7));
/// let result = Executor::new(objective, solver).configure(|state| state.param(start).max_iters(50)).run()?;
/// assert!(result.state().get_best_cost() < 1e-8);
/// # Ok::<(), argmin::core::Error>(())
/// ```
impl<M: Module, F: Float, L: Fn(&M) -> Result<Tensor<F>>> CostFunction for Objective<M, F, L> {
    type Param = Vec<F>;
    type Output = F;

    fn cost(&self, at: &Vec<F>) -> Result<F, Error> {
        Ok(self.value_and_gradient(at)?.0)
    }
}

impl<M: Module, F: Float, L: Fn(&M) -> Result<Tensor<F>>> Gradient for Objective<M, F, L> {
    type Param = Vec<F>;
    type Gradient = Vec<F>;

    fn gradient(&self, at: &Vec<F>) -> Result<Vec<F>, Error> {
        Ok(self.value_and_gradient(at)?.1)
    }
}
