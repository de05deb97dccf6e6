//! Gradients without their means, to stand before another rule in a chain.

use super::{Rule, Scope};
use crate::array::element::Float;
use crate::tensor::Tensor;

/// Takes from the gradient of each unit its mean: for a weight `[out, in]`, the mean over `in` of each row.
///
/// Of a parameter with more axes the mean is over all but the first; vectors and scalars pass unchanged. Yong et al. 2020,
/// <https://arxiv.org/abs/2004.01461>; means are summed in f64. Stands before a rule in a chain.
///
/// ```
/// use recurve::optim::{Centralise, Rule, Sgd};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::<f64>::zeros([2, 2]));
/// let mut opt = (Centralise, Sgd::new(1.0)).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, 3.0, 5.0, 5.0]))?;
/// opt.update(&mut model, &gradients)?;
/// assert_eq!(model.get().to_vec(), [1.0, -1.0, 0.0, 0.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "gradient centralization")]
#[doc(alias = "centralize")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Centralise;

impl Rule for Centralise {
    type State<F: Float> = ();

    fn init<F: Float>(&self, _: &Tensor<F>) {}

    fn apply<F: Float>(&self, _: &mut (), _: &[F], step: &mut [F], scope: &Scope<'_>) {
        for (range, shape) in scope.parameters().iter().zip(scope.shapes()) {
            let step = &mut step[range.clone()];
            if shape.rank() >= 2 && !step.is_empty() {
                step.chunks_exact_mut(range.len() / shape[0]).for_each(centre);
            }
        }
    }
}

fn centre<F: Float>(row: &mut [F]) {
    let mean = row.iter().map(|g| g.to_f64()).sum::<f64>() / row.len() as f64;
    for g in row {
        *g = F::from_f64(g.to_f64() - mean);
    }
}
