//! Several steps of optimisers behind each other, a block at a time: what the first leaves is in the nearest memory when
//! the next one reads it. Long slices are shared by several threads.
//!
//! No result depends on the blocks or the threads: each element is stepped by itself.

use std::mem::take;

use super::steps::{add_scaled, limit, scale, subtract};
use super::update::{Slots, Update, make_step, take_step, threads_for};
use crate::array::element::Float;

/// Elements of a block: small enough for a block of each slice to stay near, large enough for long loops.
const BLOCK: usize = 1024;

/// The closed list of what a rule does to each element of a step by itself.
#[doc(hidden)]
pub enum Pass<'a, F> {
    /// The step is cut to `[-bound, bound]`.
    Limit(f64),
    /// The step is multiplied.
    Scale(f64),
    /// A multiple of the parameter is added to the step.
    AddValue(f64),
    /// The gradient and what is remembered become the step.
    Update(Update, Slots<'a, F>),
}

impl<'a, F: Float> Pass<'a, F> {
    /// Takes the part of the first `count` elements off.
    fn take_first(&mut self, count: usize) -> Self {
        match self {
            Self::Limit(bound) => Self::Limit(*bound),
            Self::Scale(factor) => Self::Scale(*factor),
            Self::AddValue(factor) => Self::AddValue(*factor),
            Self::Update(update, slots) => Self::Update(*update, take_first(slots, count)),
        }
    }

    fn run(self, value: &[F], step: &mut [F]) {
        match self {
            Self::Limit(bound) => limit(step, bound),
            Self::Scale(factor) => scale(step, factor),
            Self::AddValue(factor) => add_scaled(step, value, factor),
            Self::Update(update, slots) => make_step(&update, value, step, slots),
        }
    }

    /// The last pass, after which the step is taken.
    fn finish(self, value: &mut [F], step: &mut [F]) {
        if let Self::Update(update, slots) = self {
            return take_step(&update, value, step, slots);
        }
        self.run(value, step);
        subtract(value, step);
    }
}

/// Takes the first `count` elements of each slot off; of an empty one nothing.
fn take_first<'a, F>(slots: &mut Slots<'a, F>, count: usize) -> Slots<'a, F> {
    slots.each_mut().map(|slot| {
        let slice = take(slot);
        let (first, rest) = slice.split_at_mut(count.min(slice.len()));
        *slot = rest;
        first
    })
}

/// Subtracts from `value` what the passes, in order, make of `gradient`.
pub(crate) fn take_passes<F: Float>(value: &mut [F], gradient: &[F], mut passes: Vec<Pass<'_, F>>) {
    let count = gradient.len();
    let threads = threads_for(count);
    if threads == 1 {
        return passes_in_blocks(value, gradient, &mut passes);
    }
    let size = count.div_ceil(threads).next_multiple_of(BLOCK);
    std::thread::scope(|scope| {
        let mut parts = value.chunks_mut(size).zip(gradient.chunks(size)).peekable();
        while let Some((value, gradient)) = parts.next() {
            let mut first: Vec<_> = passes.iter_mut().map(|pass| pass.take_first(value.len())).collect();
            if parts.peek().is_none() {
                passes_in_blocks(value, gradient, &mut first);
            } else {
                scope.spawn(move || passes_in_blocks(value, gradient, &mut first));
            }
        }
    });
}

fn passes_in_blocks<F: Float>(value: &mut [F], gradient: &[F], passes: &mut [Pass<'_, F>]) {
    let mut block = [F::ZERO; BLOCK];
    for (value, gradient) in value.chunks_mut(BLOCK).zip(gradient.chunks(BLOCK)) {
        let step = &mut block[..gradient.len()];
        step.copy_from_slice(gradient);
        let Some((last, before)) = passes.split_last_mut() else {
            subtract(value, step);
            continue;
        };
        for pass in before {
            pass.take_first(step.len()).run(value, step);
        }
        last.take_first(step.len()).finish(value, step);
    }
}
