//! Tests of derivatives: rules as text, kinks as numbers, and wrong rules on purpose.

mod graphs;
pub(crate) mod kinks;
mod rules;
pub(crate) mod sabotage;
