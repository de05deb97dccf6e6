//! Plans written by hand against the same equations in tensor operations, step by step.

mod contexts;
mod gated;
mod library;
mod matrices;
mod peephole;
mod shifted;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::backward::{Adjoints, backward};
use super::counters;
use super::execute::Kernels;
use super::forward::{Operands, forward};
use super::rows::RowLayout;
use crate::array::Array;
use crate::recurrent::plan::live::Wanted;
use crate::recurrent::plan::{Builder, Leaf, Plan, SizeId};
use crate::{Gradients, Param, Result, Tensor, concat, value_and_grad};

type Reals = Tensor<f64>;

/// What one step reads beside its input and the state. Absent parameters are zeros.
pub(super) struct Values {
    pub(super) parameters: Vec<Reals>,
    pub(super) buffers: Vec<Reals>,
    pub(super) hypers: Vec<f64>,
    /// Of the examples that take part.
    pub(super) contexts: Vec<Reals>,
}

/// Outputs and next states.
type Stepped = (Vec<Reals>, Vec<Reals>);

/// A cell, twice.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) plan: &'static Plan,
    pub(super) kernels: Kernels<f64>,
    pub(super) dimensions: Vec<usize>,
    pub(super) hypers: Vec<f64>,
    /// Parameters that are not there.
    pub(super) absent: Vec<usize>,
    /// Inputs and states to outputs and states.
    pub(super) step: fn(&Values, &[Reals], &[Reals]) -> Stepped,
}

/// A plan that lives as long as the tests.
pub(super) fn leak(builder: Builder) -> &'static Plan {
    Box::leak(Box::new(builder.finish()))
}

fn shape(plan: &Plan, dimensions: &[usize], lead: Option<usize>, shape: &[SizeId]) -> Vec<usize> {
    lead.into_iter().chain(shape.iter().map(|&SizeId(id)| plan.sizes[id].at(dimensions))).collect()
}

/// What a scan is given, and what the loss says of its results.
struct Data {
    parameters: Vec<Option<Reals>>,
    buffers: Vec<Reals>,
    inputs: Vec<Reals>,
    contexts: Vec<Reals>,
    states: Vec<Reals>,
    outputs: Vec<Option<Reals>>,
    finals: Vec<Option<Reals>>,
}

impl Data {
    fn new(cell: &Cell, layout: &RowLayout) -> Self {
        let plan = cell.plan;
        let mut rng = StdRng::seed_from_u64(7);
        let mut draw =
            |lead, sizes: &[SizeId]| Tensor::normal(shape(plan, &cell.dimensions, lead, sizes), 0.0, 0.7, &mut rng);
        let mut all = |lead, leaves: &[Leaf]| leaves.iter().map(|leaf| draw(lead, &leaf.shape)).collect::<Vec<_>>();
        let (rows, batch) = (Some(layout.rows()), Some(layout.batch()));
        let parameters = all(None, &plan.parameters).into_iter().enumerate();
        let parameters = parameters.map(|(at, value)| (!cell.absent.contains(&at)).then_some(value)).collect();
        let buffers = all(None, &plan.buffers);
        let [inputs, contexts] = [all(rows, &plan.inputs), all(batch, &plan.contexts)];
        let [states, finals] = [all(batch, &plan.states), all(batch, &plan.states)];
        let outputs = plan.outputs.iter().map(|output| Some(draw(rows, &output.shape))).collect();
        Self { parameters, buffers, inputs, contexts, states, outputs, finals: finals.into_iter().map(Some).collect() }
    }

    fn operands<'a>(&'a self, cell: &'a Cell) -> Operands<'a, f64> {
        Operands {
            dimensions: &cell.dimensions,
            parameters: &self.parameters,
            buffers: &self.buffers,
            hypers: &cell.hypers,
            inputs: &self.inputs,
            contexts: &self.contexts,
            states: &self.states,
        }
    }
}

