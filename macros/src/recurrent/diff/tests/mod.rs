//! Tests of derivatives: rules and whole steps as text, and numbers at kinks.

mod graphs;
pub(crate) mod kinks;
mod rules;
