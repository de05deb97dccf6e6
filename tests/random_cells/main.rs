//! Random cells: what the phases of `recurrent!` make of a cell is compared with a walk over its checked equations.
//!
//! The phases are compiled into this test from their sources, since a crate of procedural macros exports nothing else. It
//! has no test harness, or all unit tests of those sources would run here a second time.
#![allow(dead_code, unused_imports)] // parts of the macro crate that are of no use here

#[path = "../../macros/src/errors.rs"]
mod errors;
#[path = "../../macros/src/guess.rs"]
mod guess;
#[path = "../../macros/src/messages.rs"]
mod messages;
#[path = "../../macros/src/runtime.rs"]
mod runtime;

#[path = "../../macros/src/recurrent"]
mod recurrent {
    pub(crate) mod functions;
    pub(crate) mod messages;
    pub(crate) mod place;
    pub(crate) mod resolve;
    pub(crate) mod shapes;
    pub(crate) mod syntax;
    pub(crate) mod typed;
    pub(crate) mod usage;

    pub(crate) mod tests {
        pub(crate) mod evaluate;
        pub(crate) mod front;
        pub(crate) mod generate;
        pub(crate) mod random;
    }
}

fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(1000);
    let mut kinds = std::collections::BTreeMap::<String, (usize, String)>::new();
    let start = std::time::Instant::now();
    let mut good = 0;
    for seed in 0..count {
        let generated = recurrent::tests::generate::generate(seed);
        let result =
            recurrent::tests::front::read(&generated.text).and_then(|cell| recurrent::tests::front::check(&cell));
        match result {
            Ok(typed) => good += 1,
            Err(mistakes) => {
                let key: String = mistakes[0].split('`').step_by(2).collect::<Vec<_>>().join("_");
                let entry = kinds.entry(key).or_insert((0, String::new()));
                entry.0 += 1;
                if entry.1.is_empty() || generated.text.len() < entry.1.len() - mistakes[0].len() - 2 {
                    entry.1 = format!("{}\n\n{}", mistakes[0], generated.text);
                }
            }
        }
    }
    for (_, (count, text)) in kinds {
        println!("======== {count}: {text}");
    }
    println!("{good} of {count} in {:?}", start.elapsed());
}
