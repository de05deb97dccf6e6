//! The scan of a plan by the engine of the runtime, on recorded tensors.

use crate::built;
use crate::case::{BATCH, Case, Data, STEPS, Scanned};
use crate::plans::{Executed, Expected};
use crate::recurrent::plan;
use crate::recurrent::tests::evaluate::{Array, Shape};
use crate::tape::{self, Gradients, Leaf, leaf_arrays, leaves};
use recurve::__private::scan::{self, Fields, Kernels, run_plan};
use recurve::{Error, Param, Plan, Tensor, value_and_grad};

/// What stands in steps in which a sequence takes no part.
const NONSENSE: f64 = 7.5;

/// A plan of the runtime.
pub(crate) struct Engine {
    plan: &'static Plan,
    kernels: Kernels<f64>,
}

/// Where the steps of the examples stand in what the engine gets.
struct Places {
    steps: usize,
    /// By example.
    columns: [usize; BATCH],
    /// By example and step.
    times: [Vec<usize>; BATCH],
    is_masked: bool,
}

impl Engine {
    pub(crate) fn new(case: &Case, plan: &plan::Plan) -> Self {
        let (plan, kernels) = built::build(&case.cell, plan);
        Self { plan, kernels }
    }

    /// The first value or gradient that is not the expected one; sequences of several lengths have holes.
    pub(crate) fn compare(&self, case: &Case, data: &Data, expected: &Expected) -> Result<(), String> {
        let places = if data.lengths == [STEPS; BATCH] { Places::full() } else { Places::with_holes(data) };
        let scan = Scan { engine: self, case, data, places: &places };
        expected.compare(case, &scan.run()?)
    }
}

impl Places {
    fn full() -> Self {
        let times = [(); BATCH].map(|()| (0..STEPS).collect());
        Self { steps: STEPS, columns: std::array::from_fn(|example| example), times, is_masked: false }
    }

    /// The examples the other way round, each without a step of its own.
    fn with_holes(data: &Data) -> Self {
        let steps = STEPS + 1;
        let times =
            |example: usize| (0..steps).filter(|time| *time != example + 1).take(data.lengths[example]).collect();
        Self {
            steps,
            columns: std::array::from_fn(|example| BATCH - 1 - example),
            times: std::array::from_fn(times),
            is_masked: true,
        }
    }

    fn row(&self, step: usize, example: usize) -> Option<usize> {
        Some(self.times[example].get(step)? * BATCH + self.columns[example])
    }

    /// `[T, B, …]` of arrays by step and example.
    fn over_time(&self, arrays: &[Vec<Array>]) -> Tensor<f64> {
        let shape = arrays[0][0].shape;
        let mut elements = vec![NONSENSE; self.steps * BATCH * shape.len()];
        for (step, arrays) in arrays.iter().enumerate() {
            for (example, array) in arrays.iter().enumerate() {
                if let Some(row) = self.row(step, example) {
                    elements[row * shape.len()..][..shape.len()].copy_from_slice(&array.data);
                }
            }
        }
        tensor(elements, &[self.steps, BATCH], shape)
    }

    /// `[B, …]`
    fn of_batch(&self, arrays: &[Array]) -> Tensor<f64> {
        let shape = arrays[0].shape;
        let mut elements = vec![NONSENSE; BATCH * shape.len()];
        for (example, array) in arrays.iter().enumerate() {
            elements[self.columns[example] * shape.len()..][..shape.len()].copy_from_slice(&array.data);
        }
        tensor(elements, &[BATCH], shape)
    }

    /// Takes what is in the rows of a tensor; the rest must be zeros.
    fn take_over_time(&self, elements: &[f64], arrays: &mut [Vec<Array>]) -> Result<(), String> {
        let width = elements.len() / (self.steps * BATCH);
        let mut rest = elements.to_vec();
        for (step, arrays) in arrays.iter_mut().enumerate() {
            for (example, array) in arrays.iter_mut().enumerate() {
                if let Some(row) = self.row(step, example) {
                    array.data.copy_from_slice(&elements[row * width..(row + 1) * width]);
                    rest[row * width..(row + 1) * width].fill(0.0);
                }
            }
        }
        if rest.iter().all(|x| *x == 0.0) { Ok(()) } else { Err("something in steps without a part".to_owned()) }
    }

    fn take_of_batch(&self, elements: &[f64], arrays: &mut [Array]) {
        let width = elements.len() / BATCH;
        for (example, array) in arrays.iter_mut().enumerate() {
            array.data.copy_from_slice(&elements[self.columns[example] * width..][..width]);
        }
    }

    fn mask(&self) -> Option<Tensor<bool>> {
        let mut mask = vec![false; self.steps * BATCH];
        let rows = (0..BATCH).flat_map(|example| (0..STEPS).filter_map(move |step| self.row(step, example)));
        rows.for_each(|row| mask[row] = true);
        self.is_masked.then(|| Tensor::from_vec(mask, [self.steps, BATCH]).expect("data that fill their shape"))
    }
}

struct Scan<'a> {
    engine: &'a Engine,
    case: &'a Case,
    data: &'a Data,
    places: &'a Places,
}

