//! Only `[]` stretches, and the batch stands in front.

use super::assert_lowered;

#[test]
fn scalars_of_each_example_get_the_axes_that_they_stretch_over() {
    assert_lowered(&[
        ("[H]", "s * h", "mul(unsqueeze -1(s), h)"),
        ("[H]", "h - s", "sub(h, unsqueeze -1(s))"),
        ("[H]", "s * b", "mul(unsqueeze -1(s), b)"),
        ("[H]", "(s * u) @ h", "squeeze -1(matmul(mul(unsqueeze -1(unsqueeze -1(s)), u), unsqueeze -1(h)))"),
        ("[]", "s * p", "mul(s, p)"),
        ("[]", "s * dot(b, h)", "mul(s, dot(b, h))"),
    ]);
}

#[test]
fn what_has_no_batch_needs_nothing() {
    assert_lowered(&[
        ("[H]", "h + b", "add(h, b)"),
        ("[H]", "h + p", "add(h, p)"),
        ("[H]", "h * (b * p)", "mul(h, mul(b, p))"),
    ]);
}

#[test]
fn what_is_the_same_for_all_examples_is_stretched_at_the_end() {
    assert_lowered(&[
        ("[H]", "tanh(b)", "stretch [H](tanh(b))"),
        ("[]", "rate", "stretch [](scalar(rate))"),
        ("[]", "q", "stretch [](or_zeros [](q?))"),
        ("[H]", "u @ b", "stretch [H](squeeze -2(matmul_transposed(unsqueeze -2(b), u)))"),
    ]);
}

#[test]
fn masks_are_aligned_as_values_are() {
    assert_lowered(&[
        ("[H]", "select(h > s, h, b)", "select(greater(h, unsqueeze -1(s)), h, b)"),
        ("[H]", "select(s > 0, h, 0)", "select(unsqueeze -1(greater(s, scalar(0.0))), h, scalar(0.0))"),
        ("[H]", "select(b > 0, s, 1)", "select(greater(b, scalar(0.0)), unsqueeze -1(s), scalar(1.0))"),
        (
            "[H]",
            "select(h > 0 && s > 0 || !(b < h), h, 1)",
            "select(or(and(greater(h, scalar(0.0)), unsqueeze -1(greater(s, scalar(0.0)))), not(less(b, h))), h, \
             scalar(1.0))",
        ),
    ]);
}

#[test]
fn parts_of_a_vector_are_vectors_of_each_example() {
    assert_lowered(&[
        ("[D + H]", "concat(x, h)", "concat(x, h)"),
        ("[H + 1]", "concat(h, s)", "concat(h, unsqueeze -1(s))"),
        ("[2 * H + 2]", "concat(b, h, p, 2)", "concat(stretch [H](b), h, stretch [1](p), stretch [1](scalar(2.0)))"),
        ("[H + 1]", "concat(b, 2)", "stretch [H + 1](concat(b, unsqueeze -1(scalar(2.0))))"),
        ("[1]", "concat(s)", "unsqueeze -1(s)"),
        ("[1]", "h[..1]", "slice from 0 take 1(h)"),
        ("[D]", "let v = concat(h, x); v[H..]", "slice from H take D(concat(h, x))"),
    ]);
}

#[test]
fn an_absent_parameter_costs_nothing_in_a_sum() {
    assert_lowered(&[
        ("[H]", "h + o", "add_optional(h, o?)"),
        ("[H]", "o + h", "add_optional(h, o?)"),
        ("[H]", "h + q", "add_optional(h, q?)"),
        ("[]", "s + q", "add_optional(s, q?)"),
        ("[H]", "h + (o + b)", "add(h, add_optional(b, o?))"),
        ("[H]", "s + o", "add(unsqueeze -1(s), or_zeros [H](o?))"),
        ("[H]", "h - o", "sub(h, or_zeros [H](o?))"),
        ("[H]", "h * tanh(o)", "mul(h, tanh(or_zeros [H](o?)))"),
        ("[H]", "h + (o + q)", "add(h, add(or_zeros [H](o?), or_zeros [](q?)))"),
    ]);
}

#[test]
fn reductions_act_on_the_last_axis() {
    assert_lowered(&[
        ("[]", "sum(h)", "sum(h)"),
        ("[]", "norm(b) * s", "mul(norm(b), s)"),
        ("[H]", "mean(u) + h", "add(mean(u), h)"),
        ("[H]", "max(outer(h, x))", "max(outer(h, x))"),
        ("[H]", "softmax(h)", "softmax(h)"),
        ("[H]", "layer_norm(h)", "layer_norm(h, 1e-5)"),
        ("[H]", "diag(b) @ h", "matmul_transposed(h, diag(b))"),
        ("[H]", "stop_gradient(h) * stop_gradient(rate)", "scale(detach(h), rate)"),
    ]);
}
