//! The shape, the element and the stage of each form.

use super::type_of;

#[track_caller]
fn assert_types(cases: &[(&'static str, &str)]) {
    for (formula, expected) in cases {
        assert_eq!(type_of(formula), *expected, "{formula}");
    }
}

#[test]
fn names() {
    assert_types(&[
        ("1", "[] real constant"),
        ("pi", "[] real constant"),
        ("H", "[] real constant"),
        ("K", "[] real constant"),
        ("leak", "[] real constant"),
        ("w", "[H, D] real parameter"),
        ("s", "[] real parameter"),
        ("one", "[1] real parameter"),
        ("x", "[D] real example"),
        ("dt", "[] real example"),
        ("m", "[K] real example"),
        ("h", "[H] real example"),
    ]);
}

#[test]
fn element_by_element() {
    assert_types(&[
        ("1 / sqrt(H)", "[] real constant"),
        ("leak * H", "[] real constant"),
        ("-leak", "[] real constant"),
        ("s * leak", "[] real parameter"),
        ("b + s", "[H] real parameter"),
        ("2 * w", "[H, D] real parameter"),
        ("w * dt", "[H, D] real example"),
        ("h + b", "[H] real example"),
        ("dt - h", "[H] real example"),
        ("h / H", "[H] real example"),
        ("w * w", "[H, D] real parameter"),
        ("tanh(w)", "[H, D] real parameter"),
        ("pow(h, 2)", "[H] real example"),
        ("rem(h, leak)", "[H] real example"),
        ("maximum(0, h)", "[H] real example"),
        ("clamp(h, -inf, H)", "[H] real example"),
        ("clamp(leak, 0, 1)", "[] real constant"),
        ("elu(h)", "[H] real example"),
        ("elu(h, leak)", "[H] real example"),
        ("leaky_relu(w, 0.2)", "[H, D] real parameter"),
        ("stop_gradient(leak)", "[] real constant"),
        ("stop_gradient(h)", "[H] real example"),
    ]);
}

#[test]
fn masks() {
    assert_types(&[
        ("1 > 2", "[] mask parameter"),
        ("leak == H", "[] mask parameter"),
        ("b > 0", "[H] mask parameter"),
        ("h > dt", "[H] mask example"),
        ("!(dt <= 1)", "[] mask example"),
        ("h > 0 && dt > 0", "[H] mask example"),
        ("b > 0 || s > 0", "[H] mask parameter"),
        ("select(h > 0, 1, 0)", "[H] real example"),
        ("select(dt > 0, b, h)", "[H] real example"),
        ("select(H > 2, 1, 0)", "[] real parameter"),
        ("select(s > 0, 1, b)", "[H] real parameter"),
    ]);
}

#[test]
fn matrices() {
    assert_types(&[
        ("w @ x", "[H] real example"),
        ("u @ b", "[H] real parameter"),
        ("u @ w", "[H, D] real parameter"),
        ("u @ u @ h", "[H] real example"),
        ("u @ u", "[H, H] real parameter"),
        ("transpose(w)", "[D, H] real parameter"),
        ("transpose(w) @ h", "[D] real example"),
        ("dot(h, b)", "[] real example"),
        ("outer(h, x)", "[H, D] real example"),
        ("outer(h, x) @ x", "[H] real example"),
        ("transpose(outer(h, x)) @ b", "[D] real example"),
        ("diag(h)", "[H, H] real example"),
        ("diag(h) @ b", "[H] real example"),
        ("u - transpose(u) - leak * identity(H)", "[H, H] real parameter"),
        ("identity(2 * D)", "[2 * D, 2 * D] real parameter"),
        ("outer(m, x)", "[K, D] real example"),
    ]);
}

#[test]
fn along_an_axis() {
    assert_types(&[
        ("sum(h)", "[] real example"),
        ("max(w)", "[H] real parameter"),
        ("norm(b)", "[] real parameter"),
        ("logsumexp(outer(x, h))", "[D] real example"),
        ("softmax(w)", "[H, D] real parameter"),
        ("layer_norm(h)", "[H] real example"),
        ("layer_norm(h, 1 / H)", "[H] real example"),
        ("concat(1, 2)", "[2] real parameter"),
        ("concat(h)", "[H] real example"),
        ("concat(x, dt, h, x)", "[2 * D + H + 1] real example"),
        ("concat(h, h)[H..]", "[H] real example"),
        ("concat(h, h)[..H]", "[H] real example"),
        ("concat(x, h)[D..D + H]", "[H] real example"),
        ("concat(x, h)[1..D + 1]", "[D] real example"),
        ("h[..1]", "[1] real example"),
    ]);
}
