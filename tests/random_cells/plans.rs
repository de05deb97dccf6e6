//! The scan of a plan, forward and backward, and what it gives in the places of the tape's results.

use crate::case::{BATCH, Case, Data, STEPS, Scanned};
use crate::compare;
use crate::derivative::{self, zeroed};
use crate::engine::Engine;
use crate::machine::{At, Machine, Packed};
use crate::recurrent::diff::{Backward, reverse};
use crate::recurrent::ir::{self, Step};
use crate::recurrent::plan::{self, Decision, Plan, Source};
use crate::recurrent::tests::evaluate::{Array, Evaluator, Shape, Stops};
use crate::recurrent::typed::Start;
use crate::tape::{Gradients, Leaf, Recorded, leaf_arrays};

/// What a plan gives.
pub(crate) struct Executed {
    pub(crate) scanned: Scanned,
    pub(crate) gradients: Gradients,
    /// All of its memory.
    pub(crate) memory: Vec<f64>,
}

impl Executed {
    /// All values and gradients, one after the other.
    pub(crate) fn results(&self) -> Vec<f64> {
        let Scanned { outputs, states } = &self.scanned;
        let values = outputs.iter().flatten().flatten().chain(states.iter().flatten()).flat_map(|array| &array.data);
        let gradients = self.gradients.iter().flat_map(|(_, gradient)| gradient);
        values.chain(gradients).copied().collect()
    }
}

/// A cell, its plan and what that should give.
pub(crate) struct Planned<'a> {
    case: &'a Case,
    data: &'a Data,
    step: Step,
    backward: Backward,
    pub(crate) plan: Plan,
    pub(crate) expected: Expected,
}

impl<'a> Planned<'a> {
    pub(crate) fn new(case: &'a Case, data: &'a Data, recorded: &Recorded) -> Self {
        let step = ir::optimise(ir::lower(&case.cell));
        let backward = reverse(&step).optimised();
        let plan = plan::assemble(&case.cell, &step, backward.clone());
        let expected = Expected { scanned: recorded.scanned.clone(), gradients: recorded.gradients.clone() };
        Self { case, data, step, backward, plan, expected }
    }

    pub(crate) fn run(&self, plan: &Plan) -> Result<Executed, String> {
        self.run_with(plan, self.data)
    }

    /// The results where this decision is wrong, if they are right nevertheless.
    pub(crate) fn run_breaking(&self, decision: Decision) -> Result<(), String> {
        let plan = plan::assemble_breaking(&self.case.cell, &self.step, self.backward.clone(), Some(decision));
        self.expected.compare(self.case, &self.run(&plan)?)
    }

    fn run_with(&self, plan: &Plan, data: &Data) -> Result<Executed, String> {
        let leaves: Vec<Leaf> = self.expected.gradients.iter().map(|(leaf, _)| *leaf).collect();
        execute(self.case, data, plan, &leaves)
    }

    /// By the plan as it reads, and by the engine; with the tape's results, and for sequences of several lengths with
    /// those of the graphs.
    fn compare(&self) -> Result<(), String> {
        let engine = Engine::new(self.case, &self.plan);
        let compare = |data: &Data, expected: &Expected| {
            let executed = self.run_with(&self.plan, data)?;
            expected.compare(self.case, &executed)?;
            let by_engine = engine.compare(self.case, data, expected);
            by_engine.map_err(|error| format!("by the engine, {error}"))
        };
        compare(self.data, &self.expected)?;
        let ragged = self.data.ragged(self.case.seed);
        let expected = Expected::of_graphs(self.case, &ragged, &self.step, &self.backward, &self.expected.gradients);
        compare(&ragged, &expected).map_err(|error| format!("lengths {:?}: {error}", ragged.lengths))
    }
}

