//! Rows times a packed matrix.

use super::blocks::{PANELS, ROWS, TILE, blocks, terms};
use super::tile::{ByRows, Tiled, store, tile};
use super::{Packed, Rows, RowsMut};
use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch, prefetch};
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

struct Product<'a, F: Float> {
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
            for panels in blocks(panels, PANELS) {
                for terms in blocks(self.left.width, terms::<F>()) {
                    for tile in blocks(rows.len(), TILE) {
                        let tile = rows.start + tile.start..rows.start + tile.end;
                        self.tiles::<T, N>(token, &terms, tile, &panels);
                    }
                }
            }
        }
    }
}

impl<F: Float> Tiled for Product<'_, F> {
    #[inline(always)]
    fn tile<T: Token, const M: usize, const P: usize, const N: usize>(
        &mut self,
        token: T,
        terms: &Range<usize>,
        row: usize,
        panel: usize,
    ) -> usize {
        let left = ByRows::<F, M>::new(self.left, row, terms);
        let mut panels: [&[[F; N]]; P] = [&[]; P];
        for (at, lines) in panels.iter_mut().enumerate() {
            let (all, _) = self.right.panel(self.first_panel + panel + at).as_chunks();
            *lines = &all[self.first_row + terms.start..];
        }
        // Results often are in no near cache, as those of the steps before came between.
        for m in 0..M {
            let out = self.out.elements.as_ptr().wrapping_add((row + m) * self.out.stride + panel * N);
            for p in 0..P {
                prefetch(out.wrapping_add(p * N));
            }
        }
        let sums = tile::<F, T, _, M, P, N>(token, terms.len(), left, panels);
        store(sums, &mut self.out, row, panel * N, self.accumulate || terms.start > 0);
        P
    }
}

/// Zeros.
pub(super) fn clear<F: Float>(out: &mut RowsMut<'_, F>) {
    // Rows without columns need no elements.
    for row in 0..if out.width == 0 { 0 } else { out.count } {
        out.elements[row * out.stride..][..out.width].fill(F::ZERO);
    }
}
