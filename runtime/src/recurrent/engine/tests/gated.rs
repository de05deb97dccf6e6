//! A cell with gates: stacked products, a bias that may be absent, an output that is the state and one that is not.

use super::{Cell, Reals, RowLayout, Values, Wanted, backward, check, check_layout, counters, forward, leak};
use crate::recurrent::engine::counters::Counts;
use crate::recurrent::engine::{Call, Reads, RowKernel};
use crate::recurrent::plan::{Builder, Frequency, Plan, Rows, Source};
use crate::simd::{Token, sigmoid, tanh};

// Sizes.
const ZERO: usize = 0;
const D: usize = 1;
const H: usize = 2;
const H2: usize = 3;
const H3: usize = 4;

// Regions.
const X: usize = 0;
const XW: usize = 1;
const STATE: usize = 2;
const HU: usize = 3;
const GATES: usize = 4;
const NEXT: usize = 5;
const BIAS: usize = 6;
const PARAMETERS: usize = 7; // w_z, w_n, u_z, u_n
const Y: usize = 11;
const NEXT_ADJOINT: usize = 12;
const OUT_ADJOINT: usize = 13;
const Y_ADJOINT: usize = 14;
const STATE_ADJOINT: usize = 15;
const SUMS: usize = 16; // of the adjoints: u_n @ h | z | n
const X_ADJOINT: usize = 17;
const ADJOINTS: usize = 18; // b, w_z, w_n, u_z, u_n

fn plan() -> &'static Plan {
    let mut plan = Builder::new("Gated", &["D", "H"]);
    plan.size(&[]);
    plan.size(&[(1, &[0])]);
    plan.size(&[(1, &[1])]);
    plan.size(&[(2, &[1])]);
    plan.size(&[(3, &[1])]);
    plan.size(&[(1, &[0, 1])]);
    plan.size(&[(1, &[1, 1])]);
    let (hd, hh) = (5, 6);
    plan.parameter("b", &[H], true);
    plan.parameter("w_z", &[H, D], false);
    plan.parameter("w_n", &[H, D], false);
    plan.parameter("u_z", &[H, H], false);
    plan.parameter("u_n", &[H, H], false);
    plan.input("x", &[D]);
    plan.state("h", &[H]);
    plan.output(None, &[H], Some(0));
    plan.output(Some("y"), &[H], None);

    plan.region(Source::Input(0), D);
    plan.region(Source::Value(Rows::All), H2);
    plan.region(Source::State(0), H);
    plan.region(Source::Value(Rows::Step { saved: true }), H2);
    plan.region(Source::Value(Rows::Step { saved: true }), H2);
    plan.region(Source::Next(0), H);
    plan.region(Source::Parameter(0), H);
    [hd, hd, hh, hh].iter().enumerate().for_each(|(at, width)| plan.region(Source::Parameter(at + 1), *width));
    plan.region(Source::Output(1), H);
    plan.region(Source::NextAdjoint(0), H);
    plan.region(Source::OutputAdjoint(0), H);
    plan.region(Source::OutputAdjoint(1), H);
    plan.region(Source::StateAdjoint(0), H);
    plan.region(Source::Value(Rows::Step { saved: true }), H3);
    plan.region(Source::InputAdjoint(0), D);
    [H, hd, hd, hh, hh].iter().enumerate().for_each(|(at, width)| plan.region(Source::ParameterAdjoint(at), *width));

    let block = |at: usize, size, transposed, corner, sizes| {
        Builder::block((PARAMETERS + at, ZERO, size), transposed, corner, sizes)
    };
    plan.weights(D, H2, &[block(0, hd, true, [ZERO, ZERO], [D, H]), block(1, hd, true, [ZERO, H], [D, H])]);
    plan.weights(H, H2, &[block(2, hh, true, [ZERO, ZERO], [H, H]), block(3, hh, true, [ZERO, H], [H, H])]);
    plan.weights(H2, H, &[block(3, hh, false, [ZERO, ZERO], [H, H]), block(2, hh, false, [H, ZERO], [H, H])]);
    plan.weights(H2, D, &[block(0, hd, false, [ZERO, ZERO], [H, D]), block(1, hd, false, [H, ZERO], [H, D])]);
    plan.kernel(&["z", "n", "h"], 8, 2);
    plan.kernel(&["y"], 1, 0);
    plan.kernel(&["dh"], 20, 0);

    plan.forward(Frequency::All);
    plan.product(0, &[(X, ZERO, D)], (XW, ZERO, H2), false, &["w_z @ x", "w_n @ x"]);
    plan.forward(Frequency::Step);
    plan.product(1, &[(STATE, ZERO, H)], (HU, ZERO, H2), false, &["u_z @ h", "u_n @ h"]);
    let gates = [(GATES, ZERO, H), (GATES, H, H), (NEXT, ZERO, H)];
    let operands = [(XW, ZERO, H), (XW, H, H), (HU, ZERO, H), (HU, H, H), (BIAS, ZERO, H), (STATE, ZERO, H)];
    plan.run(0, H, &[], &operands, &gates);
    plan.forward(Frequency::All);
    plan.run(1, H, &[], &[(NEXT, ZERO, H), (STATE, ZERO, H)], &[(Y, ZERO, H)]);

    plan.backward(Frequency::Step);
    let adjoints = [(NEXT_ADJOINT, ZERO, H), (OUT_ADJOINT, ZERO, H), (Y_ADJOINT, ZERO, H)];
    let values = [(GATES, ZERO, H), (GATES, H, H), (HU, H, H), (STATE, ZERO, H), (NEXT, ZERO, H)];
    let sums = [(SUMS, ZERO, H), (SUMS, H, H), (SUMS, H2, H), (STATE_ADJOINT, ZERO, H)];
    plan.run(2, H, &[], &[&adjoints[..], &values].concat(), &sums);
    plan.product(2, &[(SUMS, ZERO, H2)], (STATE_ADJOINT, ZERO, H), true, &["u_n", "u_z"]);
    plan.backward(Frequency::All);
    plan.product(3, &[(SUMS, H, H2)], (X_ADJOINT, ZERO, D), false, &["w_z", "w_n"]);
    let out = |at: usize, size| (ADJOINTS + at, ZERO, size);
    plan.total_product((SUMS, ZERO, H2), (STATE, ZERO, H), &[out(4, hh), out(3, hh)], false, &["u_n", "u_z"]);
    plan.total_product((SUMS, H, H2), (X, ZERO, D), &[out(1, hd), out(2, hd)], false, &["w_z", "w_n"]);
    plan.total_sum((SUMS, H2, H), out(0, H), false);
    leak(plan)
}

