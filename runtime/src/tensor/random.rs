//! Random tensors from a caller's generator.

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::Tensor;
use crate::array::element::Float;
use crate::array::shape::Shape;

impl<F: Float> Tensor<F> {
    /// Draws each element from the normal distribution with `mean` and `deviation`.
    ///
    /// Numbers are drawn in f64 and rounded, so that both element types see the same numbers for one seed.
    ///
    /// ```
    /// use recurve::{Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let mut rng = StdRng::seed_from_u64(1);
    /// let x: Tensor = Tensor::normal([100, 100], 5.0, 1.0, &mut rng);
    /// assert!((x.mean().item() - 5.0).abs() < 0.05);
    /// ```
    #[doc(alias = "randn")]
    pub fn normal(shape: impl Into<Shape>, mean: f64, deviation: f64, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self::build(shape.into(), |elements| {
            for element in elements {
                let z: f64 = rng.sample(StandardNormal);
                *element = F::from_f64(mean + deviation * z);
            }
        })
    }

    /// Draws each element evenly from `low` (included) to `high` (excluded, up to rounding).
    ///
    /// ```
    /// use recurve::{Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let mut rng = StdRng::seed_from_u64(1);
    /// let x: Tensor<f64> = Tensor::uniform([1000], -1.0, 1.0, &mut rng);
    /// assert!(x.as_slice().iter().all(|v| (-1.0..1.0).contains(v)));
    /// ```
    #[doc(alias = "rand")]
    pub fn uniform(shape: impl Into<Shape>, low: f64, high: f64, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self::build(shape.into(), |elements| {
            for element in elements {
                *element = F::from_f64(low + (high - low) * rng.random::<f64>());
            }
        })
    }
}
