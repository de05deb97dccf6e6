//! What the library promises, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod cells;
mod equations;
mod files;
mod flux_cases;
mod layers;
mod misuse;
mod sharing;
mod specification;
mod stepper;
mod testing;
mod ties;
