//! How much is taken at a time, as measured on a machine with caches of 32 KiB and 1 MiB.

use std::ops::Range;

/// Terms of a sum that are added in registers: of a tile of the left operand 12 KiB, which stay in the first cache while
/// panels pass by.
pub(super) const fn terms<F>() -> usize {
    2048 / size_of::<F>()
}
/// Panels that stay in the second cache while tiles pass by: [`terms`] rows of each are 512 KiB.
pub(super) const PANELS: usize = 16;
/// Rows after which the next panels are taken, so that also the result stays in the second cache until it is complete.
pub(super) const ROWS: usize = 192;
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
