//! Momentum of a matrix, made orthogonal.

use super::moments::zeros_like;
use super::settings::settings;
use super::{Rule, Scope, demand_fraction, demand_not_negative};
use crate::State;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::tensor::Tensor;

/// Muon: the step of a matrix is the orthogonal matrix that is nearest to its momentum.
///
/// With gradient `G: [rows, columns]`, parameter `P`, learning rate `η`, momentum `μ`, decoupled weight decay `λ`:
///
/// ```text
/// M ← μ M + (1 - μ) G
/// X = μ M + (1 - μ) G                        (Nesterov's form)
/// X ← X / (‖X‖ + 1e-7), then five times:
/// A = X Xᵀ,  X ← 3.4445 X - 4.7750 A X + 2.0315 A² X
/// P ← P - η (√max(1, rows/columns) X + λ P)
/// ```
///
/// After the five iterations the singular values of `X` that were above a 500th of the norm are between 0.68 and 1.21.
/// Defaults `μ = 0.95`, `λ = 0`. Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>. A parameter with more axes counts as a matrix of its first axis by
/// the rest, a vector as one row, whose step has the length `η`; the authors step vectors, embeddings and output layers by
/// AdamW, see [`Groups`](super::Groups) and [`Either`](super::Either).
///
/// ```
/// use recurve::optim::{Muon, Rule};
/// use recurve::{Gradients, Param, Tensor};
///
/// let mut model = Param::new(Tensor::<f64>::zeros([2, 2]));
/// let mut opt = Muon::new(0.1).setup(&model)?;
/// let gradients = Gradients::from_flat(&model, &Tensor::from([5.0, 0.0, 0.0, 0.02]))?;
/// opt.update(&mut model, &gradients)?;
/// let steps = model.get() / -0.1;
/// assert!((0.68..1.21).contains(&steps.at([0, 0])) && steps.at([0, 1]) == 0.0);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Muon {
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
}

/// The coefficients of the iteration: a steep one, which does not settle.
const COEFFICIENTS: [f64; 3] = [3.4445, -4.7750, 2.0315];
const ITERATIONS: usize = 5;
const EPSILON: f64 = 1e-7;

impl Muon {
    /// Muon with its usual constants; 0.02 is the authors' learning rate.
    ///
    /// # Panics
    ///
    /// When the learning rate is negative or not finite.
    #[track_caller]
    pub fn new(learning_rate: f64) -> Self {
        demand_not_negative("Muon", "learning rate", learning_rate);
        Self { learning_rate, momentum: 0.95, weight_decay: 0.0 }
    }

    /// How much of itself the momentum keeps in a step.
    ///
    /// # Panics
    ///
    /// When `momentum` is outside of `[0, 1)`.
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: f64) -> Self {
        demand_fraction("Muon", "momentum", momentum);
        Self { momentum, ..self }
    }
}

settings!(Muon: learning_rate, decoupled_weight_decay);

/// What [`Muon`] remembers of a parameter.
#[derive(Clone, Debug, State)]
pub struct MuonState<F: Float> {
    /// The running mean of the gradient.
    momentum: Tensor<F>,
}

impl Rule for Muon {
    type State<F: Float> = MuonState<F>;

    fn init<F: Float>(&self, value: &Tensor<F>) -> MuonState<F> {
        MuonState { momentum: zeros_like(value) }
    }

    fn apply<F: Float>(&self, state: &mut MuonState<F>, value: &[F], step: &mut [F], scope: &Scope<'_>) {
        let momentum = state.momentum.as_mut_slice();
        F::scale(momentum, self.momentum);
        F::add_scaled(momentum, step, 1.0 - self.momentum);
        F::scale(step, 1.0 - self.momentum);
        F::add_scaled(step, momentum, self.momentum);
        for (range, shape) in scope.parameters().iter().zip(scope.shapes()) {
            let [rows, columns] = sides(shape);
            if rows * columns > 0 {
                let step = &mut step[range.clone()];
                step.copy_from_slice(orthogonal(step, rows, columns).as_slice());
                F::scale(step, self.learning_rate * (rows as f64 / columns as f64).max(1.0).sqrt());
            }
        }
        F::add_scaled(step, value, self.learning_rate * self.weight_decay);
    }

    fn visit_learning_rates(&mut self, visit: &mut dyn FnMut(&mut f64)) {
        visit(&mut self.learning_rate);
    }
}

/// The rows and columns of a parameter as a matrix.
fn sides(shape: &Shape) -> [usize; 2] {
    match **shape {
        [] => [1, 1],
        [columns] => [1, columns],
        [rows, ..] => [rows, shape.count() / rows.max(1)],
    }
}

/// A matrix whose singular values are moved towards 1.
fn orthogonal<F: Float>(of: &[F], rows: usize, columns: usize) -> Tensor<F> {
    let [a, b, c] = COEFFICIENTS.map(F::from_f64);
    let wide = rows <= columns;
    let x = Tensor::from(of).reshape([rows, columns]) * F::from_f64(1.0 / (F::norm(of) + EPSILON));
    // The products are smallest with the short side first.
    let mut x = if wide { x } else { x.transpose(0, 1) };
    for _ in 0..ITERATIONS {
        let square = x.matmul_transposed(&x);
        let by = &square * b + square.matmul(&square) * c;
        x = &x * a + by.matmul(&x);
    }
    if wide { x } else { x.transpose(0, 1) }
}
