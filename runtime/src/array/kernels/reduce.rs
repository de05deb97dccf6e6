//! Reductions along one axis of `[outer, length, inner]`.

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
