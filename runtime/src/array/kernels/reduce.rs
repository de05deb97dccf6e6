//! Reductions: along one axis of `[outer, length, inner]`, and the norm of all elements.

use crate::array::element::Float;

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
        Reduce::Sum if inner == 1 => {
            for (out, row) in out.iter_mut().zip(x.chunks_exact(length.max(1))) {
                *out = sum(row);
            }
            if length == 0 {
                out.fill(F::ZERO);
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

/// Eight partial sums: vectorised, and with a smaller rounding error than one running sum.
fn sum<F: Float>(row: &[F]) -> F {
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

/// The Euclidean norm, summed in f64; finite numbers whose squares overflow have a finite norm if f64 can hold it.
pub(crate) fn norm<F: Float>(x: &[F]) -> f64 {
    let plain = square_sum(x, 1.0);
    if plain.is_finite() {
        return plain.sqrt();
    }
    let largest = x.iter().fold(0.0, |largest, v| f64::max(largest, v.to_f64().abs()));
    if largest.is_infinite() {
        return plain.sqrt();
    }
    largest * square_sum(x, 1.0 / largest).sqrt()
}

/// The sum of the squares of `factor * x`, in lanes, so that it is vectorised.
fn square_sum<F: Float>(x: &[F], factor: f64) -> f64 {
    let mut lanes = [0.0; 8];
    let chunks = x.chunks_exact(lanes.len());
    let rest = chunks.remainder();
    for chunk in chunks.chain([rest]) {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            let v = v.to_f64() * factor;
            *lane += v * v;
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::norm;

    #[test]
    fn norms_neither_overflow_nor_lose_the_remainder() {
        let x: Vec<f64> = (1..=11).map(f64::from).collect();
        assert!((norm(&x) - 506.0_f64.sqrt()).abs() < 1e-14);
        assert!((norm::<f64>(&[3e200, -4e200]) / 5e200 - 1.0).abs() < 1e-15);
        assert!((norm::<f32>(&[3e30, -4e30]) / 5e30 - 1.0).abs() < 1e-6);
        assert_eq!(norm::<f32>(&[]), 0.0);
        assert_eq!(norm::<f64>(&[1.0, f64::NEG_INFINITY]), f64::INFINITY);
        assert!(norm::<f64>(&[1.0, f64::NAN]).is_nan());
    }
}
