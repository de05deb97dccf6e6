//! The forward pass.

use super::bind::Binder;
use super::counters::Counters;
use super::execute::Kernels;
use super::live::{Wanted, live};
use super::pass::{Order, Pass};
use super::region::{Held, Region};
use super::rows::RowLayout;
use super::sizes::Sizes;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::recurrent::plan::{Frequency, Instruction, Plan, Rows, Source};
use crate::tensor::Tensor;

/// What a scan is given.
pub(crate) struct Operands<'a, F: Float> {
    /// In the order of the plan's names.
    pub(crate) dimensions: &'a [usize],
    pub(crate) parameters: &'a [Option<Tensor<F>>],
    pub(crate) buffers: &'a [Tensor<F>],
    pub(crate) hypers: &'a [f64],
    /// `[R, …]`, or `[T, B, …]` where all examples take part in all steps.
    pub(crate) inputs: &'a [Tensor<F>],
    /// `[B, …]`, in the order of the layout.
    pub(crate) contexts: &'a [Tensor<F>],
    /// Before the first step: `[B, …]`, in the order of the layout.
    pub(crate) states: &'a [Tensor<F>],
}

/// What a scan returns.
pub(crate) struct Forward<F: Float> {
    /// `[R, …]`: a row for each step of each example.
    pub(crate) outputs: Vec<Array<F>>,
    /// After each example's last step: `[B, …]`.
    pub(crate) states: Vec<Array<F>>,
    /// In training.
    pub(crate) saved: Option<Saved<F>>,
    pub(crate) counters: Counters,
}

/// What the backward pass reads.
pub(crate) struct Saved<F: Float> {
    pub(super) plan: &'static Plan,
    pub(super) kernels: Kernels<F>,
    pub(super) sizes: Sizes,
    pub(super) layout: RowLayout,
    pub(super) given: Given<F>,
    /// Each state before the first step and after each step, `[B + R, …]`.
    pub(super) states: Vec<Array<F>>,
    /// By region: what instructions wrote.
    pub(super) values: Vec<Option<Array<F>>>,
}

/// The arrays that a scan was given.
pub(super) struct Given<F: Float> {
    parameters: Vec<Option<Array<F>>>,
    buffers: Vec<Array<F>>,
    hypers: Vec<f64>,
    inputs: Vec<Array<F>>,
    contexts: Vec<Array<F>>,
}

impl<F: Float> Given<F> {
    fn new(operands: &Operands<'_, F>) -> Self {
        let arrays = |tensors: &[Tensor<F>]| tensors.iter().map(|tensor| tensor.array.clone()).collect();
        let parameter = |tensor: &Option<Tensor<F>>| Some(tensor.as_ref()?.array.clone());
        Self {
            parameters: operands.parameters.iter().map(parameter).collect(),
            buffers: arrays(operands.buffers),
            hypers: operands.hypers.to_vec(),
            inputs: arrays(operands.inputs),
            contexts: arrays(operands.contexts),
        }
    }

    pub(super) fn has_parameter(&self, at: usize) -> bool {
        self.parameters[at].is_some()
    }

    /// Memory for a region that was given.
    pub(super) fn block(&self, source: Source, pass: &mut Pass<'_, F>) -> Option<usize> {
        let array = match source {
            Source::Parameter(at) => self.parameters[at].as_ref()?,
            Source::Buffer(at) => &self.buffers[at],
            Source::Input(at) => &self.inputs[at],
            Source::Context(at) => &self.contexts[at],
            Source::Hyper(at) => return Some(pass.number(self.hypers[at])),
            Source::Size(id) => return Some(pass.number(pass.sizes[id] as f64)),
            _ => return None,
        };
        Some(pass.memory.share(array.clone()))
    }
}

/// How many rows a region that was given has.
pub(super) fn given_rows(source: Source) -> Option<Held> {
    match source {
        Source::Parameter(_) | Source::Buffer(_) | Source::Hyper(_) | Source::Size(_) => Some(Held::One),
        Source::Input(_) => Some(Held::Rows),
        Source::Context(_) => Some(Held::Examples),
        _ => None,
    }
}

