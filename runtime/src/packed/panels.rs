//! A matrix in panels of columns.

use std::fmt;

use crate::array::Array;
use crate::array::element::Float;

/// The bytes of a cache line: the width of a panel, and where its rows begin.
const LINE: usize = 64;

/// A matrix `[K, N]` in panels of [`PANEL`](Packed::PANEL) columns, each with its K rows one after the other. The last
/// panel is padded with zeros.
pub struct Packed<F: Float> {
    /// At least as many as there are. They begin at a cache line, as all memory of arrays.
    elements: Array<F>,
    rows: usize,
    columns: usize,
}

impl<F: Float> fmt::Debug for Packed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packed").field("rows", &self.rows).field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl<F: Float> Default for Packed<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Float> Packed<F> {
    /// The number of columns of a panel.
    pub const PANEL: usize = LINE / size_of::<F>();

    /// An empty matrix.
    pub fn new() -> Self {
        Self { elements: room(0), rows: 0, columns: 0 }
    }

    /// Zeros of this size, in the memory that is there if it suffices.
    pub fn reset(&mut self, rows: usize, columns: usize) {
        let count = columns.div_ceil(Self::PANEL) * Self::PANEL * rows;
        if self.elements.count() < count {
            self.elements = room(count);
        }
        self.all_mut()[..count].fill(F::ZERO);
        (self.rows, self.columns) = (rows, columns);
    }

    /// K.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// N.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The memory that is held.
    pub fn bytes(&self) -> usize {
        self.elements.count() * size_of::<F>()
    }

    /// Writes a block with its upper left corner at `(row, column)`: row-major `[rows, columns]`, or, transposed, stored
    /// as `[columns, rows]`.
    ///
    /// # Panics
    ///
    /// If the block reaches beyond the matrix or its elements are not `rows * columns`.
    pub fn write(&mut self, row: usize, column: usize, block: &[F], rows: usize, columns: usize, transposed: bool) {
        assert!(row + rows <= self.rows && column + columns <= self.columns, "the block reaches beyond the matrix");
        assert_eq!(block.len(), rows * columns, "a block needs rows * columns elements");
        let mut done = 0;
        while done < columns {
            let lane = (column + done) % Self::PANEL;
            let count = (Self::PANEL - lane).min(columns - done);
            let panel = &mut self.panel_mut((column + done) / Self::PANEL)[row * Self::PANEL..][..rows * Self::PANEL];
            if transposed {
                write_transposed(panel, lane, &block[done * rows..][..count * rows], rows);
            } else {
                for (line, block) in panel.chunks_exact_mut(Self::PANEL).zip(block.chunks_exact(columns)) {
                    line[lane..lane + count].copy_from_slice(&block[done..done + count]);
                }
            }
            done += count;
        }
    }

    fn all_mut(&mut self) -> &mut [F] {
        self.elements.unique().unwrap_or_else(|| unreachable!("packed elements have one owner"))
    }

    /// A panel, all rows.
    #[inline(always)]
    pub(super) fn panel(&self, panel: usize) -> &[F] {
        let size = self.rows * Self::PANEL;
        &self.elements.as_slice()[panel * size..][..size]
    }

    #[inline(always)]
    pub(super) fn panel_mut(&mut self, panel: usize) -> &mut [F] {
        let size = self.rows * Self::PANEL;
        &mut self.all_mut()[panel * size..][..size]
    }
}

/// Memory with unspecified values.
pub(super) fn room<F: Float>(count: usize) -> Array<F> {
    Array::build([count].into(), |_stale| {})
}

/// Writes columns, each of them contiguous in `block`, into a panel.
fn write_transposed<F: Float>(panel: &mut [F], lane: usize, block: &[F], rows: usize) {
    if rows == 0 {
        return;
    }
    for (at, column) in block.chunks_exact(rows).enumerate() {
        for (line, &element) in panel.chunks_exact_mut(Packed::<F>::PANEL).zip(column) {
            line[lane + at] = element;
        }
    }
}
