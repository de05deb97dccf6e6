//! Common subexpressions and dead code.

use super::{formula, lowered, of_lines, only};
use crate::recurrent::ir::passes::{dead, optimise, shared};
use crate::recurrent::ir::{Binary, Depends, Element, Graph, NodeId, Op, Step, Unary};

/// How many operations are left for the output where equal ones are one.
#[track_caller]
fn count(shape: &str, lines: &str) -> usize {
    let (_, step) = of_lines(shape, lines);
    let step = only(step.graph, step.outputs[0]);
    let merged = dead::remove(shared::merge(step));
    merged.graph.nodes.iter().filter(|node| !node.op.is_leaf()).count()
}

#[test]
fn equal_operations_are_one() {
    assert_eq!(count("[H]", "tanh(h) + k * tanh(h)"), 3);
    assert_eq!(count("[H]", "tanh(h + k) + tanh(k + h)"), 3);
    assert_eq!(count("[H]", "tanh(h * k) + tanh(k * h)"), 3);
    assert_eq!(count("[H]", "minimum(h, k) * minimum(k, h)"), 2);
    assert_eq!(count("[H]", "maximum(h, k) * maximum(k, h)"), 2);
    assert_eq!(count("[H]", "select(h > k, h, 0) - select(k < h, h, 0)"), 3);
    assert_eq!(count("[H]", "select(h >= k, h, 0) - select(k <= h, h, 0)"), 3);
    assert_eq!(count("[H]", "select(h == k, h, 0) - select(k == h, h, 0)"), 3);
    assert_eq!(count("[H]", "select(h != k, h, 0) - select(k != h, h, 0)"), 3);
    assert_eq!(count("[H]", "select(h > 0 && k > 0, h, 0) - select(k > 0 && h > 0, h, 0)"), 5);
    assert_eq!(count("[H]", "select(h > 0 || k > 0, h, 0) - select(k > 0 || h > 0, h, 0)"), 5);
    assert_eq!(count("[H]", "softmax(h) + log_softmax(h)"), 16);
}

#[test]
fn other_operations_are_not() {
    assert_eq!(count("[H]", "tanh(h - k) + tanh(k - h)"), 5);
    assert_eq!(count("[H]", "tanh(h / k) + tanh(k / h)"), 5);
    assert_eq!(count("[H]", "pow(h, k) + pow(k, h)"), 3);
    assert_eq!(count("[H]", "rem(h, k) + rem(k, h)"), 3);
    assert_eq!(count("[H]", "select(h > k, h, 0) - select(k > h, h, 0)"), 5);
    assert_eq!(count("[H]", "select(h >= k, h, 0) - select(h > k, h, 0)"), 5);
    assert_eq!(count("[H]", "h + stop_gradient(h)"), 2);
    assert_eq!(count("[]", "sum(outer(h, k) @ k) + sum(outer(k, h) @ k)"), 7);
    assert_eq!(count("[D]", "concat(h, x)[H..] + concat(x, h)[..D]"), 5);
}

#[test]
fn the_first_name_stays() {
    let (_, step) = of_lines("[H]", "let first = tanh(h); let second = tanh(h); first * k + second");
    let merged = shared::merge(step);
    let names: Vec<&str> = merged.graph.nodes.iter().filter_map(|node| node.name.as_deref()).collect();
    assert_eq!(names, ["first", "y", "h", "q"]);
}

#[test]
fn what_nobody_needs_is_removed() {
    let mut graph = Graph::default();
    let x = graph.leaf(Op::Input(0), vec![super::h()], Element::Real, Depends::INPUT);
    let unused = graph.push(Op::Unary(Unary::Tanh, x));
    let square = graph.push(Op::Unary(Unary::Square, x));
    graph.push(Op::Binary(Binary::Add, unused, square));
    let step = dead::remove(Step { graph, next: vec![square], outputs: vec![x, square] });
    let ops: Vec<&Op> = step.graph.nodes.iter().map(|node| &node.op).collect();
    assert_eq!(ops, [&Op::Input(0), &Op::Unary(Unary::Square, NodeId(0))]);
    assert_eq!((step.next, step.outputs), (vec![NodeId(1)], vec![NodeId(0), NodeId(1)]));
}

#[test]
fn long_chains_need_no_stack_and_little_time() {
    let start = std::time::Instant::now();
    let sum = vec!["h"; 10_000].join(" + ");
    let (_, step) =
        lowered(&format!("cell Test(hidden: H) {{ state h: [H]; step(x: [H]) -> [H] {{ h = {sum} + x; h }} }}"));
    assert_eq!(optimise(step).graph.nodes.len(), 10_002);
    let outers = vec!["outer(h, x)"; 3_000].join(" + ");
    let (cell, step) = lowered(&format!(
        "cell Test(hidden: H) {{ state h: [H]; step(x: [H]) -> [H] {{ h = ({outers}) @ x + h; h }} }}"
    ));
    assert_eq!(optimise(step).next.len(), cell.states.len());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn passes_work_together() {
    let (cell, step) = of_lines("[H]", "let (a, e) = split(concat(h, k), 2); e * 1 + -(-a) - transpose(diag(h)) @ k");
    assert_eq!(formula(&cell, &optimise(step)), "sub(add(k, h), mul(h, k))");
}
