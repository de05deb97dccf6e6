//! Sums over rows.

use crate::array::element::Float;
use crate::packed::Rows;
use crate::simd::{Body, Token, dispatch, prefetch};

/// Rows that are summed before their sum is added to the others': errors grow with the number of sums and not of rows.
const BLOCK: usize = 64;

/// Rows that are read at a time: where they are far from each other, that many are waited for at once.
const GROUP: usize = 8;

/// Columns that are summed at a time.
const WIDTH: usize = 256;

/// `out +=` the sum of the rows. The bits of an element do not depend on what other columns there are.
pub(super) fn add_rows_to<F: Float>(rows: Rows<'_, F>, out: &mut [F]) {
    dispatch(Sum { rows, out });
}

struct Sum<'a, F> {
    rows: Rows<'a, F>,
    out: &'a mut [F],
}

impl<F: Float> Body for Sum<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _token: T) {
        let Self { rows, out } = self;
        for (columns, out) in out.chunks_mut(WIDTH).enumerate() {
            for first in (0..rows.count).step_by(BLOCK) {
                let count = BLOCK.min(rows.count - first);
                sum_block(&rows.elements[first * rows.stride + columns * WIDTH..], rows.stride, count, out);
            }
        }
    }
}

/// `out +=` the sum of the first `count` rows.
#[inline(always)]
fn sum_block<F: Float>(rows: &[F], stride: usize, count: usize, out: &mut [F]) {
    let width = out.len();
    let mut sums = [F::ZERO; WIDTH];
    let sums = &mut sums[..width];
    let row = |at: usize| &rows[at * stride..][..width];
    let grouped = count - count % GROUP;
    for at in (0..grouped).step_by(GROUP) {
        for next in at + GROUP..at + 2 * GROUP {
            fetch(rows.as_ptr().wrapping_add(next * stride), width);
        }
        add_group(
            std::array::from_fn(
                #[inline(always)]
                |next| row(at + next),
            ),
            sums,
        );
    }
    for at in grouped..count {
        add(row(at), sums);
    }
    add(sums, out);
}

/// Part of a row that is read soon. Where rows have more columns than are summed, no machine foresees it.
#[inline(always)]
fn fetch<F>(row: *const F, width: usize) {
    const LINE: usize = 64;
    for at in (0..width).step_by(LINE / size_of::<F>()) {
        prefetch(row.wrapping_add(at));
    }
}

#[inline(always)]
fn add_group<F: Float>([a, b, c, d, e, f, g, h]: [&[F]; GROUP], sums: &mut [F]) {
    let n = sums.len();
    let [a, b, c, d] = [&a[..n], &b[..n], &c[..n], &d[..n]];
    let [e, f, g, h] = [&e[..n], &f[..n], &g[..n], &h[..n]];
    for i in 0..n {
        sums[i] += ((a[i] + b[i]) + (c[i] + d[i])) + ((e[i] + f[i]) + (g[i] + h[i]));
    }
}

#[inline(always)]
fn add<F: Float>(row: &[F], sums: &mut [F]) {
    for (sum, &element) in sums.iter_mut().zip(row) {
        *sum += element;
    }
}
