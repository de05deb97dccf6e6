//! How a fused loop of a cell is called: once for all rows of a stage, with the instructions that the machine has.
//!
//! A cell has one type for each of its loops, which implements [`RowKernel`], and one function that takes the number of
//! a loop and a [`Call`] and hands the call to the loop's type.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::slice;

use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch, prefetch};

/// A fused loop over the elements of one row.
pub trait RowKernel<F: Float, const INPUTS: usize, const OUTPUTS: usize> {
    /// All outputs have one length. An input has it too, or it has the length 1 where the loop reads one value only.
    fn row<T: Token>(token: T, inputs: [&[F]; INPUTS], outputs: [&mut [F]; OUTPUTS]);
}

/// Where the rows of an operand stand.
#[derive(Debug)]
pub(crate) struct Column<F> {
    pub(crate) start: *mut F,
    /// From one row to the next; 0 where all rows read the same.
    pub(crate) stride: usize,
    pub(crate) length: usize,
    /// Whether each step has rows of its own, which no step before brought near, and they are parts of wider rows: the
    /// machine foresees only rows that adjoin.
    pub(crate) far: bool,
}

impl<F> Clone for Column<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Column<F> {}

impl<F> Column<F> {
    /// A row that is used soon, or the first one of the next step.
    #[inline(always)]
    fn fetch(&self, row: usize) {
        const LINE: usize = 64;
        let start = self.start.wrapping_add(row * self.stride);
        for at in (0..if self.far { self.length } else { 0 }).step_by(LINE / size_of::<F>()) {
            prefetch(start.wrapping_add(at));
        }
    }
}

/// The rows that a fused loop is to run on.
#[derive(Debug)]
pub struct Call<'a, F: Float> {
    rows: usize,
    inputs: &'a [Column<F>],
    outputs: &'a [Column<F>],
    memory: PhantomData<&'a mut F>,
}

impl<'a, F: Float> Call<'a, F> {
    /// # Safety
    ///
    /// For each of the `rows`, the elements of all operands are valid for `'a`, those of outputs for writing, and none
    /// of an output is one of another operand or of another row.
    pub(crate) unsafe fn new(rows: usize, inputs: &'a [Column<F>], outputs: &'a [Column<F>]) -> Self {
        Self { rows, inputs, outputs, memory: PhantomData }
    }

    /// Runs a loop with these numbers of operands.
    ///
    /// # Panics
    ///
    /// When the plan says other numbers.
    #[inline]
    pub fn run<K: RowKernel<F, INPUTS, OUTPUTS>, const INPUTS: usize, const OUTPUTS: usize>(self, _kernel: K) {
        dispatch(Loop::<F, K, INPUTS, OUTPUTS> {
            rows: self.rows,
            inputs: self.inputs.try_into().expect("a loop has as many inputs as its plan says"),
            outputs: self.outputs.try_into().expect("a loop has as many outputs as its plan says"),
            kernel: PhantomData,
        });
    }

    /// Runs a function on each row: for loops that are data.
    pub fn each_row(self, mut row: impl FnMut(&[&[F]], &mut [&mut [F]])) {
        for at in 0..self.rows {
            // SAFETY: as `new` was promised.
            let inputs: Vec<&[F]> = self.inputs.iter().map(|column| unsafe { read(column, at) }).collect();
            // SAFETY: as `new` was promised; the slices of one row end before those of the next are made.
            let mut outputs: Vec<&mut [F]> = self.outputs.iter().map(|column| unsafe { write(column, at) }).collect();
            row(&inputs, &mut outputs);
        }
    }
}

struct Loop<'a, F: Float, K, const INPUTS: usize, const OUTPUTS: usize> {
    rows: usize,
    inputs: &'a [Column<F>; INPUTS],
    outputs: &'a [Column<F>; OUTPUTS],
    kernel: PhantomData<K>,
}

impl<F: Float, K: RowKernel<F, INPUTS, OUTPUTS>, const INPUTS: usize, const OUTPUTS: usize> Body
    for Loop<'_, F, K, INPUTS, OUTPUTS>
{
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        for at in 0..self.rows {
            self.inputs.iter().chain(self.outputs).for_each(
                #[inline(always)]
                |column| column.fetch(at + 1),
            );
            let mut inputs: [&[F]; INPUTS] = [&[]; INPUTS];
            for (row, column) in inputs.iter_mut().zip(self.inputs) {
                // SAFETY: as `Call::new` was promised.
                *row = unsafe { read(column, at) };
            }
            // SAFETY: as `Call::new` was promised; the slices of one row end before those of the next are made.
            let outputs = self.outputs.each_ref().map(
                #[inline(always)]
                |column| unsafe { write(column, at) },
            );
            K::row(token, inputs, outputs);
        }
    }
}

/// # Safety
///
/// The row is valid for `'a`, and nobody writes it as long.
#[inline(always)]
unsafe fn read<'a, F>(column: &Column<F>, row: usize) -> &'a [F] {
    // SAFETY: the row is within the operand, as the caller promises.
    unsafe { slice::from_raw_parts(column.start.add(row * column.stride), column.length) }
}

/// # Safety
///
/// The row is valid for `'a`, and nobody else reads or writes it as long.
#[inline(always)]
unsafe fn write<'a, F>(column: &Column<F>, row: usize) -> &'a mut [F] {
    // SAFETY: the row is within the operand, as the caller promises.
    unsafe { slice::from_raw_parts_mut(column.start.add(row * column.stride), column.length) }
}
