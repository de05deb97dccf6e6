//! The product of a transposed matrix with another one, over many rows: the gradient of weights.

use super::blocks::{PANELS, ROWS, TILE, blocks, terms};
use super::panels::room;
use super::product::clear;
use super::tile::{Tiled, store, tile};
use super::{Packed, Rows, RowsMut};
use crate::array::Array;
use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch, prefetch};
use std::fmt;
use std::ops::Range;

/// Memory for packed blocks of both operands, to be used again.
pub struct Scratch<F: Float> {
    /// Tiles of columns, each with its rows one after the other.
    left: Array<F>,
    right: Packed<F>,
}

impl<F: Float> fmt::Debug for Scratch<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl<F: Float> Default for Scratch<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Float> Scratch<F> {
    /// Of no size.
    pub fn new() -> Self {
        Self { left: room(0), right: Packed::new() }
    }

    /// The memory that is held.
    pub fn bytes(&self) -> usize {
        self.left.count() * size_of::<F>() + self.right.bytes()
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
    if is_narrow::<F>(left.width, right.width) {
        return multiply_narrow(left, right, out, accumulate, scratch);
    }
    dispatch(Transposed { left, right, out, accumulate, scratch, packed_from: 0 });
}

/// Whether the rows of the result leave so much of a panel empty that its columns are the better rows.
fn is_narrow<F: Float>(rows: usize, columns: usize) -> bool {
    let padded = |columns: usize| columns.next_multiple_of(Packed::<F>::PANEL);
    4 * columns * padded(rows) < 3 * rows * padded(columns)
}

/// By the transpose of the result. Its elements are the same sums.
fn multiply_narrow<F: Float>(
    left: Rows<'_, F>,
    right: Rows<'_, F>,
    out: RowsMut<'_, F>,
    accumulate: bool,
    scratch: &mut Scratch<F>,
) {
    let (count, width) = (out.count, out.width);
    let mut turned = room(count * width);
    let Some(turned) = turned.unique() else { unreachable!("new memory has one owner") };
    if accumulate {
        for (at, row) in out.elements.chunks(out.stride.max(1)).take(count).enumerate() {
            for (to, &from) in turned[at..].iter_mut().step_by(count).zip(&row[..width]) {
                *to = from;
            }
        }
    }
    let turned_out = RowsMut { elements: turned, stride: count, count: width, width: count };
    dispatch(Transposed { left: right, right: left, out: turned_out, accumulate, scratch, packed_from: 0 });
    for (at, row) in out.elements.chunks_mut(out.stride.max(1)).take(count).enumerate() {
        for (to, &from) in row[..width].iter_mut().zip(turned[at..].iter().step_by(count)) {
            *to = from;
        }
    }
}

/// Rows that are copied together: so few that cache lines which two tiles share are read once.
const STRIPE: usize = 64;

/// Bytes of an operand from which on it is fetched from a far cache before it is copied.
const FAR: usize = 1 << 20;

struct Transposed<'a, F: Float> {
    left: Rows<'a, F>,
    right: Rows<'a, F>,
    out: RowsMut<'a, F>,
    accumulate: bool,
    scratch: &'a mut Scratch<F>,
    /// The row of the result that begins the packed block of the left operand.
    packed_from: usize,
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
        let panels = self.out.width.div_ceil(N);
        for terms in blocks(self.left.count, terms::<F>()) {
            self.pack_right::<N>(&terms);
            for rows in blocks(self.out.count, ROWS) {
                self.pack_left(&terms, &rows);
                for panels in blocks(panels, PANELS) {
                    for tile in blocks(rows.len(), TILE) {
                        let tile = rows.start + tile.start..rows.start + tile.end;
                        self.tiles::<T, N>(token, &terms, tile, &panels);
                    }
                }
            }
        }
    }

    /// Copies rows of the right operand.
    #[inline(always)]
    fn pack_right<const N: usize>(&mut self, terms: &Range<usize>) {
        let packed = &mut self.scratch.right;
        // Else all but the padding is overwritten, and the padding stays.
        if (packed.rows(), packed.columns()) != (terms.len(), self.right.width) {
            packed.reset(terms.len(), self.right.width);
        }
        for stripe in blocks(terms.len(), STRIPE) {
            for panel in 0..self.right.width.div_ceil(N) {
                let packed = &mut packed.panel_mut(panel)[stripe.start * N..stripe.end * N];
                pack::<F, N>(packed, self.right, terms.start + stripe.start, panel * N);
            }
        }
    }

    /// Copies a block of the left operand, tile by tile.
    #[inline(always)]
    fn pack_left(&mut self, terms: &Range<usize>, rows: &Range<usize>) {
        let left = self.left;
        self.packed_from = rows.start;
        if self.scratch.left.count() < terms.len() * rows.len() {
            self.scratch.left = room(terms.len() * rows.len());
        }
        let Some(all) = self.scratch.left.unique() else { unreachable!("scratch memory has one owner") };
        for stripe in blocks(terms.len(), STRIPE) {
            for tile in blocks(rows.len(), TILE) {
                let start = tile.start * terms.len() + stripe.start * tile.len();
                let packed = &mut all[start..][..stripe.len() * tile.len()];
                let (row, column) = (terms.start + stripe.start, rows.start + tile.start);
                match tile.len() {
                    1 => pack::<F, 1>(packed, left, row, column),
                    2 => pack::<F, 2>(packed, left, row, column),
                    3 => pack::<F, 3>(packed, left, row, column),
                    4 => pack::<F, 4>(packed, left, row, column),
                    5 => pack::<F, 5>(packed, left, row, column),
                    _ => pack::<F, 6>(packed, left, row, column),
                }
            }
        }
    }
}

impl<F: Float> Tiled for Transposed<'_, F> {
    #[inline(always)]
    fn tile<T: Token, const M: usize, const P: usize, const N: usize>(
        &mut self,
        token: T,
        terms: &Range<usize>,
        row: usize,
        panel: usize,
    ) -> usize {
        let start = (row - self.packed_from) * terms.len();
        let (left, _) = self.scratch.left.as_slice()[start..][..M * terms.len()].as_chunks::<M>();
        let mut panels: [&[[F; N]]; P] = [&[]; P];
        for (at, lines) in panels.iter_mut().enumerate() {
            (*lines, _) = self.scratch.right.panel(panel + at).as_chunks();
        }
        let sums = tile::<F, T, _, M, P, N>(token, terms.len(), left, panels);
        store(sums, &mut self.out, row, panel * N, self.accumulate || terms.start > 0);
        P
    }
}

/// Whether rows that are copied soon are asked for, [`STRIPE`] rows before.
#[inline(always)]
fn is_far<F>(source: Rows<'_, F>) -> bool {
    source.count * source.stride * size_of::<F>() >= FAR
}

/// Copies columns from `(row, column)` on, `W` or as many as there are, row by row until `packed` is full.
#[inline(always)]
fn pack<F: Float, const W: usize>(packed: &mut [F], source: Rows<'_, F>, row: usize, column: usize) {
    let width = source.width - column;
    let (packed, _) = packed.as_chunks_mut::<W>();
    if width >= W {
        let is_far = is_far(source);
        for (at, packed) in packed.iter_mut().enumerate() {
            if is_far {
                let next = (row + at + STRIPE) * source.stride + column + W - 1;
                prefetch(source.elements.as_ptr().wrapping_add(next));
            }
            packed.copy_from_slice(source.part(row + at, column, W));
        }
    } else {
        for (at, packed) in packed.iter_mut().enumerate() {
            packed[..width].copy_from_slice(source.part(row + at, column, width));
        }
    }
}
