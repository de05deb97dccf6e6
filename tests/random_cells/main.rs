//! Random cells: what the phases of `recurrent!` make of a cell is compared with a walk over its checked equations.
//!
//! The phases are compiled into this test from their sources, since a crate of procedural macros exports nothing else. It
//! has no test harness, or all unit tests of those sources would run here a second time. More cells are tried by
//! `RANDOM_CELLS=0..200000 cargo test --release --test random_cells`, some thousand by each of a row of processes, as plans
//! live as long as their process; one cell is looked at by `RANDOM_CELLS=17`. Of no cells, `RANDOM_CELLS=0..0`, only what
//! the other cells are good for is tested: that they notice mistakes.

mod built;
mod case;
mod compare;
mod coverage;
mod derivative;
mod engine;
mod forms;
mod graphs;
mod machine;
mod plans;
mod rules;
mod run;
mod sabotage;
mod survey;
mod tape;
mod wrong_plans;
mod wrong_rules;

#[path = "../../macros/src/errors.rs"]
#[allow(dead_code, unused_imports)]
mod errors;
#[path = "../../macros/src/guess.rs"]
#[allow(dead_code, unused_imports)]
mod guess;
#[path = "../../macros/src/messages.rs"]
#[allow(dead_code)]
mod messages;
#[path = "../../macros/src/recurrent"]
#[allow(dead_code, unused_imports)] // what only the expansion and the unit tests use
mod recurrent {
    pub(crate) mod diff;
    pub(crate) mod functions;
    pub(crate) mod ir;
    pub(crate) mod messages;
    pub(crate) mod place;
    pub(crate) mod plan;
    pub(crate) mod resolve;
    pub(crate) mod shapes;
    pub(crate) mod syntax;
    pub(crate) mod tape;
    pub(crate) mod typed;
    pub(crate) mod usage;

    pub(crate) mod tests {
        pub(crate) mod evaluate;
        pub(crate) mod front;
        pub(crate) mod generate;
        pub(crate) mod interpret;
        pub(crate) mod random;
    }
}
#[path = "../../macros/src/runtime.rs"]
#[allow(dead_code)]
mod runtime;

use std::ops::Range;

/// The variable that names cells.
const ASKED_FOR: &str = "RANDOM_CELLS";

/// How many cells are tried where nobody asks for others.
const CELLS: Range<u64> = 0..5000;

fn main() {
    let cells = asked_for().unwrap_or(CELLS);
    if cells.end.saturating_sub(cells.start) > CELLS.end {
        return in_parts(cells);
    }
    let (is_usual, is_none) = (cells == CELLS, cells.is_empty());
    let survey = survey::survey(cells);
    println!("{survey}");
    survey.assert_agreement();
    if is_usual {
        survey.coverage.assert_complete();
    }
    if is_usual || is_none {
        println!("{}", sabotage::every_operation_is_noticed());
        println!("{}", sabotage::most_simplifications_are_noticed());
        println!("{}", sabotage::every_kind_of_gradient_is_noticed());
        println!("{}", rules::every_wrong_rule_is_noticed());
        println!("{}", sabotage::every_decision_is_noticed());
        println!("{}", sabotage::wrong_plans_are_noticed());
    }
}

/// Tries some cells after the other, each by a process of its own.
fn in_parts(cells: Range<u64>) {
    let this = std::env::current_exe().expect("a test has a file");
    for start in cells.clone().step_by(CELLS.end as usize) {
        let part = format!("{start}..{}", cells.end.min(start + CELLS.end));
        let status = std::process::Command::new(&this).env(ASKED_FOR, &part).status().expect("a test can run again");
        assert!(status.success(), "cells {part}: {status}");
    }
}

/// The cells named by the environment: `17` or `0..200000`.
fn asked_for() -> Option<Range<u64>> {
    let text = std::env::var(ASKED_FOR).ok()?;
    let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| panic!("`{text}` is no number of a cell"));
    Some(match text.split_once("..") {
        Some((first, end)) => number(first)..number(end),
        None => number(&text)..number(&text) + 1,
    })
}
