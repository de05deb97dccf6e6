//! Golden values of other libraries, in f64 to 1e-10.

#[path = "../support/mod.rs"]
mod support;

mod activations;
mod cells;
mod files;
mod gru;
mod layers;
mod losses;
mod optimisers;
