//! The exponential function, and the parts from which its relatives are put together.

use super::{Token, at_least, at_most, polynomial};
use crate::array::element::Float;

/// e to the power of an argument: `(1 + small) 2ⁿ`, with -0.3 < `small` < 0.42 exact to its own last places, and `n`
/// added to the rounder.
pub(super) struct Exponential<F> {
    pub(super) small: F,
    pub(super) shifted: F,
}

/// e to the power of `x + rest`, where `rest` is lost beside `x` unless x is small.
#[inline(always)]
pub(super) fn exponential<F: Float, T: Token>(token: T, x: F, rest: F) -> Exponential<F> {
    let shifted = token.multiply_add(x, F::LOG2_E, F::ROUNDER);
    let n = shifted - F::ROUNDER;
    let r = token.multiply_add(-n, F::LN_2[0], x);
    let r = token.multiply_add(-n, F::LN_2[1], r) + rest;
    let small = token.multiply_add(r * r, polynomial(token, r, F::EXP), r);
    Exponential { small, shifted }
}

/// e to the power of `x + rest` as a product of two numbers of which only the product can underflow or overflow.
#[inline(always)]
pub(super) fn exponential_factors<F: Float, T: Token>(token: T, x: F, rest: F) -> [F; 2] {
    let Exponential { small, shifted } = exponential(token, x, rest);
    let [first, second] = F::power_of_two_halves(shifted);
    [(F::ONE + small) * first, second]
}

/// eˣ.
#[inline(always)]
pub fn exp<F: Float, T: Token>(token: T, x: F) -> F {
    let [low, high] = F::EXP_RANGE;
    let [mantissa, scale] = exponential_factors(token, at_most(at_least(x, low), high), F::ZERO);
    mantissa * scale
}

/// e to the power of -|x|.
#[inline(always)]
pub(super) fn exp_of_minus_size<F: Float, T: Token>(token: T, x: F) -> F {
    let [mantissa, scale] = exponential_factors(token, at_least(-x.abs(), F::EXP_RANGE[0]), F::ZERO);
    mantissa * scale
}

/// eˣ - 1, exact to the last places also near 0.
#[inline(always)]
pub fn expm1<F: Float, T: Token>(token: T, x: F) -> F {
    let half = F::from_f64(0.5);
    let clamped = at_most(at_least(x, F::EXPM1_LOW), F::EXP_RANGE[1]);
    let Exponential { small, shifted } = exponential(token, clamped, F::ZERO);
    // Half of the value, because 2ⁿ itself overflows before the value does.
    let scale = F::power_of_two(shifted - F::ONE);
    let value = token.multiply_add(scale, small, scale - half);
    if x.abs() < F::LINEAR { x } else { value + value }
}
