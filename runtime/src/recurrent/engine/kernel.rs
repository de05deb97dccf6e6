//! How a fused loop of a cell is called: once for all rows of a stage, with the instructions that the machine has.
//!
//! A cell has one type for each of its loops, which implements [`RowKernel`], and one function that takes the number of
//! a loop and a [`Call`] and hands the call to the loop's type.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ops::Index;
use std::slice;

use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch, prefetch};

/// A fused loop over the elements of a row.
pub trait RowKernel<F: Float, const SCALARS: usize, const INPUTS: usize, const OUTPUTS: usize> {
    /// What the loop writes at one place of a row.
    fn element<T: Token>(token: T, values: Reads<'_, F, SCALARS, INPUTS>) -> [F; OUTPUTS];
}

/// What a loop reads at one place of a row: `values[0]` is the element of its first input. An array of them would have to
/// be filled by a loop, which the compiler does not always unroll.
#[derive(Debug)]
pub struct Reads<'a, F, const SCALARS: usize, const INPUTS: usize> {
    scalars: [F; SCALARS],
    rows: &'a [*const F; INPUTS],
    at: usize,
}

impl<F: Float, const SCALARS: usize, const INPUTS: usize> Reads<'_, F, SCALARS, INPUTS> {
    /// A number that is the same for the whole row.
    #[inline(always)]
    #[must_use]
    pub fn scalar(&self, number: usize) -> F {
        self.scalars[number]
    }
}

