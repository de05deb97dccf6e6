//! Tests of `recurrent!` as a function from tokens to tokens.
