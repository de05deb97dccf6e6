//! A cell whose state is a matrix, with a matrix that is computed from parameters.

use super::{Cell, Reals, Values, check, leak};
use crate::recurrent::engine::Call;
use crate::recurrent::plan::{Builder, Frequency, Plan, Reduction, Rows, Source};

const ZERO: usize = 0;
const K: usize = 1;
const N: usize = 2;
const NK: usize = 3;
const KK: usize = 4;
const ONE: usize = 5;

const KEY: usize = 0;
const VALUE: usize = 1;
const M: usize = 2;
const NEXT: usize = 3;
const U: usize = 4;
const D: usize = 5;
const UT: usize = 6;
const DIAG: usize = 7;
const EYE: usize = 8;
const A: usize = 9;
const MK: usize = 10;
const MISS: usize = 11;
const OUTER: usize = 12;
const MA: usize = 13;
const READ: usize = 14;
const SQUARE: usize = 15;
const SQUARES: usize = 16;
const HIGH: usize = 17;
const LATER: usize = 18;
const DREAD: usize = 19;
const DSQUARES: usize = 20;
const DHIGH: usize = 21;
const HIGHS: usize = 22;
const DHIGHS: usize = 23;
const G: usize = 24;
const DVALUE: usize = 25;
const DMK: usize = 26;
const GA: usize = 27;
const DMKK: usize = 28;
const DDIAG: usize = 29;
const MDIAG: usize = 30;
const DM: usize = 31;
const DA_ROWS: usize = 32;
const DKEY1: usize = 33;
const DKEY2: usize = 34;
const DKEY: usize = 35;
const DA: usize = 36;
const DAT: usize = 37;
const DU: usize = 38;
const DD: usize = 39;

