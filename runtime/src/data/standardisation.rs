//! Features with mean 0 and deviation 1.

use std::borrow::Borrow;

use crate::Module;
use crate::array::element::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::module::Buffer;
use crate::tensor::Tensor;

/// Makes each feature, the last axis, have mean 0 and deviation 1, as measured on the training data.
///
/// `(x - mean) / deviation` for each feature by itself. Fit it on the training part alone: means of test data would be
/// knowledge of the test. It is a [`Module`] with two buffers, so a model can own one, and it is saved and cast with it.
///
/// ```
/// use recurve::Tensor;
/// use recurve::data::Standardisation;
///
/// let train = Tensor::from([[1.0_f64, 10.0], [3.0, 30.0]]); // [.., D]
/// let scale = Standardisation::fit([&train])?;
/// let x = scale.apply(&Tensor::from([[4.0, 20.0]]))?;
/// assert_eq!(x.to_vec(), [2.0, 0.0]);
/// assert_eq!(scale.invert(&x)?.to_vec(), [4.0, 20.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// Of a padded [`Sequence`](crate::Sequence): `xs.map(|x| scale.apply(x))`, which leaves zeros past the ends.
#[derive(Module, Debug)]
#[doc(alias = "StandardScaler")]
#[doc(alias = "normalize")]
pub struct Standardisation<F: Float = f32> {
    mean: Buffer<F>,
    deviation: Buffer<F>,
}

impl<F: Float> Standardisation<F> {
    /// Measures means and deviations over all elements of each feature, in f64: of one tensor `[.., D]`, or of several, such
    /// as sequences of different lengths. The deviation is that of the numbers given (over `n`, not `n - 1`); a feature that
    /// never changes is only moved to 0.
    ///
    /// # Errors
    ///
    /// When there is no tensor or no element, a tensor has no axis, they differ in `D`, or an element is not finite.
    pub fn fit(train: impl IntoIterator<Item = impl Borrow<Tensor<F>>>) -> Result<Self> {
        let train: Vec<_> = train.into_iter().collect();
        let train: Vec<&Tensor<F>> = train.iter().map(Borrow::borrow).collect();
        let features = common_features(&train)?;
        let rows = || train.iter().flat_map(|part| part.as_slice().chunks_exact(features.max(1)));
        let count = rows().count();
        if count == 0 {
            return Err(Error::new(
                ErrorKind::Value,
                PLACE,
                "expected at least one element of each feature, found none",
            ));
        }
        let mean_of = |value: &dyn Fn(usize, f64) -> f64| {
            let mut sums = vec![0.0; features];
            for row in rows() {
                sums.iter_mut().zip(row).enumerate().for_each(|(at, (sum, x))| *sum += value(at, x.to_f64()));
            }
            sums.into_iter().map(|sum| sum / count as f64).collect::<Vec<f64>>()
        };
        // Moved by the first row, so that a feature that never changes has its own value as the mean.
        let first: Vec<f64> = rows().next().unwrap_or_default().iter().map(|x| x.to_f64()).collect();
        let shift = mean_of(&|at, x| x - first[at]);
        let mean: Vec<f64> = first.iter().zip(shift).map(|(first, shift)| first + shift).collect();
        let squares = mean_of(&|at, x| (x - mean[at]).powi(2));
        if let Some(at) = squares.iter().position(|square| !square.is_finite()) {
            let message =
                format!("feature {at} has an element that is not finite or too large; repair or drop it first");
            return Err(Error::new(ErrorKind::Value, PLACE, message));
        }
        let deviation = squares.iter().map(|square| if *square > 0.0 { square.sqrt() } else { 1.0 });
        let buffer = |values: Vec<f64>| Buffer::new(Tensor::from(values).cast::<F>());
        Ok(Self { deviation: buffer(deviation.collect()), mean: buffer(mean) })
    }

    /// `(x - mean) / deviation` for each feature of `x: [.., D]`.
    ///
    /// # Errors
    ///
    /// When the last axis of `x` is not `D`.
    pub fn apply(&self, x: &Tensor<F>) -> Result<Tensor<F>> {
        self.check("Standardisation::apply", x)?;
        Ok((x - self.mean.get()) / self.deviation.get())
    }

    /// The way back: `x deviation + mean`, for a prediction in the units of the data.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    #[doc(alias = "inverse_transform")]
    pub fn invert(&self, x: &Tensor<F>) -> Result<Tensor<F>> {
        self.check("Standardisation::invert", x)?;
        Ok(x * self.deviation.get() + self.mean.get())
    }

    /// The mean of each feature, `[D]`.
    pub fn mean(&self) -> Tensor<F> {
        self.mean.get()
    }

    /// The deviation of each feature, `[D]`; 1 for one that never changes.
    pub fn deviation(&self) -> Tensor<F> {
        self.deviation.get()
    }

    fn check(&self, place: &'static str, x: &Tensor<F>) -> Result<()> {
        let features = self.mean.get().count();
        match x.shape().last() {
            Some(&last) if last == features => Ok(()),
            _ => Err(Error::shape(place, "x", format!("[.., {features}]"), x.shape())),
        }
    }
}

const PLACE: &str = "Standardisation::fit";

/// The size of the last axis, which all tensors have in common.
fn common_features<F: Float>(train: &[&Tensor<F>]) -> Result<usize> {
    let mut common = None;
    for (at, part) in train.iter().enumerate() {
        let expected =
            common.map_or("[.., D]".to_owned(), |features: usize| format!("[.., {features}], as the first one has"));
        match part.shape().last() {
            Some(&last) if common.is_none_or(|features| features == last) => common = Some(last),
            _ => return Err(Error::shape(PLACE, &format!("train[{at}]"), expected, part.shape())),
        }
    }
    common.ok_or_else(|| Error::new(ErrorKind::Value, PLACE, "expected at least one tensor, found none"))
}
