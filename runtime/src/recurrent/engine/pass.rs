//! One pass over a plan: memory, packed weights and counts.

use super::bind::{Operation, Task};
use super::counters::Counters;
use super::execute::{Kernels, Tables, execute};
use super::memory::Memory;
use super::region::{Operand, Region};
use super::rows::RowLayout;
use super::segment::Walk;
use super::sizes::Sizes;
use super::threads::{parts, threads};
use super::totals::total;
use crate::array::Array;
use crate::array::element::Float;
use crate::packed::Packed;
use crate::recurrent::plan::Plan;

/// In which order steps run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    FirstToLast,
    LastToFirst,
}

/// What the tasks of a pass work on.
pub(super) struct Pass<'a, F: Float> {
    pub(super) plan: &'a Plan,
    pub(super) sizes: &'a Sizes,
    pub(super) layout: &'a RowLayout,
    pub(super) regions: &'a [Region],
    pub(super) memory: Memory<'a, F>,
    pub(super) counters: Counters,
    weights: Vec<Option<Packed<F>>>,
}

impl<'a, F: Float> Pass<'a, F> {
    pub(super) fn new(plan: &'a Plan, sizes: &'a Sizes, layout: &'a RowLayout, regions: &'a [Region]) -> Self {
        let weights = plan.weights.iter().map(|_| None).collect();
        let memory = Memory::new(layout, regions);
        Self { plan, sizes, layout, regions, memory, counters: Counters::default(), weights }
    }

    /// New memory with unspecified values, for as many rows.
    pub(super) fn allocate(&mut self, rows: usize, width: usize) -> usize {
        self.counters.elements += rows * width;
        self.memory.allocate(rows, width)
    }

    /// New memory for one number.
    pub(super) fn number(&mut self, value: f64) -> usize {
        let block = self.allocate(1, 1);
        self.memory.elements(block)[0] = F::from_f64(value);
        block
    }

    /// Memory of zeros, enough for each region that is absent.
    pub(super) fn zeros(&mut self) -> usize {
        let absent = self.regions.iter().filter(|region| region.zero);
        let width = absent.map(|region| region.width).max().unwrap_or(0);
        self.memory.share(Array::filled([1, width].into(), F::ZERO))
    }

    /// The regions that tasks use.
    pub(super) fn used(&self, tasks: &[Task<F>]) -> Vec<bool> {
        let mut used = vec![false; self.regions.len()];
        let mut mark = |operand: &Operand| used[operand.region] = true;
        for task in tasks {
            task.each_operand(&mut mark);
        }
        for weights in tasks.iter().flat_map(Task::weights) {
            for block in &self.plan.weights[weights].blocks {
                used[block.value.region.0] = true;
            }
        }
        used
    }

    /// Runs tasks one after the other, each on several threads if that is worth it.
    pub(super) fn run(&mut self, tasks: &[Task<F>], kernels: Kernels<F>, order: Order) {
        let work = tasks.iter().map(|task| task.work(self.layout)).sum();
        match threads(work) {
            1 => self.run_on(1, tasks, kernels, order),
            // What is inside of the pool once can share work at little cost.
            threads => rayon::scope(|_| self.run_on(threads, tasks, kernels, order)),
        }
    }

    fn run_on(&mut self, threads: usize, tasks: &[Task<F>], kernels: Kernels<F>, order: Order) {
        let layout = self.layout;
        for task in tasks {
            // A cache of packed weights, by the versions of parameters, would stand here.
            for weights in task.weights() {
                self.pack(weights);
            }
            self.count(task);
            match task {
                Task::Walk { segment, instructions, .. } => {
                    let tables = Tables { kernels, weights: &self.weights };
                    let parts = parts(layout, segment.walk(), task.threads(threads, layout));
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
                    total(&mut self.memory, layout, *walk, sum, threads);
                }
            }
        }
    }

    fn pack(&mut self, number: usize) {
        if self.weights[number].is_some() {
            return;
        }
        let weights = &self.plan.weights[number];
        let size = |id| self.sizes[id];
        let mut packed = Packed::new();
        packed.reset(size(weights.rows), size(weights.columns));
        for block in &weights.blocks {
            let view = block.value;
            let value = Operand::new(self.regions, view.region.0, size(view.start), size(view.length));
            if !self.memory.is_zero(&value) {
                let [row, column, rows, columns] = [block.row, block.column, block.rows, block.columns].map(size);
                let elements = self.memory.rows(&value, 0..1).elements;
                packed.write(row, column, elements, rows, columns, block.transposed);
            }
        }
        self.weights[number] = Some(packed);
    }

    fn count(&mut self, task: &Task<F>) {
        let layout = self.layout;
        match task {
            Task::Walk { segment, instructions, .. } => {
                let (calls, rows) = match segment.walk() {
                    Walk::Steps => ((0..layout.steps()).filter(|&step| layout.count(step) > 0).count(), layout.rows()),
                    walk => (usize::from(walk.rows(layout) > 0), walk.rows(layout)),
                };
                for instruction in instructions {
                    if let Operation::Product { flops, .. } = instruction.operation {
                        self.counters.products += calls;
                        self.counters.product_flops += rows * flops;
                    }
                }
            }
            Task::Total { walk, total } => {
                let elements = total.product_elements();
                self.counters.total_products += usize::from(elements > 0);
                self.counters.total_flops += 2 * walk.rows(layout) * elements;
            }
        }
    }
}
