//! Initial values of parameters.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::tensor::Tensor;

/// A rule for the initial values of a parameter.
///
/// The *fans* of a shape are the numbers of inputs and outputs that an element connects: of `[out, in]` they are
/// `(in, out)`, of `[n]` `(1, n)`, of a number without axes `(1, 1)`; further axes multiply both, as in PyTorch's
/// convolutions.
///
/// ```
/// use recurve::{Tensor, nn::Init, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let weight: Tensor = Init::Orthogonal { gain: 1.0 }.tensor([2, 5], &mut rng);
/// let product = weight.matmul_transposed(&weight);
/// assert!((product - Tensor::identity(2)).abs().max().item() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// 0 everywhere.
    Zeros,
    /// 1 everywhere.
    Ones,
    /// The same number everywhere.
    Constant(f64),
    /// Evenly from `low` (included) to `high` (excluded). [`Init::uniform`] is the symmetric one.
    Uniform {
        /// The smallest value.
        low: f64,
        /// The bound above.
        high: f64,
    },
    /// Normal with mean 0.
    Normal {
        /// The standard deviation.
        deviation: f64,
    },
    /// Evenly from -a to a, a = sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010,
    /// <https://proceedings.mlr.press/v9/glorot10a.html>).
    #[doc(alias = "XavierUniform")]
    GlorotUniform,
    /// Normal with variance 2 / (fan in + fan out), not truncated (same paper).
    #[doc(alias = "XavierNormal")]
    GlorotNormal,
    /// Evenly from -a to a, a = sqrt(6 / fan in): the gain sqrt(2) for relu (He et al. 2015,
    /// <https://arxiv.org/abs/1502.01852>). PyTorch's `kaiming_uniform_` with `nonlinearity="relu"`, not the narrower
    /// start of its `Linear`.
    #[doc(alias = "HeUniform")]
    KaimingUniform,
    /// Normal with variance 2 / fan in: the gain sqrt(2) for relu, not truncated (same paper).
    #[doc(alias = "HeNormal")]
    KaimingNormal,
    /// `gain` times a random matrix with orthonormal rows, or columns if there are fewer of them, evenly distributed
    /// over all such matrices (Saxe et al. 2013, <https://arxiv.org/abs/1312.6120>). For matrices only.
    Orthogonal {
        /// The factor, 1 for an orthogonal matrix.
        gain: f64,
    },
    /// 1 on the diagonal and 0 elsewhere, square or not. For matrices only.
    #[doc(alias = "eye")]
    Identity,
}

impl Init {
    /// Evenly from `-bound` to `bound`.
    pub const fn uniform(bound: f64) -> Self {
        Self::Uniform { low: -bound, high: bound }
    }

    /// A tensor with `shape` that follows this rule. The same generator gives f32 and f64 the same numbers, rounded.
    ///
    /// # Panics
    ///
    /// When [`Init::Orthogonal`] or [`Init::Identity`] should fill another shape than a matrix.
    ///
    /// ```
    /// use recurve::{Tensor, nn::Init, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let mut rng = StdRng::seed_from_u64(1);
    /// let weight: Tensor = Init::GlorotUniform.tensor([3, 5], &mut rng);
    /// assert!(weight.abs().max().item() <= (6.0_f32 / 8.0).sqrt());
    /// ```
    #[track_caller]
    pub fn tensor<F: Float>(self, shape: impl Into<Shape>, rng: &mut (impl Rng + ?Sized)) -> Tensor<F> {
        let shape = shape.into();
        let (fan_in, fan_out) = fans(&shape);
        let normal = |variance: f64| Self::Normal { deviation: variance.sqrt() };
        match self {
            Self::Zeros => Tensor::zeros(shape),
            Self::Ones => Tensor::ones(shape),
            Self::Constant(value) => Tensor::full(shape, F::from_f64(value)),
            Self::Uniform { low, high } => Tensor::uniform(shape, low, high, rng),
            Self::Normal { deviation } => Tensor::normal(shape, 0.0, deviation, rng),
            Self::GlorotUniform => Self::uniform((6.0 / (fan_in + fan_out)).sqrt()).tensor(shape, rng),
            Self::GlorotNormal => normal(2.0 / (fan_in + fan_out)).tensor(shape, rng),
            Self::KaimingUniform => Self::uniform((6.0 / fan_in).sqrt()).tensor(shape, rng),
            Self::KaimingNormal => normal(2.0 / fan_in).tensor(shape, rng),
            Self::Orthogonal { gain } => orthogonal(matrix("Orthogonal", &shape), gain, rng),
            Self::Identity => {
                let [rows, columns] = matrix("Identity", &shape);
                from_entries(rows, columns, |row, column| if row == column { 1.0 } else { 0.0 })
            }
        }
    }
}

fn fans(shape: &Shape) -> (f64, f64) {
    let (fan_in, fan_out) = match **shape {
        [] => (1, 1),
        [n] => (1, n),
        [output, input, ref field @ ..] => {
            let field = field.iter().product::<usize>();
            (input * field, output * field)
        }
    };
    (fan_in as f64, fan_out as f64)
}

#[track_caller]
fn matrix(rule: &str, shape: &Shape) -> [usize; 2] {
    let &[rows, columns] = &**shape else {
        panic!("Init::{rule}: expected a matrix [out, in], found shape {shape}");
    };
    [rows, columns]
}

fn from_entries<F: Float>(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> f64) -> Tensor<F> {
    Tensor::build([rows, columns].into(), |elements| {
        for (at, element) in elements.iter_mut().enumerate() {
            *element = F::from_f64(entry(at / columns, at % columns));
        }
    })
}

/// Random directions made orthonormal one after the other: the Q of a QR decomposition whose R has a positive diagonal,
/// which makes Q evenly distributed (Mezzadri 2006, <https://arxiv.org/abs/math-ph/0609050>).
fn orthogonal<F: Float>([rows, columns]: [usize; 2], gain: f64, rng: &mut (impl Rng + ?Sized)) -> Tensor<F> {
    let length = rows.max(columns);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for _ in 0..rows.min(columns) {
        let direction = StandardNormal.sample_iter(&mut *rng).take(length).collect();
        basis.push(orthonormal(direction, &basis));
    }
    let wide = rows <= columns;
    from_entries(rows, columns, |row, column| gain * if wide { basis[row][column] } else { basis[column][row] })
}

/// The unit vector along the part of `vector` that is orthogonal to `basis`.
fn orthonormal(mut vector: Vec<f64>, basis: &[Vec<f64>]) -> Vec<f64> {
    // The second pass removes what rounding left in the first (Giraud et al. 2005).
    for _ in 0..2 {
        for unit in basis {
            let along = dot(unit, &vector);
            vector.iter_mut().zip(unit).for_each(|(v, u)| *v -= along * u);
        }
    }
    let norm = dot(&vector, &vector).sqrt();
    vector.iter_mut().for_each(|v| *v /= norm);
    vector
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests;
