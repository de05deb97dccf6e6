//! What each operation of a checked cell becomes.

use super::{formula, lowered, of_lines};

#[track_caller]
fn assert_lowered(cases: &[(&str, &str, &str)]) {
    for (shape, lines, expected) in cases {
        let (cell, step) = of_lines(shape, lines);
        assert_eq!(formula(&cell, &step), *expected, "{lines}");
    }
}

#[test]
fn leaves_and_names() {
    assert_lowered(&[
        ("[]", "3", "3"),
        ("[]", "H", "H"),
        ("[]", "s * rate + p", "add(mul(s, rate), p)"),
        ("[H]", "k + h * c", "add(k, mul(h, c))"),
        ("[H]", "let g = tanh(h); let e = g; e + g", "add(tanh(h), tanh(h))"),
    ]);
}

#[test]
fn operations_that_stay() {
    assert_lowered(&[
        ("[H]", "w @ x", "matmul(w, x)"),
        ("[H]", "(u @ v) @ h", "matmul(matmul(u, v), h)"),
        ("[H]", "transpose(u) @ h", "matmul(transpose(u), h)"),
        ("[H]", "outer(h, x) @ x", "matmul(outer(h, x), x)"),
        ("[H]", "diag(h) @ k + identity(H) @ h", "add(matmul(diag(h), k), matmul(identity H, h))"),
        (
            "[H]",
            "select(h > 0 && !(k <= s) || h == k, h, 0)",
            "select(or(and(greater(h, 0), not(less_equal(k, s))), equal(h, k)), h, 0)",
        ),
        ("[]", "sum(h) + max(h) - min(h)", "sub(add(sum(h), max(h)), min(h))"),
        ("[D + H + 1]", "concat(x, h, s)", "concat(x, h, stretch(s to 1))"),
        ("[H]", "concat(x, h)[D..]", "slice(concat(x, h) from D length H)"),
        ("[H]", "stop_gradient(h)", "stop_gradient(h)"),
        ("[H]", "pow(square(h), s)", "pow(square(h), s)"),
    ]);
}

#[test]
fn functions_with_a_setting() {
    assert_lowered(&[
        ("[H]", "clamp(h, -1, rate)", "select(less(h, -1), -1, select(greater(h, rate), rate, h))"),
        ("[H]", "leaky_relu(h, 0.1)", "select(greater(h, 0), h, mul(h, 0.1))"),
        ("[H]", "elu(h, rate)", "select(greater(h, 0), h, mul(expm1(select(greater(h, 0), 0, h)), rate))"),
    ]);
}

#[test]
fn functions_of_rows() {
    let shift = "stop_gradient(select(equal(abs(max(h)), inf), 0, max(h)))";
    let powers = format!("exp(sub(h, stretch({shift} to H)))");
    let total = format!("add(ln(sum({powers})), {shift})");
    let centred = "sub(h, stretch(div(sum(h), H) to H))";
    assert_lowered(&[
        ("[]", "dot(h, k)", "sum(mul(h, k))"),
        ("[]", "mean(h)", "div(sum(h), H)"),
        ("[]", "mean(concat(s, s))", "div(sum(concat(stretch(s to 1), stretch(s to 1))), 2)"),
        (
            "[]",
            "norm(h)",
            "select(equal(sum(square(h)), 0), 0, sqrt(select(equal(sum(square(h)), 0), 1, sum(square(h)))))",
        ),
        ("[]", "logsumexp(h)", &total),
        ("[H]", "log_softmax(h)", &format!("sub(h, stretch({total} to H))")),
        ("[H]", "softmax(h)", &format!("div({powers}, stretch(sum({powers}) to H))")),
        (
            "[H]",
            "layer_norm(h, 0.5)",
            &format!("mul({centred}, stretch(recip(sqrt(add(div(sum(square({centred})), H), 0.5))) to H))"),
        ),
    ]);
}

#[test]
fn what_reaches_no_result_is_gone() {
    let (cell, step) = lowered(
        "cell Test(hidden: H) {
            param u: [H, H] = uniform(1 / sqrt(H));
            state h: [H];
            step(x: [H]) -> [H] { h = u @ h + x; let t = h * 2; t }
        }",
    );
    assert_eq!(step.graph.nodes.len(), 7);
    assert_eq!(step.text(&cell).lines().last(), Some("output: %6"));
}

#[test]
fn a_state_after_its_assignment_is_the_new_one() {
    let (cell, step) = lowered("cell Test(hidden: H) { state h: [H]; step(x: [H]) -> [H] { h = h + x; tanh(h) } }");
    assert_eq!(formula(&cell, &step), "tanh(add(h, x))");
}
