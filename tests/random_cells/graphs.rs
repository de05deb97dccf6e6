//! The scan of a graph, as it is after lowering and after each pass.

use crate::case::{BATCH, Case, Data, STEPS, Scanned};
use crate::compare;
use crate::recurrent::ir::passes::passes;
use crate::recurrent::ir::{self, Op, Step};
use crate::recurrent::tests::evaluate::{Array, Evaluator, Stops};
use crate::recurrent::tests::interpret::interpret;

/// The first stage of the graph whose values are not those of the walk.
pub(crate) fn compare_all(case: &Case, data: &Data, expected: &Scanned) -> Result<(), String> {
    let compare = |stage: &str, step: &Step| {
        let found = scan(case, data, step);
        let text = |error| format!("after `{stage}`, {error}\n{}", step.text(&case.cell));
        compare::values(case, &found, expected).map_err(text)
    };
    let mut step = ir::lower(&case.cell);
    compare("lower", &step)?;
    for (name, pass) in passes() {
        step = pass(step);
        compare(name, &step)?;
    }
    Ok(())
}

/// The scan of a step that is a graph.
pub(crate) fn scan(case: &Case, data: &Data, step: &Step) -> Scanned {
    let evaluator = Evaluator::new(&case.cell, &case.sizes);
    let own = evaluator.run(&data.fixed, Stops::Record(Vec::new())).start();
    let mut scanned = Scanned { outputs: vec![vec![Vec::new(); STEPS]; case.cell.outputs.len()], states: Vec::new() };
    for example in 0..BATCH {
        let of_example = |arrays: &Vec<Vec<Array>>| arrays.iter().map(|array| array[example].clone()).collect();
        let mut states: Vec<Array> = data.states.as_ref().map_or_else(|| own.clone(), of_example);
        for at in 0..STEPS {
            let leaf = |op: &Op| match op {
                Op::Input(input) => data.inputs[*input][at][example].clone(),
                Op::Context(context) => data.contexts[*context][example].clone(),
                Op::State(state) => states[*state].clone(),
                shared => of_all(case, &evaluator, data, shared),
            };
            let values = interpret(&step.graph, &case.sizes, &leaf);
            for (all, output) in scanned.outputs.iter_mut().zip(&step.outputs) {
                all[at].push(values[output.index()].clone());
            }
            states = step.next.iter().map(|next| values[next.index()].clone()).collect();
        }
        scanned.states.push(states);
    }
    scanned
}

/// A leaf that is the same for all examples.
pub(crate) fn of_all(case: &Case, evaluator: &Evaluator<'_>, data: &Data, op: &Op) -> Array {
    match op {
        Op::Parameter(at) => {
            let zeros = || Array::filled(evaluator.shape_of(&case.cell.parameters[*at].shape), 0.0);
            data.fixed.parameters[*at].clone().unwrap_or_else(zeros)
        }
        Op::Buffer(at) => data.fixed.buffers[*at].clone(),
        Op::Hyper(at) => Array::scalar(data.fixed.hypers[*at]),
        other => unreachable!("{other:?} is no leaf of a step"),
    }
}
