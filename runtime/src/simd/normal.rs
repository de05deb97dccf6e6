//! The error function, and the distribution function of the normal distribution.

use super::exponential::{Exponential, Factors, exponential};
use super::{Token, at_least, at_most, polynomial, product, sum};
use crate::array::element::Float;

/// exp(½ x²) times the probability of a standard normal number beyond x ≥ 0.7.
struct Tail<F> {
    value: F,
    /// What is lost by the rounding of `value`.
    rest: F,
    /// The part of itself by which `value` is too small because its denominator was rounded.
    too_small: F,
}

#[inline(always)]
fn tail<F: Float, T: Token>(token: T, x: F) -> Tail<F> {
    let denominator = x + F::NORMAL_CENTRE;
    let inverse = F::ONE / denominator;
    let lost = x - (denominator - F::NORMAL_CENTRE);
    let [one, rest_of_one] = product(token, denominator, inverse);
    let too_small = token.multiply_add(-lost, inverse, (F::ONE - one) - rest_of_one);
    // (x - k) / (x + k), exact to the last places also near -1.
    let twice = x + x;
    let t = token.multiply_add(twice * inverse, too_small, token.multiply_add(twice, inverse, -F::ONE));
    let [above, rest_above] = sum(F::NORMAL_TAIL[0], t * polynomial(token, t, &F::NORMAL_TAIL[1..]));
    let [value, rest] = product(token, above, inverse);
    Tail { value, rest: token.multiply_add(rest_above, inverse, rest), too_small }
}

/// The error function from -1 to 1.
#[inline(always)]
fn erf_near<F: Float, T: Token>(token: T, x: F) -> F {
    token.multiply_add(x, polynomial(token, x * x, F::ERF), x)
}

/// The error function.
#[inline(always)]
pub fn erf<F: Float, T: Token>(token: T, x: F) -> F {
    let size = at_most(x.abs(), F::ERF_ONE);
    let square = size * size;
    let twice_tail = F::from_f64(2.0) * tail(token, F::from_f64(std::f64::consts::SQRT_2) * size).value;
    let Exponential { small, shifted } = exponential(token, -square, F::ZERO);
    let complement = (F::ONE + small) * F::power_of_two(shifted) * twice_tail;
    let value = if size < F::ONE { erf_near(token, size) } else { F::ONE - complement };
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
    let Tail { value, rest: tail_rest, too_small } = tail(token, size);
    let e = Factors::new(token, -power, too_small - rest);
    // The factor that may underflow comes last, when the product is complete.
    let below = e.times_sum(token, value, tail_rest);
    let far = if x < F::ZERO { x * below * e.second } else { x * (F::ONE - below * e.second) };
    // Where the function is steep in its factor, the series about 0 is the more exact.
    let root_half = F::from_f64(std::f64::consts::FRAC_1_SQRT_2);
    let near = x * token.multiply_add(half, erf_near(token, x * root_half), half);
    if size < root_half { near } else { far }
}
