//! The gradients of a scan by the graphs of its derivative: steps from the last to the first, and sums over them.

use crate::case::{BATCH, Case, Data};
use crate::compare;
use crate::graphs::of_all;
use crate::recurrent::diff::{Backward, Contribution, Part, Rate, Total, reverse};
use crate::recurrent::ir::{self, Op, Step};
use crate::recurrent::tests::evaluate::{Array, Evaluator, Stops};
use crate::recurrent::tests::interpret::interpret;
use crate::recurrent::tests::random::Random;
use crate::recurrent::typed::Start;
use crate::tape::{self, Gradients, Leaf, Recorded, leaf_arrays};

/// The first gradient that is not that of the tape, before and after the passes over the graphs of the derivative.
pub(crate) fn compare(case: &Case, data: &Data, recorded: &Recorded) -> Result<(), String> {
    let leaves: Vec<Leaf> = recorded.gradients.iter().map(|(leaf, _)| *leaf).collect();
    let compare = |stage: &str, step: &Step, backward: &Backward| {
        let found = gradients(case, data, &Scan::new(case, data, step), backward, &leaves);
        let texts = |error| format!("{stage}: {error}\n{}\n{}", step.text(&case.cell), backward.text(&case.cell));
        compare::gradients(&found, &recorded.gradients).map_err(texts)
    };
    let step = ir::lower(&case.cell);
    compare("without passes", &step, &reverse(&step))?;
    let step = ir::optimise(step);
    let backward = reverse(&step);
    compare("before its passes", &step, &backward)?;
    compare("after its passes", &step, &backward.optimised())
}

/// Whether a slightly different point has a very different gradient.
pub(crate) fn is_at_a_kink(case: &Case, data: &Data, recorded: &Recorded) -> bool {
    let mut random = Random::new(case.seed);
    (0..8).any(|_| {
        let mut near = data.clone();
        for (leaf, _) in &recorded.gradients {
            let elements = leaf_arrays(&mut near, *leaf).into_iter().flat_map(|array| &mut array.data);
            elements.for_each(|x| *x += random.uniform(-1e-9, 1e-9));
        }
        let near = tape::record(case, &near);
        let pairs = near.gradients.iter().flat_map(|(_, gradient)| gradient);
        let mut pairs = pairs.zip(recorded.gradients.iter().flat_map(|(_, gradient)| gradient));
        pairs.any(|(near, here)| (near - here).abs() > 1e-5 * here.abs().max(1.0))
    })
}

/// The gradients of these leaves, as those of the tape.
pub(crate) fn gradients(case: &Case, data: &Data, scan: &Scan<'_>, backward: &Backward, leaves: &[Leaf]) -> Gradients {
    let mut sweep =
        Sweep { case, data, scan, backward, totals: zeros_of(case, scan, backward), gradient: zeroed(data) };
    (0..BATCH).for_each(|example| sweep.example(example));
    sweep.shared();
    let mut gradient = sweep.gradient;
    let of_leaf = |leaf: &Leaf| {
        let arrays = leaf_arrays(&mut gradient, *leaf).into_iter();
        (*leaf, arrays.flat_map(|array| array.data.iter().copied()).collect())
    };
    leaves.iter().map(of_leaf).collect()
}

/// All values of all steps: by example, step and node.
pub(crate) struct Scan<'a> {
    step: &'a Step,
    values: Vec<Vec<Vec<Array>>>,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(case: &Case, data: &Data, step: &'a Step) -> Self {
        let evaluator = Evaluator::new(&case.cell, &case.sizes);
        let own = evaluator.run(&data.fixed, Stops::Record(Vec::new())).start();
        let of_example = |example: usize| {
            let given = data.states.as_ref();
            let states = given.map(|states| states.iter().map(|state| state[example].clone()).collect());
            let mut states: Vec<Array> = states.unwrap_or_else(|| own.clone());
            let one = |at: usize| {
                let leaf = |op: &Op| match op {
                    Op::Input(input) => data.inputs[*input][at][example].clone(),
                    Op::Context(context) => data.contexts[*context][example].clone(),
                    Op::State(state) => states[*state].clone(),
                    shared => of_all(case, &evaluator, data, shared),
                };
                let values = interpret(&step.graph, &case.sizes, &leaf);
                states = step.next.iter().map(|next| values[next.index()].clone()).collect();
                values
            };
            // what does not depend on the step is read of the first one
            (0..data.lengths[example].max(1)).map(one).collect()
        };
        Self { step, values: (0..BATCH).map(of_example).collect() }
    }

    /// How often a sum is used.
    fn rate(&self, total: &Total) -> Rate {
        Rate::of(self.step.graph.node(total.target).depends)
    }
}

struct Sweep<'a> {
    case: &'a Case,
    data: &'a Data,
    scan: &'a Scan<'a>,
    backward: &'a Backward,
    /// By number; those of an example begin anew with each example.
    totals: Vec<Array>,
    /// In the places of the values.
    gradient: Data,
}

