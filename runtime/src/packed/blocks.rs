//! How many rows, and how many terms of a sum, are taken at a time.

use std::ops::Range;

/// Terms of a sum: a panel of the right operand and a tile of the left one stay in the first cache, 16 KiB and 6 KiB.
pub(super) const TERMS: usize = 256;
/// Rows of the left operand that stay in the second cache while all panels pass by, at [`TERMS`] each 192 KiB.
pub(super) const ROWS: usize = 192;
/// Columns
pub(super) const COLUMNS: usize = 512;
/// Rows of a tile: with two vectors of columns, 12 of 16 vector registers hold sums.
pub(super) const TILE: usize = 6;

/// Ranges one after the other, of lengths that differ by at most one.
pub(super) struct Blocks {
    start: usize,
    rest: usize,
    count: usize,
}

/// The fewest blocks of at most `longest` that cover `total`.
#[inline(always)]
pub(super) fn blocks(total: usize, longest: usize) -> Blocks {
    Blocks { start: 0, rest: total, count: total.div_ceil(longest) }
}

impl Iterator for Blocks {
    type Item = Range<usize>;

    #[inline(always)]
    fn next(&mut self) -> Option<Range<usize>> {
        if self.count == 0 {
            return None;
        }
        let start = self.start;
        let length = self.rest.div_ceil(self.count);
        self.start += length;
        self.rest -= length;
        self.count -= 1;
        Some(start..self.start)
    }
}
