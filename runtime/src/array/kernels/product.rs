//! The matrix product, through the `gemm` crate.
#![allow(unsafe_code)]

use crate::array::element::Float;

/// How a stored matrix is read.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Plain,
    Transposed,
}

/// `out [rows, columns] = left [rows, inner] @ right [inner, columns]`, each factor read plainly or transposed.
#[doc(hidden)]
pub struct Product<'a, F> {
    pub rows: usize,
    pub inner: usize,
    pub columns: usize,
    pub left: (&'a [F], Layout),
    pub right: (&'a [F], Layout),
    pub out: &'a mut [F],
}

/// Multiplications of a part of a large product. Parts are shared among threads.
const PART: usize = 1 << 26;

/// The least rows of a part: with fewer, packing the other factor for each part would cost too much.
const PART_ROWS: usize = 128;

pub(crate) fn matmul<F: Float>(product: Product<'_, F>) {
    let Product { rows, inner, columns, left, right, out } = product;
    assert_eq!(rows.checked_mul(inner), Some(left.0.len()));
    assert_eq!(inner.checked_mul(columns), Some(right.0.len()));
    assert_eq!(rows.checked_mul(columns), Some(out.len()));
    if inner == 0 {
        out.fill(F::ZERO);
    }
    if rows == 0 || columns == 0 || inner == 0 {
        return;
    }
    // The parts do not depend on the number of threads, so that no bit of the result does.
    let parts = (rows.saturating_mul(inner).saturating_mul(columns) / PART).min(rows / PART_ROWS).max(1);
    in_parts(&Factors { rows, inner, columns, left, right }, rows.div_ceil(parts), 0, out);
}

/// A product without its result.
struct Factors<'a, F> {
    rows: usize,
    inner: usize,
    columns: usize,
    left: (&'a [F], Layout),
    right: (&'a [F], Layout),
}

/// Rows of a product from `first` on, so many at a time.
fn in_parts<F: Float>(factors: &Factors<'_, F>, at_a_time: usize, first: usize, out: &mut [F]) {
    let parts = (out.len() / factors.columns).div_ceil(at_a_time);
    if parts <= 1 {
        return part(factors, first, out);
    }
    let upper = parts / 2 * at_a_time;
    let (one, other) = out.split_at_mut(upper * factors.columns);
    let mut one = || in_parts(factors, at_a_time, first, one);
    let mut other = || in_parts(factors, at_a_time, first + upper, other);
    if rayon::current_num_threads() > 1 {
        rayon::join(one, other);
    } else {
        one();
        other();
    }
}

fn part<F: Float>(factors: &Factors<'_, F>, first: usize, out: &mut [F]) {
    let &Factors { rows, inner, columns, left, right } = factors;
    let count = out.len() / columns;
    assert!(first + count <= rows && count * columns == out.len());
    let (left_row, left_column) = strides(left.1, rows, inner);
    let (right_row, right_column) = strides(right.1, inner, columns);
    // SAFETY: the factors have exactly the elements that the sizes and strides address, as `matmul` asserts, the rows from
    // `first` on are among them, and `out` is borrowed alone.
    unsafe {
        gemm::gemm(
            count,
            columns,
            inner,
            out.as_mut_ptr(),
            1,
            columns as isize,
            false,
            left.0.as_ptr().offset(first as isize * left_row),
            left_column,
            left_row,
            right.0.as_ptr(),
            right_column,
            right_row,
            F::ZERO,
            F::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Steps to the next row and to the next column of a matrix that is read as `[rows, columns]`.
fn strides(layout: Layout, rows: usize, columns: usize) -> (isize, isize) {
    match layout {
        Layout::Plain => (columns as isize, 1),
        Layout::Transposed => (1, rows as isize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_large_products_are_the_same_for_any_number_of_threads() {
        let [rows, inner, columns] = [390, 700, 800];
        let spread = |count: usize, step: usize| -> Vec<f32> {
            (0..count).map(|at| (at * step % 4099) as f32 / 4099.0 - 0.5).collect()
        };
        let (left, right) = (spread(rows * inner, 2731), spread(inner * columns, 1733));
        for layout in [Layout::Plain, Layout::Transposed] {
            let [one, three] = [1, 3].map(|threads| {
                let mut out = vec![0.0; rows * columns];
                let pool =
                    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
                let (left, right) = ((&left[..], layout), (&right[..], Layout::Plain));
                pool.install(|| matmul(Product { rows, inner, columns, left, right, out: &mut out }));
                out
            });
            assert_eq!(one, three);
            let (row_step, column_step) = strides(layout, rows, inner);
            for (row, column) in [(0, 0), (128, 5), (130, 799), (261, 300), (389, 799)] {
                let at = |k: usize| f64::from(left[row * row_step as usize + k * column_step as usize]);
                let expected: f64 = (0..inner).map(|k| at(k) * f64::from(right[k * columns + column])).sum();
                assert!((f64::from(one[row * columns + column]) - expected).abs() < 1e-4);
            }
        }
    }
}
