//! A random cell with values for everything that it reads.

use crate::compare;
use crate::recurrent::syntax;
use crate::recurrent::tests::evaluate::{Array, Evaluator, Fixed, Shape, Stops};
use crate::recurrent::tests::front;
use crate::recurrent::tests::generate::generate;
use crate::recurrent::tests::random::Random;
use crate::recurrent::typed::{Argument, Cell, Dim, Start};

pub(crate) const STEPS: usize = 3;
pub(crate) const BATCH: usize = 2;

/// A cell without mistakes.
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) text: String,
    pub(crate) syntax: syntax::Cell,
    pub(crate) cell: Cell,
    /// Of the dimensions in the order of the cell.
    pub(crate) sizes: Vec<usize>,
}

/// Values for a scan, and weights that make one number of what it gives.
#[derive(Clone)]
pub(crate) struct Data {
    pub(crate) fixed: Fixed,
    /// By input, step and example.
    pub(crate) inputs: Vec<Vec<Vec<Array>>>,
    /// By context and example.
    pub(crate) contexts: Vec<Vec<Array>>,
    /// By state and example; none if the cell's own are taken.
    pub(crate) states: Option<Vec<Vec<Array>>>,
    /// By output, step and example.
    pub(crate) output_weights: Vec<Vec<Vec<Array>>>,
    /// By state and example.
    pub(crate) state_weights: Vec<Vec<Array>>,
    /// In how many steps each example takes part; the longest comes first.
    pub(crate) lengths: [usize; BATCH],
}

impl Case {
    pub(crate) fn new(seed: u64) -> Self {
        let generated = generate(seed);
        let syntax = front::read(&generated.text);
        let checked = syntax.and_then(|syntax| front::check(&syntax).map(|cell| (syntax, cell)));
        let (syntax, cell) = checked.unwrap_or_else(|mistakes| panic!("{mistakes:#?} in\n{}", generated.text));
        let size = |name: &String| generated.sizes.iter().find(|(known, _)| known == name).map(|(_, size)| *size);
        let sizes = cell.dimensions.iter().map(|dimension| size(&dimension.name).expect("a size for each dimension"));
        Self { seed, text: generated.text.clone(), sizes: sizes.collect(), syntax, cell }
    }

    /// Dense random values; some optional parameters are absent.
    pub(crate) fn data(&self) -> Data {
        let mut random = Random::new(self.seed ^ 0x00da_7a00);
        let cell = &self.cell;
        let evaluator = Evaluator::new(cell, &self.sizes);
        let shape = |dims: &[Dim]| evaluator.shape_of(dims);
        let parameters = cell
            .parameters
            .iter()
            .map(|parameter| {
                let absent = parameter.optional && random.chance(0.3);
                (!absent).then(|| dense(&mut random, shape(&parameter.shape), 1.0))
            })
            .collect();
        let buffers = cell.buffers.iter().map(|buffer| dense(&mut random, shape(&buffer.shape), 1.0)).collect();
        let hypers = cell.hypers.iter().map(|hyper| hyper.value).collect();
        let argument = |random: &mut Random, argument: &Argument| batch(random, shape(&argument.shape), 1.5);
        let inputs = cell.inputs.iter();
        let inputs = inputs.map(|input| (0..STEPS).map(|_| argument(&mut random, input)).collect()).collect();
        let contexts = cell.contexts.iter().map(|context| argument(&mut random, context)).collect();
        let given = random.chance(0.5);
        let states =
            given.then(|| cell.states.iter().map(|state| batch(&mut random, shape(&state.shape), 1.5)).collect());
        let output = |random: &mut Random, dims: &[Dim]| (0..STEPS).map(|_| batch(random, shape(dims), 1.0)).collect();
        let outputs = cell.outputs.iter();
        let output_weights = outputs.map(|value| output(&mut random, &cell.node(value.value).ty.shape)).collect();
        let state_weights = cell.states.iter().map(|state| batch(&mut random, shape(&state.shape), 1.0)).collect();
        let fixed = Fixed { parameters, buffers, hypers };
        Data { fixed, inputs, contexts, states, output_weights, state_weights, lengths: [STEPS; BATCH] }
    }

