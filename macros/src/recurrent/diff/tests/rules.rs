//! Each rule as a formula.

use super::graphs::{derivative, formula, of_cell};
use crate::recurrent::diff::{Rate, reverse};
use crate::recurrent::ir::{Depends, Dim, Element, Graph, NodeId, Op, Step};
use crate::recurrent::typed::Cell;

/// A formula, and the adjoints that `x`, `z`, `s` get from the formula's adjoint `g`.
const POINTWISE: &[(&str, &str, &str)] = &[
    ("-x", "x", "neg(g)"),
    ("exp(x)", "x", "mul(g, exp(x))"),
    ("expm1(x)", "x", "mul(g, add(expm1(x), 1))"),
    ("ln(x)", "x", "div(g, x)"),
    ("log1p(x)", "x", "div(g, add(x, 1))"),
    ("sqrt(x)", "x", "div(g, mul(2, sqrt(x)))"),
    ("square(x)", "x", "mul(g, mul(2, x))"),
    ("recip(x)", "x", "neg(mul(g, square(recip(x))))"),
    ("abs(x)", "x", "mul(g, sign(x))"),
    ("sin(x)", "x", "mul(g, cos(x))"),
    ("cos(x)", "x", "neg(mul(g, sin(x)))"),
    ("erf(x)", "x", "mul(g, mul(1.1283791670955126, exp(neg(square(x)))))"),
    ("tanh(x)", "x", "mul(g, sub(1, square(tanh(x))))"),
    ("sigmoid(x)", "x", "mul(g, mul(sigmoid(x), sub(1, sigmoid(x))))"),
    ("relu(x)", "x", "select(greater(relu(x), 0), g, 0)"),
    (
        "gelu(x)",
        "x",
        "mul(g, add(add(0.5, mul(0.5, erf(mul(x, 0.7071067811865476)))), mul(x, mul(0.3989422804014327, exp(mul(-0.5, square(x)))))))",
    ),
    (
        "gelu_tanh(x)",
        "x",
        "mul(g, add(mul(0.5, add(1, tanh(mul(0.7978845608028654, mul(x, add(1, mul(0.044715, square(x)))))))), mul(mul(0.5, x), mul(sub(1, square(tanh(mul(0.7978845608028654, mul(x, add(1, mul(0.044715, square(x)))))))), mul(0.7978845608028654, add(1, mul(0.134145, square(x))))))))",
    ),
    ("silu(x)", "x", "mul(g, mul(sigmoid(x), add(1, mul(x, sub(1, sigmoid(x))))))"),
    ("softplus(x)", "x", "mul(g, sigmoid(x))"),
    ("selu(x)", "x", "mul(g, select(greater(selu(x), 0), 1.0507009873554805, add(selu(x), 1.7580993408473766)))"),
    ("mish(x)", "x", "mul(g, add(tanh(softplus(x)), mul(sub(1, square(tanh(softplus(x)))), mul(x, sigmoid(x)))))"),
    ("softsign(x)", "x", "mul(g, square(sub(1, abs(softsign(x)))))"),
    (
        "hard_sigmoid(x)",
        "x",
        "mul(select(and(greater(hard_sigmoid(x), 0), less(hard_sigmoid(x), 1)), g, 0), 0.16666666666666666)",
    ),
    ("hard_tanh(x)", "x", "select(less(abs(hard_tanh(x)), 1), g, 0)"),
    ("log_sigmoid(x)", "x", "mul(g, sigmoid(neg(x)))"),
    ("x + z", "x", "g"),
    ("x + z", "z", "g"),
    ("x - z", "x", "g"),
    ("x - z", "z", "neg(g)"),
    ("x * z", "x", "mul(g, z)"),
    ("x * z", "z", "mul(g, x)"),
    ("x / z", "x", "div(g, z)"),
    ("x / z", "z", "neg(mul(div(g, z), div(x, z)))"),
    ("pow(x, z)", "x", "mul(g, select(equal(z, 0), 0, mul(z, pow(x, sub(z, 1)))))"),
    ("pow(x, 3)", "x", "mul(g, mul(3, square(x)))"),
    ("pow(x, z)", "z", "mul(g, mul(pow(x, z), ln(select(and(equal(x, 0), greater_equal(z, 0)), 1, x))))"),
    ("minimum(x, z)", "x", "mul(g, select(less(x, z), 1, select(equal(x, z), 0.5, 0)))"),
    ("minimum(x, z)", "z", "mul(g, select(less(z, x), 1, select(equal(x, z), 0.5, 0)))"),
    ("maximum(x, z)", "x", "mul(g, select(greater(x, z), 1, select(equal(x, z), 0.5, 0)))"),
    ("maximum(x, z)", "z", "mul(g, select(greater(z, x), 1, select(equal(x, z), 0.5, 0)))"),
    ("rem(x, z)", "x", "g"),
    ("rem(x, z)", "z", "neg(mul(g, floor(add(div(sub(x, rem(x, z)), z), 0.5))))"),
    ("x + s", "s", "sum(g)"),
    ("x * s", "s", "sum(mul(g, x))"),
    ("x * s", "x", "mul(g, s)"),
    ("select(x > z, x, s)", "x", "select(greater(x, z), g, 0)"),
    ("select(x > z, x, s)", "z", "nothing"),
    ("select(x > z, x, s)", "s", "sum(select(greater(x, z), 0, g))"),
    ("x * stop_gradient(x)", "x", "mul(g, stop_gradient(x))"),
    ("x * sum(z)", "z", "stretch(sum(mul(g, x)) to D)"),
    (
        "x * max(z)",
        "z",
        "mul(select(equal(z, max(z)), 1, 0), div(sum(mul(g, x)), sum(select(equal(z, max(z)), 1, 0))))",
    ),
    (
        "x * min(z)",
        "z",
        "mul(select(equal(z, min(z)), 1, 0), div(sum(mul(g, x)), sum(select(equal(z, min(z)), 1, 0))))",
    ),
    (
        "tanh(concat(z, x))[..D]",
        "z",
        "slice(mul(pad(g at 0 length 2 * D), sub(1, square(tanh(concat(z, x))))) from 0 length D)",
    ),
    (
        "tanh(concat(s, x))[..D]",
        "s",
        "sum(slice(mul(pad(g at 0 length D + 1), sub(1, square(tanh(concat(stretch(s to 1), x))))) from 0 length 1))",
    ),
    ("x * sum(z[..1])", "z", "pad(stretch(sum(mul(g, x)) to 1) at 0 length D)"),
    ("tanh(diag(z)) @ x", "z", "diagonal_of(mul(outer(g, x), sub(1, square(tanh(diag(z))))))"),
    ("outer(x, z) @ z", "x", "mul(g, sum(square(z)))"),
    ("outer(x, z) @ z", "z", "mul(sum(mul(g, x)), mul(2, z))"),
    ("tanh(outer(x, z)) @ z", "x", "matmul(mul(outer(g, z), sub(1, square(tanh(outer(x, z))))), z)"),
    (
        "tanh(outer(x, z)) @ z",
        "z",
        "add(matmul_tn(tanh(outer(x, z)), g), matmul_tn(mul(outer(g, z), sub(1, square(tanh(outer(x, z))))), x))",
    ),
    ("transpose(tanh(outer(x, z))) @ z", "x", "matmul(mul(outer(z, g), sub(1, square(tanh(outer(x, z))))), z)"),
    ("w @ x", "x", "matmul_tn(w, g)"),
    ("transpose(w) @ x", "x", "matmul(w, g)"),
];