fn plan() -> &'static Plan {
    let mut plan = Builder::new("Matrices", &["K", "N"]);
    plan.size(&[]);
    plan.size(&[(1, &[0])]);
    plan.size(&[(1, &[1])]);
    plan.size(&[(1, &[0, 1])]);
    plan.size(&[(1, &[0, 0])]);
    plan.size(&[(1, &[])]);
    plan.parameter("u", &[K, K], false);
    plan.parameter("d", &[K], true);
    plan.input("key", &[K]);
    plan.input("value", &[N]);
    plan.state("m", &[N, K]);
    plan.output(Some("read"), &[N], None);
    plan.output(Some("squares"), &[K], None);
    plan.output(Some("high"), &[N], None);

    let (once, all, step) =
        (Source::Value(Rows::Once), Source::Value(Rows::All), Source::Value(Rows::Step { saved: false }));
    let saved = Source::Value(Rows::Step { saved: true });
    let forward = [
        (Source::Input(0), K),
        (Source::Input(1), N),
        (Source::State(0), NK),
        (Source::Next(0), NK),
        (Source::Parameter(0), KK),
        (Source::Parameter(1), K),
        (once, KK),
        (once, KK),
        (once, KK),
        (once, KK),
        (step, N),
        (saved, N),
        (step, NK),
        (step, NK),
        (Source::Output(0), N),
        (all, KK),
        (Source::Output(1), K),
        (Source::Output(2), N),
    ];
    let backward = [
        (Source::NextAdjoint(0), NK),
        (Source::OutputAdjoint(0), N),
        (Source::OutputAdjoint(1), K),
        (Source::OutputAdjoint(2), N),
        (all, NK),
        (all, NK),
        (saved, NK),
        (Source::InputAdjoint(1), N),
        (saved, N),
        (step, NK),
        (step, NK),
        (all, KK),
        (step, NK),
        (Source::StateAdjoint(0), NK),
        (all, KK),
        (all, K),
        (all, K),
        (Source::InputAdjoint(0), K),
        (once, KK),
        (once, KK),
        (Source::ParameterAdjoint(0), KK),
        (Source::ParameterAdjoint(1), K),
    ];
    forward.into_iter().chain(backward).for_each(|(source, width)| plan.region(source, width));

    let n = |region| (region, ZERO, N);
    let k = |region| (region, ZERO, K);
    let nk = |region| (region, ZERO, NK);
    let kk = |region| (region, ZERO, KK);
    (0..5).for_each(|_| plan.kernel(&[], 5, 1));
    plan.forward(Frequency::Once);
    plan.transpose(kk(U), [K, K], kk(UT));
    plan.diag(k(D), kk(DIAG));
    plan.identity(K, kk(EYE));
    plan.run(0, KK, &[], &[kk(U), kk(UT), kk(DIAG), kk(EYE)], &[kk(A)]);
    plan.forward(Frequency::Step);
    plan.matmul([nk(M), k(KEY)], [false, false], [N, K, ONE], n(MK));
    plan.run(1, N, &[], &[n(VALUE), n(MK)], &[n(MISS)]);
    plan.outer(n(MISS), k(KEY), nk(OUTER));
    plan.matmul([nk(M), kk(A)], [false, false], [N, K, K], nk(MA));
    plan.run(2, NK, &[], &[nk(MA), nk(OUTER)], &[nk(NEXT)]);
    plan.copy(n(MK), n(READ));
    plan.forward(Frequency::All);
    plan.matmul([nk(M), nk(M)], [true, false], [K, N, K], kk(SQUARE));
    plan.diagonal_of(kk(SQUARE), k(SQUARES));
    plan.reduce(Reduction::Max, nk(NEXT), K, n(HIGH));

    plan.backward(Frequency::All);
    plan.stretch(n(DHIGH), K, nk(DHIGHS));
    plan.stretch(n(HIGH), K, nk(HIGHS));
    plan.diag(k(DSQUARES), kk(DDIAG));
    plan.backward(Frequency::Step);
    plan.run(3, NK, &[], &[nk(LATER), nk(DHIGHS), nk(HIGHS), nk(NEXT)], &[nk(G)]);
    plan.matmul([nk(G), k(KEY)], [false, false], [N, K, ONE], n(DVALUE));
    plan.run(1, N, &[], &[n(DREAD), n(DVALUE)], &[n(DMK)]);
    plan.outer(n(DMK), k(KEY), nk(DMKK));
    plan.matmul([nk(G), kk(A)], [false, true], [N, K, K], nk(GA));
    plan.matmul([nk(M), kk(DDIAG)], [false, false], [N, K, K], nk(MDIAG));
    plan.run(4, NK, &[], &[nk(GA), nk(DMKK), nk(MDIAG)], &[nk(DM)]);
    plan.backward(Frequency::All);
    plan.matmul([nk(M), nk(G)], [true, false], [K, N, K], kk(DA_ROWS));
    plan.matmul([nk(G), n(MISS)], [true, false], [K, N, ONE], k(DKEY1));
    plan.matmul([nk(M), n(DMK)], [true, false], [K, N, ONE], k(DKEY2));
    plan.run(2, K, &[], &[k(DKEY1), k(DKEY2)], &[k(DKEY)]);
    plan.total_sum(kk(DA_ROWS), kk(DA), false);
    plan.backward(Frequency::Once);
    plan.transpose(kk(DA), [K, K], kk(DAT));
    plan.run(1, KK, &[], &[kk(DA), kk(DAT)], &[kk(DU)]);
    plan.diagonal_of(kk(DA), k(DD));
    leak(plan)
}

fn kernels(number: usize, call: Call<'_, f64>) {
    call.each_row(|inputs, outputs| {
        for at in 0..outputs[0].len() {
            let value = |operand: usize| inputs[operand][at];
            outputs[0][at] = match number {
                0 => value(0) - value(1) + value(2) + value(3),
                1 => value(0) - value(1),
                2 => value(0) + value(1),
                3 => value(0) + if value(2) == value(3) { value(1) } else { 0.0 },
                _ => value(0) + value(1) + 2.0 * value(2),
            };
        }
    });
}

fn step(values: &Values, xs: &[Reals], states: &[Reals]) -> (Vec<Reals>, Vec<Reals>) {
    let (u, d, key, value, m) = (&values.parameters[0], &values.parameters[1], &xs[0], &xs[1], &states[0]);
    let a = u - u.transpose(0, 1) + d.diag() + Reals::identity(d.count());
    let read = m.matmul(&key.unsqueeze(-1)).squeeze(-1);
    let next = m.matmul(&a) + (value - &read).outer(key);
    let high = next.max_axes(-1);
    (vec![read, m.square().sum_axes(1), high], vec![next])
}

fn cell() -> Cell {
    Cell { plan: plan(), kernels: &kernels, dimensions: vec![3, 4], hypers: Vec::new(), absent: Vec::new(), step }
}

#[test]
fn equals_its_equations() {
    check(&cell());
}

#[test]
fn absent_parameters_are_zeros() {
    check(&Cell { absent: vec![1], ..cell() });
}
