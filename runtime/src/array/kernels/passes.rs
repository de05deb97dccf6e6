//! Several steps of optimisers behind each other, a block at a time: what the first leaves is in the nearest memory when
//! the next one reads it. Long slices are shared by several threads.
//!
//! No result depends on the blocks or the threads: each element is stepped by itself.

use std::mem::take;
use std::ops::Range;

use super::steps::{add_scaled, limit, scale, subtract};
use super::update::{Kind, Slots, update};
use crate::array::element::Float;
use crate::simd::{Body, Token, dispatch};

/// Elements of a block. The processor looks so far ahead that it fetches one block while it computes the one before;
/// with blocks of some thousand elements it would do the two in turn.
const BLOCK: usize = 256;

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

    #[inline(always)]
    fn run<T: Token>(&mut self, token: T, range: Range<usize>, value: &[F], step: &mut [F]) {
        match self {
            Self::Limit(bound) => limit(step, *bound),
            Self::Scale(factor) => scale(step, *factor),
            Self::AddValue(factor) => add_scaled(step, value, *factor),
            Self::Update(kind, [a, b, c, d]) => {
                let slots = [part(a, &range), part(b, &range), part(c, &range), part(d, &range)];
                update(token, kind, step, slots);
            }
        }
    }
}

/// The elements in the range; of an empty slot nothing.
#[inline(always)]
fn part<'a, F>(slot: &'a mut [F], range: &Range<usize>) -> &'a mut [F] {
    slot.get_mut(range.clone()).unwrap_or_default()
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
    dispatch(Make { value, step, start: 0, passes: &mut passes });
}

/// Subtracts from `value` what the passes, in order, make of `gradient`.
pub(crate) fn take_step<F: Float>(value: &mut [F], gradient: &[F], mut passes: Vec<Pass<'_, F>>) {
    let count = gradient.len();
    let threads = threads_for(count);
    if threads == 1 {
        return dispatch(Take { value, gradient, passes: &mut passes });
    }
    let size = count.div_ceil(threads).next_multiple_of(BLOCK);
    std::thread::scope(|scope| {
        let mut parts = value.chunks_mut(size).zip(gradient.chunks(size)).peekable();
        while let Some((value, gradient)) = parts.next() {
            let mut passes: Vec<_> = passes.iter_mut().map(|pass| pass.take_first(value.len())).collect();
            let mut run = move || dispatch(Take { value, gradient, passes: &mut passes });
            if parts.peek().is_none() {
                run();
            } else {
                scope.spawn(run);
            }
        }
    });
}

/// The steps of elements from `start` on.
struct Make<'a, 'b, F> {
    value: &'a [F],
    step: &'a mut [F],
    start: usize,
    passes: &'a mut [Pass<'b, F>],
}

struct Take<'a, 'b, F> {
    value: &'a mut [F],
    gradient: &'a [F],
    passes: &'a mut [Pass<'b, F>],
}

impl<F: Float> Body for Make<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        let Self { value, step, mut start, passes } = self;
        for (value, step) in value.chunks(BLOCK).zip(step.chunks_mut(BLOCK)) {
            for pass in &mut *passes {
                pass.run(token, start..start + step.len(), value, step);
            }
            start += step.len();
        }
    }
}

impl<F: Float> Body for Take<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        let Self { value, gradient, passes } = self;
        let (mut block, mut start) = ([F::ZERO; BLOCK], 0);
        for (value, gradient) in value.chunks_mut(BLOCK).zip(gradient.chunks(BLOCK)) {
            let step = &mut block[..gradient.len()];
            step.copy_from_slice(gradient);
            // Not inlined, so that the loops of all rules are compiled once.
            dispatch(Make { value, step, start, passes });
            subtract(value, step);
            start += step.len();
        }
    }
}