/// The first value or gradient of the plan that is not the right one.
pub(crate) fn compare(case: &Case, data: &Data, recorded: &Recorded) -> Result<(), String> {
    let planned = Planned::new(case, data, recorded);
    let text =
        |error| format!("the plan: {error}\n{}\n{}", planned.plan.text(&case.cell), planned.step.text(&case.cell));
    planned.compare().map_err(text)
}

/// What a plan should give.
pub(crate) struct Expected {
    pub(crate) scanned: Scanned,
    pub(crate) gradients: Gradients,
}

impl Expected {
    fn of_graphs(case: &Case, data: &Data, step: &Step, backward: &Backward, leaves: &Gradients) -> Self {
        let evaluator = Evaluator::new(&case.cell, &case.sizes);
        let (scanned, _) = case.scan(&evaluator, data, Stops::Record(Vec::new()));
        let leaves: Vec<Leaf> = leaves.iter().map(|(leaf, _)| *leaf).collect();
        let scan = derivative::Scan::new(case, data, step);
        Self { scanned, gradients: derivative::gradients(case, data, &scan, backward, &leaves) }
    }

    pub(crate) fn compare(&self, case: &Case, found: &Executed) -> Result<(), String> {
        compare::values(case, &found.scanned, &self.scanned)?;
        compare::gradients(&found.gradients, &self.gradients)
    }
}

/// Runs a plan over all steps and back.
fn execute(case: &Case, data: &Data, plan: &Plan, leaves: &[Leaf]) -> Result<Executed, String> {
    let scan = Scan::new(case, data, plan);
    let packed = Packed::new(STEPS, &data.lengths);
    let mut machine = Machine::new(plan, &case.sizes, packed.clone(), &|source, at| scan.leaf(source, at));
    machine.run()?;
    let scanned = scan.results(&machine, &packed)?;
    let mut gradient = scan.gradient(&machine, &packed)?;
    let of_leaf = |leaf: &Leaf| {
        let arrays = leaf_arrays(&mut gradient, *leaf).into_iter();
        (*leaf, arrays.flat_map(|array| array.data.iter().copied()).collect())
    };
    let gradients = leaves.iter().map(of_leaf).collect();
    Ok(Executed { scanned, gradients, memory: machine.everything().collect() })
}

struct Scan<'a> {
    case: &'a Case,
    data: &'a Data,
    plan: &'a Plan,
    /// The states before the first step, by example.
    starts: Vec<Vec<Array>>,
}

impl<'a> Scan<'a> {
    fn new(case: &'a Case, data: &'a Data, plan: &'a Plan) -> Self {
        let evaluator = Evaluator::new(&case.cell, &case.sizes);
        let own = evaluator.run(&data.fixed, Stops::Record(Vec::new())).start();
        let start = |example: usize| match &data.states {
            Some(states) => states.iter().map(|state| state[example].clone()).collect(),
            None => own.clone(),
        };
        Self { case, data, plan, starts: (0..BATCH).map(start).collect() }
    }

    /// What stands in a row before anything runs.
    fn leaf(&self, source: &Source, at: At) -> Option<Vec<f64>> {
        let (case, data) = (self.case, self.data);
        let array = match (source, at) {
            (Source::Parameter(parameter), At::Once) => {
                data.fixed.parameters[*parameter].clone().unwrap_or_else(|| {
                    let evaluator = Evaluator::new(&case.cell, &case.sizes);
                    Array::filled(evaluator.shape_of(&case.cell.parameters[*parameter].shape), 0.0)
                })
            }
            (Source::Buffer(buffer), At::Once) => data.fixed.buffers[*buffer].clone(),
            (Source::Hyper(hyper), At::Once) => Array::scalar(data.fixed.hypers[*hyper]),
            (Source::Size(dim), At::Once) => Array::scalar(dim.value(&|dimension| case.sizes[dimension]) as f64),
            (Source::Input(input), At::Row { step, example }) => data.inputs[*input][step][example].clone(),
            (Source::OutputAdjoint(output), At::Row { step, example }) => {
                data.output_weights[*output][step][example].clone()
            }
            (Source::Context(context), At::Example(example)) => data.contexts[*context][example].clone(),
            // of a state there is a row for each step, and one that is the last
            (Source::State(state) | Source::Next(state), At::Row { step: 0, example }) => {
                self.starts[example][*state].clone()
            }
            (Source::State(state) | Source::Next(state), At::Example(example)) if data.lengths[example] == 0 => {
                self.starts[example][*state].clone()
            }
            (Source::StateAdjoint(state) | Source::NextAdjoint(state), At::Example(example)) => {
                data.state_weights[*state][example].clone()
            }
            _ => return None,
        };
        Some(array.data)
    }

