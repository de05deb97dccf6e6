//! The operations: each has cases here, and what is checked for one is checked for all.
//!
//! To add an operation: a row in `samples.rs` (the compiler asks for it) and a case in `cases.rs` (a test asks for it).

mod cases;
mod empty;
mod gradients;
pub(crate) mod hooks;
mod infinities;
mod kinks;
mod references;
mod samples;
mod values;
