//! Random cells: what the phases of `recurrent!` make of a cell is compared with a walk over its checked equations.
//!
//! The phases are compiled into this test from their sources, since a crate of procedural macros exports nothing else. It
//! has no test harness, or all unit tests of those sources would run here a second time.

mod case;
mod compare;
mod run;
mod tape;

#[path = "../../macros/src/errors.rs"]
#[allow(dead_code, unused_imports)]
mod errors;
#[path = "../../macros/src/guess.rs"]
#[allow(dead_code, unused_imports)]
mod guess;
#[path = "../../macros/src/messages.rs"]
#[allow(dead_code, unused_imports)]
mod messages;
#[path = "../../macros/src/recurrent"]
#[allow(dead_code, unused_imports)] // what only the expansion and unit tests use
mod recurrent {
    pub(crate) mod functions;
    pub(crate) mod messages;
    pub(crate) mod place;
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
        pub(crate) mod random;
    }
}
#[path = "../../macros/src/runtime.rs"]
#[allow(dead_code, unused_imports)]
mod runtime;

use case::Case;
use recurrent::tests::evaluate::{Evaluator, Stops};

fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(1000);
    let start = std::time::Instant::now();
    let (mut leaves, mut kinks, mut wrong, mut bad) = (0, 0, 0, 0);
    let mut shortest: Option<(String, String)> = None;
    let mut fail = |text: &str, error: String| {
        if shortest.as_ref().is_none_or(|(known, _)| known.len() > text.len()) {
            shortest = Some((text.to_owned(), error));
        }
    };
    for seed in 0..count {
        let case = Case::new(seed);
        let data = case.data();
        let evaluator = Evaluator::new(&case.cell, &case.sizes);
        let (scanned, stops) = case.scan(&evaluator, &data, Stops::Record(Vec::new()));
        let recorded = tape::record(&case, &data);
        if let Err(error) = compare::values(&case, &recorded.scanned, &scanned) {
            bad += 1;
            fail(&case.text, error);
            continue;
        }
        for (leaf, found) in compare::Differences::new(&case, &evaluator, &data, stops).compare(&recorded, 1.0) {
            leaves += 1;
            match found {
                compare::Found::Same => {}
                compare::Found::Kink => kinks += 1,
                compare::Found::Other { .. } => {
                    wrong += 1;
                    fail(&case.text, format!("{leaf:?} {found:?}"))
                }
            }
        }
    }
    if let Some((text, error)) = shortest {
        println!("{error}\n{text}");
    }
    println!("{count} cells, {bad} bad, {leaves} leaves, {kinks} kinks, {wrong} wrong in {:?}", start.elapsed());
}
