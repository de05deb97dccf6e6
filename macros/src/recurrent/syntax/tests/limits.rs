//! Long and deep formulas.

use super::{read, with_tail};
use crate::recurrent::syntax::print;
use std::time::{Duration, Instant};

const LONG: usize = 10_000;

/// The two shapes of the cell around a formula.
const AROUND: usize = 2;

#[test]
fn chains_of_any_operator_may_be_long() {
    for operator in ["@", "*", "/", "+", "-", "&&", "||"] {
        let formula = vec!["a"; LONG].join(&format!(" {operator} "));
        let cell = with_tail(&formula);
        assert_eq!(cell.expressions.len(), 2 * LONG - 1 + AROUND);
        assert_eq!(print::expression(&cell.expressions, cell.step.tail), formula);
    }
}

#[test]
fn lists_may_be_long() {
    let call = format!("concat({})", vec!["a"; LONG].join(", "));
    assert_eq!(with_tail(&call).expressions.len(), LONG + 1 + AROUND);
    let slices = format!("a{}", "[..1]".repeat(LONG));
    assert_eq!(with_tail(&slices).expressions.len(), 2 * LONG + 1 + AROUND);
}

#[test]
fn brackets_and_signs_nest_256_times() {
    let nested: [(&str, &str, &str); 7] = [
        ("(", ")", "("),
        ("f(", ")", "("),
        ("f(1, ", ")", "("),
        ("a[..", "]", "["),
        ("-", "", "-"),
        ("!", "", "!"),
        ("-(", ")", "-("),
    ];
    for (open, close, last) in nested {
        let count = 256 / last.len();
        let formula = |count: usize| format!("{}x{}", open.repeat(count), close.repeat(count));
        with_tail(&formula(count));
        let source = format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {} }} }}", formula(count + 1));
        let (_, mistakes) = read(&source);
        assert_eq!(mistakes.len(), 1, "{open}");
        let (text, underlined) = &mistakes[0];
        let expected = "this is nested too deeply, more than 256 brackets or signs in one another\n\
            help: write a `let` for the inner part";
        assert_eq!(text, expected);
        assert_eq!(underlined, &last[..1]);
    }
}

#[test]
fn far_too_deep_is_an_error_and_no_crash() {
    for (open, close) in [("(", ")"), ("f(", ")"), ("a[..", "]"), ("-", ""), ("!", "")] {
        let formula = format!("{}x{}", open.repeat(LONG), close.repeat(LONG));
        let (_, mistakes) = read(&format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {formula} }} }}"));
        assert_eq!(mistakes.len(), 1, "{open}");
    }
}

/// Ten times the tokens cost about ten times the time, also for sources that are nothing but mistakes.
#[test]
fn no_source_of_many_tokens_takes_long() {
    let sources = [
        format!("cell A(input: D) {{ {} }}", "param a: [D] = zeros; ".repeat(1000)),
        format!("cell A(input: D) {{ {} }}", "param ".repeat(LONG)),
        format!("cell A(input: D) {{ {} }}", "; ".repeat(LONG)),
        format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {} x }} }}", "let a = b ^ c; ".repeat(2000)),
        format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {} x }} }}", "let a = b ".repeat(2000)),
        format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ x {} }} }}", "! ".repeat(LONG)),
        format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {} }} }}", "a < ".repeat(LONG)),
        "cell A ".repeat(LONG / 2),
        "#".repeat(LONG),
    ];
    for source in sources {
        let tokens = format!("[::recurve] {source}").parse().expect("the source of a test has closed brackets");
        let start = Instant::now();
        let (_, mistakes) = super::read_tokens(tokens);
        let elapsed = start.elapsed();
        assert!(!mistakes.is_empty());
        assert!(elapsed < Duration::from_secs(2), "{elapsed:?} for {}", &source[..60]);
    }
}
