//! One case for each mistake: the message and the source text that the compiler underlines.

use super::mistakes;
use crate::recurrent::messages::usage::NAMES;

/// A cell with one mistake.
struct Case {
    /// The name of the message in the table.
    message: &'static str,
    /// A cell, or `declarations | lines of step`.
    source: &'static str,
    underlined: &'static str,
    text: &'static str,
}

const CASES: &[Case] = &[
    Case {
        message: "unused_parameter",
        source: "param b: [H] = zeros; | h = tanh(w @ x + h); h",
        underlined: "b",
        text: "the parameter `b` reaches no output, at this step or a later one\n\
               help: use it in `step`, or remove it",
    },
    Case {
        message: "unused_parameter",
        source: "param u: [H, H]? = zeros; state c: [H] = learned; | c = tanh(c); h = tanh(w @ x + h + c); h",
        underlined: "u",
        text: "the parameter `u` reaches no output, at this step or a later one\n\
               help: use it in `step`, or remove it",
    },
    Case {
        message: "unused_buffer",
        source: "buffer mask: [H] = ones; | h = tanh(w @ x + h); h",
        underlined: "mask",
        text: "the buffer `mask` reaches no output, at this step or a later one\n\
               help: use it in `step`, or remove it",
    },
    Case {
        message: "unused_hyper",
        source: "hyper leak = 0.5; | h = tanh(w @ x + h); h",
        underlined: "leak",
        text: "the hyper-parameter `leak` reaches no output, at this step or a later one\n\
               help: use it in `step`, or remove it",
    },
    Case {
        message: "unused_state",
        source: "state c: [H]; | c = 0.5 * c + w @ x; h = tanh(w @ x + h); h",
        underlined: "c",
        text: "the state `c` reaches no output, at this step or a later one\n\
               help: use it in the output or in what leads there, or remove it",
    },
    Case {
        message: "state_never_read",
        source: " | h = tanh(w @ x); h",
        underlined: "h",
        text: "the value that the state `h` has before the step is never read\n\
               a state without it hands nothing from one step to the next\n\
               help: read `h` above `h = …;`, or write `let h = …;` and remove the state",
    },
    Case {
        message: "unused_context",
        source: "context m: [H]; | h = tanh(w @ x + h); h",
        underlined: "m",
        text: "the context `m` reaches no output, at this step or a later one\n\
               help: use it in `step`, or remove it",
    },
    Case {
        message: "unused_input",
        source: "cell Broken(input: D) { state h: [D]; step(x: [D], dt: []) -> [D] { h = x + h; h } }",
        underlined: "dt",
        text: "the input `dt` reaches no output, at this step or a later one\n\
               help: use it in `step`, or call it `_dt` to say that this is meant",
    },
    Case {
        message: "unused_let",
        source: " | let a = sum(x); h = tanh(w @ x + h); h",
        underlined: "a",
        text: "`a` reaches no output, at this step or a later one\n\
               help: use it, remove it, or call it `_a` to say that this is meant",
    },
    Case {
        message: "unused_let",
        source: " | let (a, b) = split(concat(h, h), 2); h = tanh(w @ x + a); h",
        underlined: "b",
        text: "`b` reaches no output, at this step or a later one\n\
               help: use it, remove it, or call it `_b` to say that this is meant",
    },
    Case {
        message: "unused_helper",
        source: "fn gate(a) = sigmoid(a); | h = tanh(w @ x + h); h",
        underlined: "gate",
        text: "the helper `gate` is called by nothing that reaches an output\n\
               help: call it in `step`, or remove it",
    },
];

#[test]
fn each_case_is_one_error_at_its_place() {
    for case in CASES {
        let found = mistakes(case.source);
        assert_eq!(found, [(case.text.to_owned(), case.underlined.to_owned())], "{}", case.source);
    }
}

#[test]
fn every_message_has_a_case_and_every_case_a_message() {
    for name in NAMES {
        assert!(CASES.iter().any(|case| case.message == *name), "`{name}` is in no case");
    }
    assert!(CASES.iter().all(|case| NAMES.contains(&case.message)));
}

#[test]
fn messages_have_the_form_of_messages() {
    for case in CASES {
        assert!(!case.text.ends_with('.'), "`{}` ends with a full stop", case.text);
        assert!(case.text.lines().last().is_some_and(|line| line.starts_with("help: ")), "`{}`", case.text);
    }
}