#[test]
fn each_rule_is_its_formula() {
    let mut wrong = Vec::new();
    for (source, of, expected) in POINTWISE {
        let (cell, step, backward) = derivative(source);
        let at = cell.inputs.iter().position(|input| input.name == *of).expect("an input");
        let found = match backward.inputs.get(at).copied().flatten() {
            Some(id) => formula(&cell, &step, backward.graph(Rate::Row), id),
            None => "nothing".to_owned(),
        };
        if found != *expected {
            wrong.push(format!("    (\"{source}\", \"{of}\", \"{found}\"),"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Products of two parameters, and the adjoints that both get from `g`, the adjoint of the product.
const PRODUCTS: [(&str, &str, &str); 4] = [
    ("w @ v", "matmul_nt(g, v)", "matmul_tn(w, g)"),
    ("transpose(w) @ v", "matmul_nt(v, g)", "matmul(w, g)"),
    ("w @ transpose(v)", "matmul(g, v)", "matmul_tn(g, w)"),
    ("transpose(w) @ transpose(v)", "matmul_tt(v, g)", "matmul_tt(g, w)"),
];

#[test]
fn products_of_matrices_have_products_without_copies() {
    for (source, left, right) in PRODUCTS {
        let (cell, step, backward) = of_cell(&format!(
            "cell Test(input: D, hidden: H) {{
                param w, v: [D, D] = zeros;
                step(x: [D], z: [H]) -> [D] {{ tanh({source}) @ x + 0 * sum(z) }}
            }}"
        ));
        let adjoints = backward.parameters.iter().flatten();
        let found: Vec<String> = adjoints.map(|id| formula(&cell, &step, backward.graph(Rate::Scan), *id)).collect();
        let g = format!("mul(total 0, sub(1, square(tanh({}))))", formula_of_product(&step, &cell));
        assert_eq!(found, [left, right].map(|text| text.replace('g', &g)), "{source}");
    }
}

fn formula_of_product(step: &Step, cell: &Cell) -> String {
    let is_product = |id: &NodeId| matches!(step.graph.node(*id).op, Op::MatMul { .. }) && step.graph.rank(*id) == 2;
    let product = step.graph.ids().find(is_product).expect("a product of matrices");
    formula(cell, step, &step.graph, product)
}

/// Only passes make them, and rarely.
#[test]
fn pads_and_diagonals_of_matrices_have_derivatives_too() {
    let d = || Dim::dimension(0);
    let mut graph = Graph::default();
    let x = graph.leaf(Op::Input(0), vec![d()], Element::Real, Depends::INPUT);
    let matrix = graph.push(Op::Outer(x, x));
    let diagonal = graph.push(Op::DiagonalOf(matrix));
    let length = d().plus(&d()).expect("a size");
    let padded = graph.push(Op::Pad { value: diagonal, start: d(), length });
    let backward = reverse(&Step { graph, next: Vec::new(), outputs: vec![padded] });
    let ops: Vec<&Op> = backward.graph(Rate::Row).nodes.iter().map(|node| &node.op).collect();
    assert_eq!(*ops[1], Op::Slice { value: NodeId::new(0), start: d(), length: d() });
    assert_eq!(*ops[2], Op::Diag(NodeId::new(1)));
}
