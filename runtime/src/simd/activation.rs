//! Activation functions built on the exponential function.
//!
//! They are written in e to a power of at most 0, which does not overflow, and without differences of nearly equal
//! numbers, so that also their tails are exact to the last places.

use super::exponential::{Exponential, Factors, exp_of_minus_size, exponential};
use super::{Token, at_least, at_most, expm1, product, sum};
use crate::array::element::Float;

/// tanh x = -t / (t + 2), t = exp(-2 |x|) - 1, with the sign of x.
#[inline(always)]
pub fn tanh<F: Float, T: Token>(token: T, x: F) -> F {
    let size = at_most(x.abs(), F::TANH_ONE);
    let Exponential { small, shifted } = exponential(token, -(size + size), F::ZERO);
    let scale = F::power_of_two(shifted);
    let t = token.multiply_add(scale, small, scale - F::ONE);
    (-t / (t + F::from_f64(2.0))).with_sign_of(x)
}

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid<F: Float, T: Token>(token: T, x: F) -> F {
    let e = exp_of_minus_size(token, x);
    let above = if x < F::ZERO { e } else { F::ONE };
    above / (F::ONE + e)
}

/// `x` and e to the power of -|x|, for functions that are a quotient of polynomials in e; negative x is multiplied by e.
struct Gate<F> {
    /// The product, but for `scale`.
    x: F,
    e: F,
    negative: bool,
    /// The factor that may underflow. It comes last, when the product is complete.
    scale: F,
}

impl<F: Float> Gate<F> {
    #[inline(always)]
    fn new<T: Token>(token: T, x: F) -> Self {
        // Far below, so that the limit is 0 and not 0 times infinity.
        let x = at_least(x, F::PRODUCT_LOW);
        let e = Factors::new(token, at_least(-x.abs(), F::PRODUCT_LOW), F::ZERO);
        let negative = x < F::ZERO;
        let below = e.times(token, x);
        Self {
            x: if negative { below } else { x },
            e: e.product(),
            negative,
            scale: if negative { e.second } else { F::ONE },
        }
    }
}

/// x times the sigmoid of x.
#[inline(always)]
pub fn silu<F: Float, T: Token>(token: T, x: F) -> F {
    let Gate { x, e, scale, .. } = Gate::new(token, x);
    x / (F::ONE + e) * scale
}

/// x tanh ln(1 + eˣ).
#[inline(always)]
pub fn mish<F: Float, T: Token>(token: T, x: F) -> F {
    // tanh ln u = (u² - 1) / (u² + 1), with u = 1 + eˣ: (e² + 2 e) / (e² + 2 e + 2), or (1 + 2 e) / (1 + 2 e + 2 e²) for
    // the inverse e.
    let Gate { x, e, negative, scale } = Gate::new(token, x);
    let two = F::from_f64(2.0);
    let positive = token.multiply_add(two, e, F::ONE);
    let above = if negative { token.multiply_add(x, e, two * x) } else { x * positive };
    let below_negative = token.multiply_add(e, e, two * e) + two;
    let below_positive = token.multiply_add(two * e, e, positive);
    above / if negative { below_negative } else { below_positive } * scale
}

/// x above 0, `alpha` (eˣ - 1) below.
#[inline(always)]
pub fn elu<F: Float, T: Token>(token: T, x: F, alpha: F) -> F {
    let below = alpha * expm1(token, x);
    if x > F::ZERO { x } else { below }
}

/// `scale` x above 0, `scale_alpha` (eˣ - 1) below.
#[inline(always)]
pub fn selu<F: Float, T: Token>(token: T, x: F, scale: F, scale_alpha: F) -> F {
    let below = scale_alpha * expm1(token, x);
    if x > F::ZERO { scale * x } else { below }
}

/// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which is x times the sigmoid of twice the argument of tanh.
#[inline(always)]
pub fn gelu_tanh<F: Float, T: Token>(token: T, x: F) -> F {
    let x = at_least(x, -F::NORMAL_HIGH);
    let size = at_most(x.abs(), F::NORMAL_HIGH);
    // In two parts each: where e to a large power is taken, an error of the power counts as often as the power is large.
    let [square, square_rest] = product(token, size, size);
    let [cubic, cubic_rest] = product(token, F::GELU_CUBIC[0], square);
    let cubic_rest = cubic_rest + token.multiply_add(F::GELU_CUBIC[0], square_rest, F::GELU_CUBIC[1] * square);
    let [factor, factor_rest] = sum(F::GELU_LINEAR[0], cubic);
    let factor_rest = factor_rest + (F::GELU_LINEAR[1] + cubic_rest);
    let [power, power_rest] = product(token, size, factor);
    let power_rest = token.multiply_add(size, factor_rest, power_rest);
    let power = at_most(power, -F::PRODUCT_LOW);
    let e = Factors::new(token, -power, -power_rest);
    let below = e.times(token, x) / (F::ONE + e.product()) * e.second;
    let above = x / (F::ONE + e.product());
    if x < F::ZERO { below } else { above }
}
