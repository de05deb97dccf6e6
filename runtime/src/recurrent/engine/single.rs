//! A single step that is bound once and run many times.

use super::bind::{Binder, Bound, Task};
use super::counters::Counters;
use super::execute::{Kernels, Tables, execute};
use super::fixed::Fixed;
use super::forward::regions;
use super::memory::Memory;
use super::region::{Operand, Region};
use super::rows::RowLayout;
use super::segment::Walk;
use super::sizes::Sizes;
use crate::array::element::Float;
use crate::packed::Packed;
use crate::recurrent::plan::live::Wanted;
use crate::recurrent::plan::{Kept, Leaf, Plan, Source, View};
use crate::tensor::Tensor;

/// What a single step is made from.
pub(crate) struct Step<'a> {
    pub(crate) plan: &'static Plan,
    /// In the order of the plan's names.
    pub(crate) dimensions: &'a [usize],
    /// Which parameters there are.
    pub(crate) present: &'a [bool],
    /// In the order of the plan.
    pub(crate) hypers: &'a [f64],
    pub(crate) batch: usize,
}

/// The values of parameters and buffers, by number.
pub(crate) struct Values<'a, F: Float> {
    pub(crate) parameter: &'a dyn Fn(usize) -> Tensor<F>,
    pub(crate) buffer: &'a dyn Fn(usize) -> Tensor<F>,
}

/// The step of a cell with all its memory. Weights are packed, and what depends on parameters or contexts alone is
/// computed, when they change.
pub(crate) struct Single<F: Float> {
    plan: &'static Plan,
    kernels: Kernels<F>,
    sizes: Sizes,
    present: Vec<bool>,
    /// In the order in which they run; each has the columns with its number.
    parts: Vec<Part>,
    weights: Vec<Option<Packed<F>>>,
    memory: Fixed<F>,
    places: Places,
    counters: Counters,
}

/// Instructions that run together, and the weights that they are the first to need.
struct Part {
    walk: Walk,
    instructions: Vec<Bound>,
    weights: Vec<usize>,
}

/// The numbers of blocks.
struct Places {
    /// By region, of those that are used.
    regions: Vec<Option<usize>>,
    inputs: Vec<usize>,
    contexts: Vec<usize>,
    /// The first half of each is the state before the step, the second half the one after it.
    states: Vec<usize>,
    outputs: Vec<usize>,
}

impl<F: Float> Single<F> {
    /// Nothing is computed yet, and all inputs, contexts and states are zeros.
    pub(crate) fn new(step: &Step<'_>, kernels: Kernels<F>) -> Self {
        let Step { plan, dimensions, present, batch, .. } = *step;
        let (sizes, layout) = (Sizes::new(plan, dimensions), RowLayout::full(1, batch));
        let kept = Kept { regions: vec![false; plan.regions.len()], states: vec![true; plan.states.len()] };
        let regions = regions(plan, &sizes, &|at| present[at], &kept);
        let tasks = tasks(plan, &sizes, &regions, &layout);
        let mut memory = Memory::new(&layout, &regions);
        let places = place(&mut memory, plan, &sizes, &regions, &tasks, step);
        let memory = memory.into_fixed(tasks.iter().map(|task| match task {
            Task::Walk { segment, .. } => segment,
            Task::Total { .. } => unreachable!("totals are in backward passes only"),
        }));
        let mut known = vec![false; plan.weights.len()];
        let parts = tasks.into_iter().filter_map(|task| {
            let weights = task.weights().filter(|&number| !std::mem::replace(&mut known[number], true)).collect();
            let Task::Walk { segment, instructions, .. } = task else { return None };
            Some(Part { walk: segment.walk(), instructions, weights })
        });
        let (parts, weights) = (parts.collect(), plan.weights.iter().map(|_| None).collect());
        let present = present.to_vec();
        let counters = Counters::new(plan);
        Self { plan, kernels, sizes, present, parts, weights, memory, places, counters }
    }

    pub(crate) fn input_mut(&mut self, at: usize) -> &mut [F] {
        self.memory.elements_mut(self.places.inputs[at])
    }

    pub(crate) fn context_mut(&mut self, at: usize) -> &mut [F] {
        self.memory.elements_mut(self.places.contexts[at])
    }

    /// Before the next step.
    pub(crate) fn state(&self, at: usize) -> &[F] {
        let both = self.memory.elements(self.places.states[at]);
        &both[..both.len() / 2]
    }

    /// Before the next step.
    pub(crate) fn state_mut(&mut self, at: usize) -> &mut [F] {
        let both = self.memory.elements_mut(self.places.states[at]);
        let count = both.len() / 2;
        &mut both[..count]
    }

    /// Of the last step.
    pub(crate) fn output(&self, at: usize) -> &[F] {
        let elements = self.memory.elements(self.places.outputs[at]);
        match self.plan.outputs[at].state {
            Some(_) => &elements[elements.len() / 2..],
            None => elements,
        }
    }

    /// Takes new parameters and buffers.
    pub(crate) fn take(&mut self, values: &Values<'_, F>) {
        for (region, block) in self.plan.regions.iter().zip(&self.places.regions) {
            let Some(block) = *block else { continue };
            let value = match region.source {
                Source::Parameter(at) if self.present[at] => (values.parameter)(at),
                Source::Buffer(at) => (values.buffer)(at),
                _ => continue,
            };
            self.memory.elements_mut(block).copy_from_slice(value.as_slice());
        }
        for part in 0..self.parts.len() {
            for at in 0..self.parts[part].weights.len() {
                self.pack(self.parts[part].weights[at], values);
            }
            if self.parts[part].walk == Walk::Once {
                self.execute(part);
            }
        }
    }

