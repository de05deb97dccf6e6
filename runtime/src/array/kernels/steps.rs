//! The loops of optimisers, over parameters, states and steps of equal lengths.
//!
//! Factors are computed in f64 and rounded once.

use crate::array::element::Float;

/// The factors of one step of Adam.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct AdamFactors {
    pub betas: [f64; 2],
    pub epsilon: f64,
    /// The learning rate over the bias correction of the first moment.
    pub scale: f64,
    /// One over the root of the bias correction of the second moment.
    pub root: f64,
}

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

/// `into = keep * into + add * x`.
pub(crate) fn blend<F: Float>(into: &mut [F], keep: f64, x: &[F], add: f64) {
    let (keep, add) = (F::from_f64(keep), F::from_f64(add));
    for (into, &x) in into.iter_mut().zip(x) {
        *into = keep * *into + add * x;
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

/// Updates both moments by the gradient in `step`, and makes the step of it.
pub(crate) fn adam<F: Float>(first: &mut [F], second: &mut [F], step: &mut [F], factors: &AdamFactors) {
    let [keep_first, keep_second] = factors.betas.map(F::from_f64);
    let [add_first, add_second] = factors.betas.map(|beta| F::from_f64(1.0 - beta));
    let [epsilon, scale, root] = [factors.epsilon, factors.scale, factors.root].map(F::from_f64);
    for ((m, v), step) in first.iter_mut().zip(second).zip(step) {
        let g = *step;
        *m = keep_first * *m + add_first * g;
        *v = keep_second * *v + add_second * (g * g);
        *step = scale * *m / (v.sqrt() * root + epsilon);
    }
}
