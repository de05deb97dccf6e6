//! Tests of `recurrent!` as a function from tokens to tokens.

#[allow(dead_code, unused_imports)] // the test of random cells uses all of it
pub(crate) mod evaluate;
pub(crate) mod front;
#[allow(dead_code)] // the test of random cells uses the sizes too
pub(crate) mod generate;
mod hostile;
pub(crate) mod interpret;
mod print;
#[allow(dead_code)] // the rest is for the test of random cells in the root
pub(crate) mod random;
mod round_trip;