    /// Takes what has been written to contexts.
    pub(crate) fn take_contexts(&mut self) {
        self.run(|walk| walk == Walk::Examples);
    }

    /// Runs the step on what has been written to inputs. Its state is the one before the next step.
    pub(crate) fn step(&mut self) {
        self.run(|walk| matches!(walk, Walk::Rows | Walk::Steps));
        for &block in &self.places.states {
            let both = self.memory.elements_mut(block);
            let (before, after) = both.split_at_mut(both.len() / 2);
            before.copy_from_slice(after);
        }
    }

    #[inline]
    fn run(&mut self, is_due: impl Fn(Walk) -> bool) {
        for at in 0..self.parts.len() {
            if is_due(self.parts[at].walk) {
                self.execute(at);
            }
        }
    }

    #[inline]
    fn execute(&mut self, part: usize) {
        let tables = Tables { kernels: self.kernels, weights: &self.weights, counters: &self.counters };
        execute(self.memory.columns(part), &self.parts[part].instructions, tables);
    }

    fn pack(&mut self, number: usize, values: &Values<'_, F>) {
        let weights = &self.plan.weights[number];
        let packed = self.weights[number].get_or_insert_with(Packed::new);
        packed.reset(self.sizes[weights.rows], self.sizes[weights.columns]);
        for block in &weights.blocks {
            let [row, column, rows, columns] =
                [block.row, block.column, block.rows, block.columns].map(|size| self.sizes[size]);
            let View { region, start, length } = block.value;
            let span = self.sizes[start]..self.sizes[start] + self.sizes[length];
            let mut write =
                |elements: &[F]| packed.write(row, column, &elements[span.clone()], rows, columns, block.transposed);
            match self.plan.regions[region.0].source {
                Source::Parameter(at) if !self.present[at] => {}
                Source::Parameter(at) => write((values.parameter)(at).as_slice()),
                Source::Buffer(at) => write((values.buffer)(at).as_slice()),
                _ => {
                    let block = self.places.regions[region.0];
                    write(
                        self.memory.elements(block.unwrap_or_else(|| unreachable!("a value that is used has memory"))),
                    );
                }
            }
        }
    }
}

/// What leads to an output or a state.
fn tasks(plan: &Plan, sizes: &Sizes, regions: &[Region], layout: &RowLayout) -> Vec<Task> {
    let live = plan.live(&Wanted::nothing(plan));
    let mut binder = Binder::new(plan, sizes, regions, layout);
    for (stage, live) in plan.forward.iter().zip(&live.forward) {
        binder.stage(stage, live, &[]);
    }
    binder.finish()
}

/// Memory for all that a step reads and writes. Parameters that are only packed need none.
fn place<F: Float>(
    memory: &mut Memory<'_, F>,
    plan: &Plan,
    sizes: &Sizes,
    regions: &[Region],
    tasks: &[Task],
    step: &Step<'_>,
) -> Places {
    let leaves = |leaves: &[Leaf], rows: usize, memory: &mut Memory<'_, F>| -> Vec<usize> {
        leaves.iter().map(|leaf| zeros(memory, rows, sizes.count(&leaf.shape))).collect()
    };
    let [inputs, contexts] = [&plan.inputs, &plan.contexts].map(|list| leaves(list, step.batch, memory));
    let states = leaves(&plan.states, 2 * step.batch, memory);
    let outputs = plan.outputs.iter().map(|output| match output.state {
        Some(state) => states[state],
        None => zeros(memory, step.batch, sizes.count(&output.shape)),
    });
    let outputs: Vec<usize> = outputs.collect();
    let absent = regions.iter().filter(|region| region.zero).map(|region| region.width).max();
    let absent = zeros(memory, 1, absent.unwrap_or(0));
    let mut places = vec![None; regions.len()];
    for task in tasks {
        task.each_operand(&mut |operand: &Operand| {
            let region = &regions[operand.region];
            let place = &mut places[operand.region];
            if place.is_some() {
                return;
            }
            let block = match region.source {
                _ if region.zero => absent,
                Source::Input(at) => inputs[at],
                Source::Context(at) => contexts[at],
                Source::State(at) | Source::Next(at) => states[at],
                Source::Output(at) => outputs[at],
                Source::Hyper(at) => number(memory, step.hypers[at]),
                Source::Size(id) => number(memory, sizes[id] as f64),
                _ => zeros(memory, region.held.rows(memory.layout()), region.width),
            };
            memory.bind(operand.region, block);
            *place = Some(block);
        });
    }
    Places { regions: places, inputs, contexts, states, outputs }
}

fn zeros<F: Float>(memory: &mut Memory<'_, F>, rows: usize, width: usize) -> usize {
    let block = memory.allocate(rows, width);
    memory.elements(block).fill(F::ZERO);
    block
}

fn number<F: Float>(memory: &mut Memory<'_, F>, value: f64) -> usize {
    let block = memory.allocate(1, 1);
    memory.elements(block)[0] = F::from_f64(value);
    block
}