impl Sweep<'_> {
    fn example(&mut self, example: usize) {
        let backward = self.backward;
        let zeros = zeros_of(self.case, self.scan, backward);
        for (at, total) in
            backward.totals.iter().enumerate().filter(|(_, total)| self.scan.rate(total) == Rate::Example)
        {
            assert!(total.parts.iter().all(|part| part.rate == Rate::Row), "only rows run more often than examples");
            self.totals[at] = zeros[at].clone();
        }
        let mut adjoints: Vec<Array> = self.data.state_weights.iter().map(|state| state[example].clone()).collect();
        for step in (0..self.data.lengths[example]).rev() {
            let values = self.interpret(Rate::Row, example, step, &adjoints);
            self.sum(Rate::Row, &values);
            let found = backward.states.iter().zip(&adjoints);
            adjoints = found.map(|(id, old)| id.map_or(zeroed_array(old), |id| values[id.index()].clone())).collect();
            for (at, id) in backward.inputs.iter().enumerate().filter_map(|(at, id)| Some((at, (*id)?))) {
                self.gradient.inputs[at][step][example] = values[id.index()].clone();
            }
        }
        let values = self.interpret(Rate::Example, example, 0, &[]);
        self.sum(Rate::Example, &values);
        for (at, id) in backward.contexts.iter().enumerate().filter_map(|(at, id)| Some((at, (*id)?))) {
            self.gradient.contexts[at][example] = values[id.index()].clone();
        }
        for (at, adjoint) in adjoints.into_iter().enumerate() {
            let start = &self.case.cell.states[at].start;
            match (&mut self.gradient.states, start) {
                (Some(states), _) => states[at][example] = adjoint,
                (None, Start::Learned(parameter)) => {
                    if let Some(gradient) = &mut self.gradient.fixed.parameters[*parameter] {
                        *gradient = gradient.zip(&adjoint, |a, b| a + b);
                    }
                }
                (None, Start::Zeros | Start::Ones | Start::Constant(_)) => {}
            }
        }
    }

    /// What runs once for a scan.
    fn shared(&mut self) {
        let values = self.interpret(Rate::Scan, 0, 0, &[]);
        for (at, id) in self.backward.parameters.iter().enumerate().filter_map(|(at, id)| Some((at, (*id)?))) {
            if let Some(gradient) = &mut self.gradient.fixed.parameters[at] {
                *gradient = gradient.zip(&values[id.index()], |a, b| a + b);
            }
        }
    }

    fn interpret(&self, rate: Rate, example: usize, step: usize, next: &[Array]) -> Vec<Array> {
        let leaf = |op: &Op| match op {
            Op::Forward(id) => self.scan.values[example][step][id.index()].clone(),
            Op::Hyper(at) => Array::scalar(self.data.fixed.hypers[*at]),
            Op::OutputAdjoint(at) if rate == Rate::Row => self.data.output_weights[*at][step][example].clone(),
            Op::NextAdjoint(at) if rate == Rate::Row => next[*at].clone(),
            Op::Total(at) if self.scan.rate(&self.backward.totals[*at]) == rate => self.totals[*at].clone(),
            other => unreachable!("{other:?} is no leaf of what is computed {rate}"),
        };
        interpret(self.backward.graph(rate), &self.case.sizes, &leaf)
    }

    /// Adds to all totals what a graph has for them.
    fn sum(&mut self, rate: Rate, values: &[Array]) {
        for (sum, Total { parts, .. }) in self.totals.iter_mut().zip(&self.backward.totals) {
            for Part { contribution, .. } in parts.iter().filter(|part| part.rate == rate) {
                let one = match contribution {
                    Contribution::Whole(id) => values[id.index()].clone(),
                    Contribution::Outer(left, right) => values[left.index()].outer(&values[right.index()]),
                };
                assert_eq!(one.shape, sum.shape, "a sum of equal shapes");
                *sum = sum.zip(&one, |a, b| a + b);
            }
        }
    }
}

fn zeros_of(case: &Case, scan: &Scan<'_>, backward: &Backward) -> Vec<Array> {
    let evaluator = Evaluator::new(&case.cell, &case.sizes);
    let zeros = |total: &Total| Array::filled(evaluator.shape_of(scan.step.graph.shape(total.target)), 0.0);
    backward.totals.iter().map(zeros).collect()
}

fn zeroed_array(array: &Array) -> Array {
    Array::filled(array.shape, 0.0)
}

/// The same shapes.
pub(crate) fn zeroed(data: &Data) -> Data {
    let mut data = data.clone();
    let fixed = data.fixed.parameters.iter_mut().flatten();
    let inputs = data.inputs.iter_mut().flatten().flatten();
    let of_examples = data.contexts.iter_mut().chain(data.states.iter_mut().flatten()).flatten();
    fixed.chain(inputs).chain(of_examples).for_each(|array| *array = zeroed_array(array));
    data
}
