//! Tests of `recurrent!` as a function from tokens to tokens.

pub(crate) mod evaluate;
pub(crate) mod random;