    fn results(&self, machine: &Machine<'_>, packed: &Packed) -> Result<Scanned, String> {
        let evaluator = Evaluator::new(&self.case.cell, &self.case.sizes);
        let cell = &self.case.cell;
        let mut scanned = Scanned { outputs: vec![vec![Vec::new(); STEPS]; cell.outputs.len()], states: Vec::new() };
        let array = |source: Source, row: usize, shape: Shape| {
            let elements = machine.result(&source, row).ok_or_else(|| format!("nobody computes {source:?}"))?;
            Ok::<_, String>(Array::new(shape, elements?))
        };
        for (row, (step, example)) in packed.rows().enumerate() {
            for (at, output) in cell.outputs.iter().enumerate() {
                let shape = evaluator.shape_of(&cell.node(output.value).ty.shape);
                let value = match self.plan.outputs[at] {
                    Some(state) => array(Source::Next(state), packed.before(step + 1, example), shape)?,
                    None => array(Source::Output(at), row, shape)?,
                };
                scanned.outputs[at][step].push(value);
            }
        }
        for example in 0..BATCH {
            let shape = |at: usize| evaluator.shape_of(&cell.states[at].shape);
            let last = |at: usize| array(Source::Next(at), packed.before(STEPS, example), shape(at));
            scanned.states.push((0..cell.states.len()).map(last).collect::<Result<_, _>>()?);
        }
        Ok(scanned)
    }

    /// In the places of the values.
    fn gradient(&self, machine: &Machine<'_>, packed: &Packed) -> Result<Data, String> {
        let mut gradient = zeroed(self.data);
        // one that is not there is zero
        let fill = |array: &mut Array, source: Source, row: usize| {
            if let Some(elements) = machine.result(&source, row).transpose()? {
                array.data.iter_mut().zip(elements).for_each(|(sum, element)| *sum += element);
            }
            Ok::<_, String>(())
        };
        for (at, parameter) in gradient.fixed.parameters.iter_mut().enumerate() {
            parameter.as_mut().map_or(Ok(()), |parameter| fill(parameter, Source::ParameterAdjoint(at), 0))?;
        }
        for (row, (step, example)) in packed.rows().enumerate() {
            for (at, input) in gradient.inputs.iter_mut().enumerate() {
                fill(&mut input[step][example], Source::InputAdjoint(at), row)?;
            }
        }
        for example in 0..BATCH {
            for (at, context) in gradient.contexts.iter_mut().enumerate() {
                fill(&mut context[example], Source::ContextAdjoint(at), example)?;
            }
            for (at, state) in self.case.cell.states.iter().enumerate() {
                let row = packed.before(0, example);
                match (&mut gradient.states, &state.start) {
                    (Some(states), _) => fill(&mut states[at][example], Source::StateAdjoint(at), row)?,
                    (None, Start::Learned(parameter)) => {
                        let learned = gradient.fixed.parameters[*parameter].as_mut();
                        learned.map_or(Ok(()), |learned| fill(learned, Source::StateAdjoint(at), row))?;
                    }
                    (None, Start::Zeros | Start::Ones | Start::Constant(_)) => {}
                }
            }
        }
        Ok(gradient)
    }
}
