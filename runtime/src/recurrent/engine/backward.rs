//! The backward pass.

use super::bind::Binder;
use super::counters::Counters;
use super::forward::{Saved, given_rows};
use super::live::{self, live};
use super::pass::{Order, Pass};
use super::region::{Held, Region};
use super::rows::RowLayout;
use crate::array::Array;
use crate::array::element::Float;
use crate::recurrent::plan::{Frequency, Source};
use crate::tensor::Tensor;

/// Which derivatives somebody asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) parameters: Vec<bool>,
    pub(crate) inputs: Vec<bool>,
    pub(crate) contexts: Vec<bool>,
    pub(crate) states: Vec<bool>,
}

/// Derivatives of the loss, of those that were asked for. Absent parameters have none.
pub(crate) struct Adjoints<F: Float> {
    pub(crate) parameters: Vec<Option<Array<F>>>,
    /// `[R, …]`: a row for each step of each example.
    pub(crate) inputs: Vec<Option<Array<F>>>,
    /// `[B, …]`
    pub(crate) contexts: Vec<Option<Array<F>>>,
    /// Of the values before the first step: `[B, …]`.
    pub(crate) states: Vec<Option<Array<F>>>,
    pub(crate) counters: Counters,
}

/// Runs a scan backward. `outputs` and `states` are derivatives of the loss with respect to what the scan returned, and
/// nothing where it does not depend on them.
pub(crate) fn backward<F: Float>(
    saved: &Saved<F>,
    outputs: &[Option<Tensor<F>>],
    states: &[Option<Tensor<F>>],
    wanted: &Wanted,
) -> Adjoints<F> {
    let Saved { plan, sizes, layout, .. } = saved;
    let mut regions: Vec<Region> = regions(saved, outputs);
    let before = state_regions(saved, &mut regions, Source::StateAdjoint, Held::Even);
    let after = state_regions(saved, &mut regions, Source::NextAdjoint, Held::Odd);
    let is_root = |region: &Region| match region.source {
        Source::ParameterAdjoint(at) => wanted.parameters[at] && saved.given.has_parameter(at),
        Source::InputAdjoint(at) => wanted.inputs[at],
        Source::ContextAdjoint(at) => wanted.contexts[at],
        Source::StateAdjoint(at) => wanted.states[at],
        _ => false,
    };
    let mut asked = live::Wanted::new(regions.len());
    for (at, region) in regions.iter().enumerate().filter(|(_, region)| is_root(region)) {
        asked.add(at, 0, region.width);
    }
    let carried: Vec<(usize, usize)> = before.iter().copied().zip(after.iter().copied()).collect();
    let mut stages = live(plan, &plan.backward, sizes, &mut asked, &carried);

    let mut written = vec![false; regions.len()];
    for instruction in stages.iter().flat_map(|(_, instructions)| instructions) {
        instruction.each_write(&mut |view| written[view.region.0] = true);
    }
    let cleared: Vec<usize> = before.iter().copied().filter(|&at| asked.any(at) && !written[at]).collect();
    if !cleared.is_empty() && stages.iter().all(|(frequency, _)| *frequency != Frequency::Step) {
        stages.push((Frequency::Step, Vec::new()));
    }
    let mut binder = Binder::new(plan, sizes, &regions, layout);
    for (frequency, instructions) in &stages {
        let cleared = if *frequency == Frequency::Step { &cleared[..] } else { &[] };
        binder.stage(*frequency, instructions, cleared, &|view| asked.has(view, sizes));
    }
    let tasks = binder.finish();

    let mut pass = Pass::new(plan, sizes, layout, &regions);
    let used = pass.used(&tasks);
    let zeros = pass.zeros();
    let saved_states: Vec<usize> = saved.states.iter().map(|array| pass.memory.share(array.clone())).collect();
    let mut adjoints = vec![None; plan.states.len()];
    for (at, region) in regions.iter().enumerate().filter(|&(at, region)| used[at] || is_root(region)) {
        let block = match region.source {
            _ if region.zero => zeros,
            Source::State(state) | Source::Next(state) => saved_states[state],
            Source::StateAdjoint(state) | Source::NextAdjoint(state) => {
                *adjoints[state].get_or_insert_with(|| allocate_state(&mut pass, region.width, states[state].as_ref()))
            }
            Source::OutputAdjoint(output) => {
                let given = outputs[output].as_ref().unwrap_or_else(|| unreachable!("absent adjoints are zero"));
                pass.memory.share(given.array.clone())
            }
            source => match (saved.given.block(source, &mut pass), saved.values.get(at).and_then(Option::as_ref)) {
                (Some(block), _) => block,
                (None, Some(value)) => pass.memory.share(value.clone()),
                (None, None) => {
                    let block = pass.allocate(region.held.rows(layout), region.width);
                    if !written[at] {
                        pass.memory.elements(block).fill(F::ZERO);
                    }
                    block
                }
            },
        };
        pass.memory.bind(at, block);
    }
    pass.run(&tasks, saved.kernels, Order::LastToFirst);
    results(saved, pass, &regions, wanted)
}