impl Rows {
    pub(super) fn held(self, training: bool) -> Held {
        match self {
            Self::Once => Held::One,
            Self::Example => Held::Examples,
            Self::All => Held::Rows,
            Self::Step { saved } => {
                if saved && training {
                    Held::Rows
                } else {
                    Held::Examples
                }
            }
        }
    }
}

/// Runs a scan, and saves what the backward pass reads if `training`.
pub(crate) fn forward<F: Float>(
    plan: &'static Plan,
    kernels: Kernels<F>,
    operands: &Operands<'_, F>,
    layout: &RowLayout,
    training: bool,
) -> Forward<F> {
    let sizes = Sizes::new(plan, operands.dimensions);
    let given = Given::new(operands);
    let kept: Vec<bool> = (0..plan.states.len()).map(|state| training || is_kept(plan, state)).collect();
    let regions = regions(plan, &sizes, &|at| given.has_parameter(at), &kept, training);
    let read_later = if training { read_later(plan) } else { vec![false; regions.len()] };

    let mut wanted = Wanted::new(regions.len());
    for (at, region) in regions.iter().enumerate() {
        if read_later[at] || matches!(region.source, Source::Output(_) | Source::Next(_)) {
            wanted.add(at, 0, region.width);
        }
    }
    let stages = live(plan, &plan.forward, &sizes, &mut wanted, &[]);
    let mut binder = Binder::new(plan, &sizes, &regions, layout);
    for (frequency, instructions) in &stages {
        binder.stage(*frequency, instructions, &[], &|view| wanted.has(view, &sizes));
    }
    let tasks = binder.finish();

    let mut pass = Pass::new(plan, &sizes, layout, &regions);
    let used = pass.used(&tasks);
    let zeros = pass.zeros();
    let states = allocate_states(&mut pass, operands.states, &kept);
    for (at, region) in regions.iter().enumerate() {
        let block = match region.source {
            _ if region.zero => zeros,
            Source::State(state) | Source::Next(state) => states[state],
            Source::Output(_) => pass.allocate(layout.rows(), region.width),
            _ if !used[at] => continue,
            source => match given.block(source, &mut pass) {
                Some(block) => block,
                None => pass.allocate(region.held.rows(layout), region.width),
            },
        };
        pass.memory.bind(at, block);
    }
    pass.run(&tasks, kernels, Order::FirstToLast);

    let Pass { memory, counters, .. } = pass;
    let blocks: Vec<Option<usize>> = (0..regions.len()).map(|region| memory.block_of(region)).collect();
    let arrays = memory.into_arrays();
    let output = |(at, output): (usize, &crate::recurrent::plan::Output)| {
        let shape = sizes.rows_of(layout.rows(), &output.shape);
        match output.state {
            Some(state) => arrays[states[state]].range(layout.batch() * sizes.count(&output.shape), shape),
            None => {
                let region = regions.iter().position(|region| region.source == Source::Output(at));
                let block = region.and_then(|region| blocks[region]);
                arrays[block.unwrap_or_else(|| unreachable!("an output has a region"))].reshaped(shape)
            }
        }
    };
    let outputs = plan.outputs.iter().enumerate().map(output).collect();
    let finals = plan.states.iter().enumerate().map(|(state, leaf)| {
        let shape = sizes.rows_of(layout.batch(), &leaf.shape);
        last_rows(&arrays[states[state]], shape, layout, kept[state])
    });
    let finals = finals.collect();
    let saved = training.then(|| Saved {
        plan,
        kernels,
        layout: layout.clone(),
        given,
        states: states.iter().map(|&block| arrays[block].clone()).collect(),
        values: blocks
            .iter()
            .zip(&read_later)
            .map(|(block, read)| block.filter(|_| *read))
            .map(|block| Some(arrays[block?].clone()))
            .collect(),
        sizes: sizes.clone(),
    });
    Forward { outputs, states: finals, saved, counters }
}

