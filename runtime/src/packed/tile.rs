//! The innermost loop: a few rows by a few panels, with the sums in registers.

use std::ops::Range;

use super::{Rows, RowsMut};
use crate::array::element::Float;
use crate::simd::Token;

/// `M` rows of the left operand.
pub(super) trait Left<F, const M: usize>: Copy {
    /// The first columns.
    fn cut(self, terms: usize) -> Self;
    /// A column.
    fn column(self, term: usize) -> [F; M];
}

/// Rows as they lie in memory, all of the same length.
#[derive(Clone, Copy)]
pub(super) struct ByRows<'a, F, const M: usize> {
    rows: [&'a [F]; M],
    terms: usize,
}

impl<'a, F: Float, const M: usize> ByRows<'a, F, M> {
    /// Columns of the rows from `row` on.
    #[inline(always)]
    pub(super) fn new(left: Rows<'a, F>, row: usize, columns: &Range<usize>) -> Self {
        let mut rows: [&[F]; M] = [&[]; M];
        for (at, part) in rows.iter_mut().enumerate() {
            *part = left.part(row + at, columns.start, columns.len());
        }
        Self { rows, terms: columns.len() }
    }
}

impl<F: Float, const M: usize> Left<F, M> for ByRows<'_, F, M> {
    #[inline(always)]
    fn cut(mut self, terms: usize) -> Self {
        for row in &mut self.rows {
            *row = &row[..terms];
        }
        self.terms = terms;
        self
    }

    #[inline(always)]
    fn column(self, term: usize) -> [F; M] {
        let mut column = [F::ZERO; M];
        for (element, row) in column.iter_mut().zip(self.rows) {
            *element = row[..self.terms][term];
        }
        column
    }
}

/// Columns one after the other.
impl<F: Float, const M: usize> Left<F, M> for &[[F; M]] {
    #[inline(always)]
    fn cut(self, terms: usize) -> Self {
        &self[..terms]
    }

    #[inline(always)]
    fn column(self, term: usize) -> [F; M] {
        self[term]
    }
}

/// The sums of `M` rows by `P` panels of `N` columns.
pub(super) type Sums<F, const M: usize, const P: usize, const N: usize> = [[[F; N]; P]; M];

/// The product of rows with panels, which have one row for each term. Each sum begins with zero and ascends.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // one index into several arrays, of constant length
pub(super) fn tile<F: Float, T: Token, L: Left<F, M>, const M: usize, const P: usize, const N: usize>(
    token: T,
    terms: usize,
    left: L,
    mut panels: [&[[F; N]]; P],
) -> Sums<F, M, P, N> {
    let left = left.cut(terms);
    for panel in &mut panels {
        *panel = &panel[..terms];
    }
    let mut sums = [[[F::ZERO; N]; P]; M];
    for term in 0..terms {
        let column = left.column(term);
        for m in 0..M {
            for p in 0..P {
                for n in 0..N {
                    sums[m][p][n] = token.multiply_add(column[m], panels[p][term][n], sums[m][p][n]);
                }
            }
        }
    }
    sums
}

/// Writes sums at `(row, column)` or adds them. Columns beyond the width are dropped.
#[inline(always)]
pub(super) fn store<F: Float, const M: usize, const P: usize, const N: usize>(
    sums: Sums<F, M, P, N>,
    out: &mut RowsMut<'_, F>,
    row: usize,
    column: usize,
    accumulate: bool,
) {
    let width = out.width - column;
    if width >= P * N {
        for (m, sums) in sums.iter().enumerate() {
            let out = &mut out.elements[(row + m) * out.stride + column..][..P * N];
            let (out, _) = out.as_chunks_mut::<N>();
            let out = &mut out[..P];
            for p in 0..P {
                for n in 0..N {
                    out[p][n] = if accumulate { out[p][n] + sums[p][n] } else { sums[p][n] };
                }
            }
        }
    } else {
        // A copy that is indexed by numbers known at run time only: `sums` itself would move into memory by that.
        let copy = std::hint::black_box(sums);
        for (m, copy) in copy.iter().enumerate() {
            let out = &mut out.elements[(row + m) * out.stride + column..][..width];
            for (out, &sum) in out.iter_mut().zip(copy.as_flattened()) {
                *out = if accumulate { *out + sum } else { sum };
            }
        }
    }
}

/// A product that is computed tile by tile.
pub(super) trait Tiled {
    /// `M` rows by `P` panels of `N` columns. Returns the number of panels.
    fn tile<T: Token, const M: usize, const P: usize, const N: usize>(
        &mut self,
        token: T,
        terms: &Range<usize>,
        row: usize,
        panel: usize,
    ) -> usize;

    /// The rows of a tile by some panels: of few rows several panels at a time, so that there are enough independent sums
    /// to hide how long a multiplication takes.
    #[inline(always)]
    fn tiles<T: Token, const N: usize>(
        &mut self,
        token: T,
        terms: &Range<usize>,
        rows: Range<usize>,
        panels: &Range<usize>,
    ) {
        let row = rows.start;
        let mut panel = panels.start;
        while panel < panels.end {
            let rest = panels.end - panel;
            panel += match rows.len() {
                1 if rest >= 4 => self.tile::<T, 1, 4, N>(token, terms, row, panel),
                1 if rest >= 2 => self.tile::<T, 1, 2, N>(token, terms, row, panel),
                1 => self.tile::<T, 1, 1, N>(token, terms, row, panel),
                2 if rest >= 2 => self.tile::<T, 2, 2, N>(token, terms, row, panel),
                2 => self.tile::<T, 2, 1, N>(token, terms, row, panel),
                // Two panels would be one vector more than there are registers.
                3 => self.tile::<T, 3, 1, N>(token, terms, row, panel),
                4 => self.tile::<T, 4, 1, N>(token, terms, row, panel),
                5 => self.tile::<T, 5, 1, N>(token, terms, row, panel),
                _ => self.tile::<T, 6, 1, N>(token, terms, row, panel),
            };
        }
    }
}
