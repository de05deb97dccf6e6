//! Random zeros in training.

use std::fmt;

use rand::{Rng, RngExt};

use crate::Module;
use crate::array::element::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Cast, Caster};
use crate::tensor::Tensor;

/// Whether a model is trained or evaluated, given with each call; training brings its generator of random numbers.
///
/// There is no hidden switch in a model. A function that has several random layers passes on
/// [`mode.reborrow()`](Self::reborrow).
///
/// ```
/// use recurve::{Result, Tensor, nn::{Dropout, Mode}};
///
/// fn twice(dropout: &Dropout, x: &Tensor, mut mode: Mode<'_>) -> Result<Tensor> {
///     dropout.forward(&dropout.forward(x, mode.reborrow())?, mode)
/// }
///
/// let x = Tensor::ones([2, 3]);
/// assert_eq!(twice(&Dropout::new(0.5), &x, Mode::Eval)?, x);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "train")]
#[doc(alias = "testmode")]
pub enum Mode<'a> {
    /// Nothing random happens.
    Eval,
    /// Random layers draw from this generator.
    Train(&'a mut dyn Rng),
}

impl Mode<'_> {
    /// The same mode for one of several calls.
    pub fn reborrow(&mut self) -> Mode<'_> {
        match self {
            Self::Eval => Mode::Eval,
            Self::Train(rng) => Mode::Train(&mut **rng),
        }
    }
}

impl fmt::Debug for Mode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eval => "Eval",
            Self::Train(_) => "Train(..)",
        })
    }
}

/// Sets each element to 0 with a probability and divides the others by what is left of it, so that the expectation
/// stays; any shape to the same shape (Srivastava et al. 2014, <https://jmlr.org/papers/v15/srivastava14a.html>).
///
/// ```
/// use recurve::{Tensor, nn::{Dropout, Mode}, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let x: Tensor = Tensor::ones([1000]);
/// let y = Dropout::new(0.2).forward(&x, Mode::Train(&mut rng))?;
/// assert!(y.as_slice().iter().all(|&y| y == 0.0 || y == 1.25));
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Module)]
pub struct Dropout {
    /// The probability of a zero, from 0 (included) to 1 (excluded).
    pub probability: f64,
}

impl Dropout {
    /// A layer that drops with `probability`.
    ///
    /// # Panics
    ///
    /// When `probability` is not from 0 (included) to 1 (excluded).
    #[track_caller]
    pub fn new(probability: f64) -> Self {
        let dropout = Self { probability };
        if let Err(error) = dropout.check() {
            panic!("{error}");
        }
        dropout
    }

    /// Drops elements of `x` in [`Mode::Train`], one draw per element in row-major order; returns `x` in
    /// [`Mode::Eval`], without a copy.
    ///
    /// # Errors
    ///
    /// When the field `probability` has been set outside of its range.
    pub fn forward<F: Float>(&self, x: &Tensor<F>, mode: Mode<'_>) -> Result<Tensor<F>> {
        self.check()?;
        let rng = match mode {
            Mode::Train(rng) if self.probability > 0.0 => rng,
            _ => return Ok(x.clone()),
        };
        let kept = F::from_f64(1.0 / (1.0 - self.probability));
        let mask = Tensor::build(*x.shape_value(), |mask| {
            mask.fill_with(|| if rng.random::<f64>() < self.probability { F::ZERO } else { kept });
        });
        Ok(x * mask)
    }

    fn check(&self) -> Result<()> {
        if (0.0..1.0).contains(&self.probability) {
            return Ok(());
        }
        let message = format!("`probability` should be from 0 to below 1, found {}", self.probability);
        Err(Error::new(ErrorKind::Value, "Dropout", message))
    }
}

/// Follows the element type of its input.
impl<U: Float> Cast<U> for Dropout {
    type Output = Self;

    fn cast_with(&self, _: &mut Caster) -> Self {
        *self
    }
}
