//! A user's crate: another name for the runtime, strict lints, and names of the prelude taken by its own types.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, rust_2018_idioms)]

pub mod cell;
pub mod equations;
pub mod model;
pub mod taken;

#[cfg(test)]
mod tests;
