//! The backward pass.

use std::sync::Arc;

use super::binding::{Binding, Question, binding};
use super::forward::{Saved, given_rows};
use super::memory::Memory;
use super::pass::{Order, Pass};
use super::region::{Held, Region};
use super::rows::RowLayout;
use crate::array::Array;
use crate::array::element::Float;
use crate::recurrent::plan::live::Wanted;
use crate::recurrent::plan::{Source, View};
use crate::tensor::Tensor;

/// Derivatives of the loss, of those that were asked for. Absent parameters have none.
pub(crate) struct Adjoints<F: Float> {
    pub(crate) parameters: Vec<Option<Array<F>>>,
    /// `[R, …]`: a row for each step of each example.
    pub(crate) inputs: Vec<Option<Array<F>>>,
    /// `[B, …]`
    pub(crate) contexts: Vec<Option<Array<F>>>,
    /// Of the values before the first step: `[B, …]`.
    pub(crate) states: Vec<Option<Array<F>>>,
}

/// Runs a scan backward. `outputs` and `states` are derivatives of the loss with respect to what the scan returned, and
/// nothing where it does not depend on them.
pub(crate) fn backward<F: Float>(
    saved: &Saved<F>,
    outputs: &[Option<Tensor<F>>],
    states: &[Option<Tensor<F>>],
    wanted: &Wanted,
) -> Adjoints<F> {
    let layout = &saved.layout;
    let binding = bind(saved, outputs, wanted);
    let Binding { regions, used, written, .. } = &*binding;
    let is_root = |region: &Region| match region.source {
        Source::ParameterAdjoint(at) => wanted.parameters[at] && saved.given.has_parameter(at),
        Source::InputAdjoint(at) => wanted.inputs[at],
        Source::ContextAdjoint(at) => wanted.contexts[at],
        Source::StateAdjoint(at) => wanted.states[at],
        _ => false,
    };
    let mut pass = Pass::new(&binding, layout);
    let zeros = pass.zeros();
    let mut adjoints = vec![None; states.len()];
    for (at, region) in regions.iter().enumerate().filter(|&(at, region)| used[at] || is_root(region)) {
        let block = match region.source {
            _ if region.zero => zeros,
            Source::State(state) | Source::Next(state) => pass.memory.share(kept(&saved.states[state])),
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
                    let block = pass.allocate_for(at);
                    if !written[at] {
                        pass.memory.elements(block).fill(F::ZERO);
                    }
                    block
                }
            },
        };
        pass.memory.bind(at, block);
    }
    pass.run(saved.kernels, Order::LastToFirst);
    results(saved, &binding, &pass.memory, wanted)
}

fn kept<F: Float>(array: &Option<Array<F>>) -> Array<F> {
    array.clone().unwrap_or_else(|| unreachable!("what the backward pass reads is kept"))
}

fn bind<F: Float>(saved: &Saved<F>, outputs: &[Option<Tensor<F>>], wanted: &Wanted) -> Arc<Binding> {
    let Saved { given, layout, .. } = saved;
    let Binding { plan, sizes, dimensions, .. } = &*saved.binding;
    let flags = given.present().chain(outputs.iter().map(Option::is_some)).chain(wanted.flags());
    let question = Question { plan, backward: true, full: layout.is_full(), dimensions };
    binding(question, flags, || {
        let live = plan.live(wanted);
        let mut regions = regions(saved, outputs);
        let before = state_regions(saved, &mut regions, Source::StateAdjoint, Held::Even);
        state_regions(saved, &mut regions, Source::NextAdjoint, Held::Odd);
        let running = || plan.running(&plan.backward, &live.backward).map(|(_, instruction, _)| instruction);
        let handed_on = |state: usize| {
            let is_its = |view: &View| matches!(plan.source(view.region), Source::StateAdjoint(at) | Source::NextAdjoint(at) if at == state);
            wanted.states[state] || running().any(|instruction| plan.reads(instruction).iter().any(is_its))
        };
        let is_written = |state: usize| {
            let mut results = running().flat_map(|instruction| instruction.results());
            results.any(|view| plan.source(view.region) == Source::StateAdjoint(state))
        };
        // What a step says of a state that it does not read.
        let cleared = before.iter().enumerate().filter(|&(state, _)| handed_on(state) && !is_written(state));
        let cleared: Vec<usize> = cleared.map(|(_, &region)| region).collect();
        Binding::new(question, (sizes.clone(), regions, &live), &cleared, layout)
    })
}

fn regions<F: Float>(saved: &Saved<F>, outputs: &[Option<Tensor<F>>]) -> Vec<Region> {
    let Binding { plan, sizes, .. } = &*saved.binding;
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
        Region { source: region.source, width: sizes[region.width], held, zero }
    };
    plan.regions.iter().map(region).collect()
}

/// The region of each state's adjoint, which is added where the plan has none.
fn state_regions<F: Float>(
    saved: &Saved<F>,
    regions: &mut Vec<Region>,
    source: fn(usize) -> Source,
    held: Held,
) -> Vec<usize> {
    let Binding { plan, sizes, .. } = &*saved.binding;
    let states = plan.states.iter().enumerate();
    let region = |(state, leaf): (usize, &crate::recurrent::plan::Leaf)| {
        let source = source(state);
        regions.iter().position(|region| region.source == source).unwrap_or_else(|| {
            regions.push(Region { source, width: sizes.count(&leaf.shape), held, zero: false });
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

fn results<F: Float>(saved: &Saved<F>, binding: &Binding, memory: &Memory<'_, F>, wanted: &Wanted) -> Adjoints<F> {
    let (Binding { plan, sizes, regions, .. }, layout) = (binding, &saved.layout);
    let array = |source: Source, shape: crate::array::shape::Shape| {
        let region = regions.iter().position(|region| region.source == source);
        match region.and_then(|region| memory.block_of(region)) {
            Some(block) => memory.array(block).range(0, shape),
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
    }
}
