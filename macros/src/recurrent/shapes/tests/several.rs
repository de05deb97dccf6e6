//! All mistakes at once, and nothing that only follows from one.

use super::sources::Source::{Cell, Declaration, Step, With};
use super::underlined;

#[test]
fn every_statement_is_looked_at() {
    let step = "let p = w @ h; let q = h + x; let r: [D] = h; h = x; x";
    assert_eq!(underlined(Step(step)), ["w @ h", "h + x", "h", "x", "x"]);
}

#[test]
fn both_operands_are_looked_at() {
    assert_eq!(underlined(Step("h = tanh(w @ h) + sum(dt) * b; h")), ["w @ h", "sum(dt)"]);
    assert_eq!(underlined(Step("h = select(h, w @ h, floor(h)); h")), ["w @ h", "floor(h)", "h"]);
}

#[test]
fn what_uses_a_mistake_is_not_blamed() {
    let step = "let p = w @ h; let q = p + x; let (r, s2) = split(q, 2); h = concat(r, s2, q) @ w; sum(h)";
    let found = underlined(Step(step));
    assert_eq!(found, ["w @ h", "sum(h)"]);
    assert_eq!(underlined(Step("let p: [D] = h; let q = p + h; h = q; q")), ["h"]);
}

#[test]
fn a_declaration_without_shape_is_not_blamed_again() {
    let cell = "cell Test(input: D, hidden: H) {
        param a: [H - 1] = orthogonal;
        state c: [H / 2] = learned(orthogonal);
        step(x: [D]) -> [H] { c = a @ x + c; c }
    }";
    assert_eq!(underlined(Cell(cell)), ["H - 1", "H / 2"]);
}

#[test]
fn one_line_of_names_is_one_mistake() {
    assert_eq!(underlined(Declaration("param p, q, r: [H / 2] = zeros;")), ["H / 2"]);
    assert_eq!(underlined(Declaration("param p, q, r: [H] = uniform(-1);")), ["-1"]);
}

#[test]
fn each_call_is_one_mistake() {
    let source = With("fn bad(v, a) = v @ a + a @ v + sum(sum(v));", "bad(h, h) + bad(b, b)");
    assert_eq!(underlined(source), ["bad(h, h)", "bad(b, b)"]);
}

#[test]
fn only_calls_that_do_not_fit_are_mistakes() {
    let source = With("fn twice(a, v) = a @ a @ v;", "twice(u, h) + twice(w, h) + twice(2 * u, b)");
    assert_eq!(underlined(source), ["twice(w, h)"]);
}

#[test]
fn an_argument_with_a_mistake_is_not_blamed_again() {
    let source = With("fn gate(a, v) = sigmoid(a + v);", "gate(w @ h, x) + gate(h, w @ h)");
    assert_eq!(underlined(source), ["w @ h", "w @ h"]);
}

#[test]
fn unmentioned_dimensions_wait_for_the_shapes() {
    let cell = "cell Test(input: D, extra: N) { param a: [N / 2] = zeros; step(x: [D]) -> [D] { x + sum(a) } }";
    assert_eq!(underlined(Cell(cell)), ["N / 2"]);
}
