//! Several mistakes at once, and no second error for one of them.

use super::{assert_accepted, mistakes, underlined};

#[test]
fn mistakes_add_up() {
    let source = "cell Broken(input: D, scan: H) {
        param w: [H, D] = unifrom(0.1);
        param D: [H] = zeros;
        state h: [H];
        state c: [K];
        fn gate(a) = sigmoid(a + a_r);
        step(x: [D]) -> [H] {
            let r = gate(x, h);
            let r = tanh(z);
            h = wobble(w @ x);
            w = h;
            h = c;
            max(h, r)
        }
    }";
    let found = ["D", "r", "scan", "w", "h", "c", "unifrom", "K", "a_r", "gate(x, h)", "z", "wobble", "max(h, r)"];
    assert_eq!(underlined(source), found);
}

#[test]
fn a_name_that_is_declared_twice_is_not_judged_again() {
    assert_eq!(underlined("param h: [H] = zeros; | h = tanh(w @ x + h); h"), ["h"]);
    assert_eq!(underlined("param sum: [H] = zeros; | h = tanh(w @ x + sum + sum(h)); h"), ["sum"]);
    assert_eq!(underlined("fn w(a) = a; | h = tanh(w @ w(x) + h); h"), ["w"]);
    assert_eq!(underlined(" | let x = x + x; h = tanh(w @ x + h); h"), ["x"]);
    assert_eq!(underlined("fn pi(a) = a; | h = pi(w @ x) + pi * h; h"), ["pi"]);
    assert_eq!(underlined("state tanh: [H]; | h = tanh(w @ x + h); h"), ["tanh"]);
    assert_eq!(underlined("fn f(a) = (a, a); fn f(a) = a; | let (a, b) = f(h); h = f(w @ x) + a + b; h"), ["f"]);
}

#[test]
fn a_let_of_a_state_is_its_assignment() {
    assert_eq!(underlined(" | let h = tanh(w @ x + h); h"), ["h"]);
    assert_eq!(underlined(" | let (h, a) = split(x, 2); h + a"), ["h"]);
}

#[test]
fn a_misspelt_state_has_its_line() {
    let source = "state memory: [H]; | h = tanh(w @ x + memory); memroy = h; h";
    assert_eq!(underlined(source), ["memroy"]);
    let source = "state memory: [H]; | h = tanh(w @ x + memory); memroy = h; memroy * h";
    assert_eq!(underlined(source), ["memroy"]);
}

#[test]
fn a_state_that_is_assigned_wrongly_is_assigned() {
    assert_eq!(underlined("state m: [H]; | m = m; h = tanh(w @ x + m * h); h"), ["m"]);
    assert_eq!(underlined(" | h = wobble(w @ x + h); h"), ["wobble"]);
    assert_eq!(underlined(" | h = h; h = h; w @ x"), ["h", "h"]);
}

#[test]
fn an_unknown_name_is_reported_once() {
    assert_eq!(underlined(" | let a = bias + bias; h = tanh(w @ x + a + bias); h"), ["bias"]);
    assert_eq!(underlined("param u: [H, K] = uniform(1 / K); | h = tanh(w @ x + u @ h + K); h"), ["K"]);
    assert_eq!(underlined("param u: [H, K] = uniform(1 / K); context m: [K]; | h = tanh(w @ x + u @ m); h"), ["K"]);
    assert_eq!(underlined(" | let (a, b) = both; h = tanh(w @ x + a + b); h"), ["both"]);
    assert_eq!(underlined(" | let (a, b) = both(w); h = tanh(w @ x + a + b); h"), ["both"]);
    assert_eq!(underlined(" | let a = both(w); let (b, c) = both(h); h = tanh(w @ x + a + b + c); h"), ["both"]);
    assert_eq!(underlined(" | let a = b; let b = a; h = tanh(w @ x + b + a * h); h"), ["b"]);
}

#[test]
fn a_circle_of_helpers_is_one_mistake() {
    assert_eq!(underlined("fn f(a) = f(a) + f(f(a)); | h = f(w @ x + h); h"), ["f(a)"]);
    let three = "fn f(a) = g(a); fn g(a) = k(a) + k(1); fn k(a) = f(a) + f(2); | h = f(w @ x + h); h";
    assert_eq!(underlined(three), ["f(a)"]);
    let apart = "fn f(a) = f(a); fn g(a) = g(a); | h = f(w @ x) + g(h); h";
    assert_eq!(underlined(apart), ["f(a)", "g(a)"]);
}

#[test]
fn a_helper_with_a_mistake_may_give_several_values() {
    assert_eq!(underlined("fn f(a) = split(a, 2); | let (a, b) = f(x); h = w @ x * h + a + b; h"), ["split(a, 2)"]);
    assert_eq!(underlined("fn f(a) = g(a); | let (a, b) = f(x); h = w @ x * h + a + b; h"), ["g"]);
    assert_eq!(underlined("fn f(a) = f(a); | let (a, b) = f(x); h = w @ x * h + a + b; h"), ["f(a)"]);
}

#[test]
fn arguments_of_a_wrong_call_are_looked_at() {
    assert_eq!(underlined(" | h = tanh(w @ x, bias); h"), ["tanh(w @ x, bias)", "bias"]);
    assert_eq!(underlined(" | h = wobble(bias) * h + w @ x; h"), ["wobble", "bias"]);
}

#[test]
fn a_call_in_a_shape_is_left_to_shapes() {
    assert_accepted(&["param b: [max(H, D)] = zeros; | h = tanh(w @ x + b + h); h"]);
    assert_eq!(underlined("param b: [max(H, K)] = zeros; | h = tanh(w @ x + b + h); h"), ["K"]);
}

#[test]
fn a_raw_name_is_the_same_name() {
    assert_accepted(&["param r#in: [H] = zeros; | r#h = tanh(w @ r#x + r#in + h); r#h"]);
    assert_eq!(mistakes(" | let r#h = w @ x; h").len(), 1);
    assert_eq!(underlined("param r#tanh: [H] = zeros; | h = tanh(w @ x + h); h"), ["r#tanh"]);
}