/// Runs the cell step by step, with `variables` (parameters that are there, inputs, contexts, states).
fn reference(cell: &Cell, data: &Data, layout: &RowLayout, variables: &[Reals]) -> Result<Stepped> {
    let mut variables = variables.iter().cloned();
    let leaves = data.parameters.iter().zip(&cell.plan.parameters);
    let parameters = leaves.map(|(value, leaf)| match value {
        Some(_) => variables.next().unwrap(),
        None => Tensor::zeros(shape(cell.plan, &cell.dimensions, None, &leaf.shape)),
    });
    let parameters: Vec<Reals> = parameters.collect();
    let inputs: Vec<Reals> = variables.by_ref().take(data.inputs.len()).collect();
    let contexts: Vec<Reals> = variables.by_ref().take(data.contexts.len()).collect();
    let mut states: Vec<Reals> = variables.collect();
    let outputs = cell.plan.outputs.iter();
    let mut outputs: Vec<Vec<Reals>> =
        outputs.map(|output| vec![Tensor::zeros(shape(cell.plan, &cell.dimensions, Some(0), &output.shape))]).collect();
    for step in 0..layout.steps() {
        let (first, count) = (layout.offset(step), layout.count(step));
        let of = |values: &[Reals]| values.iter().map(|value| value.slice(0, 0..count)).collect::<Vec<_>>();
        let values = Values {
            parameters: parameters.clone(),
            buffers: data.buffers.clone(),
            hypers: cell.hypers.clone(),
            contexts: of(&contexts),
        };
        let xs: Vec<Reals> = inputs.iter().map(|input| input.slice(0, first..first + count)).collect();
        let (ys, next) = (cell.step)(&values, &xs, &of(&states));
        for (state, next) in states.iter_mut().zip(&next) {
            *state = concat(&[next, &state.slice(0, count..layout.batch())], 0)?;
        }
        outputs.iter_mut().zip(ys).for_each(|(outputs, y)| outputs.push(y));
    }
    let outputs = outputs.iter().map(|steps| concat(&steps.iter().collect::<Vec<_>>(), 0));
    Ok((outputs.collect::<Result<_>>()?, states))
}

#[track_caller]
fn assert_close(name: &str, found: &Array<f64>, expected: &Reals, tolerance: f64) {
    assert_eq!(&found.shape()[..], expected.shape(), "{name}");
    for (at, (found, expected)) in found.as_slice().iter().zip(expected.as_slice()).enumerate() {
        let error = (found - expected).abs() / (1.0 + expected.abs());
        assert!(error <= tolerance, "{name} at {at}: {found} instead of {expected}");
    }
}

/// Compares a scan and its derivatives.
#[track_caller]
fn check_layout(cell: &Cell, layout: &RowLayout, change: impl Fn(&mut Data, &mut Wanted)) {
    let plan = cell.plan;
    let mut data = Data::new(cell, layout);
    let mut wanted = Wanted::gradients(plan, true);
    change(&mut data, &mut wanted);
    wanted.parameters.iter_mut().zip(&data.parameters).for_each(|(wanted, value)| *wanted &= value.is_some());
    let all =
        Wanted { parameters: data.parameters.iter().map(Option::is_some).collect(), ..Wanted::gradients(plan, true) };

    let given = data.parameters.iter().flatten().chain(&data.inputs).chain(&data.contexts).chain(&data.states);
    let model: Vec<Param<f64>> = given.cloned().map(Param::new).collect();
    let loss = |twin: &Vec<Param<f64>>| {
        let variables: Vec<Reals> = twin.iter().map(|variable| variable.get().clone()).collect();
        let mut loss = Tensor::scalar(0.0);
        for variable in &variables {
            loss = loss + variable.sum() * 0.0;
        }
        let (outputs, states) = reference(cell, &data, layout, &variables)?;
        let (results, adjoints) = (outputs.iter().chain(&states), data.outputs.iter().chain(&data.finals));
        for (result, adjoint) in results.zip(adjoints).filter_map(|(result, adjoint)| Some((result, adjoint.as_ref()?)))
        {
            loss = loss + (result * adjoint).sum();
        }
        Ok::<_, crate::Error>(loss)
    };
    let (_, gradients) = value_and_grad(&model, loss).unwrap();
    let variables: Vec<Reals> = model.iter().map(|variable| variable.get().clone()).collect();
    let (outputs, states) = reference(cell, &data, layout, &variables).unwrap();

    let run = |wanted: &Wanted| {
        counters::take();
        let scan = forward(plan, cell.kernels, &data.operands(cell), layout, wanted);
        (scan, counters::take().elements[0])
    };
    let (trained, elements) = run(&wanted);
    let (inferred, less) = run(&Wanted::nothing(plan));
    assert!(inferred.saved.is_none() && (less <= elements || layout.rows() < layout.batch()));
    let (general, _) = run(&all);
    for (found, name) in [(&trained, "training"), (&inferred, "inference"), (&general, "training of all")] {
        for (at, expected) in outputs.iter().enumerate() {
            assert_close(&format!("output {at} in {name}"), &found.outputs[at], expected, 1e-13);
        }
        for (at, expected) in states.iter().enumerate() {
            assert_close(&format!("state {at} in {name}"), &found.states[at], expected, 1e-13);
        }
    }
    // What was saved for more derivatives than are asked for does as well.
    for saved in [trained.saved, general.saved].into_iter().flatten() {
        let adjoints = backward(&saved, &data.outputs, &data.finals, &wanted);
        check_adjoints(&adjoints, &data, &wanted, (&model, &gradients));
    }
}

