//! The plan of a gated recurrent unit, as the compiler would make it.

use super::super::build::Columns;
use super::super::{Block, Builder, Frequency, Plan, Rows, Source};

const H: usize = 0;
const D: usize = 1;
const GATES: usize = 2;
const ZERO: usize = 3;
const TWICE: usize = 4;
const FOUR: usize = 5;
const INPUT_WEIGHTS: usize = 6;
const HIDDEN_WEIGHTS: usize = 7;

/// Where the four parts of a row start.
const STARTS: [usize; 4] = [ZERO, H, TWICE, GATES];

const X: usize = 0;
const STATE: usize = 1;
const NEXT: usize = 2;
/// `w_r, w_z, w_n, u_r, u_z, u_n, b_r, b_z, b_n, c_n`
const PARAMETERS: usize = 3;
const FROM_INPUT: usize = 13;
const FROM_STATE: usize = 14;
/// `r`, `z`, `n` and what the reset gate is multiplied by.
const SAVED: usize = 15;
const OUTPUT_ADJOINT: usize = 16;
const NEXT_ADJOINT: usize = 17;
const STATE_ADJOINT: usize = 18;
/// Of the arguments of n, r and z, and of what the reset gate is multiplied by.
const ADJOINTS: usize = 19;
const INPUT_ADJOINT: usize = 20;
const PARAMETER_ADJOINTS: usize = 21;

fn part(region: usize, at: usize) -> Columns {
    (region, STARTS[at], H)
}

fn gate(region: usize, names: [usize; 3]) -> [Columns; 3] {
    names.map(|at| part(region, at))
}

fn declare(plan: &mut Builder) {
    plan.size(&[(1, &[1])]);
    plan.size(&[(1, &[0])]);
    plan.size(&[(3, &[1])]);
    plan.size(&[]);
    plan.size(&[(2, &[1])]);
    plan.size(&[(4, &[1])]);
    plan.size(&[(1, &[1, 0])]);
    plan.size(&[(1, &[1, 1])]);
    ["w_r", "w_z", "w_n"].iter().for_each(|name| plan.parameter(name, &[H, D], false));
    ["u_r", "u_z", "u_n"].iter().for_each(|name| plan.parameter(name, &[H, H], false));
    ["b_r", "b_z", "b_n", "c_n"].iter().for_each(|name| plan.parameter(name, &[H], true));
    plan.input("x", &[D]);
    plan.state("h", &[H]);
    plan.output(None, &[H], Some(0));
}

fn parameter_width(at: usize) -> usize {
    match at {
        0..3 => INPUT_WEIGHTS,
        3..6 => HIDDEN_WEIGHTS,
        _ => H,
    }
}

fn regions(plan: &mut Builder) {
    plan.region(Source::Input(0), D);
    plan.region(Source::State(0), H);
    plan.region(Source::Next(0), H);
    (0..10).for_each(|at| plan.region(Source::Parameter(at), parameter_width(at)));
    plan.region(Source::Value(Rows::All), GATES);
    plan.region(Source::Value(Rows::Step { saved: false }), GATES);
    plan.region(Source::Value(Rows::Step { saved: true }), FOUR);
    plan.region(Source::OutputAdjoint(0), H);
    plan.region(Source::NextAdjoint(0), H);
    plan.region(Source::StateAdjoint(0), H);
    plan.region(Source::Value(Rows::All), FOUR);
    plan.region(Source::InputAdjoint(0), D);
    (0..10).for_each(|at| plan.region(Source::ParameterAdjoint(at), parameter_width(at)));
}

fn weights(plan: &mut Builder) {
    let value = |at: usize| (PARAMETERS + at, ZERO, parameter_width(at));
    // Side by side, as [inner, 3 H], and below each other, as [3 H, inner].
    let beside = |first: usize, inner: usize| -> Vec<Block> {
        (0..3).map(|at| Builder::block(value(first + at), true, [ZERO, STARTS[at]], [inner, H])).collect()
    };
    let below = |order: [usize; 3], inner: usize| -> Vec<Block> {
        let block = |(at, &from): (usize, &usize)| Builder::block(value(from), false, [STARTS[at], ZERO], [H, inner]);
        order.iter().enumerate().map(block).collect()
    };
    plan.weights(D, GATES, &beside(0, D));
    plan.weights(H, GATES, &beside(3, H));
    plan.weights(GATES, H, &below([3, 4, 5], H));
    plan.weights(GATES, D, &below([2, 0, 1], D));
}

fn forward(plan: &mut Builder) {
    plan.kernel(&["h", "r", "z", "n", "u_n @ h + c_n"], 13, 3);
    plan.forward(Frequency::All);
    plan.product(0, &[(X, ZERO, D)], (FROM_INPUT, ZERO, GATES), false, &["w_r @ x", "w_z @ x", "w_n @ x"]);
    plan.forward(Frequency::Step);
    plan.product(1, &[(STATE, ZERO, H)], (FROM_STATE, ZERO, GATES), false, &["u_r @ h", "u_z @ h", "u_n @ h"]);
    let biases = (6..10).map(|at| (PARAMETERS + at, ZERO, H));
    let operands = gate(FROM_INPUT, [0, 1, 2]).into_iter().chain(gate(FROM_STATE, [0, 1, 2])).chain(biases);
    let operands: Vec<Columns> = operands.chain([(STATE, ZERO, H)]).collect();
    let results: Vec<Columns> = [(NEXT, ZERO, H)].into_iter().chain((0..4).map(|at| part(SAVED, at))).collect();
    plan.run(0, H, &[], &operands, &results);
}

fn backward(plan: &mut Builder) {
    plan.kernel(&["∂n", "∂r", "∂z", "∂(u_n @ h + c_n)", "∂h"], 19, 0);
    plan.backward(Frequency::Step);
    let incoming = [(OUTPUT_ADJOINT, ZERO, H), (NEXT_ADJOINT, ZERO, H), (STATE, ZERO, H)];
    let operands: Vec<Columns> = incoming.into_iter().chain((0..4).map(|at| part(SAVED, at))).collect();
    let results: Vec<Columns> = (0..4).map(|at| part(ADJOINTS, at)).chain([(STATE_ADJOINT, ZERO, H)]).collect();
    plan.run(1, H, &[], &operands, &results);
    plan.product(2, &[(ADJOINTS, H, GATES)], (STATE_ADJOINT, ZERO, H), true, &[]);
    plan.backward(Frequency::All);
    plan.product(3, &[(ADJOINTS, ZERO, GATES)], (INPUT_ADJOINT, ZERO, D), false, &[]);
    let adjoint = |at: usize| (PARAMETER_ADJOINTS + at, ZERO, parameter_width(at));
    let inputs = [2, 0, 1].map(adjoint);
    plan.total_product((ADJOINTS, ZERO, GATES), (X, ZERO, D), &inputs, false, &["∂w_n", "∂w_r", "∂w_z"]);
    let hidden = [3, 4, 5].map(adjoint);
    plan.total_product((ADJOINTS, H, GATES), (STATE, ZERO, H), &hidden, false, &["∂u_r", "∂u_z", "∂u_n"]);
    for (from, to) in [(1, 6), (2, 7), (0, 8), (3, 9)] {
        plan.total_sum(part(ADJOINTS, from), adjoint(to), false);
    }
}

pub(super) fn plan() -> Plan {
    let mut plan = Builder::new("Gru", &["D", "H"]);
    declare(&mut plan);
    regions(&mut plan);
    weights(&mut plan);
    forward(&mut plan);
    backward(&mut plan);
    plan.finish()
}
