//! A scan as one node of the tape.

use super::backward::{Adjoints, backward};
use super::execute::Kernels;
use super::forward::{Operands, Saved, forward};
use super::ragged::Ragged;
use super::rows::RowLayout;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::autodiff::joint::{Joint, record_joint, tracked};
use crate::error::Result;
use crate::recurrent::plan::live::Wanted;
use crate::recurrent::plan::{Leaf, Plan};
use crate::tensor::Tensor;

/// What a cell has.
#[derive(Debug)]
pub struct Fields<F: Float> {
    /// In the order of the plan's names.
    pub dimensions: Vec<usize>,
    /// `None` for an absent one.
    pub parameters: Vec<Option<Tensor<F>>>,
    /// In the order of the plan.
    pub buffers: Vec<Tensor<F>>,
    /// In the order of the plan.
    pub hypers: Vec<f64>,
}

/// What a cell reads: inputs `[T, B, …]`, contexts `[B, …]`, and the states before the first step `[B, …]`.
#[derive(Debug)]
pub struct Data<F: Float> {
    /// `[T, B]`
    pub extent: [usize; 2],
    /// `[T, B]`: which steps a sequence takes part in.
    pub mask: Option<Tensor<bool>>,
    /// `[T, B, …]`
    pub inputs: Vec<Tensor<F>>,
    /// `[B, …]`
    pub contexts: Vec<Tensor<F>>,
    /// `[B, …]`, before the first step.
    pub states: Vec<Tensor<F>>,
}

/// What a scan gives.
#[derive(Debug)]
pub struct Results<F: Float> {
    /// `[T, B, …]`, zeros where a sequence has no step.
    pub outputs: Vec<Tensor<F>>,
    /// `[B, …]`, after the last step of each sequence.
    pub states: Vec<Tensor<F>>,
}

/// Runs a scan and records it as one node.
pub fn run_plan<F: Float>(plan: &'static Plan, kernels: Kernels<F>, fields: &Fields<F>, data: &Data<F>) -> Results<F> {
    let ragged = data.mask.as_ref().map(|mask| Ragged::new(mask, data.extent));
    let ragged = ragged.filter(|ragged| !ragged.layout.is_full() || ragged.layout.steps() != data.extent[0]);
    let links: Vec<&Tensor<F>> = linked(fields, data).collect();
    let counts = [data.inputs.len(), data.contexts.len(), data.states.len()];
    let present: Vec<bool> = fields.parameters.iter().map(Option::is_some).collect();
    let wanted = wanted(&present, counts, tracked(&links));
    let placed = |tensors: &'_ [Tensor<F>], over_time| {
        let ragged = ragged.as_ref()?;
        let place = |tensor: &Tensor<F>| ragged.place(&tensor.array, over_time);
        Some(tensors.iter().map(|tensor| Tensor::untracked(place(tensor))).collect::<Vec<_>>())
    };
    let [inputs, contexts, states] = [(&data.inputs, true), (&data.contexts, false), (&data.states, false)]
        .map(|(all, over_time)| placed(all, over_time));
    let operands = Operands {
        dimensions: &fields.dimensions,
        parameters: &fields.parameters,
        buffers: &fields.buffers,
        hypers: &fields.hypers,
        inputs: inputs.as_ref().unwrap_or(&data.inputs),
        contexts: contexts.as_ref().unwrap_or(&data.contexts),
        states: states.as_ref().unwrap_or(&data.states),
    };
    let full = RowLayout::full(data.extent[0], data.extent[1]);
    let layout = ragged.as_ref().map_or(&full, |ragged| &ragged.layout);
    let forward = forward(plan, kernels, &operands, layout, &wanted);
    let outputs = forward.outputs.iter().map(|rows| spread(rows, data.extent, ragged.as_ref()));
    let states = forward.states.into_iter().map(|rows| match &ragged {
        None => rows,
        Some(ragged) => ragged.unsort(&rows),
    });
    let results = outputs.chain(states).collect();
    let saved = forward.saved;
    let node = move || -> Box<dyn Joint<F>> {
        let Some(saved) = saved else { unreachable!("a scan that is recorded has saved what it needs") };
        Box::new(Scan {
            plan,
            saved,
            ragged,
            extent: data.extent,
            present,
            counts,
            name: format!("{}::scan", plan.cell),
        })
    };
    let mut outputs = record_joint(node, &links, results);
    let states = outputs.split_off(plan.outputs.len());
    Results { outputs, states }
}