struct Gates;

impl RowKernel<f64, 0, 6, 3> for Gates {
    #[inline(always)]
    fn element<T: Token>(token: T, x: Reads<'_, f64, 0, 6>) -> [f64; 3] {
        let (b, h) = (x[4], x[5]);
        let z = sigmoid(token, x[0] + x[2]);
        let n = tanh(token, x[1] + z * x[3] + b);
        [z, n, (1.0 - z) * n + z * h]
    }
}

struct Difference;

impl RowKernel<f64, 0, 2, 1> for Difference {
    #[inline(always)]
    fn element<T: Token>(_: T, x: Reads<'_, f64, 0, 2>) -> [f64; 1] {
        [x[0] * x[1]]
    }
}

struct Back;

impl RowKernel<f64, 0, 8, 4> for Back {
    #[inline(always)]
    fn element<T: Token>(_: T, x: Reads<'_, f64, 0, 8>) -> [f64; 4] {
        let (later, out, dy, z) = (x[0], x[1], x[2], x[3]);
        let (n, q, h, next) = (x[4], x[5], x[6], x[7]);
        let d = later + out + dy * h;
        let sum_n = d * (1.0 - z) * (1.0 - n * n);
        let sum_z = (d * (h - n) + sum_n * q) * z * (1.0 - z);
        [sum_n * z, sum_z, sum_n, d * z + dy * next]
    }
}

fn kernels(number: usize, call: Call<'_, f64>) {
    match number {
        0 => call.run(Gates),
        1 => call.run(Difference),
        _ => call.run(Back),
    }
}

