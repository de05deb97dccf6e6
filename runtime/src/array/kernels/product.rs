//! The matrix product, through the `gemm` crate.
#![allow(unsafe_code)]

use std::ops::Range;

use super::sharing::each_below;
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

/// Multiplications that are worth a part of a product. Parts are shared among threads.
const PART: usize = 1 << 22;

/// Parts of a product that is not very large.
const PARTS: usize = 16;

/// Multiplications of a part of a very large product.
const LARGE_PART: usize = 1 << 26;

/// The least rows or columns of a part: with fewer, packing the other factor for each part would cost too much.
const SIDE: usize = 64;

/// Parts begin at multiples, so that the tiles of a part are whole.
const ROW_TILE: usize = 6;
const COLUMN_TILE: usize = 16;

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
    let factors = Factors { rows, inner, columns, left, right };
    let cut = Cut::new(rows, inner, columns);
    let out = Out(out.as_mut_ptr());
    // SAFETY: `out` has the elements of the result and is borrowed alone; the parts are called once each and do not overlap.
    each_below(cut.parts(rows, columns), |at| unsafe { cut.part(at, rows, columns).write(&factors, &out) });
}

/// A product without its result.
struct Factors<'a, F> {
    rows: usize,
    inner: usize,
    columns: usize,
    left: (&'a [F], Layout),
    right: (&'a [F], Layout),
}

/// Where the result begins.
struct Out<F>(*mut F);

// SAFETY: threads write elements that no other thread writes or reads, see `matmul`.
unsafe impl<F: Float> Sync for Out<F> {}

/// Into which parts a product is cut. That does not depend on the number of threads, so that no bit of the result does.
#[derive(Clone, Copy)]
enum Cut {
    Rows(usize),
    Columns(usize),
}

impl Cut {
    /// Along the longer side: the other factor, which is packed for each part, is the smaller one.
    fn new(rows: usize, inner: usize, columns: usize) -> Self {
        let work = rows.saturating_mul(inner).saturating_mul(columns);
        let most = PARTS.max(work / LARGE_PART).min(rows.max(columns) / SIDE);
        // A power of two, which most numbers of threads can share evenly.
        let parts = 1 << (work / PART).min(most).max(1).ilog2();
        match () {
            () if parts == 1 => Self::Rows(rows),
            () if rows > columns => Self::Rows(rows.div_ceil(parts).next_multiple_of(ROW_TILE)),
            () => Self::Columns(columns.div_ceil(parts).next_multiple_of(COLUMN_TILE)),
        }
    }

    fn parts(self, rows: usize, columns: usize) -> usize {
        match self {
            Self::Rows(count) => rows.div_ceil(count),
            Self::Columns(count) => columns.div_ceil(count),
        }
    }

    fn part(self, at: usize, rows: usize, columns: usize) -> Part {
        match self {
            Self::Rows(count) => Part { rows: range(at, count, rows), columns: 0..columns },
            Self::Columns(count) => Part { rows: 0..rows, columns: range(at, count, columns) },
        }
    }
}

fn range(at: usize, count: usize, of: usize) -> Range<usize> {
    at * count..((at + 1) * count).min(of)
}

/// A part of the result.
struct Part {
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Part {
    /// # Safety
    ///
    /// The result lives at `out`, and nobody else reads or writes this part of it.
    unsafe fn write<F: Float>(self, factors: &Factors<'_, F>, out: &Out<F>) {
        let &Factors { rows, inner, columns, left, right } = factors;
        assert!(self.rows.end <= rows && self.columns.end <= columns);
        let (row, column) = (self.rows.start as isize, self.columns.start as isize);
        let (left_row, left_column) = strides(left.1, rows, inner);
        let (right_row, right_column) = strides(right.1, inner, columns);
        // SAFETY: the factors have exactly the elements that the sizes and strides address, as `matmul` asserts, the rows
        // and columns of the part are among them, and the caller vouches for the result.
        unsafe {
            gemm::gemm(
                self.rows.len(),
                self.columns.len(),
                inner,
                out.0.offset(row * columns as isize + column),
                1,
                columns as isize,
                false,
                left.0.as_ptr().offset(row * left_row),
                left_column,
                left_row,
                right.0.as_ptr().offset(column * right_column),
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
