//! A plan with all instructions and all stages, of a cell that nobody needs.

use super::super::build::Columns;
use super::super::{Builder, Frequency, Plan, Reduction, Rows, Source};

const ONE: usize = 0;
const H: usize = 1;
const K: usize = 2;
const SQUARE: usize = 3;
const ZERO: usize = 4;
const BOTH: usize = 5;
const MATRIX: usize = 6;

const U: usize = 0;
const CONTEXT: usize = 1;
const X: usize = 2;
const STATE: usize = 3;
const NEXT: usize = 4;
const OUTPUT: usize = 5;
const TURNED: usize = 6;
const RATE: usize = 7;
const WIDE: usize = 8;
const LOOP: usize = 9;
const SQUARES: usize = 10;
const OUTPUT_ADJOINT: usize = 11;
const NEXT_ADJOINT: usize = 12;
const STATE_ADJOINT: usize = 13;
const SUMS: usize = 14;
const CONTEXT_ADJOINT: usize = 15;
const TURNED_ADJOINT: usize = 16;
const U_ADJOINT: usize = 17;
const MATRICES: usize = 18;
const DIAGONALS: usize = 19;

fn whole(region: usize, width: usize) -> Columns {
    (region, ZERO, width)
}

fn declare(plan: &mut Builder) {
    plan.size(&[(1, &[])]);
    plan.size(&[(1, &[0])]);
    plan.size(&[(1, &[1])]);
    plan.size(&[(1, &[0, 0])]);
    plan.size(&[]);
    plan.size(&[(1, &[1]), (1, &[0])]);
    plan.size(&[(1, &[0, 1])]);
    plan.parameter("u", &[H, H], false);
    plan.input("x", &[H]);
    plan.context("c", &[K]);
    plan.state("h", &[H]);
    plan.output(Some("y"), &[H], None);
    plan.output(None, &[H], Some(0));
    let once = Source::Value(Rows::Once);
    let example = Source::Value(Rows::Example);
    let step = Source::Value(Rows::Step { saved: false });
    let all = Source::Value(Rows::All);
    let regions = [
        (Source::Parameter(0), SQUARE),
        (Source::Context(0), K),
        (Source::Input(0), H),
        (Source::State(0), H),
        (Source::Next(0), H),
        (Source::Output(0), H),
        (once, SQUARE),
        (example, ONE),
        (all, BOTH),
        (step, MATRIX),
        (step, SQUARE),
        (Source::OutputAdjoint(0), H),
        (Source::NextAdjoint(0), H),
        (Source::StateAdjoint(0), H),
        (example, ONE),
        (Source::ContextAdjoint(0), K),
        (once, SQUARE),
        (Source::ParameterAdjoint(0), SQUARE),
        (example, MATRIX),
        (example, SQUARE),
    ];
    regions.into_iter().for_each(|(source, width)| plan.region(source, width));
    plan.weights(BOTH, H, &[Builder::block(whole(TURNED, SQUARE), false, [K, ZERO], [H, H])]);
    plan.weights(H, H, &[Builder::block(whole(TURNED, SQUARE), false, [ZERO, ZERO], [H, H])]);
}

fn forward(plan: &mut Builder) {
    plan.kernel(&["a", "b"], 2, 1);
    plan.kernel(&["y", "s"], 1, 0);
    plan.forward(Frequency::Once);
    plan.transpose(whole(U, SQUARE), [H, H], whole(TURNED, SQUARE));
    plan.forward(Frequency::Example);
    plan.reduce(Reduction::Max, whole(CONTEXT, K), K, whole(RATE, ONE));
    plan.forward(Frequency::All);
    plan.run(0, H, &[whole(RATE, ONE)], &[whole(X, H)], &[(WIDE, K, H)]);
    plan.fill(0.5, (WIDE, ZERO, K));
    plan.forward(Frequency::Step);
    plan.outer(whole(STATE, H), whole(CONTEXT, K), whole(LOOP, MATRIX));
    plan.matmul([whole(LOOP, MATRIX), whole(LOOP, MATRIX)], [false, true], [H, K, H], whole(SQUARES, SQUARE));
    plan.diagonal_of(whole(SQUARES, SQUARE), whole(NEXT, H));
    plan.product(1, &[whole(STATE, H)], whole(NEXT, H), true, &["transpose(u) @ h"]);
    plan.forward(Frequency::All);
    plan.product(0, &[whole(CONTEXT, K), whole(NEXT, H)], whole(OUTPUT, H), false, &["v @ h"]);
    plan.run(1, H, &[], &[whole(OUTPUT, H), whole(STATE, H)], &[whole(OUTPUT, H)]);
}

fn backward(plan: &mut Builder) {
    plan.backward(Frequency::Step);
    plan.copy(whole(NEXT_ADJOINT, H), whole(STATE_ADJOINT, H));
    plan.run(1, H, &[], &[whole(OUTPUT_ADJOINT, H), (WIDE, K, H)], &[whole(STATE_ADJOINT, H)]);
    plan.backward(Frequency::All);
    plan.total_sum((OUTPUT_ADJOINT, ZERO, ONE), whole(SUMS, ONE), false);
    plan.total_product(whole(STATE, H), whole(CONTEXT, K), &[whole(MATRICES, MATRIX)], false, &[]);
    plan.total_product(whole(OUTPUT_ADJOINT, H), whole(NEXT, H), &[whole(TURNED_ADJOINT, SQUARE)], true, &[]);
    plan.backward(Frequency::Example);
    plan.stretch(whole(SUMS, ONE), K, whole(CONTEXT_ADJOINT, K));
    plan.diag((MATRICES, ZERO, H), whole(DIAGONALS, SQUARE));
    plan.total_sum(whole(DIAGONALS, SQUARE), whole(U_ADJOINT, SQUARE), true);
    plan.backward(Frequency::Once);
    plan.identity(H, whole(TURNED_ADJOINT, SQUARE));
    plan.transpose(whole(TURNED_ADJOINT, SQUARE), [H, H], whole(U_ADJOINT, SQUARE));
}

/// With dimensions H and K.
pub(super) fn plan() -> Plan {
    let mut plan = Builder::new("Mixed", &["H", "K"]);
    declare(&mut plan);
    forward(&mut plan);
    backward(&mut plan);
    plan.finish()
}
