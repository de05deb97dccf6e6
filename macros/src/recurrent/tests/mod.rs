//! Tests of `recurrent!` as a function from tokens to tokens.

#[allow(dead_code)] // walks over cells in the test of random cells, which has the tape; here only its formulas are used
pub(crate) mod evaluate;
pub(crate) mod front;
pub(crate) mod generate;
mod hostile;
mod print;
pub(crate) mod random;
mod round_trip;
