//! The product of a transposed matrix with another one, over many rows: the gradient of weights.

use super::blocks::{ROWS, TERMS, TILE, blocks};
use super::product::clear;
use super::tile::{store, tile};
use super::{Packed, Rows, RowsMut};
use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch};
use std::ops::Range;

/// Memory for packed blocks of both operands, to be used again.
#[derive(Debug)]
pub struct Scratch<F> {
    /// Tiles of columns, each with its rows one after the other.
    left: Vec<F>,
    right: Packed<F>,
}

impl<F: Float> Default for Scratch<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Float> Scratch<F> {
    /// Without memory.
    pub fn new() -> Self {
        Self { left: Vec::new(), right: Packed::new() }
    }

    /// The memory that is held.
    pub fn bytes(&self) -> usize {
        self.left.capacity() * size_of::<F>() + self.right.bytes()
    }
}

/// `out[i, j] = Σ_r left[r, i] · right[r, j]`, or added to `out`: `left` `[R, M]`, `right` `[R, N]`, `out` `[M, N]`.
///
/// # Panics
///
/// If sizes do not fit.
pub fn multiply_transposed<F: Float>(
    left: Rows<'_, F>,
    right: Rows<'_, F>,
    out: RowsMut<'_, F>,
    accumulate: bool,
    scratch: &mut Scratch<F>,
) {
    assert_eq!(left.count, right.count, "both operands need the same number of rows");
    assert_eq!(out.count, left.width, "the result needs one row for each column of the left operand");
    assert_eq!(out.width, right.width, "the result needs the columns of the right operand");
    dispatch(Transposed { left, right, out, accumulate, scratch });
}

struct Transposed<'a, F> {
    left: Rows<'a, F>,
    right: Rows<'a, F>,
    out: RowsMut<'a, F>,
    accumulate: bool,
    scratch: &'a mut Scratch<F>,
}

impl<F: Float> Body for Transposed<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        if Packed::<F>::PANEL == 16 { self.run_in_blocks::<T, 16>(token) } else { self.run_in_blocks::<T, 8>(token) }
    }
}

impl<F: Float> Transposed<'_, F> {
    #[inline(always)]
    fn run_in_blocks<T: Token, const N: usize>(mut self, token: T) {
        if self.left.count == 0 && !self.accumulate {
            clear(&mut self.out);
        }
        for terms in blocks(self.left.count, TERMS) {
            self.scratch.right.refill(self.right, terms.clone());
            for rows in blocks(self.out.count, ROWS) {
                self.pack(terms.clone(), rows.clone());
                for panel in 0..self.out.width.div_ceil(N) {
                    for tile in blocks(rows.len(), TILE) {
                        self.rows::<T, N>(token, rows.start, tile, terms.clone(), panel);
                    }
                }
            }
        }
    }

    /// Copies a block of the left operand, tile by tile.
    #[inline(always)]
    fn pack(&mut self, terms: Range<usize>, rows: Range<usize>) {
        self.scratch.left.resize(TERMS * ROWS, F::ZERO);
        for tile in blocks(rows.len(), TILE) {
            let packed = &mut self.scratch.left[tile.start * terms.len()..][..tile.len() * terms.len()];
            let column = rows.start + tile.start;
            match tile.len() {
                1 => pack::<F, 1>(packed, self.left, terms.start, column),
                2 => pack::<F, 2>(packed, self.left, terms.start, column),
                3 => pack::<F, 3>(packed, self.left, terms.start, column),
                4 => pack::<F, 4>(packed, self.left, terms.start, column),
                5 => pack::<F, 5>(packed, self.left, terms.start, column),
                _ => pack::<F, 6>(packed, self.left, terms.start, column),
            }
        }
    }

    /// A tile by a panel.
    #[inline(always)]
    fn rows<T: Token, const N: usize>(
        &mut self,
        token: T,
        row: usize,
        tile: Range<usize>,
        terms: Range<usize>,
        panel: usize,
    ) {
        match tile.len() {
            1 => self.tile::<T, 1, N>(token, row, tile, terms, panel),
            2 => self.tile::<T, 2, N>(token, row, tile, terms, panel),
            3 => self.tile::<T, 3, N>(token, row, tile, terms, panel),
            4 => self.tile::<T, 4, N>(token, row, tile, terms, panel),
            5 => self.tile::<T, 5, N>(token, row, tile, terms, panel),
            _ => self.tile::<T, 6, N>(token, row, tile, terms, panel),
        }
    }

    #[inline(always)]
    fn tile<T: Token, const M: usize, const N: usize>(
        &mut self,
        token: T,
        row: usize,
        at: Range<usize>,
        terms: Range<usize>,
        panel: usize,
    ) {
        let (left, _) = self.scratch.left[at.start * terms.len()..][..M * terms.len()].as_chunks::<M>();
        let (lines, _) = self.scratch.right.panel(panel).as_chunks();
        let sums = tile::<F, T, _, M, 1, N>(token, terms.len(), left, [lines]);
        store(sums, &mut self.out, row + at.start, panel * N, self.accumulate || terms.start > 0);
    }
}

/// Copies `M` columns, row by row.
#[inline(always)]
fn pack<F: Float, const M: usize>(packed: &mut [F], left: Rows<'_, F>, first: usize, column: usize) {
    let (packed, _) = packed.as_chunks_mut::<M>();
    for (row, packed) in packed.iter_mut().enumerate() {
        packed.copy_from_slice(left.part(first + row, column, M));
    }
}
