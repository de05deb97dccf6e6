//! Numbers stay numbers as long as they can, and meet tensors in the forms that keep the least.

use super::assert_lowered;

#[test]
fn a_tensor_and_a_number() {
    assert_lowered(&[
        ("[H]", "h + 2", "offset(h, 2.0)"),
        ("[H]", "2 + h", "offset(h, 2.0)"),
        ("[H]", "h - 2", "offset(h, -2.0)"),
        ("[H]", "1 - h", "offset(neg(h), 1.0)"),
        ("[H]", "h * rate", "scale(h, rate)"),
        ("[H]", "h - rate", "offset(h, neg(rate))"),
        ("[H]", "h / 3", "divide(h, 3.0)"),
        ("[H]", "3 / h", "div(scalar(3.0), h)"),
        ("[H]", "1 / h", "recip(h)"),
        ("[H]", "pow(h, 3)", "power(h, 3.0)"),
        ("[H]", "pow(h, 2)", "square(h)"),
        ("[H]", "pow(2, h)", "pow(scalar(2.0), h)"),
        ("[H]", "pow(h, s)", "pow(h, unsqueeze -1(s))"),
        ("[H]", "maximum(h, 0)", "maximum(h, scalar(0.0))"),
        ("[H]", "rem(rate, h)", "rem(scalar(rate), h)"),
        ("[H]", "clamp(h, -rate, 1)", "clamp(h, neg(rate), 1.0)"),
        ("[H]", "elu(h) + leaky_relu(h, rate)", "add(elu(h, 1.0), leaky_relu(h, rate))"),
    ]);
}

#[test]
fn numbers_with_one_another() {
    assert_lowered(&[
        ("[H]", "h * (1 / sqrt(H))", "scale(h, div(1.0, sqrt(size H)))"),
        ("[H]", "h * exp(-rate)", "scale(h, exp(neg(rate)))"),
        ("[H]", "h * maximum(rate, 2)", "scale(h, maximum(rate, 2.0))"),
        ("[H]", "h * clamp(rate, 0, 1)", "scale(h, clamp(rate, 0.0, 1.0))"),
        ("[H]", "h * pi", "scale(h, 3.141592653589793)"),
        ("[H]", "let k = 2 * 3; h * (k + 1)", "scale(h, 7.0)"),
        ("[H]", "h * (H + D)", "scale(h, add(size H, size D))"),
        ("[H]", "select(rate > 1, h, b)", "select(greater(scalar(rate), scalar(1.0)), h, b)"),
    ]);
}
