//! Several steps of optimisers behind each other, a block at a time: what the first leaves is in the nearest memory when
//! the next one reads it. Long slices are shared by several threads.
//!
//! No result depends on the blocks or the threads: each element is stepped by itself.

use std::mem::take;
use std::ops::Range;

use super::steps::{add_scaled, decay, limit, scale, subtract};
use super::update::{Kind, Slots, take_update};
use crate::array::element::Float;

/// Elements of a block. The processor looks so far ahead that it fetches one block while it computes the one before;
/// with blocks of a thousand elements and more it would do the two in turn.
const BLOCK: usize = 512;

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
    Update(Kind, Slots<'a, F>),
}

/// A step with decay of the parameter `p`, as three passes at most.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Update {
    /// Times `p`, added to the gradient first.
    pub coupled: f64,
    /// Times `p`, added to the step last.
    pub decoupled: f64,
    pub kind: Kind,
}

impl Update {
    pub fn passes<F: Float>(self, slots: Slots<'_, F>) -> impl Iterator<Item = Pass<'_, F>> {
        let [before, after] = [self.coupled, self.decoupled].map(Pass::decay);
        before.into_iter().chain([Pass::Update(self.kind, slots)]).chain(after)
    }
}

impl<'a, F: Float> Pass<'a, F> {
    /// Adds `factor` times the parameter; without decay not even a parameter that is infinite matters.
    pub fn decay(factor: f64) -> Option<Self> {
        (factor != 0.0).then_some(Self::AddValue(factor))
    }

    /// Takes the part of the first `count` elements off.
    fn take_first(&mut self, count: usize) -> Self {
        match self {
            Self::Limit(bound) => Self::Limit(*bound),
            Self::Scale(factor) => Self::Scale(*factor),
            Self::AddValue(factor) => Self::AddValue(*factor),
            Self::Update(kind, slots) => Self::Update(*kind, take_first(slots, count)),
        }
    }

    /// Of one block.
    fn run(&mut self, range: Range<usize>, value: &[F], step: &mut [F]) {
        match self {
            Self::Limit(bound) => limit(step, *bound),
            Self::Scale(factor) => scale(step, *factor),
            Self::AddValue(factor) => add_scaled(step, value, *factor),
            Self::Update(kind, slots) => {
                let mut taken = [F::ZERO; BLOCK];
                take_update(kind, &mut taken[..step.len()], step, parts(slots, range));
                step.iter_mut().zip(taken).for_each(|(step, taken)| *step = -taken);
            }
        }
    }
}

/// The elements in the range; of an empty slot nothing.
fn parts<'a, F>(slots: &'a mut Slots<'_, F>, range: Range<usize>) -> Slots<'a, F> {
    slots.each_mut().map(|slot| slot.get_mut(range.clone()).unwrap_or_default())
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

/// Elements from which on threads help: starting one costs as much as some 50 thousand elements.
pub(crate) const MANY: usize = 400_000;

/// The number of threads for a step of `count` elements, no more than the caller's pool has. They are no threads of the
/// pool, whose threads take up other work while they wait, which might wait for a parameter that is being stepped.
pub(crate) fn threads_for(count: usize) -> usize {
    if count < MANY { 1 } else { rayon::current_num_threads().clamp(1, count / (MANY / 2)) }
}

/// Makes of the gradients in `step` what the passes, in order, make of them.
pub(crate) fn make_step<F: Float>(value: &[F], step: &mut [F], mut passes: Vec<Pass<'_, F>>) {
    for range in blocks(step.len(), BLOCK) {
        let (value, step) = (&value[range.clone()], &mut step[range.clone()]);
        passes.iter_mut().for_each(|pass| pass.run(range.clone(), value, step));
    }
}

/// Subtracts from `value` what the passes, in order, make of `gradient`.
pub(crate) fn take_step<F: Float>(value: &mut [F], gradient: &[F], mut passes: Vec<Pass<'_, F>>) {
    let count = gradient.len();
    let threads = threads_for(count);
    if threads == 1 {
        return take_in_blocks(value, gradient, &mut passes);
    }
    let size = count.div_ceil(threads).next_multiple_of(BLOCK);
    std::thread::scope(|scope| {
        let mut parts = value.chunks_mut(size).zip(gradient.chunks(size)).peekable();
        while let Some((value, gradient)) = parts.next() {
            let mut first: Vec<_> = passes.iter_mut().map(|pass| pass.take_first(value.len())).collect();
            if parts.peek().is_none() {
                take_in_blocks(value, gradient, &mut first);
            } else {
                scope.spawn(move || take_in_blocks(value, gradient, &mut first));
            }
        }
    });
}

fn take_in_blocks<F: Float>(value: &mut [F], gradient: &[F], passes: &mut [Pass<'_, F>]) {
    // A multiple of the parameter that is added last can be subtracted before.
    let (passes, decayed) = match passes {
        [before @ .., Pass::AddValue(factor)] => (before, Some(*factor)),
        passes => (passes, None),
    };
    let (before, mut last) = match passes {
        [before @ .., Pass::Update(kind, slots)] => (before, Some((kind, slots))),
        passes => (passes, None),
    };
    let alone = before.is_empty() && decayed.is_none() && last.is_some();
    let mut block = [F::ZERO; BLOCK];
    for range in blocks(gradient.len(), if alone { gradient.len() } else { BLOCK }) {
        let (value, mut step) = (&mut value[range.clone()], &gradient[range.clone()]);
        if !before.is_empty() {
            let block = &mut block[..step.len()];
            block.copy_from_slice(step);
            before.iter_mut().for_each(|pass| pass.run(range.clone(), value, block));
            step = block;
        }
        if let Some(factor) = decayed {
            decay(value, factor);
        }
        match &mut last {
            Some((kind, slots)) => take_update(kind, value, step, parts(slots, range)),
            None => subtract(value, step),
        }
    }
}

fn blocks(count: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(size.max(1)).map(move |start| start..count.min(start + size))
}
