//! The gradient checker: derivatives against differences of the function itself.

use rand::Rng;

use super::value_and_grad;
use crate::error::{Error, Result};
use crate::module::Module;
use crate::tensor::Tensor;

/// What [`check_gradients`] found.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct GradientCheck {
    /// The largest error of a directional derivative against central differences, relative to 1 + its size.
    pub error: f64,
    /// The smallest slope of the Taylor remainder `|f(p + h d) - f(p) - h f'(p) d|`, summed over `h` and `-h`, in powers
    /// of `h`: 2 for a right gradient of a smooth function, 1 for a wrong one. Infinite where the remainder is below
    /// rounding.
    pub slope: f64,
}

/// Compares the gradient of `loss` at `model` with differences, along random directions in the space of all trainable
/// parameters, in f64.
///
/// Inner products with random directions see every element and every tie at the cost of a few evaluations. The Taylor
/// slope needs no tolerance. Wrap inputs in [`Param`](crate::Param) to check their gradients too.
///
/// # Errors
///
/// When the gradient is wrong: an error that gives both numbers; and as
/// [`value_and_grad`] and [`Module::flatten`].
///
/// ```
/// use recurve::{Param, Tensor, check_gradients, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let x = Param::new(Tensor::<f64>::normal([3, 2], 0.0, 1.0, &mut rng));
/// check_gradients(&x, |x| Ok(x.get().tanh().square().sum()), &mut rng)?;
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn check_gradients<M: Module>(
    model: &M,
    loss: impl Fn(&M) -> Result<Tensor<f64>>,
    rng: &mut (impl Rng + ?Sized),
) -> Result<GradientCheck> {
    const DIRECTIONS: usize = 4;
    let (value, gradients) = value_and_grad(model, &loss)?;
    let (flat, restructure) = model.flatten::<f64>()?;
    let gradient = gradients.flatten::<f64>()?;
    let at = |direction: &Tensor<f64>, h: f64| -> Result<f64> {
        Ok(loss(&restructure.restructure(&(&flat + direction * h))?)?.item())
    };
    let mut check = GradientCheck { error: 0.0, slope: f64::INFINITY };
    for _ in 0..DIRECTIONS {
        let direction = Tensor::<f64>::normal([flat.count()], 0.0, 1.0, rng);
        let scale = reach(&direction);
        let claimed = (&gradient * &direction).sum().item();
        let difference = central_difference(1e-3 * scale, |h| at(&direction, h))?;
        let error = (claimed - difference).abs() / (1.0 + difference.abs());
        check.error = if error.is_nan() { f64::INFINITY } else { check.error.max(error) };
        check.slope = check.slope.min(taylor_slope(value.item(), claimed, scale, |h| at(&direction, h))?);
    }
    if check.error <= 1e-7 && check.slope > 1.8 {
        return Ok(check);
    }
    let message = format!(
        "the gradient differs from differences by {:.1e} (relative; expected at most 1e-7), and the Taylor remainder \
         falls with the power {:.2} (expected 2)",
        check.error, check.slope
    );
    Err(Error::new(crate::ErrorKind::Gradient, "check_gradients", message))
}

/// The length of a random direction grows with the number of parameters: steps along long ones are shortened, so that
/// terms of higher order stay small.
pub(crate) fn reach(direction: &Tensor<f64>) -> f64 {
    const LONG: f64 = 5.0;
    let length = direction.square().sum().item().sqrt();
    if length > LONG { LONG / length } else { 1.0 }
}

/// The fourth-order central difference of `f` at 0.
pub(crate) fn central_difference(h: f64, f: impl Fn(f64) -> Result<f64>) -> Result<f64> {
    let near = f(h)? - f(-h)?;
    let far = f(2.0 * h)? - f(-2.0 * h)?;
    Ok((8.0 * near - far) / (12.0 * h))
}

/// The power with which the remainder of the first-order expansion falls with `h`.
fn taylor_slope(value: f64, claimed: f64, scale: f64, f: impl Fn(f64) -> Result<f64>) -> Result<f64> {
    let side = |h: f64| -> Result<f64> { Ok((f(h)? - value - h * claimed).abs()) };
    // On one side the terms of second and third order may cancel at some `h`; then they add up on the other.
    let remainder = |h: f64| -> Result<f64> { Ok(side(h)? + side(-h)?) };
    let (large, small) = (1e-2 * scale, 1e-3 * scale);
    let (coarse, fine) = (remainder(large)?, remainder(small)?);
    let rounding = 1e-12 * (1.0 + value.abs());
    if fine <= rounding {
        // Too flat to measure: the remainder is at most of second order.
        return Ok(f64::INFINITY);
    }
    Ok((coarse / fine).ln() / (large / small).ln())
}
