//! The loops of optimisers, over parameters, states and steps of equal lengths.
//!
//! Factors are computed in f64 and rounded once.

use crate::array::element::Float;

/// `into += factor * x`.
pub(crate) fn add_scaled<F: Float>(into: &mut [F], x: &[F], factor: f64) {
    let factor = F::from_f64(factor);
    for (into, &x) in into.iter_mut().zip(x) {
        *into += factor * x;
    }
}

/// `x *= factor`.
pub(crate) fn scale<F: Float>(x: &mut [F], factor: f64) {
    let factor = F::from_f64(factor);
    for x in x {
        *x *= factor;
    }
}

/// `x = min(max(x, -bound), bound)`.
pub(crate) fn limit<F: Float>(x: &mut [F], bound: f64) {
    let bound = F::from_f64(bound);
    for x in x {
        let below = if *x > bound { bound } else { *x };
        *x = if below < -bound { -bound } else { below };
    }
}

/// `into -= x`.
pub(crate) fn subtract<F: Float>(into: &mut [F], x: &[F]) {
    for (into, &x) in into.iter_mut().zip(x) {
        *into -= x;
    }
}

/// `x -= factor * x`.
pub(crate) fn decay<F: Float>(x: &mut [F], factor: f64) {
    let factor = F::from_f64(factor);
    for x in x {
        *x -= factor * *x;
    }
}