fn regions<F: Float>(saved: &Saved<F>, outputs: &[Option<Tensor<F>>]) -> Vec<Region> {
    let region = |region: &crate::recurrent::plan::Region| {
        let zero = match region.source {
            Source::Parameter(at) => !saved.given.has_parameter(at),
            Source::OutputAdjoint(at) => outputs[at].is_none(),
            _ => false,
        };
        let held = match region.source {
            _ if zero => Held::One,
            Source::Value(rows) => rows.held(true),
            Source::State(_) => Held::Before,
            Source::Next(_) => Held::After,
            Source::NextAdjoint(_) => Held::Odd,
            Source::StateAdjoint(_) => Held::Even,
            Source::ContextAdjoint(_) => Held::Examples,
            Source::ParameterAdjoint(_) => Held::One,
            Source::Output(_) | Source::OutputAdjoint(_) | Source::InputAdjoint(_) => Held::Rows,
            source => given_rows(source).unwrap_or_else(|| unreachable!("all other regions were given")),
        };
        Region { source: region.source, width: saved.sizes[region.width], held, zero }
    };
    saved.plan.regions.iter().map(region).collect()
}

/// The region of each state's adjoint, which is added where the plan has none.
fn state_regions<F: Float>(
    saved: &Saved<F>,
    regions: &mut Vec<Region>,
    source: fn(usize) -> Source,
    held: Held,
) -> Vec<usize> {
    let states = saved.plan.states.iter().enumerate();
    let region = |(state, leaf): (usize, &crate::recurrent::plan::Leaf)| {
        let source = source(state);
        regions.iter().position(|region| region.source == source).unwrap_or_else(|| {
            regions.push(Region { source, width: saved.sizes.count(&leaf.shape), held, zero: false });
            regions.len() - 1
        })
    };
    states.map(region).collect()
}

/// Memory for a state's adjoint, with what the loss says of each example's last value.
fn allocate_state<F: Float>(pass: &mut Pass<'_, F>, width: usize, last: Option<&Tensor<F>>) -> usize {
    let layout: &RowLayout = pass.layout;
    let batch = layout.batch();
    let block = pass.allocate(2 * batch, width);
    let elements = pass.memory.elements(block);
    let Some(last) = last.filter(|_| width > 0) else {
        elements.fill(F::ZERO);
        return block;
    };
    for (example, from) in last.as_slice().chunks_exact(width).enumerate() {
        let row = layout.steps_of(example) % 2 * batch + example;
        elements[row * width..][..width].copy_from_slice(from);
    }
    block
}

fn results<F: Float>(saved: &Saved<F>, pass: Pass<'_, F>, regions: &[Region], wanted: &Wanted) -> Adjoints<F> {
    let Saved { plan, sizes, layout, .. } = saved;
    let Pass { memory, counters, .. } = pass;
    let blocks: Vec<Option<usize>> = (0..regions.len()).map(|region| memory.block_of(region)).collect();
    let arrays = memory.into_arrays();
    let array = |source: Source, shape: crate::array::shape::Shape| {
        let region = regions.iter().position(|region| region.source == source);
        match region.and_then(|region| blocks[region]) {
            Some(block) => arrays[block].range(0, shape),
            None => Array::filled(shape, F::ZERO),
        }
    };
    let parameter = |(at, leaf): (usize, &crate::recurrent::plan::Leaf)| {
        let asked = wanted.parameters[at] && saved.given.has_parameter(at);
        asked.then(|| array(Source::ParameterAdjoint(at), sizes.shape(&leaf.shape)))
    };
    let input = |(at, leaf): (usize, &crate::recurrent::plan::Leaf)| {
        wanted.inputs[at].then(|| array(Source::InputAdjoint(at), sizes.rows_of(layout.rows(), &leaf.shape)))
    };
    let context = |(at, leaf): (usize, &crate::recurrent::plan::Leaf)| {
        wanted.contexts[at].then(|| array(Source::ContextAdjoint(at), sizes.rows_of(layout.batch(), &leaf.shape)))
    };
    let state = |(at, leaf): (usize, &crate::recurrent::plan::Leaf)| {
        wanted.states[at].then(|| array(Source::StateAdjoint(at), sizes.rows_of(layout.batch(), &leaf.shape)))
    };
    Adjoints {
        parameters: plan.parameters.iter().enumerate().map(parameter).collect(),
        inputs: plan.inputs.iter().enumerate().map(input).collect(),
        contexts: plan.contexts.iter().enumerate().map(context).collect(),
        states: plan.states.iter().enumerate().map(state).collect(),
        counters,
    }
}