/// The inputs of the node.
fn linked<'a, F: Float>(fields: &'a Fields<F>, data: &'a Data<F>) -> impl Iterator<Item = &'a Tensor<F>> {
    fields.parameters.iter().flatten().chain(&data.inputs).chain(&data.contexts).chain(&data.states)
}

/// Which derivatives are asked for, of those of the node's inputs. Absent parameters have none.
fn wanted(present: &[bool], counts: [usize; 3], mut asked: impl Iterator<Item = bool>) -> Wanted {
    let mut next = || asked.next().unwrap_or_else(|| unreachable!("there is one for each input"));
    let parameters = present.iter().map(|&present| present && next()).collect();
    let [inputs, contexts, states] = counts.map(|count| (0..count).map(|_| next()).collect());
    Wanted { parameters, inputs, contexts, states }
}

/// `[R, …]` as `[T, B, …]`
fn spread<F: Float>(rows: &Array<F>, extent: [usize; 2], ragged: Option<&Ragged>) -> Array<F> {
    let shape: Shape = extent.iter().chain(&rows.shape()[1..]).copied().collect();
    match ragged {
        None => rows.reshaped(shape),
        Some(ragged) => ragged.unpack(rows, shape),
    }
}

/// A scan that has run.
struct Scan<F: Float> {
    plan: &'static Plan,
    saved: Saved<F>,
    ragged: Option<Ragged>,
    extent: [usize; 2],
    /// By parameter.
    present: Vec<bool>,
    /// Of inputs, contexts and states.
    counts: [usize; 3],
    name: String,
}

impl<F: Float> Joint<F> for Scan<F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn derive(&self, adjoints: &[Option<Tensor<F>>], asked: &[bool]) -> Result<Vec<Option<Tensor<F>>>> {
        let placed = |adjoint: &Option<Tensor<F>>, over_time: bool| {
            let array = &adjoint.as_ref()?.array;
            Some(Tensor::untracked(match &self.ragged {
                None => array.clone(),
                Some(ragged) => ragged.place(array, over_time),
            }))
        };
        let (outputs, states) = adjoints.split_at(self.plan.outputs.len());
        let outputs: Vec<_> = outputs.iter().map(|adjoint| placed(adjoint, true)).collect();
        let states: Vec<_> = states.iter().map(|adjoint| placed(adjoint, false)).collect();
        let wanted = wanted(&self.present, self.counts, asked.iter().copied());
        let adjoints = backward(&self.saved, &outputs, &states, &wanted);
        Ok(self.given_back(adjoints))
    }
}

impl<F: Float> Scan<F> {
    /// In the order of the node's inputs, in the callers' order of rows.
    fn given_back(&self, adjoints: Adjoints<F>) -> Vec<Option<Tensor<F>>> {
        let Adjoints { parameters, inputs, contexts, states, .. } = adjoints;
        let parameters = parameters.into_iter().zip(&self.present).filter(|(_, present)| **present);
        let parameters = parameters.map(|(adjoint, _)| adjoint);
        let inputs = inputs.into_iter().map(|rows| Some(spread(&rows?, self.extent, self.ragged.as_ref())));
        let examples = contexts.into_iter().chain(states).map(|rows| match &self.ragged {
            None => rows,
            Some(ragged) => Some(ragged.unsort(&rows?)),
        });
        parameters.chain(inputs).chain(examples).map(|adjoint| adjoint.map(Tensor::untracked)).collect()
    }
}

impl Leaf {
    /// The sizes of one example.
    pub(crate) fn sizes(&self, plan: &Plan, dimensions: &[usize]) -> Vec<usize> {
        self.shape.iter().map(|size| plan.sizes[size.0].at(dimensions)).collect()
    }
}
