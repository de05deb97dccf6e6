//! Formulas of written numbers.

use super::operation;
use super::sources::Source::{Declaration, Step};
use super::{refuses, typed};
use crate::recurrent::typed::Op;

#[track_caller]
fn number(formula: &'static str) -> f64 {
    match operation(formula) {
        Op::Number(value) => value,
        other => panic!("{formula} is {other:?}"),
    }
}

#[test]
fn written_numbers_become_one_number() {
    let cases = [
        ("1 / 2", 0.5),
        ("2 + 3 * 4", 14.0),
        ("-1 - -3", 2.0),
        ("sqrt(2) * sqrt(2)", 2.0),
        ("sin(pi / 2) + cos(0)", 2.0),
        ("exp(1)", std::f64::consts::E),
        ("expm1(0) + ln(1) + log1p(0)", 0.0),
        ("square(3) + recip(4) + abs(-2)", 11.25),
        ("tanh(0) + sigmoid(0)", 0.5),
        ("relu(-1) + relu(2)", 2.0),
        ("pow(2, 10)", 1024.0),
        ("minimum(1, 2) - maximum(1, 2)", -1.0),
        ("rem(-1, 3)", 2.0),
        ("floor(-0.5) + sign(-3) + sign(0)", -2.0),
        ("clamp(5, -inf, 2)", 2.0),
        ("elu(-1) - expm1(-1)", 0.0),
        ("elu(2, 3) + leaky_relu(-1, 0.5) + leaky_relu(-1)", 1.49),
        ("hard_sigmoid(0) + hard_tanh(5) + softsign(1)", 2.0),
        ("stop_gradient(3)", 3.0),
        ("1 / inf", 0.0),
    ];
    for (formula, expected) in cases {
        assert!((number(formula) - expected).abs() < 1e-12, "{formula} is {}", number(formula));
    }
    assert_eq!(number("-inf"), f64::NEG_INFINITY);
}

#[test]
fn a_remainder_is_exact_and_has_the_sign_of_the_divisor() {
    // a quotient that is rounded to 10 would leave nothing, or less than nothing
    assert_eq!(number("rem(1, 0.1)"), 1.0 % 0.1);
    assert_eq!(number("rem(-1, 0.1)"), 0.1 - 1.0 % 0.1);
    assert_eq!(number("rem(5.5, -2)"), -0.5);
    assert_eq!(number("rem(6, -2)"), 0.0);
}

#[test]
fn smooth_functions_of_numbers_have_their_values() {
    // computed with the `math` module of Python
    let cases = [
        ("erf(0.5)", 0.520_499_877_813_046_5),
        ("gelu(1)", 0.841_344_746_068_542_9),
        ("gelu_tanh(1)", 0.841_191_990_608_276_8),
        ("silu(1)", 0.731_058_578_630_004_9),
        ("softplus(1)", 1.313_261_687_518_222_8),
        ("softplus(1000)", 1000.0),
        ("selu(1)", 1.050_700_987_355_480_5),
        ("mish(1)", 0.865_098_388_267_310_3),
        ("log_sigmoid(-1)", -1.313_261_687_518_222_8),
        ("log_sigmoid(-1000)", -1000.0),
    ];
    for (formula, expected) in cases {
        assert!((number(formula) - expected).abs() < 1e-12, "{formula} is {}", number(formula));
    }
}

#[test]
fn sizes_and_hyper_parameters_stay_formulas() {
    for formula in ["H / 2", "leak * 2", "sqrt(D + H)", "floor(H / 2)"] {
        assert!(!matches!(operation(formula), Op::Number(_)), "{formula}");
    }
}

#[test]
fn a_named_number_is_read_by_its_name() {
    let cell = typed(&Step("let half = 1 / 2; let value = half * 2; h = b; h").cell());
    assert!(matches!(cell.node(cell.locals[0].value).op, Op::Number(0.5)));
    assert!(matches!(cell.node(cell.locals[1].value).op, Op::Binary(..)));
}

#[test]
fn no_node_is_left_of_what_became_a_number() {
    let cell = typed(&Step("let value = (1 + 2) / 3 * -4; h = b; h").cell());
    let numbers = cell.nodes.iter().filter(|node| matches!(node.op, Op::Number(_))).count();
    assert_eq!(numbers, 1);
}

#[test]
fn hyper_parameters_are_folded() {
    let cell = typed(&Declaration("hyper rate = 1 / (2 + 2);").cell());
    assert_eq!(cell.hypers[1].value, 0.25);
    assert!(refuses(Declaration("hyper rate = 1 / 0;")).contains("divides by zero"));
}