/// Whether the values of a state after all steps are needed without a backward pass.
fn is_kept(plan: &Plan, state: usize) -> bool {
    let is_state =
        |region: usize| matches!(plan.regions[region].source, Source::State(at) | Source::Next(at) if at == state);
    let uses = |instruction: &Instruction| {
        let mut found = false;
        instruction.each_read(plan, &mut |view| found |= is_state(view.region.0));
        instruction.each_write(&mut |view| found |= is_state(view.region.0));
        found
    };
    plan.outputs.iter().any(|output| output.state == Some(state))
        || plan
            .forward
            .iter()
            .filter(|stage| stage.frequency == Frequency::All)
            .any(|stage| stage.instructions.iter().any(uses))
}

/// `has_parameter` says which are there, `kept` of which states there is a row for each step.
pub(super) fn regions(
    plan: &Plan,
    sizes: &Sizes,
    has_parameter: &dyn Fn(usize) -> bool,
    kept: &[bool],
    training: bool,
) -> Vec<Region> {
    let region = |region: &crate::recurrent::plan::Region| {
        let held = match region.source {
            Source::Value(rows) => rows.held(training),
            Source::State(state) => {
                if kept[state] {
                    Held::Before
                } else {
                    Held::Even
                }
            }
            Source::Next(state) => {
                if kept[state] {
                    Held::After
                } else {
                    Held::Odd
                }
            }
            // Adjoints are not used in this pass.
            source => given_rows(source).unwrap_or(Held::Rows),
        };
        let zero = matches!(region.source, Source::Parameter(at) if !has_parameter(at));
        Region { source: region.source, width: sizes[region.width], held, zero }
    };
    plan.regions.iter().map(region).collect()
}

/// Which of the regions that the forward pass writes the backward pass reads.
fn read_later(plan: &Plan) -> Vec<bool> {
    let mut read = vec![false; plan.regions.len()];
    let mut written = vec![false; plan.regions.len()];
    for instruction in plan.backward.iter().flat_map(|stage| &stage.instructions) {
        instruction.each_read(plan, &mut |view| read[view.region.0] = true);
        instruction.each_write(&mut |view| written[view.region.0] = true);
    }
    let is_value = |at: usize| matches!(plan.regions[at].source, Source::Value(_) | Source::Output(_));
    (0..read.len()).map(|at| read[at] && !written[at] && is_value(at)).collect()
}

/// Memory for each state, with the values before the first step.
fn allocate_states<F: Float>(pass: &mut Pass<'_, F>, states: &[Tensor<F>], kept: &[bool]) -> Vec<usize> {
    let allocate = |(state, initial): (usize, &Tensor<F>)| {
        let width = pass.sizes.count(&pass.plan.states[state].shape);
        let batch = pass.layout.batch();
        let rows = batch + if kept[state] { pass.layout.rows() } else { batch };
        let block = pass.allocate(rows, width);
        pass.memory.elements(block)[..batch * width].copy_from_slice(initial.as_slice());
        block
    };
    states.iter().enumerate().map(allocate).collect()
}

/// A state after each example's last step.
fn last_rows<F: Float>(values: &Array<F>, shape: Shape, layout: &RowLayout, kept: bool) -> Array<F> {
    let batch = layout.batch();
    let width = shape[1..].iter().product::<usize>();
    let first_row = |example: usize| match (kept, layout.steps_of(example)) {
        (_, 0) => example,
        (true, steps) => batch + layout.offset(steps - 1) + example,
        (false, steps) => steps % 2 * batch + example,
    };
    let values = values.as_slice();
    Array::build(shape, |to| {
        if layout.is_full() && batch > 0 {
            return to.copy_from_slice(&values[first_row(0) * width..][..batch * width]);
        }
        for (example, to) in to.chunks_exact_mut(width.max(1)).enumerate() {
            to.copy_from_slice(&values[first_row(example) * width..][..width]);
        }
    })
}
