//! Long cells: no phase may become slow or run out of stack.

use super::{cell, mistakes};
use crate::errors::Errors;
use crate::recurrent::resolve::resolve;
use std::fmt::Write as _;
use std::time::Instant;

const MANY: usize = 1500;

#[test]
fn a_long_chain_needs_no_stack() {
    let chain = vec!["h"; 10_000].join(" + ");
    assert_eq!(mistakes(&format!(" | h = w @ x + {chain}; h")), []);
    let nested = format!("{}h{}", "tanh(".repeat(250), ")".repeat(250));
    assert_eq!(mistakes(&format!(" | h = w @ x + {nested}; h")), []);
}

#[test]
fn a_long_chain_of_helpers_needs_no_stack() {
    let mut helpers = String::from("fn f0(a) = tanh(a);");
    for i in 1..MANY {
        write!(helpers, "fn f{i}(a) = f{}(a);", i - 1).expect("strings take all text");
    }
    assert_eq!(mistakes(&format!("{helpers} | h = f{}(w @ x + h); h", MANY - 1)), []);
    let circle = helpers.replace("fn f0(a) = tanh(a);", &format!("fn f0(a) = f{}(a);", MANY - 1));
    let found = mistakes(&format!("{circle} | h = f0(w @ x + h); h"));
    assert_eq!(found.len(), 1);
    assert!(found[0].0.contains("→ … → `f0`"), "{}", found[0].0);
}

/// Some milliseconds each; a loop over all pairs would take seconds.
#[test]
fn nothing_takes_long() {
    let each = |text: &str| (0..MANY).map(|i| text.replace('#', &i.to_string())).collect::<String>();
    let (arguments, sum) = (each(", b#"), each(" + b#"));
    let sources = [
        format!("{} | h = w @ x {}; h", each("param known_#: [H] = zeros;"), each(" + unknown_#")),
        format!("{} | h = w @ x {}; h", each("fn known_#(a) = a;"), each(" + unknown_#(h)")),
        format!("{} | {} h = w @ x + h; h", each("state known_#: [H];"), each("unknown_# = h;")),
        format!("{} | h = w @ x + h; h", each("param a#: [Unknown#] = zeros;")),
        format!("{} | h = w @ x + h; h", each("context a#: [Free#];")),
        format!("{} | h = w @ x + h; h", each("param a#: [H] = unknown#;")),
        format!("{} | h = w @ x + h; h", "param a: [H] = zeros;".repeat(MANY)),
        format!("fn f(b{arguments}) = b{sum}; | h = f(w @ x{}) + h; h", each(", #")),
        format!(" | let (b{arguments}) = split(x, 3); h = w @ x {sum}; h"),
        format!("{} | {} h = w @ x + h; h", each("state a#: [H] = learned;"), each("a# = a# + 1;")),
        format!(" | {} h = w @ x + h; h", each("let a# = b#;")),
    ];
    for source in sources {
        let cell = cell(&source);
        let mut errors = Errors::new();
        let start = Instant::now();
        resolve(&mut errors, &cell);
        let elapsed = start.elapsed();
        errors.drain();
        assert!(elapsed.as_millis() < 1000, "{elapsed:?} for {}…", &source[..60]);
    }
}
