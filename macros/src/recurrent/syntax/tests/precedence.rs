//! Which operator binds tighter.

use super::{grouping, with_tail};
use crate::recurrent::syntax::Kind;

#[track_caller]
fn assert_groupings(pairs: &[(&str, &str)]) {
    for (formula, expected) in pairs {
        assert_eq!(grouping(formula), *expected, "{formula}");
    }
}

#[test]
fn rule_10_matmul_binds_tighter_than_product() {
    assert_groupings(&[
        ("r * u @ h", "(r * (u @ h))"),
        ("u @ h * r", "((u @ h) * r)"),
        ("u @ h / r", "((u @ h) / r)"),
        ("a / b * u @ h", "((a / b) * (u @ h))"),
        ("a / (u @ h)", "(a / (u @ h))"),
        ("(a / u) @ h", "((a / u) @ h)"),
    ]);
}

#[test]
fn rule_10_matmul_is_right_associative() {
    assert_groupings(&[("u @ v @ h", "(u @ (v @ h))"), ("a @ b @ c @ d * e", "((a @ (b @ (c @ d))) * e)")]);
}

#[test]
fn rule_10_negation_binds_tighter_than_matmul() {
    assert_groupings(&[
        ("-u @ h", "((-u) @ h)"),
        ("u @ -h", "(u @ (-h))"),
        ("-a * b", "((-a) * b)"),
        ("a - -b", "(a - (-b))"),
        ("--a", "(-(-a))"),
        ("2 * -b + c", "((2 * (-b)) + c)"),
    ]);
}

#[test]
fn rule_10_calls_and_slices_bind_tightest() {
    assert_groupings(&[
        ("-f(a)[1..2] @ b", "((-f(a)[1..2]) @ b)"),
        ("a @ v[..K]", "(a @ v[..K])"),
        ("v[1..][..2]", "v[1..][..2]"),
        ("(a + b)[D..D + H]", "(a + b)[D..(D + H)]"),
    ]);
}

#[test]
fn rule_10_sums_and_products_group_to_the_left() {
    assert_groupings(&[
        ("a - b + c - d", "(((a - b) + c) - d)"),
        ("a / b / c * d", "(((a / b) / c) * d)"),
        ("a + b * c - d / e", "((a + (b * c)) - (d / e))"),
        ("(1 - z) * n + z * h", "(((1 - z) * n) + (z * h))"),
    ]);
}

#[test]
fn rule_10_not_is_looser_than_comparisons_and_tighter_than_and() {
    assert_groupings(&[
        ("!a < b", "(!(a < b))"),
        ("!a < b && c > d", "((!(a < b)) && (c > d))"),
        ("a && !b || !!c", "((a && (!b)) || (!(!c)))"),
        ("a || b && c || d", "((a || (b && c)) || d)"),
        ("a + 1 < b * 2 && c == d", "(((a + 1) < (b * 2)) && (c == d))"),
        ("a != -b || a >= b || a <= b", "(((a != (-b)) || (a >= b)) || (a <= b))"),
        ("(!a) == b", "((!a) == b)"),
    ]);
}

#[test]
fn rule_10_operators_need_no_spaces() {
    assert_groupings(&[("a<-b", "(a < (-b))"), ("a*-b+-c@d", "((a * (-b)) + ((-c) @ d))"), ("a&&!b", "(a && (!b))")]);
}

#[test]
fn rule_12_numbers_are_real() {
    assert_groupings(&[
        ("1 / 2", "(1 / 2)"),
        ("0.5", "0.5"),
        ("1e-3", "0.001"),
        ("2.5E+2", "250"),
        ("1_000.5", "1000.5"),
        ("2.", "2"),
        ("1e-400", "0"),
        ("007", "7"),
    ]);
}

#[test]
fn rule_14_tuples_end_a_step_or_a_helper() {
    assert_groupings(&[("(a, b + 1)", "<a, (b + 1)>"), ("(a, b,)", "<a, b>"), ("((a))", "a")]);
}

#[test]
fn parts_stand_before_the_whole() {
    let cell = with_tail("f(a + b, -c[d..e]) @ (g * 2)");
    for (id, expression) in cell.expressions.iter() {
        let parts = match &expression.kind {
            Kind::Number(_) | Kind::Name(_) => Vec::new(),
            Kind::Call { arguments: parts, .. } | Kind::Tuple(parts) => parts.clone(),
            Kind::Negate(part) | Kind::Not(part) => vec![*part],
            Kind::Binary { left, right, .. } => vec![*left, *right],
            Kind::Slice { vector, start, end } => [Some(*vector), *start, *end].into_iter().flatten().collect(),
        };
        assert!(parts.iter().all(|part| *part < id));
    }
}

#[test]
fn places_include_parentheses() {
    let cell = with_tail("2 * (a + -b)[1..2] / f(c)");
    let places: Vec<String> = cell
        .expressions
        .iter()
        .map(|(_, expression)| syn::Error::new_spanned(expression.place, "").span().source_text().unwrap_or_default())
        .collect();
    for expected in ["-b", "(a + -b)", "(a + -b)[1..2]", "2 * (a + -b)[1..2]", "f(c)", "2 * (a + -b)[1..2] / f(c)"] {
        assert!(places.iter().any(|place| place == expected), "{expected}: {places:?}");
    }
}
