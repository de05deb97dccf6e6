//! Operations of derivatives, which no user can write.

use super::{GraphCase, NONE};
use crate::recurrent::ir::tests::{d, h};
use crate::recurrent::ir::{Binary, Comparison, Depends, Dim, Element, Graph, NodeId, Op, Reduction, Unary};

/// A leaf for each example: `s: []`, `x: [D]`, `k: [H]`.
fn leaf(graph: &mut Graph, op: Op, shape: &[Dim]) -> NodeId {
    let depends = if matches!(op, Op::Parameter(_)) { Depends::PARAMETER } else { Depends::INPUT };
    graph.leaf(op, shape.to_vec(), Element::Real, depends)
}

fn s(graph: &mut Graph) -> NodeId {
    leaf(graph, Op::Input(1), &[])
}

fn x(graph: &mut Graph) -> NodeId {
    leaf(graph, Op::Input(0), &[d()])
}

fn k(graph: &mut Graph) -> NodeId {
    leaf(graph, Op::Context(0), &[h()])
}

fn state(graph: &mut Graph) -> NodeId {
    leaf(graph, Op::State(0), &[h()])
}

fn u(graph: &mut Graph) -> NodeId {
    leaf(graph, Op::Parameter(1), &[h(), h()])
}

fn sum(dims: &[Dim]) -> Dim {
    dims.iter().try_fold(Dim::number(0), |sum, dim| sum.plus(dim)).expect("a small size")
}

fn pad(graph: &mut Graph, value: NodeId, start: Dim, length: Dim) -> NodeId {
    graph.push(Op::Pad { value, start, length })
}

fn slice(graph: &mut Graph, value: NodeId, start: Dim, length: Dim) -> NodeId {
    graph.push(Op::Slice { value, start, length })
}

fn binary(graph: &mut Graph, function: Binary, a: NodeId, b: NodeId) -> NodeId {
    graph.push(Op::Binary(function, a, b))
}

const fn case(rule: &'static str, before: fn(&mut Graph) -> NodeId, after: &'static str) -> GraphCase {
    GraphCase { rule, before, after }
}

