//! The scan of a program on recorded tensors, and its gradients.

use crate::case::{BATCH, Case, Data, STEPS, Scanned};
use crate::recurrent::tape::{self, Program};
use crate::recurrent::tests::evaluate::{Array, Evaluator, Stops};
use crate::recurrent::typed::Start;
use crate::run::{self, Arguments, Fields};
use recurve::{Error, Param, Tensor, value_and_grad};

/// Something that has a gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leaf {
    Parameter(usize),
    /// At all steps.
    Input(usize),
    Context(usize),
    State(usize),
}

/// What the tape says.
pub(crate) struct Recorded {
    pub(crate) scanned: Scanned,

    pub(crate) gradients: Gradients,
}

/// All elements of the arrays of each leaf, see [`leaf_arrays`].
pub(crate) type Gradients = Vec<(Leaf, Vec<f64>)>;

/// All leaves that are there.
pub(crate) fn leaves(data: &Data) -> Vec<Leaf> {
    let present = data.fixed.parameters.iter().enumerate().filter(|(_, parameter)| parameter.is_some());
    let parameters = present.map(|(at, _)| Leaf::Parameter(at));
    let inputs = (0..data.inputs.len()).map(Leaf::Input);
    let contexts = (0..data.contexts.len()).map(Leaf::Context);
    let states = (0..data.states.as_ref().map_or(0, Vec::len)).map(Leaf::State);
    parameters.chain(inputs).chain(contexts).chain(states).collect()
}

/// The arrays of a leaf: one of a parameter, one for each example of a context or state, one for each step and example
/// of an input.
pub(crate) fn leaf_arrays(data: &mut Data, leaf: Leaf) -> Vec<&mut Array> {
    match leaf {
        Leaf::Parameter(at) => data.fixed.parameters[at].iter_mut().collect(),
        Leaf::Input(at) => data.inputs[at].iter_mut().flatten().collect(),
        Leaf::Context(at) => data.contexts[at].iter_mut().collect(),
        Leaf::State(at) => data.states.iter_mut().flat_map(|states| states[at].iter_mut()).collect(),
    }
}

/// Runs the program over all steps and back.
pub(crate) fn record(case: &Case, data: &Data) -> Recorded {
    let program = tape::lower(&case.cell);
    let model = Model::new(data);
    let mut scanned = None;
    let result = value_and_grad(&model.params, |params| {
        let (loss, values) = Scan { case, data, program: &program, model: &model, params }.run();
        scanned = Some(values);
        Ok::<_, Error>(loss)
    });
    let (_, gradients) = result.unwrap_or_else(|error| panic!("{error} in\n{}", case.text));
    let scanned = scanned.expect("the closure ran");
    Recorded { scanned, gradients: model.gradients(&gradients) }
}

/// Every leaf as parameters of a model.
struct Model {
    /// The number of the first parameter of each leaf, and how many it has.
    leaves: Vec<(Leaf, usize, usize)>,
    /// The last one stands for nothing: the loss depends on it also where it depends on nothing else.
    params: Vec<Param<f64>>,
}

impl Model {
    fn new(data: &Data) -> Self {
        let mut copy = data.clone();
        let mut model = Self { leaves: Vec::new(), params: Vec::new() };
        for leaf in leaves(data) {
            let arrays: Vec<&Array> = leaf_arrays(&mut copy, leaf).into_iter().map(|array| &*array).collect();
            let tensors: Vec<Tensor<f64>> = match leaf {
                Leaf::Parameter(_) => arrays.iter().map(|array| tensor(array)).collect(),
                Leaf::Input(_) | Leaf::Context(_) | Leaf::State(_) => arrays.chunks(BATCH).map(batched).collect(),
            };
            model.leaves.push((leaf, model.params.len(), tensors.len()));
            model.params.extend(tensors.into_iter().map(Param::new));
        }
        model.params.push(Param::new(Tensor::scalar(0.0)));
        model
    }

    /// The tensor of a leaf, from the parameters or from their twins.
    fn leaf(&self, params: &[Param<f64>], leaf: Leaf, part: usize) -> Option<Tensor<f64>> {
        let (_, first, _) = self.leaves.iter().find(|(known, _, _)| *known == leaf)?;
        Some(params[first + part].get())
    }

