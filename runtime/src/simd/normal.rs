//! The error function, and the distribution function of the normal distribution.

use super::exponential::{Exponential, exponential, exponential_factors};
use super::{Token, at_least, at_most, polynomial};
use crate::array::element::Float;

/// `q(t) k / (a + k)` of the complement of the error function, with all of `a` and `k` in the same unit but the `k` of
/// the quotient.
#[inline(always)]
fn tail<F: Float, T: Token>(token: T, a: F, centre: F) -> F {
    let inverse = F::ONE / (a + centre);
    polynomial(token, (a - centre) * inverse, F::ERFC) * (centre * inverse)
}

/// The error function.
#[inline(always)]
pub fn erf<F: Float, T: Token>(token: T, x: F) -> F {
    let size = at_most(x.abs(), F::ERF_ONE);
    let square = size * size;
    let near = token.multiply_add(size, polynomial(token, square, F::ERF), size);
    let Exponential { small, shifted } = exponential(token, -square, F::ZERO);
    let complement = (F::ONE + small) * F::power_of_two(shifted) * tail(token, size, F::ERFC_CENTRE);
    let value = if size < F::ONE { near } else { F::ONE - complement };
    value.with_sign_of(x)
}

/// x times the probability of a standard normal number below x.
#[inline(always)]
pub fn gelu<F: Float, T: Token>(token: T, x: F) -> F {
    let half = F::from_f64(0.5);
    // Far below, so that the limit is 0 and not 0 times infinity.
    let x = at_least(x, -F::NORMAL_HIGH);
    let size = at_most(x.abs(), F::NORMAL_HIGH);
    // Half of the square in two parts: an error of a large power counts as often as the power is large.
    let upper = size.upper_half();
    let power = half * (upper * upper);
    let rest = half * ((size - upper) * (size + upper));
    let [mantissa, scale] = exponential_factors(token, -power, -rest);
    let mantissa = mantissa * (half * tail(token, size, F::NORMAL_CENTRE));
    // The factor that may underflow comes last, when the product is complete.
    let above = x * (F::ONE - mantissa * scale);
    let below = x * mantissa * scale;
    if x < F::ZERO { below } else { above }
}
