//! Passes with known sizes, which are kept: they are the same for all numbers of steps and examples.

use std::cell::RefCell;
use std::sync::Arc;

use super::bind::{Binder, Task};
use super::region::{Operand, Region};
use super::rows::RowLayout;
use super::sizes::Sizes;
use crate::recurrent::plan::live::Live;
use crate::recurrent::plan::{Frequency, Kept, Plan, Stage};

/// How many are kept by each thread.
const KEPT: usize = 64;

/// What depends on the sizes of a cell and on what is asked for, but not on the numbers of steps and examples.
pub(super) struct Binding {
    pub(super) plan: &'static Plan,
    pub(super) dimensions: Vec<usize>,
    pub(super) sizes: Sizes,
    /// Those of the plan, in the same order, and then any that the plan leaves out.
    pub(super) regions: Vec<Region>,
    pub(super) kept: Kept,
    pub(super) tasks: Vec<Task>,
    /// By region, the elements from one row to the next that its memory would have room for.
    pub(super) rooms: Vec<usize>,
    /// By region, whether a task uses it.
    pub(super) used: Vec<bool>,
    /// By region, whether a task writes it.
    pub(super) written: Vec<bool>,
    /// Of the widest region that is absent.
    pub(super) zeros: usize,
}

/// What a binding is a function of.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) plan: &'static Plan,
    pub(super) backward: bool,
    /// Whether all examples take part in all steps.
    pub(super) full: bool,
    pub(super) dimensions: &'a [usize],
}

struct Entry {
    backward: bool,
    full: bool,
    flags: Vec<bool>,
    binding: Arc<Binding>,
}

impl Entry {
    fn answers(&self, question: &Question<'_>, flags: impl Iterator<Item = bool>) -> bool {
        std::ptr::eq(self.binding.plan, question.plan)
            && (self.backward, self.full) == (question.backward, question.full)
            && self.binding.dimensions == question.dimensions
            && self.flags.iter().copied().eq(flags)
    }
}

thread_local! {
    static ENTRIES: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// The binding for this question and these flags, which say what there is and what is asked for.
pub(super) fn binding(
    question: Question<'_>,
    flags: impl Iterator<Item = bool> + Clone,
    bind: impl FnOnce() -> Binding,
) -> Arc<Binding> {
    ENTRIES.with_borrow_mut(|entries| {
        if let Some(at) = entries.iter().position(|entry| entry.answers(&question, flags.clone())) {
            // What is asked for often moves to the front, and what is not falls out at the end.
            entries.swap(at, at / 2);
            return entries[at / 2].binding.clone();
        }
        let Question { backward, full, .. } = question;
        let binding = Arc::new(bind());
        entries.truncate(KEPT - 1);
        entries.push(Entry { backward, full, flags: flags.collect(), binding: binding.clone() });
        binding
    })
}

impl Binding {
    /// Binds the instructions of a pass that run. At each step, regions are `cleared`.
    pub(super) fn new(
        question: Question<'_>,
        (sizes, regions, live): (Sizes, Vec<Region>, &Live),
        cleared: &[usize],
        layout: &RowLayout,
    ) -> Self {
        let Question { plan, dimensions, backward, .. } = question;
        let (stages, running) =
            if backward { (&plan.backward, &live.backward) } else { (&plan.forward, &live.forward) };
        let mut binder = Binder::new(plan, &sizes, &regions, layout);
        let is_loop = |stage: &&Stage| stage.frequency == Frequency::Step;
        for (stage, running) in stages.iter().zip(running) {
            binder.stage(stage, running, if is_loop(&stage) { cleared } else { &[] });
        }
        if !stages.iter().any(|stage| is_loop(&stage)) {
            binder.clear(cleared);
        }
        let tasks = binder.finish();
        let mut used = vec![false; regions.len()];
        let mut written = used.clone();
        for task in &tasks {
            task.each_operand(&mut |operand: &Operand| used[operand.region] = true);
            task.each_written(&mut |operand: &Operand| written[operand.region] = true);
            for weights in task.weights() {
                plan.weights[weights].blocks.iter().for_each(|block| used[block.value.region.0] = true);
            }
        }
        let zeros = regions.iter().filter(|region| region.zero).map(|region| region.width).max().unwrap_or(0);
        let kept = plan.keeps(live);
        let mut rooms: Vec<usize> = plan.rooms(live, &kept, |region| regions[region.0].width);
        rooms.resize(regions.len(), 0);
        let dimensions = dimensions.to_vec();
        Self { plan, dimensions, sizes, regions, kept, tasks, rooms, used, written, zeros }
    }
}