fn step(values: &Values, xs: &[Reals], states: &[Reals]) -> (Vec<Reals>, Vec<Reals>) {
    let [b, w_z, w_n, u_z, u_n] = &values.parameters[..] else { unreachable!() };
    let (x, h) = (&xs[0], &states[0]);
    let z = (x.matmul_transposed(w_z) + h.matmul_transposed(u_z)).sigmoid();
    let n = (x.matmul_transposed(w_n) + &z * h.matmul_transposed(u_n) + b).tanh();
    let next = (-&z + 1.0) * n + z * h;
    (vec![next.clone(), &next * h], vec![next])
}

fn cell() -> Cell {
    Cell { plan: plan(), kernels: &kernels, dimensions: vec![5, 4], hypers: Vec::new(), absent: Vec::new(), step }
}

#[test]
fn equals_its_equations() {
    check(&cell());
}

#[test]
fn absent_parameters_are_zeros() {
    check(&Cell { absent: vec![0], ..cell() });
    check(&Cell { absent: vec![0, 1, 2], ..cell() });
    check(&Cell { absent: vec![3], ..cell() });
    check(&Cell { absent: vec![3, 4], ..cell() });
}

#[test]
fn sizes_may_be_one() {
    check(&Cell { dimensions: vec![1, 1], ..cell() });
    check(&Cell { dimensions: vec![1, 3], ..cell() });
}

#[test]
fn long_sequences_are_summed_as_short_ones() {
    for layout in [RowLayout::full(150, 3), RowLayout::packed(&[4; 70], 6)] {
        check_layout(&cell(), &layout, |_, _| {});
    }
}

#[test]
fn only_what_is_asked_for_is_computed() {
    let cell = cell();
    let (steps, batch, d, h) = (3, 2, 5, 4);
    let layout = RowLayout::full(steps, batch);
    let data = super::Data::new(&cell, &layout);
    counters::take();
    let scan = forward(cell.plan, cell.kernels, &data.operands(&cell), &layout, &Wanted::gradients(cell.plan, true));
    let counts = counters::take();
    assert_eq!((counts.products, counts.flops), (1 + steps, 2 * steps * batch * (d * 2 * h + h * 2 * h)));

    let mut wanted = Wanted::nothing(cell.plan);
    let saved = scan.saved.unwrap();
    let count = |wanted: &Wanted| {
        backward(&saved, &data.outputs, &data.finals, wanted);
        counters::take()
    };
    let idle = Counts { passes: 1, elements: vec![0], packed: vec![0], shared: vec![0], ..Counts::default() };
    assert_eq!(count(&wanted), idle);
    wanted.inputs[0] = true;
    assert_eq!((count(&wanted).products, count(&wanted).total_products), (1 + steps, 0));
    wanted.parameters[1] = true;
    wanted.inputs[0] = false;
    let counters = count(&wanted);
    assert_eq!((counters.products, counters.total_products), (steps, 1));
    assert_eq!(counters.total_flops, 2 * steps * batch * h * d);
}

#[test]
fn threads_do_not_change_a_bit() {
    let cell = Cell { dimensions: vec![70, 90], ..cell() };
    for layout in [RowLayout::full(40, 17), RowLayout::packed(&[[17; 20], [9; 20]].concat(), 19)] {
        let data = super::Data::new(&cell, &layout);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let wanted = Wanted::gradients(cell.plan, true);
                let scan = forward(cell.plan, cell.kernels, &data.operands(&cell), &layout, &wanted);
                let adjoints = backward(&scan.saved.unwrap(), &data.outputs, &data.finals, &wanted);
                let adjoints = [adjoints.parameters, adjoints.inputs, adjoints.states].concat();
                let arrays = scan.outputs.into_iter().chain(scan.states).chain(adjoints.into_iter().flatten());
                arrays.flat_map(|array| array.as_slice().to_vec()).map(f64::to_bits).collect::<Vec<_>>()
            })
        };
        let alone = run(1);
        assert!(run(2) == alone && run(3) == alone);
    }
}
