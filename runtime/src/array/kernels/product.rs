//! The matrix product, through the `gemm` crate.
#![allow(unsafe_code)]

use std::ops::Range;

use crate::array::element::Float;
use crate::sharing::each;

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
const PART: usize = 1 << 21;

/// Parts of a product that is not very large.
const PARTS: usize = 16;

/// Multiplications of a part of a very large product.
const LARGE_PART: usize = 1 << 26;

/// The least rows or columns of a part: with fewer, packing the other factor for each part would cost too much.
const SIDE: usize = 64;

/// The most rows and columns of a product that `gemm` computes in another way. In any other one it adds the terms of an
/// element in an order that depends on their number alone, so that parts and the whole are the same to the last bit. For
/// parts that are narrow the cut must not depend on the number of threads.
const NARROW: usize = 64;

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
    let cut = Cut::new(&factors);
    let out = Out(out.as_mut_ptr());
    // SAFETY: `out` has the elements of the result and is borrowed alone; the parts are called once each and do not overlap.
    each(cut.parts, &|at| unsafe { cut.part(at, rows, columns).write(&factors, &out) });
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

/// Into which parts a product is cut.
struct Cut {
    parts: usize,
    is_across_rows: bool,
}

impl Cut {
    /// Across a transposed factor, which `gemm` packs first: each part packs its own share, in memory that is small enough
    /// to stay in caches and in the allocator. Otherwise along the longer side.
    fn new<F>(factors: &Factors<'_, F>) -> Self {
        let &Factors { rows, inner, columns, left, right } = factors;
        let is_across_rows = match (left.1, right.1) {
            (Layout::Transposed, Layout::Plain) => true,
            (Layout::Plain, Layout::Transposed) => false,
            (Layout::Plain, Layout::Plain) | (Layout::Transposed, Layout::Transposed) => rows > columns,
        };
        let (side, other) = if is_across_rows { (rows, columns) } else { (columns, rows) };
        if other > NARROW && rayon::current_num_threads() == 1 {
            return Self { parts: 1, is_across_rows };
        }
        let work = rows.saturating_mul(inner).saturating_mul(columns);
        let most = PARTS.max(work / LARGE_PART).min(side / SIDE);
        // A power of two, which most numbers of threads can share evenly.
        let parts = 1 << (work / PART).min(most).max(1).ilog2();
        Self { parts, is_across_rows }
    }

    fn part(&self, at: usize, rows: usize, columns: usize) -> Part {
        if self.is_across_rows {
            Part { rows: self.range(at, rows, ROW_TILE), columns: 0..columns }
        } else {
            Part { rows: 0..rows, columns: self.range(at, columns, COLUMN_TILE) }
        }
    }

    /// Whole tiles, and in the last part the rest.
    fn range(&self, at: usize, side: usize, tile: usize) -> Range<usize> {
        let border = |at: usize| if at == self.parts { side } else { side / tile * at / self.parts * tile };
        border(at)..border(at + 1)
    }
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
    use super::Layout::{Plain, Transposed};
    use super::*;

    /// `left @ right` on so many threads.
    fn product([rows, inner, columns]: [usize; 3], left: Layout, right: Layout, threads: usize) -> Vec<f32> {
        let spread = |count: usize, step: usize| -> Vec<f32> {
            (0..count).map(|at| (at * step % 4099) as f32 / 4099.0 - 0.5).collect()
        };
        let [a, b] = [spread(rows * inner, 2731), spread(inner * columns, 1733)];
        let mut out = vec![0.0; rows * columns];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| matmul(Product { rows, inner, columns, left: (&a, left), right: (&b, right), out: &mut out }));
        let element = |of: &[f32], layout, size: [usize; 2], row: usize, column: usize| {
            let (row_step, column_step) = strides(layout, size[0], size[1]);
            f64::from(of[row * row_step as usize + column * column_step as usize])
        };
        for (row, column) in [(0, 0), (rows / 3, 5), (rows / 2, columns - 1), (rows - 1, columns / 2)] {
            let term = |k| element(&a, left, [rows, inner], row, k) * element(&b, right, [inner, columns], k, column);
            let expected: f64 = (0..inner).map(term).sum();
            assert!((f64::from(out[row * columns + column]) - expected).abs() < 1e-4);
        }
        out
    }

    #[test]
    fn products_are_the_same_for_any_number_of_threads() {
        // Large, with sides that no tile divides, with a rest of one row, and narrow ones.
        let sizes = [
            [390, 700, 800],
            [128, 784, 256],
            [199, 257, 131],
            [67, 1031, 83],
            [385, 300, 66],
            [700, 784, 40],
            [40, 784, 700],
        ];
        for size in sizes {
            for (left, right) in [(Plain, Plain), (Plain, Transposed), (Transposed, Plain), (Transposed, Transposed)] {
                let one = product(size, left, right, 1);
                assert_eq!(one, product(size, left, right, 2), "{size:?}");
                assert_eq!(one, product(size, left, right, 3), "{size:?}");
            }
        }
    }
}
