//! Activation functions built on the exponential function.
//!
//! They are written in e to a power of at most 0, which does not overflow, and without differences of nearly equal
//! numbers, so that also their tails are exact to the last places.

use super::exponential::{Exponential, exp_of_minus_size, exponential, exponential_factors};
use super::{Token, at_least, at_most, expm1};
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

/// `x` times the quotient of `above` and `below` at e to the power of -|x|; for negative x times e to the power of x.
#[inline(always)]
fn gated<F: Float, T: Token>(token: T, x: F, fraction: impl Fn(F) -> [[F; 2]; 2]) -> F {
    // Far below, so that the limit is 0 and not 0 times infinity.
    let x = at_least(x, F::PRODUCT_LOW);
    let [mantissa, scale] = exponential_factors(token, at_least(-x.abs(), F::PRODUCT_LOW), F::ZERO);
    let [positive, negative] = fraction(mantissa * scale);
    // The factor that may underflow comes last, when the product is complete.
    let below_zero = x < F::ZERO;
    let above = if below_zero { negative[0] * mantissa } else { positive[0] };
    let below = if below_zero { negative[1] } else { positive[1] };
    x * above / below * if below_zero { scale } else { F::ONE }
}

/// x times the sigmoid of x.
#[inline(always)]
pub fn silu<F: Float, T: Token>(token: T, x: F) -> F {
    gated(
        token,
        x,
        #[inline(always)]
        |e| [[F::ONE, F::ONE + e]; 2],
    )
}

/// x tanh ln(1 + eˣ).
#[inline(always)]
pub fn mish<F: Float, T: Token>(token: T, x: F) -> F {
    // tanh ln u = (u² - 1) / (u² + 1), with u = 1 + eˣ.
    let two = F::from_f64(2.0);
    gated(
        token,
        x,
        #[inline(always)]
        |e| {
            let positive = token.multiply_add(two, e, F::ONE);
            let negative = e + two;
            [[positive, token.multiply_add(two * e, e, positive)], [negative, token.multiply_add(e, negative, two)]]
        },
    )
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
    let [mantissa, scale] = exponential_factors(token, -power, -power_rest);
    let below_zero = x < F::ZERO;
    let above = if below_zero { mantissa } else { F::ONE };
    x * above / (F::ONE + mantissa * scale) * if below_zero { scale } else { F::ONE }
}

/// The product and what is lost by its rounding.
#[inline(always)]
fn product<F: Float, T: Token>(token: T, a: F, b: F) -> [F; 2] {
    let product = a * b;
    if T::FUSED {
        return [product, token.multiply_add(a, b, -product)];
    }
    // In halves whose products are exact.
    let (a_high, b_high) = (a.upper_half(), b.upper_half());
    let (a_low, b_low) = (a - a_high, b - b_high);
    [product, ((a_high * b_high - product) + (a_high * b_low + a_low * b_high)) + a_low * b_low]
}

/// The sum and what is lost by its rounding.
#[inline(always)]
fn sum<F: Float>(a: F, b: F) -> [F; 2] {
    let sum = a + b;
    let b_in_sum = sum - a;
    [sum, (a - (sum - b_in_sum)) + (b - b_in_sum)]
}
