//! Derivatives where there is more than one: at kinks, ties and corners, and close to them.

use crate::recurrent::diff::{Backward, Contribution, Rate, Site, derive, reverse_by};
use crate::recurrent::ir::{self, Op, Step};
use crate::recurrent::tests::evaluate::{Array, Shape};
use crate::recurrent::tests::front;
use crate::recurrent::tests::interpret::interpret;

const INFINITY: f64 = f64::INFINITY;
const SELU: f64 = 1.758_099_340_847_376_6;

/// A formula of the vectors `x` and `z` whose elements are summed, their values, and the derivatives with respect to them.
struct Kink(&'static str, [f64; 3], [f64; 3], [f64; 3], [f64; 3]);

const NONE: [f64; 3] = [0.0; 3];
/// At 0 and close to it.
const ZERO: [f64; 3] = [-1e-4, 0.0, 1e-4];

const KINKS: &[Kink] = &[
    Kink("relu(x)", ZERO, NONE, [0.0, 0.0, 1.0], NONE),
    Kink("abs(x)", ZERO, NONE, [-1.0, 0.0, 1.0], NONE),
    Kink("leaky_relu(x, 0.25)", ZERO, NONE, [0.25, 0.25, 1.0], NONE),
    Kink("elu(x, 0.5)", [-800.0, 0.0, 800.0], NONE, [0.0, 0.5, 1.0], NONE),
    Kink("selu(x)", [-800.0, 0.0, 1e-4], NONE, [0.0, SELU, 1.050_700_987_355_480_5], NONE),
    Kink("hard_sigmoid(x)", [-3.0, 0.0, 3.0], NONE, [0.0, 1.0 / 6.0, 0.0], NONE),
    Kink("hard_sigmoid(x)", [-2.999, 4.0, 2.999], NONE, [1.0 / 6.0, 0.0, 1.0 / 6.0], NONE),
    Kink("hard_tanh(x)", [-1.0, 0.9999, 1.0], NONE, [0.0, 1.0, 0.0], NONE),
    Kink("hard_tanh(x)", [-1.0001, -0.9999, 1.0001], NONE, [0.0, 1.0, 0.0], NONE),
    Kink("clamp(x, -1, 2)", [-1.0, 2.0, 2.001], NONE, [1.0, 1.0, 0.0], NONE),
    Kink("minimum(x, z)", [1.0, 1.0, 1.0], [1.0, 0.9999, 1.0001], [0.5, 0.0, 1.0], [0.5, 1.0, 0.0]),
    Kink("maximum(x, z)", [1.0, 1.0, 1.0], [1.0, 0.9999, 1.0001], [0.5, 1.0, 0.0], [0.5, 0.0, 1.0]),
    Kink("max(x) + min(z)", [2.0, 1.0, 2.0], [1.0, 1.0, 1.0], [0.5, 0.0, 0.5], [1.0 / 3.0; 3]),
    Kink("max(x) + min(z)", [2.0, 2.0001, 1.9], [1.0, 2.0, 3.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]),
    Kink("norm(x) + norm(z)", NONE, [3.0, 0.0, 4.0], NONE, [0.6, 0.0, 0.8]),
    Kink("sqrt(x)", [0.0, 1.0, 4.0], NONE, [INFINITY, 0.5, 0.25], NONE),
    Kink("pow(x, z)", [0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 1.0, 0.0], NONE),
    Kink("pow(x, z)", [0.0, 1.0, 2.0], [3.0, 0.0, 0.0], NONE, [0.0, 0.0, std::f64::consts::LN_2]),
    Kink("pow(x, z)", [-2.0, 0.0009, 0.0], [2.0, 0.0, 0.0009], [-4.0, 0.0, INFINITY], [f64::NAN, -7.0131157, 0.0]),
    Kink("rem(x, z)", [4.0, 4.001, -0.001], [2.0, 2.0, 2.0], [1.0; 3], [-2.0, -2.0, 1.0]),
    Kink("logsumexp(x) + max(z)", [1.0, 1.0, 1.0], [0.0, 0.0, 1.0], [1.0 / 3.0; 3], [0.0, 0.0, 1.0]),
    Kink("select(x > z, x, z)", [1.0, 1.0, 1.0], [1.0, 0.5, 2.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]),
];

/// The first kink that has another derivative by these rules.
pub(crate) fn disagreement(rules: &dyn Fn(&Site<'_>) -> Contribution) -> Option<String> {
    KINKS.iter().find_map(|kink| {
        let (step, text) = step(kink);
        let backward = reverse_by(&step, rules);
        [backward.clone(), backward.optimised()].iter().find_map(|backward| {
            let found = gradients(kink, &step, backward);
            let expected = [kink.3, kink.4];
            let same = found.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| is_same(*a, *b));
            (!same).then(|| format!("{}: {found:?} instead of {expected:?}\n{text}", kink.0))
        })
    })
}

/// Also two that are no numbers.
fn is_same(found: f64, expected: f64) -> bool {
    found == expected || (found - expected).abs() < 1e-6 || found.is_nan() && expected.is_nan()
}

fn step(kink: &Kink) -> (Step, String) {
    // a scalar is summed too
    let source = format!(
        "cell Test(input: D, hidden: H) {{
            param p: [H] = zeros;
            step(x: [D], z: [D]) -> [] {{ sum({} + 0 * stop_gradient(x)) + stop_gradient(sum(p)) + 0 * sum(x + z) }}
        }}",
        kink.0
    );
    let cell = front::read(&source).and_then(|cell| front::typed(&cell));
    let cell = cell.unwrap_or_else(|mistakes| panic!("{source}: {mistakes:?}"));
    let step = ir::optimise(ir::lower(&cell));
    let text = step.text(&cell);
    (step, text)
}

/// With respect to both vectors. A scalar is added three times.
fn gradients(kink: &Kink, step: &Step, backward: &Backward) -> [[f64; 3]; 2] {
    const SIZES: [usize; 2] = [3, 2];
    let vector = |values: &[f64]| Array::new(Shape::Vector(values.len()), values.to_vec());
    let leaf = |op: &Op| match op {
        Op::Input(0) => vector(&kink.1),
        Op::Input(_) => vector(&kink.2),
        _ => vector(&[0.0; 2]),
    };
    let values = interpret(&step.graph, &SIZES, &leaf);
    let leaf = |op: &Op| match op {
        Op::Forward(id) => values[id.index()].clone(),
        _ => Array::scalar(if kink.0.contains(") + ") || kink.0.starts_with("norm") { 1.0 / 3.0 } else { 1.0 }),
    };
    let adjoints = interpret(backward.graph(Rate::Row), &SIZES, &leaf);
    [0, 1].map(|input| match backward.inputs.get(input).copied().flatten() {
        Some(id) => std::array::from_fn(|at| adjoints[id.index()].data[at]),
        None => NONE,
    })
}

#[test]
fn rule_17_fixes_derivatives_at_kinks() {
    if let Some(disagreement) = disagreement(&derive) {
        panic!("{disagreement}");
    }
}
