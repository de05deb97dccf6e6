//! Reductions: along one axis of `[outer, length, inner]`, and the norm of all elements.

use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch};

/// The closed list of reductions.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduce {
    Sum,
    Max,
    Min,
}

pub(crate) fn reduce<F: Float>(op: Reduce, x: &[F], outer: usize, length: usize, inner: usize, out: &mut [F]) {
    match op {
        // The other axes may have any size, so there is nothing to loop over.
        Reduce::Sum if x.is_empty() => out.fill(F::ZERO),
        Reduce::Sum if inner == 1 => {
            for (out, row) in out.iter_mut().zip(x.chunks_exact(length)) {
                *out = sum(row);
            }
        }
        Reduce::Sum => fold(x, outer, length, inner, out, F::ZERO, |a, b| a + b),
        Reduce::Max => fold(x, outer, length, inner, out, -F::INFINITY, |a, b| if a > b || a.is_nan() { a } else { b }),
        Reduce::Min => fold(x, outer, length, inner, out, F::INFINITY, |a, b| if a < b || a.is_nan() { a } else { b }),
    }
}

fn fold<F: Float>(x: &[F], outer: usize, length: usize, inner: usize, out: &mut [F], start: F, f: impl Fn(F, F) -> F) {
    out.fill(start);
    for o in 0..outer {
        let out = &mut out[o * inner..(o + 1) * inner];
        for l in 0..length {
            let row = &x[(o * length + l) * inner..][..inner];
            for (out, &x) in out.iter_mut().zip(row) {
                *out = f(*out, x);
            }
        }
    }
}

/// Long rows in halves, so that the rounding error grows with the logarithm of the length.
fn sum<F: Float>(row: &[F]) -> F {
    const LONG: usize = 4096;
    if row.len() <= LONG {
        return short_sum(row);
    }
    // A power of two: the parts do not depend on anything but the length.
    let (left, right) = row.split_at(row.len().next_power_of_two() / 2);
    sum(left) + sum(right)
}

/// Eight partial sums: vectorised, and with a smaller rounding error than one running sum.
fn short_sum<F: Float>(row: &[F]) -> F {
    const LANES: usize = 8;
    let mut lanes = [F::ZERO; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += x;
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane += x;
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

/// The Euclidean norm, summed in f64; squares that overflow or underflow do no harm.
pub(crate) fn norm<F: Float>(x: &[F]) -> f64 {
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

fn square_sum<F: Float>(x: &[F]) -> f64 {
    dispatch(SquareSum(x))
}

struct SquareSum<'a, F>(&'a [F]);

impl<F: Float> Body for SquareSum<'_, F> {
    type Output = f64;

    /// In lanes, so that it is vectorised.
    #[inline(always)]
    fn run<T: Token>(self, token: T) -> f64 {
        let mut lanes = [0.0; 16];
        let (chunks, rest) = self.0.as_chunks::<16>();
        for chunk in chunks {
            for (lane, v) in lanes.iter_mut().zip(chunk) {
                *lane = token.multiply_add(v.to_f64(), v.to_f64(), *lane);
            }
        }
        for (lane, v) in lanes.iter_mut().zip(rest) {
            *lane = token.multiply_add(v.to_f64(), v.to_f64(), *lane);
        }
        lanes.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::norm;

    #[test]
    fn norms_neither_overflow_nor_underflow_nor_lose_the_remainder() {
        let x: Vec<f64> = (1..=11).map(f64::from).collect();
        assert!((norm(&x) - 506.0_f64.sqrt()).abs() < 1e-14);
        assert!((norm::<f64>(&[3e200, -4e200]) / 5e200 - 1.0).abs() < 1e-15);
        assert!((norm::<f32>(&[3e30, -4e30]) / 5e30 - 1.0).abs() < 1e-6);
        assert!((norm::<f64>(&[3e-200, -4e-200]) / 5e-200 - 1.0).abs() < 1e-15);
        assert!((norm::<f64>(&[0.0, 5e-324]) - 5e-324).abs() < 1e-323);
        assert_eq!((norm::<f32>(&[]), norm::<f64>(&[0.0, -0.0])), (0.0, 0.0));
        assert_eq!(norm::<f64>(&[1.0, f64::NEG_INFINITY]), f64::INFINITY);
        assert!(norm::<f64>(&[f64::NAN, 0.0]).is_nan() && norm::<f64>(&[f64::NAN, 1e300]).is_nan());
    }
}
