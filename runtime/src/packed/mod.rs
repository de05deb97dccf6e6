//! Matrix products with a packed right operand, for products that are computed many times with the same weights.
//!
//! A right operand is written once into a [`Packed`] matrix, in panels of columns as wide as two vectors. The left
//! operand and the result are [`Rows`] anywhere in memory. One thread computes one product.
//!
//! Every element of a result is the same sequence of operations however rows and columns are split between calls: the
//! terms are added in ascending order, in blocks whose borders depend on their number alone. So work can be split
//! between threads without changing a bit.
#![allow(unreachable_pub)] // for benchmarks, through `__private`

mod blocks;
mod panels;
mod product;
#[cfg(test)]
mod tests;
mod tile;
mod transposed;

pub use panels::Packed;
pub use product::multiply;
pub use transposed::{Scratch, multiply_transposed};

/// Rows of a matrix: row `r` is `elements[r * stride..][..width]`.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, F> {
    /// Where the first row begins. After the last row, nothing is needed.
    pub elements: &'a [F],
    /// From one row to the next.
    pub stride: usize,
    /// The number of rows.
    pub count: usize,
    /// The number of columns.
    pub width: usize,
}

/// [`Rows`] to write to.
#[derive(Debug)]
pub struct RowsMut<'a, F> {
    /// Where the first row begins. After the last row, nothing is needed.
    pub elements: &'a mut [F],
    /// From one row to the next.
    pub stride: usize,
    /// The number of rows.
    pub count: usize,
    /// The number of columns.
    pub width: usize,
}

impl<'a, F> Rows<'a, F> {
    /// Part of a row.
    #[inline(always)]
    fn part(self, row: usize, column: usize, width: usize) -> &'a [F] {
        &self.elements[row * self.stride + column..][..width]
    }
}
