//! The loops of optimisers, over parameters, states and steps of equal lengths.
//!
//! Factors are computed in f64 and rounded once. Inlined into the loops over blocks, which choose their instructions.

use crate::array::element::Float;

/// `into += factor * x`.
#[inline(always)]
pub(crate) fn add_scaled<F: Float>(into: &mut [F], x: &[F], factor: f64) {
    let factor = F::from_f64(factor);
    for (into, &x) in into.iter_mut().zip(x) {
        *into += factor * x;
    }
}

/// `x *= factor`.
#[inline(always)]
pub(crate) fn scale<F: Float>(x: &mut [F], factor: f64) {
    let factor = F::from_f64(factor);
    for x in x {
        *x *= factor;
    }
}

/// `x = min(max(x, -bound), bound)`.
#[inline(always)]
pub(crate) fn limit<F: Float>(x: &mut [F], bound: f64) {
    let bound = F::from_f64(bound);
    for x in x {
        let below = if *x > bound { bound } else { *x };
        *x = if below < -bound { -bound } else { below };
    }
}

/// `into -= x`.
#[inline(always)]
pub(crate) fn subtract<F: Float>(into: &mut [F], x: &[F]) {
    for (into, &x) in into.iter_mut().zip(x) {
        *into -= x;
    }
}
