//! A cell whose next state needs no state, so that it is computed before the steps, and that puts the last one out.

use super::{Cell, Reals, Values, check, leak};
use crate::recurrent::engine::Call;
use crate::recurrent::plan::{Builder, Frequency, Plan, Source};

const ZERO: usize = 0;
const D: usize = 1;

fn plan() -> &'static Plan {
    let mut plan = Builder::new("Shifted", &["D"]);
    plan.size(&[]);
    plan.size(&[(1, &[0])]);
    plan.input("x", &[D]);
    plan.state("last", &[D]);
    plan.output(None, &[D], None);
    let forward = [Source::Input(0), Source::State(0), Source::Next(0), Source::Output(0)];
    let backward = [Source::NextAdjoint(0), Source::OutputAdjoint(0), Source::StateAdjoint(0), Source::InputAdjoint(0)];
    forward.into_iter().chain(backward).for_each(|source| plan.region(source, D));
    let [x, last, next, y, later, dy, dlast, dx] = std::array::from_fn(|region| (region, ZERO, D));
    plan.forward(Frequency::All);
    plan.copy(x, next);
    plan.copy(last, y);
    plan.backward(Frequency::Step);
    plan.copy(later, dx);
    plan.copy(dy, dlast);
    leak(plan)
}

fn kernels(number: usize, _call: Call<'_, f64>) {
    unreachable!("there is no loop {number}");
}

fn step(_values: &Values, xs: &[Reals], states: &[Reals]) -> (Vec<Reals>, Vec<Reals>) {
    (vec![states[0].clone()], vec![xs[0].clone()])
}

#[test]
fn equals_its_equations() {
    check(&Cell { plan: plan(), kernels: &kernels, dimensions: vec![3], hypers: Vec::new(), absent: Vec::new(), step });
}
