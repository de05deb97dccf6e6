//! A cell without products: parameters, buffers and numbers in loops, sums along rows, and a state that nobody reads.

use super::{Cell, Reals, Values, check, leak};
use crate::recurrent::engine::Call;
use crate::recurrent::plan::{Builder, Frequency, Plan, Reduction, Rows, SizeId, Source};

const ZERO: usize = 0;
const ONE: usize = 1;
const H: usize = 2;

const X: usize = 0;
const C: usize = 1;
const C_NEXT: usize = 2;
const L_NEXT: usize = 3;
const G: usize = 4;
const SUM: usize = 5;
const Y: usize = 6;
const P: usize = 7;
const A: usize = 8;
const RATE: usize = 9;
const SIZE: usize = 10;
const BUFFER: usize = 11;
const C_LATER: usize = 12;
const L_LATER: usize = 13;
const DY: usize = 14;
const PARTS: usize = 15;
const DS: usize = 16;
const DP_ROWS: usize = 17;
const DA_ROWS: usize = 18;
const DX: usize = 19;
const DC: usize = 20;
const DP: usize = 21;
const DA_PARTS: usize = 22;
const DA: usize = 23;

fn plan() -> &'static Plan {
    let mut plan = Builder::new("Peephole", &["H"]);
    plan.size(&[]);
    plan.size(&[(1, &[])]);
    plan.size(&[(1, &[0])]);
    plan.parameter("p", &[H], false);
    plan.parameter("a", &[], true);
    plan.buffer("k", &[H]);
    plan.hyper("rate");
    plan.input("x", &[H]);
    plan.state("c", &[H]);
    plan.state("l", &[H]);
    plan.output(None, &[H], None);

    plan.region(Source::Input(0), H);
    plan.region(Source::State(0), H);
    plan.region(Source::Next(0), H);
    plan.region(Source::Next(1), H);
    plan.region(Source::Value(Rows::Step { saved: true }), H);
    plan.region(Source::Value(Rows::Step { saved: false }), ONE);
    plan.region(Source::Output(0), H);
    plan.region(Source::Parameter(0), H);
    plan.region(Source::Parameter(1), ONE);
    plan.region(Source::Hyper(0), ONE);
    plan.region(Source::Size(SizeId(H)), ONE);
    plan.region(Source::Buffer(0), H);
    plan.region(Source::NextAdjoint(0), H);
    plan.region(Source::NextAdjoint(1), H);
    plan.region(Source::OutputAdjoint(0), H);
    plan.region(Source::Value(Rows::Step { saved: false }), H);
    plan.region(Source::Value(Rows::Step { saved: false }), ONE);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::Value(Rows::All), H);
    plan.region(Source::InputAdjoint(0), H);
    plan.region(Source::StateAdjoint(0), H);
    plan.region(Source::ParameterAdjoint(0), H);
    plan.region(Source::Value(Rows::Once), H);
    plan.region(Source::ParameterAdjoint(1), ONE);

    let row = |region| (region, ZERO, H);
    let number = |region| (region, ZERO, ONE);
    (0..4).for_each(|_| plan.kernel(&[], 5, 1));
    plan.forward(Frequency::All);
    plan.copy(row(X), row(L_NEXT));
    plan.forward(Frequency::Step);
    plan.run(0, H, &[], &[row(P), row(C), row(X)], &[row(G)]);
    plan.reduce(Reduction::Sum, row(G), H, number(SUM));
    let numbers = [number(A), number(RATE), number(SIZE), number(SUM)];
    plan.run(1, H, &numbers, &[row(C), row(G), row(X), row(BUFFER)], &[row(C_NEXT)]);
    plan.stretch(number(SUM), H, row(Y));

    plan.backward(Frequency::Step);
    plan.run(2, H, &[number(SIZE)], &[row(DY), row(C_LATER), row(BUFFER)], &[row(PARTS)]);
    plan.reduce(Reduction::Sum, row(PARTS), H, number(DS));
    let numbers = [number(A), number(RATE), number(DS)];
    let operands = [C_LATER, L_LATER, X, G, P, C].map(row);
    plan.run(3, H, &numbers, &operands, &[DP_ROWS, DA_ROWS, DX, DC].map(row));
    plan.backward(Frequency::All);
    plan.total_sum(row(DP_ROWS), row(DP), false);
    plan.fill(0.0, row(DP_ROWS)); // leaves what was summed alone
    plan.total_sum(row(DP_ROWS), row(DP), true);
    plan.total_sum(row(DA_ROWS), row(DA_PARTS), false);
    plan.backward(Frequency::Once);
    plan.reduce(Reduction::Sum, row(DA_PARTS), H, number(DA));
    leak(plan)
}

fn kernels(number: usize, call: Call<'_, f64>) {
    call.each_row(|inputs, outputs| {
        for at in 0..outputs[0].len() {
            let value =
                |operand: usize| if inputs[operand].len() == 1 { inputs[operand][0] } else { inputs[operand][at] };
            match number {
                0 => outputs[0][at] = 1.0 / (1.0 + (-(value(0) * value(1) + value(2))).exp()),
                1 => {
                    let [a, rate, size, sum, c, g, x, k] = std::array::from_fn(value);
                    outputs[0][at] = c * a * rate + g * x + sum * k / size;
                }
                2 => outputs[0][at] = value(1) + value(2) * value(3) / value(0),
                _ => {
                    let [a, rate, ds, c_later, l_later, x, g, p, c] = std::array::from_fn(value);
                    let dg = (c_later * x + ds) * g * (1.0 - g);
                    outputs[0][at] = dg * c;
                    outputs[1][at] = c_later * c * rate;
                    outputs[2][at] = c_later * g + dg + l_later;
                    outputs[3][at] = c_later * a * rate + dg * p;
                }
            }
        }
    });
}

fn step(values: &Values, xs: &[Reals], states: &[Reals]) -> (Vec<Reals>, Vec<Reals>) {
    let (p, a, k, x, c) = (&values.parameters[0], &values.parameters[1], &values.buffers[0], &xs[0], &states[0]);
    let size = x.shape()[1] as f64;
    let g = (p * c + x).sigmoid();
    let sum = g.sum_keep(1);
    let next = c * a * values.hypers[0] + &g * x + &sum * k / size;
    (vec![sum.broadcast_to(*x.shape_value())], vec![next, x.clone()])
}

fn cell() -> Cell {
    Cell { plan: plan(), kernels: &kernels, dimensions: vec![5], hypers: vec![0.6], absent: Vec::new(), step }
}

#[test]
fn equals_its_equations() {
    check(&cell());
}

#[test]
fn absent_numbers_are_zero() {
    check(&Cell { absent: vec![1], ..cell() });
}

#[test]
fn rows_of_one_element_are_no_numbers() {
    check(&Cell { dimensions: vec![1], ..cell() });
}