#[track_caller]
fn check_adjoints(
    adjoints: &Adjoints<f64>,
    data: &Data,
    wanted: &Wanted,
    (model, gradients): (&[Param<f64>], &Gradients),
) {
    let found = adjoints.parameters.iter().zip(&data.parameters).filter(|(_, value)| value.is_some());
    let found = found.map(|(found, _)| found).chain(&adjoints.inputs).chain(&adjoints.contexts).chain(&adjoints.states);
    let present = data.parameters.iter().map(Option::is_some);
    let asked = wanted.parameters.iter().zip(present).filter(|(_, present)| *present).map(|(asked, _)| asked);
    let asked = asked.chain(&wanted.inputs).chain(&wanted.contexts).chain(&wanted.states);
    for (at, ((found, asked), variable)) in found.zip(asked).zip(model).enumerate() {
        let expected = gradients.get(variable).unwrap();
        assert_eq!(found.is_some(), *asked, "derivative {at}");
        if let Some(found) = found {
            assert_close(&format!("derivative {at}"), found, &expected, 1e-12);
        }
    }
    for (found, value) in adjoints.parameters.iter().zip(&data.parameters) {
        assert!(found.is_none() || value.is_some(), "an absent parameter has a derivative");
    }
}

/// All that a layout can be.
fn layouts() -> Vec<RowLayout> {
    let full = [(4, 3), (1, 2), (5, 1), (0, 2), (3, 0)].map(|(steps, batch)| RowLayout::full(steps, batch));
    let packed: [&[usize]; 5] = [&[5, 3, 3, 2], &[4, 4, 1, 0], &[2, 1], &[0, 0], &[]];
    full.into_iter().chain(packed.map(|counts| RowLayout::packed(counts, 5))).collect()
}

/// Compares over all layouts, and with derivatives of the loss left out and not asked for.
#[track_caller]
fn check(cell: &Cell) {
    for layout in layouts() {
        check_layout(cell, &layout, |_, _| {});
    }
    for layout in [RowLayout::full(4, 3), RowLayout::packed(&[4, 3, 3, 1], 5)] {
        let results = cell.plan.outputs.len() + cell.plan.states.len();
        for present in 0..1_usize << results {
            check_layout(cell, &layout, |data, _| {
                let adjoints = data.outputs.iter_mut().chain(&mut data.finals).enumerate();
                adjoints.filter(|(at, _)| present >> at & 1 == 0).for_each(|(_, adjoint)| *adjoint = None);
            });
        }
        let plan = cell.plan;
        let count = plan.parameters.len() + plan.inputs.len() + plan.contexts.len() + plan.states.len();
        for only in 0..count {
            for asked in [true, false] {
                check_layout(cell, &layout, |_, wanted| {
                    let Wanted { parameters, inputs, contexts, states } = wanted;
                    let all = parameters.iter_mut().chain(inputs).chain(contexts).chain(states).enumerate();
                    all.for_each(|(at, wanted)| *wanted = (at == only) == asked);
                });
            }
        }
    }
}