    /// No gradient counts as zeros.
    fn gradients(&self, gradients: &recurve::Gradients) -> Gradients {
        let of_param = |param: &Param<f64>| match gradients.get(param) {
            Some(gradient) => gradient.to_vec(),
            None => vec![0.0; param.get().as_slice().len()],
        };
        let of_leaf = |(leaf, first, count): &(Leaf, usize, usize)| {
            (*leaf, self.params[*first..first + count].iter().flat_map(of_param).collect())
        };
        self.leaves.iter().map(of_leaf).collect()
    }
}

struct Scan<'a> {
    case: &'a Case,
    data: &'a Data,
    program: &'a Program,
    model: &'a Model,
    params: &'a [Param<f64>],
}

impl Scan<'_> {
    fn run(&self) -> (Tensor<f64>, Scanned) {
        let (case, data) = (self.case, self.data);
        let leaf = |leaf, part| self.model.leaf(self.params, leaf, part);
        let all = |count: usize, kind: fn(usize) -> Leaf, part: usize| {
            (0..count).map(|at| leaf(kind(at), part).expect("a leaf that is always there")).collect::<Vec<_>>()
        };
        let fields = Fields {
            parameters: (0..case.cell.parameters.len()).map(|at| leaf(Leaf::Parameter(at), 0)).collect(),
            buffers: data.fixed.buffers.iter().map(tensor).collect(),
            hypers: data.fixed.hypers.clone(),
        };
        let mut states = match &data.states {
            Some(states) => all(states.len(), Leaf::State, 0),
            None => start(case, data, &fields.parameters),
        };
        let mut loss = self.params[self.params.len() - 1].get();
        let mut scanned = Scanned { outputs: vec![Vec::new(); case.cell.outputs.len()], states: Vec::new() };
        for step in 0..STEPS {
            let inputs = all(data.inputs.len(), Leaf::Input, step);
            let contexts = all(data.contexts.len(), Leaf::Context, 0);
            let arguments = Arguments { inputs, contexts, states };
            let (outputs, next) = run::step(self.program, &case.sizes, &fields, &arguments);
            states = next;
            for (at, output) in outputs.iter().enumerate() {
                loss = loss + weighted(output, &data.output_weights[at][step]);
                scanned.outputs[at].push(unbatched(output));
            }
        }
        for (state, weights) in states.iter().zip(&data.state_weights) {
            loss = loss + weighted(state, weights);
        }
        let by_state: Vec<Vec<Array>> = states.iter().map(unbatched).collect();
        scanned.states = (0..BATCH).map(|at| by_state.iter().map(|state| state[at].clone()).collect()).collect();
        (loss, scanned)
    }
}

/// The cell's own states `[B, …]`.
pub(crate) fn start(case: &Case, data: &Data, parameters: &[Option<Tensor<f64>>]) -> Vec<Tensor<f64>> {
    let evaluator = Evaluator::new(&case.cell, &case.sizes);
    let own = evaluator.run(&data.fixed, Stops::Record(Vec::new())).start();
    let start = |(state, own): (&crate::recurrent::typed::State, Array)| match &state.start {
        Start::Learned(parameter) => {
            let learned = parameters[*parameter].as_ref().map_or_else(|| tensor(&own), Tensor::clone);
            let shape: Vec<usize> = [BATCH].into_iter().chain(own.shape.axes()).collect();
            learned.broadcast_to(shape)
        }
        Start::Zeros | Start::Ones | Start::Constant(_) => batched(&[&own; BATCH]),
    };
    case.cell.states.iter().zip(own).map(start).collect()
}

fn weighted(value: &Tensor<f64>, weights: &[Array]) -> Tensor<f64> {
    let weights: Vec<&Array> = weights.iter().collect();
    (value * batched(&weights)).sum()
}

fn tensor(array: &Array) -> Tensor<f64> {
    Tensor::from_slice(&array.data, array.shape.axes()).expect("data that fill their shape")
}

fn batched(examples: &[&Array]) -> Tensor<f64> {
    let data: Vec<f64> = examples.iter().flat_map(|array| array.data.iter().copied()).collect();
    let shape: Vec<usize> = [examples.len()].into_iter().chain(examples[0].shape.axes()).collect();
    Tensor::from_vec(data, shape).expect("data that fill their shape")
}

fn unbatched(tensor: &Tensor<f64>) -> Vec<Array> {
    let shape = crate::recurrent::tests::evaluate::Shape::of(&tensor.shape()[1..]);
    assert_eq!(tensor.shape()[0], BATCH, "the batch is the first axis");
    tensor.to_vec().chunks(shape.len()).map(|data| Array::new(shape, data.to_vec())).collect()
}
