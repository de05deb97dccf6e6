//! Several mistakes at once, and no second error for one of them.

use super::{assert_accepted, underlined};

#[test]
fn mistakes_add_up() {
    let source = "cell Broken(input: D, hidden: H) {
        param w, u: [H, D] = glorot_uniform;
        buffer m: [H] = zeros;
        hyper leak = 0.5;
        context k: [H];
        fn gate(a) = a;
        state h, c: [H];
        step(x: [D], y: [D]) -> [H] {
            let a = w @ x;
            let b = h;
            h = a;
            c = c;
            h
        }
    }";
    let source = source.replace("state h, c: [H];", "state h: [H]; state c: [H];").replace("c = c;", "c = 2 * c;");
    assert_eq!(underlined(&source), ["h", "c", "u", "m", "leak", "k", "gate", "y", "b"]);
}

#[test]
fn what_only_an_unused_thing_uses_is_not_reported() {
    for (source, expected) in [
        ("param u: [H, D] = zeros; | let a = u @ x; h = tanh(w @ x + h); h", "a"),
        ("param u: [H, D] = zeros; | let a = u @ x; let b = tanh(a); h = tanh(w @ x + h); h", "b"),
        ("param u: [H, D] = zeros; | let a = u @ x; let (b, c) = split(concat(a, a), 2); h = w @ x + h + b; h", "c"),
        ("param b: [H] = zeros; fn gate(a) = a + b; | h = tanh(w @ x + h); h", "gate"),
        ("param b: [H] = zeros; fn gate(a) = act(a) + b; fn act(a) = sin(a); | h = tanh(w @ x + h); h", "gate"),
        ("fn gate(a) = sin(a); | let a = gate(h); h = tanh(w @ x + h); h", "a"),
        ("state c: [H]; hyper leak = 0.5; | let a = leak * c; c = a; h = tanh(w @ x + h); h", "c"),
        ("context m: [H]; | let b = m; let a = m; let c = a + b; h = tanh(w @ x + h); h", "c"),
    ] {
        assert_eq!(underlined(source), [expected], "{source}");
    }
}

#[test]
fn what_two_unused_things_use_is_not_reported() {
    let source = "param u: [H, D] = zeros; | let a = u @ x; let b = 2 * (u @ x); h = tanh(w @ x + h); h";
    assert_eq!(underlined(source), ["a", "b"]);
}

#[test]
fn of_things_that_need_one_another_the_first_state_is_reported() {
    let source = "state a: [H]; state b: [H]; param v: [H] = zeros; |
        let c = v * b; a = c; b = a; h = tanh(w @ x + h); h";
    assert_eq!(underlined(source), ["a"]);
    let with_a_reader = "state a: [H]; state b: [H]; |
        a = 2 * a; b = a + b; h = tanh(w @ x + h); h";
    assert_eq!(underlined(with_a_reader), ["b"]);
    let circle_before = "state a: [H]; state b: [H]; state c: [H]; |
        a = 2 * a; let d = a + c; c = b; b = d; h = tanh(w @ x + h); h";
    assert_eq!(underlined(circle_before), ["b"]);
}

#[test]
fn what_only_a_silenced_thing_uses_is_reported() {
    let source = "param u: [H, D] = zeros; | let _a = u @ x; h = tanh(w @ x + h); h";
    assert_eq!(underlined(source), ["u"]);
    assert_eq!(underlined(" | let a = sum(h); let _b = a; h = tanh(w @ x + h); h"), ["a"]);
    assert_accepted(&[" | let _a = h; let _b = _a; h = tanh(w @ x + h); h"]);
}

#[test]
fn a_state_that_is_never_read_is_reported_beside_others() {
    assert_eq!(underlined("param b: [H] = zeros; | h = tanh(w @ x); h"), ["h", "b"]);
}

#[test]
fn long_cells_are_fast() {
    let lines: String = (1..3000).map(|i| format!("let a{i} = a{} + w @ x;", i - 1)).collect();
    let source = format!(" | let a0 = x[0..1]; {} h = w @ x + h; h", lines.replace("a0 +", "sum(a0) +"));
    assert_eq!(underlined(&source), ["a2999"]);
    let chain = vec!["h"; 10_000].join(" + ");
    assert_accepted(&[&format!(" | h = w @ x + {chain}; h")]);
}
