//! Loops compiled for the vector units that the machine has, and elementary functions for their bodies.
//!
//! A [`Body`] holds its slices and is run by [`dispatch()`], which chooses the instructions at run time and says by a
//! [`Token`] whether `a * b + c` is one of them. The functions take one element and are branch-free: both sides of a
//! choice are computed and one is selected, so that a loop that calls them is vectorised. The value of an element does
//! not depend on its place in the slice.
//!
//! Every function keeps not-a-number and has its limits at the infinities. Measured bounds stand in `tests/`: at most
//! 4 units in the last place over the whole range, subnormal results included.
#![allow(unreachable_pub)] // for code that the derives emit, through `__private`

mod activation;
mod bits;
mod constants;
mod dispatch;
pub mod elementwise;
mod exponential;
mod logarithm;
mod normal;
#[cfg(test)]
mod tests;
mod trigonometric;

pub use activation::{elu, gelu_tanh, mish, selu, sigmoid, silu, tanh};
pub use bits::Bits;
pub use constants::Constants;
pub use dispatch::{Body, Token, dispatch, prefetch};
pub use exponential::{exp, expm1};
pub use logarithm::{ln, log_sigmoid, log1p, softplus};
pub use normal::{erf, gelu};
pub use trigonometric::{cos, sin};

use crate::array::element::Float;

/// Horner's scheme, from the lowest coefficient to the highest.
#[inline(always)]
fn polynomial<F: Float, T: Token>(token: T, x: F, coefficients: &[F]) -> F {
    let mut at = coefficients.len() - 1;
    let mut sum = coefficients[at];
    while at > 0 {
        at -= 1;
        sum = token.multiply_add(sum, x, coefficients[at]);
    }
    sum
}

/// The smaller of both; keeps not-a-number.
#[inline(always)]
fn at_most<F: Float>(x: F, high: F) -> F {
    if x > high { high } else { x }
}

/// The larger of both; keeps not-a-number.
#[inline(always)]
fn at_least<F: Float>(x: F, low: F) -> F {
    if x < low { low } else { x }
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