impl Scan<'_> {
    fn run(&self) -> Result<Executed, String> {
        let leaves = leaves(self.data);
        let mut params: Vec<Param<f64>> = leaves.iter().map(|leaf| Param::new(self.tensor(*leaf))).collect();
        // the loss depends on it also where it depends on nothing else
        params.push(Param::new(Tensor::scalar(0.0)));
        let mut results = None;
        let (_, gradients) = value_and_grad(&params, |params| {
            let (loss, found) = self.record(&leaves, params);
            results = Some(found);
            Ok::<_, Error>(loss)
        })
        .map_err(|error| error.to_string())?;
        let scanned = self.scanned(&results.expect("the closure ran"))?;
        let gradients = leaves.iter().zip(&params).map(|(leaf, param)| {
            let gradient = gradients.get(param).map(|gradient| gradient.to_vec());
            let gradient = gradient.unwrap_or_else(|| vec![0.0; param.get().as_slice().len()]);
            Ok((*leaf, self.gradient(*leaf, &gradient)?))
        });
        Ok(Executed { scanned, gradients: gradients.collect::<Result<Gradients, String>>()?, memory: Vec::new() })
    }

    fn tensor(&self, leaf: Leaf) -> Tensor<f64> {
        let data = self.data;
        match leaf {
            Leaf::Parameter(at) => {
                let array = data.fixed.parameters[at].as_ref().expect("a parameter that is there");
                tensor(array.data.clone(), &[], array.shape)
            }
            Leaf::Input(at) => self.places.over_time(&data.inputs[at]),
            Leaf::Context(at) => self.places.of_batch(&data.contexts[at]),
            Leaf::State(at) => self.places.of_batch(&data.states.as_ref().expect("given states")[at]),
        }
    }

    fn record(&self, leaves: &[Leaf], params: &[Param<f64>]) -> (Tensor<f64>, scan::Results<f64>) {
        let (case, data) = (self.case, self.data);
        let leaf = |wanted: Leaf| Some(params[leaves.iter().position(|leaf| *leaf == wanted)?].get());
        let all = |count: usize, kind: fn(usize) -> Leaf| {
            (0..count).map(|at| leaf(kind(at)).expect("a leaf that is always there")).collect::<Vec<_>>()
        };
        let parameters: Vec<_> = (0..case.cell.parameters.len()).map(|at| leaf(Leaf::Parameter(at))).collect();
        let states = match &data.states {
            Some(states) => all(states.len(), Leaf::State),
            None => tape::start(case, data, &parameters),
        };
        let buffers = data.fixed.buffers.iter().map(|array| tensor(array.data.clone(), &[], array.shape)).collect();
        let fields = Fields { dimensions: case.sizes.clone(), parameters, buffers, hypers: data.fixed.hypers.clone() };
        let operands = scan::Data {
            extent: [self.places.steps, BATCH],
            mask: self.places.mask(),
            inputs: all(data.inputs.len(), Leaf::Input),
            contexts: all(data.contexts.len(), Leaf::Context),
            states,
        };
        let results = run_plan(self.engine.plan, self.engine.kernels, &fields, &operands);
        let outputs = results.outputs.iter().zip(&data.output_weights);
        let outputs = outputs.map(|(output, weights)| (output * self.places.over_time(weights)).sum());
        let states = results.states.iter().zip(&data.state_weights);
        let states = states.map(|(state, weights)| (state * self.places.of_batch(weights)).sum());
        let nothing = params[params.len() - 1].get();
        let loss = outputs.chain(states).fold(nothing, |loss, term| loss + term);
        (loss, results)
    }

    fn scanned(&self, results: &scan::Results<f64>) -> Result<Scanned, String> {
        let mut outputs = self.data.output_weights.clone();
        for (output, arrays) in results.outputs.iter().zip(&mut outputs) {
            self.places.take_over_time(output.as_slice(), arrays)?;
            for (step, examples) in arrays.iter_mut().enumerate() {
                examples.truncate(self.data.lengths.iter().filter(|length| **length > step).count());
            }
        }
        let mut states = self.data.state_weights.clone();
        for (state, arrays) in results.states.iter().zip(&mut states) {
            self.places.take_of_batch(state.as_slice(), arrays);
        }
        let of_example = |example: usize| states.iter().map(|state| state[example].clone()).collect();
        Ok(Scanned { outputs, states: (0..BATCH).map(of_example).collect() })
    }

    /// In the order of [`leaf_arrays`], with zeros for steps without a part.
    fn gradient(&self, leaf: Leaf, elements: &[f64]) -> Result<Vec<f64>, String> {
        let mut data = self.data.clone();
        leaf_arrays(&mut data, leaf).into_iter().for_each(|array| array.data.fill(0.0));
        match leaf {
            Leaf::Parameter(_) => return Ok(elements.to_vec()),
            Leaf::Input(at) => self.places.take_over_time(elements, &mut data.inputs[at])?,
            Leaf::Context(at) => self.places.take_of_batch(elements, &mut data.contexts[at]),
            Leaf::State(at) => {
                self.places.take_of_batch(elements, &mut data.states.as_mut().expect("given states")[at]);
            }
        }
        Ok(leaf_arrays(&mut data, leaf).into_iter().flat_map(|array| array.data.clone()).collect())
    }
}

fn tensor(elements: Vec<f64>, axes: &[usize], shape: Shape) -> Tensor<f64> {
    let shape: Vec<usize> = axes.iter().copied().chain(shape.axes()).collect();
    Tensor::from_vec(elements, shape).expect("data that fill their shape")
}
