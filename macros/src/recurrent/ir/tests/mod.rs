//! Tests of graphs as text, and of what they compute.

mod lowering;
mod printing;
mod rules;
mod sharing;
mod texts;

use super::passes::dead;
use super::{Dim, Element, Graph, NodeId, Op, Step, lower};
use crate::recurrent::tests::evaluate::{Array, Shape};
use crate::recurrent::tests::front;
use crate::recurrent::tests::interpret::interpret;
use crate::recurrent::tests::random::Random;
use crate::recurrent::typed::Cell;

/// The sizes of D and H.
const SIZES: [usize; 2] = [3, 4];

fn d() -> Dim {
    Dim::dimension(0)
}

fn h() -> Dim {
    Dim::dimension(1)
}

/// A checked cell and its step.
#[track_caller]
fn lowered(source: &str) -> (Cell, Step) {
    let cell = front::read(source).and_then(|cell| front::typed(&cell));
    let cell = cell.unwrap_or_else(|mistakes| panic!("{source}: {mistakes:?}"));
    let step = lower(&cell);
    (cell, step)
}

/// A cell with some parameters, inputs `x: [D]` and `s: []`, a context `k: [H]` and states `h: [H]` and `q: []`; the lines
/// end with the output, which is the first one of the step.
#[track_caller]
fn of_lines(shape: &str, lines: &str) -> (Cell, Step) {
    let (lets, tail) = lines.rsplit_once(';').map_or((String::new(), lines), |(lets, tail)| (format!("{lets};"), tail));
    lowered(&format!(
        "cell Test(input: D, hidden: H) {{
            param w: [H, D] = zeros;
            param u, v: [H, H] = zeros;
            param b: [H] = zeros;
            param p: [] = zeros;
            buffer c: [H] = zeros;
            hyper rate = 0.5;
            context k: [H];
            state h: [H];
            state q: [];
            step(x: [D], s: []) -> {shape} {{ {lets} let y = {tail}; h = h + 1; q = q + 1; y }}
        }}"
    ))
}

/// The first output as a formula, without what else a step does.
fn formula(cell: &Cell, step: &Step) -> String {
    texts::formula(cell, &step.graph, step.outputs[0])
}

/// A step with one result and nothing else.
fn only(graph: Graph, output: NodeId) -> Step {
    dead::remove(Step { graph, next: Vec::new(), outputs: vec![output] })
}

/// The value of the first output, where each leaf has random values of its own.
fn value(step: &Step) -> Array {
    let leaf = |op: &Op| {
        let node = step.graph.nodes.iter().find(|node| node.op == *op).expect("a leaf of this graph");
        assert_eq!(node.element, Element::Real, "masks are computed");
        let axes: Vec<usize> = node.shape.iter().map(|axis| axis.value(&|at| SIZES[at])).collect();
        let seed = format!("{op:?}").bytes().fold(0, |seed: u64, byte| seed * 31 + u64::from(byte));
        let mut random = Random::new(seed);
        let shape = Shape::of(&axes);
        Array::new(shape, (0..shape.len()).map(|_| random.uniform(-2.0, 2.0)).collect())
    };
    interpret(&step.graph, &SIZES, &leaf)[step.outputs[0].index()].clone()
}

fn is_near(a: &Array, b: &Array) -> bool {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs().max(1.0) || a.to_bits() == b.to_bits();
    a.shape == b.shape && a.data.iter().zip(&b.data).all(near)
}
