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
    let (left_row, left_column) = strides(left.1, rows, inner);
    let (right_row, right_column) = strides(right.1, inner, columns);
    // SAFETY: the three slices have exactly the elements that the sizes and strides address (asserted above), and
    // `out` is borrowed alone.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            out.as_mut_ptr(),
            1,
            columns as isize,
            false,
            left.0.as_ptr(),
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