#[rustfmt::skip] // one line for each result
pub(super) const GRAPHS: &[GraphCase] = &[
    case("stretch(a) + b = a + b", |g| {
        let (s, k) = (s(g), k(g));
        let s = g.push(Op::Stretch(s, h()));
        binary(g, Binary::Mul, k, s)
    }, "mul(k, s)"),
    case("stretch(a) + b = a + b", |g| {
        let (s, u) = (s(g), u(g));
        let row = g.push(Op::Stretch(s, h()));
        let all = g.push(Op::Stretch(row, h()));
        let mask = g.push(Op::Compare(Comparison::Less, all, u));
        g.push(Op::Select { mask, first: all, second: u })
    }, "select(less(s, u), s, u)"),
    case("stretch(a) + stretch(b) = stretch(a + b)", |g| {
        let (k, h_old) = (k(g), state(g));
        let (a, b) = (g.push(Op::Stretch(k, d())), g.push(Op::Stretch(h_old, d())));
        binary(g, Binary::Pow, a, b)
    }, "stretch(pow(k, h) to D)"),
    case("f(stretch(x)) = stretch(f(x))", |g| {
        let k = k(g);
        let rows = g.push(Op::Stretch(k, d()));
        g.push(Op::Unary(Unary::Sigmoid, rows))
    }, "stretch(sigmoid(k) to D)"),
    case("sum(stretch(x)) = x * n", |g| {
        let k = k(g);
        let rows = g.push(Op::Stretch(k, d()));
        g.push(Op::Reduce(Reduction::Sum, rows))
    }, "mul(k, D)"),
    case("max(stretch(x)) = x", |g| {
        let k = k(g);
        let rows = g.push(Op::Stretch(k, d()));
        g.push(Op::Reduce(Reduction::Max, rows))
    }, "k"),
    case(NONE, |g| {
        let (k, x) = (k(g), x(g));
        let (rows, outer) = (g.push(Op::Stretch(k, d())), g.push(Op::Outer(k, x)));
        binary(g, Binary::Mul, rows, outer)
    }, "mul(stretch(k to D), outer(k, x))"),
    case("diagonal of a matrix that is known", |g| {
        let k = k(g);
        let diag = g.push(Op::Diag(k));
        g.push(Op::DiagonalOf(diag))
    }, "k"),
    case("diagonal of a matrix that is known", |g| {
        let (k, h_old) = (k(g), state(g));
        let outer = g.push(Op::Outer(k, h_old));
        g.push(Op::DiagonalOf(outer))
    }, "mul(k, h)"),
    case("diagonal of a matrix that is known", |g| {
        let u = u(g);
        let transposed = g.push(Op::Transpose(u));
        g.push(Op::DiagonalOf(transposed))
    }, "diagonal_of(u)"),
    case("diagonal of a matrix that is known", |g| {
        let identity = g.push(Op::Identity(h()));
        g.push(Op::DiagonalOf(identity))
    }, "stretch(1 to H)"),
    case("transpose of a product", |g| {
        let u = u(g);
        let product = g.push(Op::MatMul { a: u, b: u, transpose_a: true, transpose_b: false });
        g.push(Op::Transpose(product))
    }, "matmul_tn(u, u)"),
    case("slice of a pad", |g| {
        let k = k(g);
        let padded = pad(g, k, d(), sum(&[d(), h(), h()]));
        slice(g, padded, d(), h())
    }, "k"),
    case(NONE, |g| {
        let k = k(g);
        let padded = pad(g, k, d(), sum(&[d(), h(), h()]));
        slice(g, padded, h(), h())
    }, "slice(pad(k at D length D + 2 * H) from H length H)"),
    case("slice of a stretch", |g| {
        let s = s(g);
        let row = g.push(Op::Stretch(s, sum(&[d(), h()])));
        slice(g, row, d(), h())
    }, "stretch(s to H)"),
    case("slice of a slice", |g| {
        let k = k(g);
        let part = slice(g, k, Dim::number(1), Dim::number(3));
        slice(g, part, Dim::number(1), Dim::number(2))
    }, "slice(k from 2 length 2)"),
    case("pad of nothing", |g| {
        let k = k(g);
        pad(g, k, Dim::number(0), h())
    }, "k"),
    case(NONE, |g| {
        let k = k(g);
        pad(g, k, Dim::number(0), sum(&[d(), h()]))
    }, "pad(k at 0 length D + H)"),
    case("pad of a pad", |g| {
        let k = k(g);
        let padded = pad(g, k, Dim::number(1), sum(&[d(), h()]));
        pad(g, padded, d(), sum(&[d(), d(), h()]))
    }, "pad(k at D + 1 length 2 * D + H)"),
    case("sum of neighbouring pads", |g| {
        let (k, x) = (k(g), x(g));
        let (a, b) = (pad(g, k, Dim::number(0), sum(&[d(), h()])), pad(g, x, h(), sum(&[d(), h()])));
        binary(g, Binary::Add, a, b)
    }, "concat(k, x)"),
    case("sum of neighbouring pads", |g| {
        let (k, x) = (k(g), x(g));
        let whole = sum(&[d(), h(), h()]);
        let (a, b, c) = (pad(g, k, Dim::number(0), whole.clone()), pad(g, x, h(), whole.clone()), pad(g, k, sum(&[d(), h()]), whole));
        let some = binary(g, Binary::Add, c, b);
        binary(g, Binary::Add, some, a)
    }, "concat(k, x, k)"),
    case(NONE, |g| {
        let k = k(g);
        let whole = sum(&[d(), h(), h()]);
        let (a, b) = (pad(g, k, Dim::number(0), whole.clone()), pad(g, k, sum(&[d(), h()]), whole));
        binary(g, Binary::Add, a, b)
    }, "add(pad(k at 0 length D + 2 * H), pad(k at D + H length D + 2 * H))"),
];
