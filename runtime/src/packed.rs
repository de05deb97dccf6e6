//! Products with matrices that are used many times.

use crate::array::element::Float;

/// Rows of a matrix: `width` elements each, `stride` from one to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a, F> {
    pub(crate) elements: &'a [F],
    pub(crate) stride: usize,
    pub(crate) count: usize,
    pub(crate) width: usize,
}

/// As [`Rows`], for writing.
#[derive(Debug)]
pub(crate) struct RowsMut<'a, F> {
    pub(crate) elements: &'a mut [F],
    pub(crate) stride: usize,
    pub(crate) count: usize,
    pub(crate) width: usize,
}

/// A matrix that others are multiplied by.
#[derive(Debug)]
pub(crate) struct Packed<F> {
    columns: usize,
    elements: Vec<F>,
}

/// Memory that products of one thread share.
#[derive(Debug)]
pub(crate) struct Scratch<F>(std::marker::PhantomData<F>);

impl<F> Scratch<F> {
    pub(crate) fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<F: Float> Packed<F> {
    /// Zeros.
    pub(crate) fn new(rows: usize, columns: usize) -> Self {
        Self { columns, elements: vec![F::ZERO; rows * columns] }
    }

    /// Writes a block; `rows` and `columns` are its sizes after the transpose.
    pub(crate) fn write(
        &mut self,
        row: usize,
        column: usize,
        block: &[F],
        rows: usize,
        columns: usize,
        transposed: bool,
    ) {
        assert_eq!(block.len(), rows * columns);
        for i in 0..rows {
            for j in 0..columns {
                let value = if transposed { block[j * rows + i] } else { block[i * columns + j] };
                self.elements[(row + i) * self.columns + column + j] = value;
            }
        }
    }
}

/// `out (+)= left · right[first_row.., first_column..]`.
pub(crate) fn multiply<F: Float>(
    left: Rows<'_, F>,
    right: &Packed<F>,
    first_row: usize,
    first_column: usize,
    out: RowsMut<'_, F>,
    accumulate: bool,
) {
    for i in 0..out.count {
        let to = &mut out.elements[i * out.stride..][..out.width];
        if !accumulate {
            to.fill(F::ZERO);
        }
        for (k, &value) in left.elements[i * left.stride..][..left.width].iter().enumerate() {
            let from = &right.elements[(first_row + k) * right.columns + first_column..][..out.width];
            to.iter_mut().zip(from).for_each(|(to, &from)| *to += value * from);
        }
    }
}

/// `out[i, j] (+)=` the sum over all rows `r` of `left[r, i] · right[r, j]`.
pub(crate) fn multiply_transposed<F: Float>(
    left: Rows<'_, F>,
    right: Rows<'_, F>,
    out: RowsMut<'_, F>,
    accumulate: bool,
    _scratch: &mut Scratch<F>,
) {
    for i in 0..out.count {
        let to = &mut out.elements[i * out.stride..][..out.width];
        if !accumulate {
            to.fill(F::ZERO);
        }
        for r in 0..left.count {
            let value = left.elements[r * left.stride + i];
            let from = &right.elements[r * right.stride..][..right.width];
            to.iter_mut().zip(from).for_each(|(to, &from)| *to += value * from);
        }
    }
}