impl<F, const SCALARS: usize, const INPUTS: usize> Index<usize> for Reads<'_, F, SCALARS, INPUTS> {
    type Output = F;

    #[inline(always)]
    fn index(&self, input: usize) -> &F {
        // SAFETY: only a `Loop` makes values, of places that all rows have, and nobody writes a row that is an input.
        unsafe { &*self.rows[input].add(self.at) }
    }
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

    /// Runs a loop, whose operands are first its scalars and then its inputs.
    ///
    /// # Panics
    ///
    /// When the plan says other numbers of operands, or other lengths.
    #[inline]
    pub fn run<K, const SCALARS: usize, const INPUTS: usize, const OUTPUTS: usize>(self, _kernel: K)
    where
        K: RowKernel<F, SCALARS, INPUTS, OUTPUTS>,
    {
        let operands = self.inputs.split_first_chunk().filter(|(_, inputs)| inputs.len() == INPUTS);
        let (scalars, inputs) = operands.expect("a loop has as many operands as its plan says");
        let outputs: &[Column<F>; OUTPUTS] =
            self.outputs.try_into().expect("a loop has as many outputs as its plan says");
        let length = outputs.first().map_or(0, |output| output.length);
        let fit = outputs.iter().all(|output| output.length == length)
            && inputs.iter().all(|input| input.length >= length)
            && scalars.iter().all(|scalar: &Column<F>| scalar.length > 0);
        assert!(fit, "rows of a loop have the length that its plan says");
        let inputs = inputs.first_chunk().expect("their number was compared");
        dispatch(Loop::<F, K, SCALARS, INPUTS, OUTPUTS> {
            rows: self.rows,
            length,
            scalars,
            inputs,
            outputs,
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

struct Loop<'a, F: Float, K, const SCALARS: usize, const INPUTS: usize, const OUTPUTS: usize> {
    rows: usize,
    /// Of all inputs and outputs.
    length: usize,
    scalars: &'a [Column<F>; SCALARS],
    inputs: &'a [Column<F>; INPUTS],
    outputs: &'a [Column<F>; OUTPUTS],
    kernel: PhantomData<K>,
}

impl<F, K, const SCALARS: usize, const INPUTS: usize, const OUTPUTS: usize> Body
    for Loop<'_, F, K, SCALARS, INPUTS, OUTPUTS>
where
    F: Float,
    K: RowKernel<F, SCALARS, INPUTS, OUTPUTS>,
{
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        for at in 0..self.rows {
            self.inputs.iter().chain(self.outputs).for_each(
                #[inline(always)]
                |column| column.fetch(at + 1),
            );
            let mut scalars = [F::ZERO; SCALARS];
            for (scalar, column) in scalars.iter_mut().zip(self.scalars) {
                // SAFETY: as `Call::new` was promised.
                *scalar = unsafe { read(column, at) }[0];
            }
            let mut inputs = [std::ptr::null(); INPUTS];
            for (row, column) in inputs.iter_mut().zip(self.inputs) {
                // SAFETY: as `Call::new` was promised; the length is that of the outputs or more.
                *row = unsafe { read(column, at) }.as_ptr();
            }
            self.write_row(token, at, scalars, &inputs);
        }
    }
}

/// A `match` on the number of outputs, each of whose arms calls a function with that many slices: only of arguments of a
/// function the compiler knows that they do not overlap with anything, which code for vector units needs.
macro_rules! write_separately {
    ($values:tt $arms:tt [$($before:ident)*]) => {
        write_separately!(@match $values $arms)
    };
    ($values:tt {$($arms:tt)*} [$($before:ident)*] $number:literal $next:ident $($rest:tt)*) => {
        write_separately!($values {$($arms)* ($number $($before)* $next)} [$($before)* $next] $($rest)*)
    };
    (@match ($loop:ident $token:ident $row:ident $scalars:ident $inputs:ident) {$(($number:literal $($out:ident)+))*}) => {
        match OUTPUTS {
            $($number => {
                #[inline(always)]
                #[allow(clippy::too_many_arguments)]
                fn each<F: Float, T: Token, K, const S: usize, const I: usize, const O: usize>(
                    token: T,
                    scalars: [F; S],
                    rows: &[*const F; I],
                    length: usize,
                    $($out: &mut [F],)+
                ) where
                    K: RowKernel<F, S, I, O>,
                {
                    for at in 0..length {
                        let values = K::element(token, Reads { scalars, rows, at });
                        let mut values = values.iter();
                        $(
                            if let Some(value) = values.next() {
                                $out[at] = *value;
                            }
                        )+
                    }
                }
                let mut outputs = $loop.outputs.iter();
                $(
                    let Some($out) = outputs.next() else { return };
                    // SAFETY: as `Call::new` was promised; the slices of one row end before those of the next are made.
                    let $out = unsafe { write($out, $row) };
                )+
                let length = $loop.length;
                each::<F, T, K, SCALARS, INPUTS, OUTPUTS>(
                    $token, $scalars, $inputs, length, $(&mut $out[..length]),+
                );
            })*
            _ => $loop.write_many($token, $row, $scalars, $inputs),
        }
    };
}

impl<F, K, const SCALARS: usize, const INPUTS: usize, const OUTPUTS: usize> Loop<'_, F, K, SCALARS, INPUTS, OUTPUTS>
where
    F: Float,
    K: RowKernel<F, SCALARS, INPUTS, OUTPUTS>,
{
    #[inline(always)]
    fn write_row<T: Token>(&self, token: T, row: usize, scalars: [F; SCALARS], inputs: &[*const F; INPUTS]) {
        write_separately!((self token row scalars inputs) {} []
            1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h 9 i 10 j 11 k 12 l 13 m 14 n 15 o 16 p
            17 q 18 r 19 s 20 t 21 u 22 v 23 w 24 x);
    }

    /// Writes more outputs than a person would write equations.
    #[inline(always)]
    fn write_many<T: Token>(&self, token: T, row: usize, scalars: [F; SCALARS], rows: &[*const F; INPUTS]) {
        // SAFETY: as `Call::new` was promised; the slices of one row end before those of the next are made.
        let mut outputs = self.outputs.each_ref().map(
            #[inline(always)]
            |column| unsafe { write(column, row) },
        );
        for at in 0..self.length {
            let values = K::element(token, Reads { scalars, rows, at });
            for (output, value) in outputs.iter_mut().zip(values) {
                output[at] = value;
            }
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
