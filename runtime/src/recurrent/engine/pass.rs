//! One pass over a plan: memory, packed weights and counts.

use super::bind::Task;
use super::binding::Binding;
use super::counters::Counters;
use super::execute::{Kernels, Tables, execute};
use super::memory::Memory;
use super::region::{Operand, Region};
use super::rows::RowLayout;
use super::segment::Walk;
use super::threads::{parts, threads};
use super::totals::total;
use crate::array::Array;
use crate::array::element::Float;
use crate::packed::Packed;

/// In which order steps run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    FirstToLast,
    LastToFirst,
}

/// What the tasks of a pass work on.
pub(super) struct Pass<'a, F: Float> {
    pub(super) binding: &'a Binding,
    pub(super) layout: &'a RowLayout,
    pub(super) memory: Memory<'a, F>,
    counters: Counters,
    weights: Vec<Option<Packed<F>>>,
}

impl<'a, F: Float> Pass<'a, F> {
    pub(super) fn new(binding: &'a Binding, layout: &'a RowLayout) -> Self {
        let weights = binding.plan.weights.iter().map(|_| None).collect();
        let mut memory = Memory::new(layout, &binding.regions);
        let used = binding.used.iter().filter(|used| **used).count();
        memory.reserve(used + binding.plan.states.len() + binding.plan.outputs.len() + 1);
        Self { binding, layout, memory, counters: Counters::new(binding.plan), weights }
    }

    /// New memory with unspecified values, for as many rows.
    pub(super) fn allocate(&mut self, rows: usize, width: usize) -> usize {
        self.counters.elements(rows * width);
        self.memory.allocate(rows, width)
    }

    /// New memory with unspecified values for a region.
    pub(super) fn allocate_for(&mut self, region: usize) -> usize {
        let Region { held, width, .. } = self.binding.regions[region];
        let rows = held.rows(self.layout);
        self.counters.elements(rows * width);
        self.memory.allocate_within(rows, width, rows * self.binding.rooms[region])
    }

    /// New memory for one number.
    pub(super) fn number(&mut self, value: f64) -> usize {
        let block = self.allocate(1, 1);
        self.memory.elements(block)[0] = F::from_f64(value);
        block
    }

    /// Memory of zeros, enough for each region that is absent.
    pub(super) fn zeros(&mut self) -> usize {
        self.memory.share(Array::filled([1, self.binding.zeros].into(), F::ZERO))
    }

    /// Runs the tasks one after the other, each on several threads if that is worth it.
    pub(super) fn run(&mut self, kernels: Kernels<F>, order: Order) {
        let work = self.binding.tasks.iter().map(|task| task.shared_work(self.layout)).sum();
        match threads(work) {
            1 => self.run_on(1, kernels, order),
            // What is inside of the pool once can share work at little cost.
            threads => rayon::scope(|_| self.run_on(threads, kernels, order)),
        }
        self.counters.finish(self.binding.plan);
    }

    fn run_on(&mut self, threads: usize, kernels: Kernels<F>, order: Order) {
        let layout = self.layout;
        for task in &self.binding.tasks {
            for weights in task.weights() {
                self.pack(weights);
            }
            match task {
                Task::Walk { segment, instructions, .. } => {
                    let tables = Tables { kernels, weights: &self.weights, counters: &self.counters };
                    let parts = parts(layout, segment.walk(), task.threads(threads, layout));
                    self.counters.shared(parts.len());
                    self.memory.split(segment, &parts, &|frame| {
                        if segment.walk() != Walk::Steps {
                            return execute(frame.columns(), instructions, tables);
                        }
                        for at in 0..layout.steps() {
                            frame.go_to(if order == Order::FirstToLast { at } else { layout.steps() - 1 - at });
                            execute(frame.columns(), instructions, tables);
                        }
                    });
                }
                Task::Total { walk, total: sum } => {
                    let threads = task.threads(threads, layout);
                    total(&mut self.memory, layout, *walk, sum, threads, &self.counters);
                }
            }
        }
    }

    fn pack(&mut self, number: usize) {
        if self.weights[number].is_some() {
            return;
        }
        let Binding { plan, sizes, regions, .. } = self.binding;
        let weights = &plan.weights[number];
        let size = |id| sizes[id];
        let mut packed = Packed::new();
        packed.reset(size(weights.rows), size(weights.columns));
        for block in &weights.blocks {
            let view = block.value;
            let value = Operand::new(regions, view.region.0, size(view.start), size(view.length));
            if !self.memory.is_zero(&value) {
                let [row, column, rows, columns] = [block.row, block.column, block.rows, block.columns].map(size);
                let elements = self.memory.rows(&value, 0..1).elements;
                packed.write(row, column, elements, rows, columns, block.transposed);
            }
        }
        self.counters.packed(packed.rows() * packed.columns());
        self.weights[number] = Some(packed);
    }
}
