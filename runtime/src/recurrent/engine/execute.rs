//! Runs instructions on the rows of a frame.

use super::bind::{Bound, Operation};
use super::counters::Counters;
use super::kernel::Call;
use super::matrices::{diag, diagonal_of, identity, matmul, outer, reduce, stretch, transpose};
use super::memory::Columns;
use crate::array::element::Float;
use crate::packed::Packed;

/// The fused loops of a cell, by number.
pub type Kernels<F> = &'static (dyn for<'a> Fn(usize, Call<'a, F>) + Sync);

/// What instructions name by numbers.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a, F: Float> {
    pub(super) kernels: Kernels<F>,
    pub(super) weights: &'a [Option<Packed<F>>],
    pub(super) counters: &'a Counters,
}

/// Runs instructions one after the other, each on all rows of a frame.
pub(super) fn execute<F: Float>(frame: &mut Columns<F>, instructions: &[Bound], tables: Tables<'_, F>) {
    if frame.rows() == 0 {
        return;
    }
    for instruction in instructions {
        tables.counters.instruction(frame, instruction);
        let &Bound { ref operation, group } = instruction;
        match operation {
            Operation::Loop(number) => frame.call(group, |call| (tables.kernels)(*number, call)),
            Operation::Product { weights, starts, accumulate, whole, .. } => {
                let weights = tables.weights[*weights].as_ref();
                let weights = weights.unwrap_or_else(|| unreachable!("weights are packed before they are used"));
                frame.product(group, starts, weights, *accumulate, *whole);
            }
            Operation::Reduce { reduction, length } => {
                frame.each_of_one(group, |value, out| reduce(*reduction, *length, value, out));
            }
            Operation::Copy => frame.each_of_one(group, |value, out| out.copy_from_slice(value)),
            Operation::Fill(value) => frame.each(group, |out| out.fill(F::from_f64(*value))),
            Operation::Stretch { length } => frame.each_of_one(group, |value, out| stretch(*length, value, out)),
            Operation::Outer => frame.each_of_two(group, outer),
            Operation::Transpose { columns } => frame.each_of_one(group, |value, out| transpose(*columns, value, out)),
            Operation::Diag => frame.each_of_one(group, diag),
            Operation::DiagonalOf => frame.each_of_one(group, diagonal_of),
            Operation::Identity { size } => frame.each(group, |out| identity(*size, out)),
            Operation::MatMul { sizes, layouts } => {
                frame.each_of_two(group, |left, right, out| matmul(*sizes, *layouts, left, right, out));
            }
        }
    }
}
