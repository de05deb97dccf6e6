//! Long cells: no phase may become slow or run out of stack.

use super::{mistakes, underlined};
use std::fmt::Write as _;

const MANY: usize = 3000;

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
    assert!(found[0].0.contains("`f2994`, `f2993`") || found[0].0.contains("→ … →"), "{}", found[0].0);
}

#[test]
fn many_unknown_names_are_found_soon() {
    let declared: String = (0..MANY).map(|i| format!("param known_{i}: [H] = zeros;")).collect();
    let used: Vec<String> = (0..MANY).map(|i| format!("unknown_{i}")).collect();
    let source = format!("{declared} | h = w @ x + h + {}; h", used.join(" + "));
    let cell = super::cell(&source);
    let before = std::time::Instant::now();
    let mut errors = crate::errors::Errors::new();
    super::resolve(&mut errors, &cell);
    let elapsed = before.elapsed();
    assert_eq!(errors.drain().len(), MANY);
    // some ten milliseconds; a loop over all pairs would take seconds
    assert!(elapsed.as_millis() < 1000, "{elapsed:?}");
}

#[test]
fn many_arguments_are_found_soon() {
    let arguments: Vec<String> = (0..MANY).map(|i| format!("a{i}")).collect();
    let ones = vec!["1"; MANY].join(", ");
    let source = format!("fn f({}) = {}; | h = w @ x + h + f({ones}); h", arguments.join(", "), arguments.join(" + "));
    assert!(underlined(&source).is_empty());
}
