//! The loops of the rules, compiled in this crate for each element type and so at this crate's optimisation level.
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

/// Loops over parameters, states and steps of equal lengths.
#[doc(hidden)]
pub trait Loops: Sized {
    /// `into += factor * x`
    fn add_scaled(into: &mut [Self], x: &[Self], factor: f64);
    /// `x *= factor`
    fn scale(x: &mut [Self], factor: f64);
    /// `into = keep * into + add * x`
    fn blend(into: &mut [Self], keep: f64, x: &[Self], add: f64);
    /// `x = min(max(x, -limit), limit)`
    fn limit(x: &mut [Self], limit: f64);
    /// `into -= x`
    fn subtract(into: &mut [Self], x: &[Self]);
    /// Updates both moments by the gradient in `step`, and makes the step of it.
    fn adam(first: &mut [Self], second: &mut [Self], step: &mut [Self], factors: &AdamFactors);
    /// The Euclidean norm, summed in f64; finite numbers whose squares overflow have a finite norm if f64 can hold it.
    fn norm(x: &[Self]) -> f64;
}

macro_rules! loops {
    ($($type:ty),*) => {$(
        impl Loops for $type {
            fn add_scaled(into: &mut [Self], x: &[Self], factor: f64) {
                add_scaled(into, x, factor);
            }
            fn scale(x: &mut [Self], factor: f64) {
                scale(x, factor);
            }
            fn blend(into: &mut [Self], keep: f64, x: &[Self], add: f64) {
                blend(into, keep, x, add);
            }
            fn limit(x: &mut [Self], limit: f64) {
                limit_to(x, limit);
            }
            fn subtract(into: &mut [Self], x: &[Self]) {
                subtract(into, x);
            }
            fn adam(first: &mut [Self], second: &mut [Self], step: &mut [Self], factors: &AdamFactors) {
                adam(first, second, step, factors);
            }
            fn norm(x: &[Self]) -> f64 {
                norm(x)
            }
        }
    )*};
}

loops!(f32, f64);

fn add_scaled<F: Float>(into: &mut [F], x: &[F], factor: f64) {
    let factor = F::from_f64(factor);
    for (into, &x) in into.iter_mut().zip(x) {
        *into += factor * x;
    }
}

fn scale<F: Float>(x: &mut [F], factor: f64) {
    let factor = F::from_f64(factor);
    for x in x {
        *x *= factor;
    }
}

fn blend<F: Float>(into: &mut [F], keep: f64, x: &[F], add: f64) {
    let (keep, add) = (F::from_f64(keep), F::from_f64(add));
    for (into, &x) in into.iter_mut().zip(x) {
        *into = keep * *into + add * x;
    }
}

fn limit_to<F: Float>(x: &mut [F], limit: f64) {
    let limit = F::from_f64(limit);
    for x in x {
        let below = if *x > limit { limit } else { *x };
        *x = if below < -limit { -limit } else { below };
    }
}

fn subtract<F: Float>(into: &mut [F], x: &[F]) {
    for (into, &x) in into.iter_mut().zip(x) {
        *into -= x;
    }
}

fn adam<F: Float>(first: &mut [F], second: &mut [F], step: &mut [F], factors: &AdamFactors) {
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

fn norm<F: Float>(x: &[F]) -> f64 {
    // Below this, squares that matter may have been lost.
    const SMALL: f64 = 1e-280;
    let plain = square_sum(x);
    if plain.is_finite() && plain > SMALL {
        return plain.sqrt();
    }
    let largest = x.iter().fold(0.0, |largest, v| f64::max(largest, v.to_f64().abs()));
    if largest == 0.0 || largest.is_infinite() {
        return plain.sqrt();
    }
    largest * x.iter().map(|v| (v.to_f64() / largest).powi(2)).sum::<f64>().sqrt()
}

/// The sum of the squares, in lanes, so that it is vectorised.
fn square_sum<F: Float>(x: &[F]) -> f64 {
    let mut lanes = [0.0; 8];
    let chunks = x.chunks_exact(lanes.len());
    let rest = chunks.remainder();
    for chunk in chunks.chain([rest]) {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            let v = v.to_f64();
            *lane += v * v;
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::Loops;

    #[test]
    fn norms_neither_overflow_nor_underflow_nor_lose_the_remainder() {
        let x: Vec<f64> = (1..=11).map(f64::from).collect();
        assert!((f64::norm(&x) - 506.0_f64.sqrt()).abs() < 1e-14);
        assert!((f64::norm(&[3e200, -4e200]) / 5e200 - 1.0).abs() < 1e-15);
        assert!((f32::norm(&[3e30, -4e30]) / 5e30 - 1.0).abs() < 1e-6);
        assert!((f64::norm(&[3e-200, -4e-200]) / 5e-200 - 1.0).abs() < 1e-15);
        assert!((f64::norm(&[0.0, 5e-324]) - 5e-324).abs() < 1e-323);
        assert_eq!((f32::norm(&[]), f64::norm(&[0.0, -0.0])), (0.0, 0.0));
        assert_eq!(f64::norm(&[1.0, -f64::INFINITY]), f64::INFINITY);
        assert!(f64::norm(&[f64::NAN, 0.0]).is_nan() && f64::norm(&[f64::NAN, 1e300]).is_nan());
    }
}
