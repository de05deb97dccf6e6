//! Rows times a packed matrix.

use super::blocks::{COLUMNS, ROWS, TERMS, TILE, blocks};
use super::tile::{ByRows, store, tile};
use super::{Packed, Rows, RowsMut};
use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch};
use std::ops::Range;

/// `out[m, ..] = left[m, ..] · right[first_row.., first_column..]`, or added to `out`: `left` `[M, K]`, `out` `[M, N]`,
/// of `right` K rows and N columns from the first ones on. The first column begins a panel.
///
/// # Panics
///
/// If sizes do not fit, or the first column is inside of a panel.
pub fn multiply<F: Float>(
    left: Rows<'_, F>,
    right: &Packed<F>,
    first_row: usize,
    first_column: usize,
    out: RowsMut<'_, F>,
    accumulate: bool,
) {
    assert_eq!(left.count, out.count, "both sides need the same number of rows");
    assert!(first_row + left.width <= right.rows(), "the right operand has too few rows");
    assert!(first_column + out.width <= right.columns(), "the right operand has too few columns");
    assert!(first_column.is_multiple_of(Packed::<F>::PANEL), "the first column must begin a panel");
    let first_panel = first_column / Packed::<F>::PANEL;
    dispatch(Product { left, right, first_row, first_panel, out, accumulate });
}

struct Product<'a, F> {
    left: Rows<'a, F>,
    right: &'a Packed<F>,
    first_row: usize,
    first_panel: usize,
    out: RowsMut<'a, F>,
    accumulate: bool,
}

impl<F: Float> Body for Product<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        if Packed::<F>::PANEL == 16 { self.run_in_blocks::<T, 16>(token) } else { self.run_in_blocks::<T, 8>(token) }
    }
}

impl<F: Float> Product<'_, F> {
    #[inline(always)]
    fn run_in_blocks<T: Token, const N: usize>(mut self, token: T) {
        if self.left.width == 0 && !self.accumulate {
            clear(&mut self.out);
        }
        let panels = self.out.width.div_ceil(N);
        for rows in blocks(self.left.count, ROWS) {
            for panels in blocks(panels, COLUMNS / N) {
                for terms in blocks(self.left.width, TERMS) {
                    for tile in blocks(rows.len(), TILE) {
                        self.rows::<T, N>(token, rows.start + tile.start, tile.len(), terms.clone(), panels.clone());
                    }
                }
            }
        }
    }

    /// A tile of rows by some panels: the fewer the rows, the more panels at a time, so that there are enough sums to
    /// hide how long a multiplication takes.
    #[inline(always)]
    fn rows<T: Token, const N: usize>(
        &mut self,
        token: T,
        row: usize,
        count: usize,
        terms: Range<usize>,
        panels: Range<usize>,
    ) {
        let mut panel = panels.start;
        while panel < panels.end {
            let (start, rest) = (panel, panels.end - panel);
            panel += match count {
                1 if rest >= 4 => self.tile::<T, 1, 4, N>(token, row, &terms, start),
                1 if rest >= 2 => self.tile::<T, 1, 2, N>(token, row, &terms, start),
                1 => self.tile::<T, 1, 1, N>(token, row, &terms, start),
                2 if rest >= 2 => self.tile::<T, 2, 2, N>(token, row, &terms, start),
                2 => self.tile::<T, 2, 1, N>(token, row, &terms, start),
                3 => self.tile::<T, 3, 1, N>(token, row, &terms, start),
                4 => self.tile::<T, 4, 1, N>(token, row, &terms, start),
                5 => self.tile::<T, 5, 1, N>(token, row, &terms, start),
                _ => self.tile::<T, 6, 1, N>(token, row, &terms, start),
            };
        }
    }

    /// One tile. Returns the number of panels.
    #[inline(always)]
    fn tile<T: Token, const M: usize, const P: usize, const N: usize>(
        &mut self,
        token: T,
        row: usize,
        terms: &Range<usize>,
        first: usize,
    ) -> usize {
        let left = ByRows::<F, M>::new(self.left, row, terms.start, terms.len());
        let mut panels: [&[[F; N]]; P] = [&[]; P];
        for (at, panel) in panels.iter_mut().enumerate() {
            let (lines, _) = self.right.panel(self.first_panel + first + at).as_chunks();
            *panel = &lines[self.first_row + terms.start..][..terms.len()];
        }
        let sums = tile::<F, T, _, M, P, N>(token, terms.len(), left, panels);
        store(sums, &mut self.out, row, first * N, self.accumulate || terms.start > 0);
        P
    }
}

/// Zeros.
pub(super) fn clear<F: Float>(out: &mut RowsMut<'_, F>) {
    for row in 0..out.count {
        out.elements[row * out.stride..][..out.width].fill(F::ZERO);
    }
}
