//! The forward pass.

use std::sync::Arc;

use super::binding::{Binding, Question, binding};
use super::execute::Kernels;
use super::pass::{Order, Pass};
use super::region::{Held, Region};
use super::rows::RowLayout;
use super::sizes::Sizes;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::recurrent::plan::live::Wanted;
use crate::recurrent::plan::{Kept, Plan, Rows, Source};
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
}

/// What the backward pass reads.
pub(crate) struct Saved<F: Float> {
    /// Of the forward pass.
    pub(super) binding: Arc<Binding>,
    pub(super) kernels: Kernels<F>,
    pub(super) layout: RowLayout,
    pub(super) given: Given<F>,
    /// Each state before the first step and after each step, `[B + R, …]`, if it is kept.
    pub(super) states: Vec<Option<Array<F>>>,
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

    /// By parameter, whether it is there.
    pub(super) fn present(&self) -> impl Iterator<Item = bool> + Clone {
        self.parameters.iter().map(Option::is_some)
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
            Source::Size(id) => return Some(pass.number(pass.binding.sizes[id] as f64)),
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
    pub(super) fn held(self, kept: bool) -> Held {
        match self {
            Self::Once => Held::One,
            Self::Example => Held::Examples,
            Self::All => Held::Rows,
            Self::Step { saved } => {
                if saved && kept {
                    Held::Rows
                } else {
                    Held::Examples
                }
            }
        }
    }
}

/// Runs a scan, and saves what the derivatives that are `wanted` need.
pub(crate) fn forward<F: Float>(
    plan: &'static Plan,
    kernels: Kernels<F>,
    operands: &Operands<'_, F>,
    layout: &RowLayout,
    wanted: &Wanted,
) -> Forward<F> {
    let given = Given::new(operands);
    let binding = bind(plan, operands.dimensions, &given, layout, wanted);
    let Binding { sizes, regions, kept, used, .. } = &*binding;
    let mut pass = Pass::new(&binding, layout);
    let zeros = pass.zeros();
    let states = allocate_states(&mut pass, operands.states, &kept.states);
    for (at, region) in regions.iter().enumerate() {
        let block = match region.source {
            _ if region.zero => zeros,
            Source::State(state) | Source::Next(state) => states[state],
            Source::Output(_) => pass.allocate(layout.rows(), region.width),
            _ if !used[at] => continue,
            source => match given.block(source, &mut pass) {
                Some(block) => block,
                None => pass.allocate_for(at),
            },
        };
        pass.memory.bind(at, block);
    }
    pass.run(kernels, Order::FirstToLast);

    let memory = pass.memory;
    let array = |region: usize| memory.block_of(region).map(|block| memory.array(block));
    let output = |(at, output): (usize, &crate::recurrent::plan::Output)| {
        let shape = sizes.rows_of(layout.rows(), &output.shape);
        match output.state {
            Some(state) => memory.array(states[state]).range(layout.batch() * sizes.count(&output.shape), shape),
            None => {
                let region = regions.iter().position(|region| region.source == Source::Output(at));
                region.and_then(array).unwrap_or_else(|| unreachable!("an output has a region")).reshaped(shape)
            }
        }
    };
    let outputs = plan.outputs.iter().enumerate().map(output).collect();
    let finals = plan.states.iter().enumerate().map(|(state, leaf)| {
        let shape = sizes.rows_of(layout.batch(), &leaf.shape);
        last_rows(memory.array(states[state]), shape, layout, kept.states[state])
    });
    let finals = finals.collect();
    let saved = wanted.any().then(|| {
        let states = states.iter().zip(&kept.states).map(|(&block, kept)| kept.then(|| memory.array(block).clone()));
        let values = kept.regions.iter().enumerate().map(|(at, kept)| array(at).filter(|_| *kept).cloned());
        let (states, values) = (states.collect(), values.collect());
        Saved { kernels, layout: layout.clone(), given, states, values, binding: binding.clone() }
    });
    Forward { outputs, states: finals, saved }
}

fn bind<F: Float>(
    plan: &'static Plan,
    dimensions: &[usize],
    given: &Given<F>,
    layout: &RowLayout,
    wanted: &Wanted,
) -> Arc<Binding> {
    let question = Question { plan, backward: false, full: layout.is_full(), dimensions };
    binding(question, given.present().chain(wanted.flags()), || {
        let sizes = Sizes::new(plan, dimensions);
        let live = plan.live(wanted);
        let kept = plan.keeps(&live);
        let regions = regions(plan, &sizes, &|at| given.has_parameter(at), &kept);
        Binding::new(question, (sizes, regions, &live), &[], layout)
    })
}

/// `has_parameter` says which there are.
pub(super) fn regions(plan: &Plan, sizes: &Sizes, has_parameter: &dyn Fn(usize) -> bool, kept: &Kept) -> Vec<Region> {
    let region = |(at, region): (usize, &crate::recurrent::plan::Region)| {
        let held = match region.source {
            Source::Value(rows) => rows.held(kept.regions[at]),
            Source::State(state) if kept.states[state] => Held::Before,
            Source::State(_) => Held::Even,
            Source::Next(state) if kept.states[state] => Held::After,
            Source::Next(_) => Held::Odd,
            // Adjoints are not used in this pass.
            source => given_rows(source).unwrap_or(Held::Rows),
        };
        let zero = matches!(region.source, Source::Parameter(at) if !has_parameter(at));
        Region { source: region.source, width: sizes[region.width], held, zero }
    };
    plan.regions.iter().enumerate().map(region).collect()
}

/// Memory for each state, with the values before the first step.
fn allocate_states<F: Float>(pass: &mut Pass<'_, F>, states: &[Tensor<F>], kept: &[bool]) -> Vec<usize> {
    let allocate = |(state, initial): (usize, &Tensor<F>)| {
        let Binding { plan, sizes, .. } = pass.binding;
        let width = sizes.count(&plan.states[state].shape);
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