    /// Whether some state starts as this parameter.
    pub(crate) fn is_learned_start(&self, parameter: usize) -> bool {
        self.cell.states.iter().any(|state| state.start == Start::Learned(parameter))
    }

    /// Whether other errors of rounding change the values much.
    pub(crate) fn is_at_a_jump(&self, data: &Data, scanned: &Scanned) -> bool {
        (0..=16).any(|choice| {
            let evaluator = Evaluator::new(&self.cell, &self.sizes).rounding(choice);
            let (other, _) = self.scan(&evaluator, data, Stops::Record(Vec::new()));
            compare::values_within(self, &other, scanned, 1e-7).is_err()
        })
    }

    /// The scan of one evaluator, which may be wrong on purpose: by output, step and example, and by state and example.
    pub(crate) fn scan(&self, evaluator: &Evaluator<'_>, data: &Data, stops: Stops) -> (Scanned, Vec<Array>) {
        let mut run = evaluator.run(&data.fixed, stops);
        let own = run.start();
        let mut scanned =
            Scanned { outputs: vec![vec![Vec::new(); STEPS]; self.cell.outputs.len()], states: Vec::new() };
        for example in 0..BATCH {
            let of_example = |arrays: &Vec<Vec<Array>>| arrays.iter().map(|array| array[example].clone()).collect();
            let mut states: Vec<Array> = data.states.as_ref().map_or_else(|| own.clone(), of_example);
            let contexts: Vec<Array> = of_example(&data.contexts);
            for step in 0..data.lengths[example] {
                let inputs: Vec<Array> = data.inputs.iter().map(|input| input[step][example].clone()).collect();
                let stepped = run.step(&inputs, &contexts, &states);
                states = stepped.next;
                for (all, output) in scanned.outputs.iter_mut().zip(stepped.outputs) {
                    all[step].push(output);
                }
            }
            scanned.states.push(states);
        }
        (scanned, run.into_stops())
    }
}

impl Data {
    /// The same with sequences of several lengths.
    pub(crate) fn ragged(&self, seed: u64) -> Self {
        let lengths = [[STEPS, 1], [STEPS, 2], [2, 1], [2, 0], [STEPS, 0]];
        Self { lengths: lengths[seed as usize % lengths.len()], ..self.clone() }
    }
}

/// What a scan gives. Outputs are of the examples that take part.
#[derive(Clone, Debug)]
pub(crate) struct Scanned {
    /// By output, step and example.
    pub(crate) outputs: Vec<Vec<Vec<Array>>>,
    /// By example and state.
    pub(crate) states: Vec<Vec<Array>>,
}

impl Scanned {
    /// The weighted sum of all outputs and of the last states.
    pub(crate) fn loss(&self, data: &Data) -> f64 {
        let dot = |a: &Array, b: &Array| a.data.iter().zip(&b.data).map(|(a, b)| a * b).sum::<f64>();
        let outputs = self.outputs.iter().flatten().flatten().zip(data.output_weights.iter().flatten().flatten());
        let states = self.states.iter().enumerate().flat_map(|(example, states)| {
            states.iter().zip(&data.state_weights).map(move |(state, weights)| (state, &weights[example]))
        });
        outputs.chain(states).map(|(value, weights)| dot(value, weights)).sum()
    }
}

pub(crate) fn dense(random: &mut Random, shape: Shape, size: f64) -> Array {
    Array::new(shape, (0..shape.len()).map(|_| random.uniform(-size, size)).collect())
}

fn batch(random: &mut Random, shape: Shape, size: f64) -> Vec<Array> {
    (0..BATCH).map(|_| dense(random, shape, size)).collect()
}
