//! A cell with contexts: work for each example, results of all rows that read a row for each example, and totals over the
//! steps of an example.

use super::{Cell, Reals, Values, check, leak};
use crate::recurrent::engine::Call;
use crate::recurrent::plan::{Builder, Frequency, Plan, Rows, Source};

const ZERO: usize = 0;
const D: usize = 1;
const H: usize = 2;
const S: usize = 3;
const SH: usize = 4;
const HD: usize = 5;
const HH: usize = 6;
const ONE: usize = 7;

const X: usize = 0;
const M: usize = 1;
const K: usize = 2;
const E: usize = 3;
const XW: usize = 4;
const XE: usize = 5;
const STATE: usize = 6;
const NEXT: usize = 7;
const Y: usize = 8;
const W: usize = 9;
const P: usize = 10;
const U: usize = 11;
const KU: usize = 12;
const LATER: usize = 13;
const DH: usize = 14;
const DY: usize = 15;
const DH_Y: usize = 16;
const DA: usize = 17;
const DSTATE: usize = 18;
const DXW: usize = 19;
const DX: usize = 20;
const DW: usize = 21;
const DE_ROWS: usize = 22;
const DE: usize = 23;
const DM: usize = 24;
const DK: usize = 25;
const DP_ROWS: usize = 26;
const DP: usize = 27;
const DU: usize = 28;

fn plan() -> &'static Plan {
    let mut plan = Builder::new("Attending", &["D", "H", "S"]);
    plan.size(&[]);
    for dimension in 0..3 {
        plan.size(&[(1, &[dimension])]);
    }
    plan.size(&[(1, &[1, 2])]);
    plan.size(&[(1, &[0, 1])]);
    plan.size(&[(1, &[1, 1])]);
    plan.size(&[(1, &[])]);
    plan.parameter("w", &[H, D], false);
    plan.parameter("p", &[H], false);
    plan.parameter("u", &[H, H], false);
    plan.input("x", &[D]);
    plan.context("m", &[S, H]);
    plan.context("k", &[H]);
    plan.state("h", &[H]);
    plan.output(Some("h"), &[H], Some(0));
    plan.output(Some("y"), &[S], None);

    plan.region(Source::Input(0), D);
    plan.region(Source::Context(0), SH);
    plan.region(Source::Context(1), H);
    plan.region(Source::Value(Rows::Example), H);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::State(0), H);
    plan.region(Source::Next(0), H);
    plan.region(Source::Output(1), S);
    plan.region(Source::Parameter(0), HD);
    plan.region(Source::Parameter(1), H);
    plan.region(Source::Parameter(2), HH);
    plan.region(Source::Value(Rows::Example), H);
    plan.region(Source::NextAdjoint(0), H);
    plan.region(Source::OutputAdjoint(0), H);
    plan.region(Source::OutputAdjoint(1), S);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::Value(Rows::Step { saved: true }), H);
    plan.region(Source::StateAdjoint(0), H);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::InputAdjoint(0), D);
    plan.region(Source::ParameterAdjoint(0), HD);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::Value(Rows::Example), H);
    plan.region(Source::ContextAdjoint(0), SH);
    plan.region(Source::ContextAdjoint(1), H);
    plan.region(Source::Value(Rows::Example), H);
    plan.region(Source::ParameterAdjoint(1), H);
    plan.region(Source::ParameterAdjoint(2), HH);

    plan.weights(D, H, &[Builder::block((W, ZERO, HD), true, [ZERO, ZERO], [D, H])]);
    plan.weights(H, H, &[Builder::block((U, ZERO, HH), true, [ZERO, ZERO], [H, H])]);
    plan.weights(H, D, &[Builder::block((W, ZERO, HD), false, [ZERO, ZERO], [H, D])]);
    plan.weights(H, H, &[Builder::block((U, ZERO, HH), false, [ZERO, ZERO], [H, H])]);

    let row = |region| (region, ZERO, H);
    let (x, y, m) = ((X, ZERO, D), (Y, ZERO, S), (M, ZERO, SH));
    (0..5).for_each(|_| plan.kernel(&[], 5, 1));
    plan.forward(Frequency::Example);
    plan.product(1, &[row(K)], row(KU), false, &["u @ k"]);
    plan.run(0, H, &[], &[row(K), row(P), row(KU)], &[row(E)]);
    plan.forward(Frequency::All);
    plan.product(0, &[x], row(XW), false, &["w @ x"]);
    plan.run(1, H, &[], &[row(XW), row(E)], &[row(XE)]);
    plan.forward(Frequency::Step);
    plan.run(2, H, &[], &[row(XE), row(STATE), row(E)], &[row(NEXT)]);
    plan.forward(Frequency::All);
    plan.matmul([m, row(NEXT)], [false, false], [S, H, ONE], y);

    let dy = (DY, ZERO, S);
    plan.backward(Frequency::All);
    plan.matmul([m, dy], [true, false], [H, S, ONE], row(DH_Y));
    plan.backward(Frequency::Step);
    plan.run(3, H, &[], &[LATER, DH, DH_Y, NEXT, E].map(row), &[DA, DSTATE].map(row));
    plan.backward(Frequency::All);
    plan.run(1, H, &[], &[row(DA), row(E)], &[row(DXW)]);
    plan.product(2, &[row(DXW)], (DX, ZERO, D), false, &["w"]);
    plan.total_product(row(DXW), x, &[(DW, ZERO, HD)], false, &["w"]);
    plan.run(4, H, &[], &[DA, XW, STATE].map(row), &[row(DE_ROWS)]);
    plan.total_sum(row(DE_ROWS), row(DE), false);
    plan.total_product(dy, row(NEXT), &[(DM, ZERO, SH)], false, &["m"]);
    plan.backward(Frequency::Example);
    plan.run(1, H, &[], &[row(DE), row(P)], &[row(DK)]);
    plan.product(3, &[row(DE)], row(DK), true, &["u"]);
    plan.run(1, H, &[], &[row(DE), row(K)], &[row(DP_ROWS)]);
    plan.total_sum(row(DP_ROWS), row(DP), false);
    plan.total_product(row(DE), row(K), &[(DU, ZERO, HH)], false, &["u"]);
    leak(plan)
}

