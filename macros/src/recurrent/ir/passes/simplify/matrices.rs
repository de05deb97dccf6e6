//! Matrices: transposes disappear in products, and no example gets a matrix of its own where vectors will do.

use super::{Rule, Simplifier};
use crate::recurrent::ir::{Binary, NodeId, Op, Reduction, Unary};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "transpose of a transpose", apply: transposed },
    Rule { name: "transpose of an outer product", apply: transposed_outer },
    Rule { name: "transpose of a diagonal", apply: transposed_diagonal },
    Rule { name: "transpose of a product", apply: transposed_product },
    Rule { name: "product with a transpose", apply: product_of_transpose },
    Rule { name: "product with the identity", apply: product_of_identity },
    Rule { name: "product with a diagonal", apply: product_of_diagonal },
    Rule { name: "product of an outer product", apply: product_of_outer },
    Rule { name: "product of a scaled matrix", apply: product_of_scaled },
    Rule { name: "product of a sum", apply: product_of_sum },
    Rule { name: "diagonal of a matrix that is known", apply: diagonal },
];

fn transposed(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Transpose(a) = *op else { return None };
    match *s.op(a) {
        Op::Transpose(a) => Some(a),
        _ => None,
    }
}

fn transposed_outer(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Transpose(a) = *op else { return None };
    match *s.op(a) {
        Op::Outer(a, b) => Some(s.make(Op::Outer(b, a))),
        _ => None,
    }
}

/// Also of the identity.
fn transposed_diagonal(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Transpose(a) = *op else { return None };
    matches!(s.op(a), Op::Diag(_) | Op::Identity(_)).then_some(a)
}

fn transposed_product(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::Transpose(a) = *op else { return None };
    match *s.op(a) {
        Op::MatMul { a, b, transpose_a, transpose_b } => {
            Some(s.make(Op::MatMul { a: b, b: a, transpose_a: !transpose_b, transpose_b: !transpose_a }))
        }
        _ => None,
    }
}

fn product_of_transpose(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::MatMul { a, b, transpose_a, transpose_b } = *op else { return None };
    match (s.op(a).clone(), s.op(b).clone()) {
        (Op::Transpose(a), _) => Some(s.make(Op::MatMul { a, b, transpose_a: !transpose_a, transpose_b })),
        (_, Op::Transpose(b)) => Some(s.make(Op::MatMul { a, b, transpose_a, transpose_b: !transpose_b })),
        _ => None,
    }
}

fn product_of_identity(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::MatMul { a, b, transpose_a, transpose_b } = *op else { return None };
    let (other, is_transposed) = match (s.op(a), s.op(b)) {
        (Op::Identity(_), _) => (b, transpose_b),
        (_, Op::Identity(_)) => (a, transpose_a),
        _ => return None,
    };
    Some(if is_transposed { s.make(Op::Transpose(other)) } else { other })
}

/// Of a diagonal matrix and a vector, or a matrix whose rows are scaled.
fn product_of_diagonal(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::MatMul { a, b, transpose_b, .. } = *op else { return None };
    let Op::Diag(v) = *s.op(a) else { return None };
    let b = if transpose_b { s.make(Op::Transpose(b)) } else { b };
    let scale = match s.graph.shape(b).get(1).cloned() {
        Some(columns) => s.make(Op::Stretch(v, columns)),
        None => v,
    };
    Some(s.make(Op::Binary(Binary::Mul, scale, b)))
}

/// `outer(a, b) @ x = a * sum(b * x)`
fn product_of_outer(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::MatMul { a: matrix, b: x, transpose_a, .. } = *op else { return None };
    let Op::Outer(rows, columns) = *s.op(matrix) else { return None };
    if s.rank(x) != 1 {
        return None;
    }
    let (rows, columns) = if transpose_a { (columns, rows) } else { (rows, columns) };
    let product = s.make(Op::Binary(Binary::Mul, columns, x));
    let sum = s.make(Op::Reduce(Reduction::Sum, product));
    Some(s.make(Op::Binary(Binary::Mul, rows, sum)))
}

/// `(s * w) @ x = s * (w @ x)`, also of quotients and negations, where each example has a scale of its own.
fn product_of_scaled(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::MatMul { a: matrix, b, transpose_a, transpose_b } = *op else { return None };
    if s.is_shared(matrix) || s.is_deep() {
        return None;
    }
    let (function, a, scale) = match *s.op(matrix) {
        Op::Unary(Unary::Neg, a) => {
            let product = s.make(Op::MatMul { a, b, transpose_a, transpose_b });
            return Some(s.make(Op::Unary(Unary::Neg, product)));
        }
        Op::Binary(Binary::Mul, scale, a) if s.rank(scale) == 0 => (Binary::Mul, a, scale),
        Op::Binary(function @ (Binary::Mul | Binary::Div), a, scale) if s.rank(scale) == 0 => (function, a, scale),
        _ => return None,
    };
    let product = s.make(Op::MatMul { a, b, transpose_a, transpose_b });
    Some(s.make(Op::Binary(function, product, scale)))
}

/// `(w + outer(a, b)) @ x = w @ x + outer(a, b) @ x`, where one of the products costs little.
fn product_of_sum(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::MatMul { a: matrix, b: x, transpose_a, transpose_b } = *op else { return None };
    if s.is_shared(matrix) || s.rank(x) != 1 || s.is_deep() {
        return None;
    }
    let Op::Binary(function @ (Binary::Add | Binary::Sub), a, b) = *s.op(matrix) else { return None };
    if s.rank(a) != 2 || s.rank(b) != 2 || !(is_cheap(s, a) || is_cheap(s, b)) {
        return None;
    }
    let [a, b] = [a, b].map(|a| s.make(Op::MatMul { a, b: x, transpose_a, transpose_b }));
    Some(s.make(Op::Binary(function, a, b)))
}

/// Whether a product with a vector needs no matrix of each example.
fn is_cheap(s: &Simplifier, matrix: NodeId) -> bool {
    let is_plain = |id: NodeId| s.is_shared(id) || matches!(s.op(id), Op::Outer(..) | Op::Diag(_));
    match *s.op(matrix) {
        Op::Unary(Unary::Neg, a) => is_plain(a),
        Op::Binary(Binary::Mul | Binary::Div, a, b) if s.rank(b) == 0 => is_plain(a),
        Op::Binary(Binary::Mul, a, b) if s.rank(a) == 0 => is_plain(b),
        _ => is_plain(matrix),
    }
}

fn diagonal(s: &mut Simplifier, op: &Op) -> Option<NodeId> {
    let Op::DiagonalOf(a) = *op else { return None };
    match s.op(a).clone() {
        Op::Diag(v) => Some(v),
        Op::Transpose(a) => Some(s.make(Op::DiagonalOf(a))),
        Op::Outer(a, b) => Some(s.make(Op::Binary(Binary::Mul, a, b))),
        Op::Identity(length) => {
            let one = s.push(Op::number(1.0));
            Some(s.push(Op::Stretch(one, length)))
        }
        _ => None,
    }
}
