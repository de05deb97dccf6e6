//! The exponential function, and the parts from which its relatives are put together.

use super::{Token, at_least, at_most, polynomial};
use crate::array::element::Float;

/// e to the power of an argument: `(1 + small) 2ⁿ`, with -0.3 < `small` < 0.42 exact to its own last places, and with
/// `n` added to the rounder.
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

/// e to the power of an argument as `(1 + small) first second`: only the last product can underflow or overflow.
pub(super) struct Factors<F> {
    small: F,
    first: F,
    pub(super) second: F,
}

impl<F: Float> Factors<F> {
    /// Of `x + rest`, where `rest` is lost beside `x` unless x is small.
    #[inline(always)]
    pub(super) fn new<T: Token>(token: T, x: F, rest: F) -> Self {
        let Exponential { small, shifted } = exponential(token, x, rest);
        let [first, second] = F::power_of_two_halves(shifted);
        Self { small, first, second }
    }

    #[inline(always)]
    pub(super) fn product(&self) -> F {
        (F::ONE + self.small) * self.first * self.second
    }

    /// The product of `factor` and all but the last, rounded once where `1 + small` would be rounded on its own.
    #[inline(always)]
    pub(super) fn times<T: Token>(&self, token: T, factor: F) -> F {
        token.multiply_add(self.small, factor, factor) * self.first
    }

    /// As `times` with `factor + rest`, where `rest` is lost beside `factor`.
    #[inline(always)]
    pub(super) fn times_sum<T: Token>(&self, token: T, factor: F, rest: F) -> F {
        (factor + token.multiply_add(self.small, factor, rest)) * self.first
    }
}

/// eˣ.
#[inline(always)]
pub fn exp<F: Float, T: Token>(token: T, x: F) -> F {
    let [low, high] = F::EXP_RANGE;
    Factors::new(token, at_most(at_least(x, low), high), F::ZERO).product()
}

/// e to the power of -|x|.
#[inline(always)]
pub(super) fn exp_of_minus_size<F: Float, T: Token>(token: T, x: F) -> F {
    Factors::new(token, at_least(-x.abs(), F::EXP_RANGE[0]), F::ZERO).product()
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