fn kernels(number: usize, call: Call<'_, f64>) {
    call.each_row(|inputs, outputs| {
        for at in 0..outputs[0].len() {
            let value = |operand: usize| inputs[operand][at];
            match number {
                0 => outputs[0][at] = value(0) * value(1) + value(2),
                1 => outputs[0][at] = value(0) * value(1),
                2 => outputs[0][at] = (value(0) + value(1) * value(2)).tanh(),
                3 => {
                    let [later, dh, dh_y, next, e] = std::array::from_fn(value);
                    let da = (later + dh + dh_y) * (1.0 - next * next);
                    (outputs[0][at], outputs[1][at]) = (da, da * e);
                }
                _ => outputs[0][at] = value(0) * (value(1) + value(2)),
            }
        }
    });
}

fn step(values: &Values, xs: &[Reals], states: &[Reals]) -> (Vec<Reals>, Vec<Reals>) {
    let ([w, p, u], [m, k]) = (&values.parameters[..], &values.contexts[..]) else { unreachable!() };
    let e = k * p + k.matmul_transposed(u);
    let h = (xs[0].matmul_transposed(w) * &e + &states[0] * e).tanh();
    (vec![h.clone(), m.matmul(&h.unsqueeze(-1)).squeeze(-1)], vec![h])
}

fn cell() -> Cell {
    Cell { plan: plan(), kernels: &kernels, dimensions: vec![5, 3, 4], hypers: Vec::new(), absent: Vec::new(), step }
}

#[test]
fn equals_its_equations() {
    check(&cell());
}

#[test]
fn contexts_may_be_empty() {
    check(&Cell { dimensions: vec![5, 3, 0], ..cell() });
}
