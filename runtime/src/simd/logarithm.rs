//! Logarithms, and the functions built on ln(1 + e to a power).

use super::exponential::exp_of_minus_size;
use super::{Token, at_least, polynomial};
use crate::array::element::Float;

/// ln(2ᵏ (1 + f)) for 1 + f between √½ and √2.
#[inline(always)]
fn assembled<F: Float, T: Token>(token: T, f: F, k: F) -> F {
    let s = f / (F::from_f64(2.0) + f);
    let square = s * s;
    // 2 s + s³ q = f - s (f - s² q): the rounded term is small beside f.
    let correction = s * (f - square * polynomial(token, square, F::LN));
    let correction = token.multiply_add(-k, F::LN_2[1], correction);
    token.multiply_add(k, F::LN_2[0], f - correction)
}

/// The natural logarithm: negative infinity at 0, not a number below.
#[inline(always)]
pub fn ln<F: Float, T: Token>(token: T, x: F) -> F {
    let [normal, raise] = x.raised();
    let [mantissa, exponent, _] = normal.mantissa_and_exponent();
    let value = assembled(token, mantissa - F::ONE, exponent + raise);
    at_edges(value, x)
}

/// ln(1 + x), exact to the last places also near 0.
#[inline(always)]
pub fn log1p<F: Float, T: Token>(token: T, x: F) -> F {
    let value = log1p_inside(token, x);
    if x.abs() < F::LINEAR { x } else { at_edges(value, F::ONE + x) }
}

/// ln(1 + x) for -1 < x < ∞ or x = 0, without the sign of zero.
#[inline(always)]
fn log1p_inside<F: Float, T: Token>(token: T, x: F) -> F {
    let sum = F::ONE + x;
    let lost = x - (sum - F::ONE);
    let [mantissa, exponent, twice_inverse] = sum.mantissa_and_exponent();
    let f = token.multiply_add(lost * F::from_f64(0.5), twice_inverse, mantissa - F::ONE);
    assembled(token, f, exponent)
}

/// The logarithm of `x` where it is `value`: for positive finite numbers.
#[inline(always)]
fn at_edges<F: Float>(value: F, x: F) -> F {
    let value = if x < F::INFINITY { value } else { x };
    let edge = if x == F::ZERO { -F::INFINITY } else { F::NAN };
    if x > F::ZERO { value } else { edge }
}

/// ln(1 + eˣ).
#[inline(always)]
pub fn softplus<F: Float, T: Token>(token: T, x: F) -> F {
    at_least(x, F::ZERO) + log1p_inside(token, exp_of_minus_size(token, x))
}

/// The logarithm of the sigmoid: -ln(1 + e⁻ˣ).
#[inline(always)]
pub fn log_sigmoid<F: Float, T: Token>(token: T, x: F) -> F {
    -softplus(token, -x)
}
