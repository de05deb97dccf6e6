//! Rule 5: unused is what does not reach an output over any number of steps.

use super::{assert_accepted, underlined};

#[test]
fn rule_05_a_later_step_counts() {
    assert_accepted(&[
        // by way of the next step
        "param u: [H, D] = zeros; state c: [H]; | let a = c; c = u @ x; h = tanh(w @ x + h) + a; h",
        // by way of two states, over two steps
        "param u: [H, D] = zeros; state b: [H]; state c: [H]; | let y = b + h; b = c; c = u @ x; h = tanh(w @ x + y); y",
        // the output reads the old value only
        "cell Fine(input: D) { state h: [D]; step(x: [D]) -> [D] { let old = h; h = x; old } }",
        // the output reads neither the new value nor the old one, but another state does
        "state c: [H]; | c = 0.5 * c + w @ x; h = tanh(c + h); h",
    ]);
}

#[test]
fn rule_05_a_state_whose_old_value_is_never_read() {
    assert_eq!(underlined(" | h = w @ x; h"), ["h"]);
    assert_eq!(underlined("state c: [H]; | c = w @ x; h = tanh(c + h); h"), ["c"]);
    // only a thing without effect reads it
    assert_eq!(underlined(" | let _a = h; h = w @ x; h"), ["h"]);
    assert_accepted(&[
        " | h = 0.5 * h + w @ x; h",
        "fn act(a) = tanh(a + h); | h = act(w @ x); h",
        "cell Fine(input: D) { step(x: [D]) -> [D] { 2 * x } }",
    ]);
}

#[test]
fn rule_05_each_kind() {
    for (declaration, name) in [
        ("param b: [H] = zeros;", "b"),
        ("param b: [H]? = zeros;", "b"),
        ("buffer b: [H] = zeros;", "b"),
        ("hyper b = 1;", "b"),
        ("context b: [H];", "b"),
        ("context b: [K];", "b"),
        ("fn b(a) = a;", "b"),
        ("state b: [H]; ", "b"),
    ] {
        let line = if declaration.starts_with("state") { "b = b + w @ x;" } else { "" };
        assert_eq!(underlined(&format!("{declaration} | {line} h = tanh(w @ x + h); h")), [name], "{declaration}");
    }
}

#[test]
fn rule_05_an_argument_that_a_helper_drops_does_not_count() {
    assert_eq!(underlined("param b: [H] = zeros; fn first(a, b2) = a; | h = first(w @ x + h, b); h"), ["b"]);
}

#[test]
fn rule_05_settings_of_functions_count() {
    assert_accepted(&[
        "hyper low = 0.1; | h = clamp(w @ x + h, low, 1); h",
        "hyper alpha = 0.1; | h = elu(w @ x + h, alpha); h",
        "hyper eps = 0.1; | h = layer_norm(w @ x + h, eps); h",
        "hyper limit = 0.1; | h = select(w @ x > limit, h, 0); h",
    ]);
}

#[test]
fn rule_05_a_silent_name_for_lets_and_inputs_only() {
    assert_accepted(&[
        " | let _a = sum(x); h = tanh(w @ x + h); h",
        " | let (a, _b) = split(concat(h, h), 2); h = tanh(w @ x + a); h",
        "cell Fine(input: D) { state h: [D]; step(x: [D], _dt: []) -> [D] { h = x + h; h } }",
    ]);
    for declaration in ["param _b: [H] = zeros;", "buffer _b: [H] = zeros;", "hyper _b = 1;", "context _b: [H];"] {
        assert_eq!(underlined(&format!("{declaration} | h = tanh(w @ x + h); h")), ["_b"], "{declaration}");
    }
    assert_eq!(underlined("fn _b(a) = a; | h = tanh(w @ x + h); h"), ["_b"]);
    assert_eq!(underlined("state _b: [H]; | _b = _b + 1; h = tanh(w @ x + h); h"), ["_b"]);
}

#[test]
fn rule_05_helpers_that_helpers_call() {
    assert_accepted(&["fn f(a) = g(a); fn g(a) = tanh(a); | h = f(w @ x + h); h"]);
    assert_eq!(underlined("fn f(a) = g(a); fn g(a) = tanh(a); | h = g(w @ x + h); h"), ["f"]);
}

#[test]
fn rule_05_learned_starts_belong_to_their_state() {
    assert_accepted(&["state c: [H] = learned; | c = tanh(c); h = tanh(w @ x + h + c); h"]);
    let source = "state c: [H] = learned; param b: [H] = zeros; | c = tanh(c + b); h = tanh(w @ x + h); h";
    assert_eq!(underlined(source), ["c"]);
    let source = "state c: [H] = learned; param b: [H] = zeros; | c = tanh(c); h = tanh(w @ x + h + c); h";
    assert_eq!(underlined(source), ["b"]);
}

#[test]
fn rule_05_a_raw_name_is_the_same_name() {
    assert_accepted(&[
        "param r#in: [H] = r#zeros; | r#h = tanh(w @ x + r#in + h); h",
        "cell Fine(input: D) { state r#h: [D]; step(x: [D]) -> [D] { h = x + h; h } }",
    ]);
    assert_eq!(underlined("state r#c: [H]; | let a = r#c; c = a; h = tanh(w @ x + h); h"), ["r#c"]);
}
