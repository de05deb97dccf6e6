//! The derive macros of `recurve`. Use them through the `recurve` crate, which re-exports them.

mod attributes;
mod body;
mod bounds;
mod errors;
mod guess;
mod input;
mod mention;
mod messages;
mod module;
mod refusal;
mod runtime;
mod setting;
mod state;
#[cfg(test)]
mod tests;
mod traversal;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct or an enum a tree of parameters.
#[proc_macro_derive(Module, attributes(module))]
pub fn module(input: TokenStream) -> TokenStream {
    module::expand(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a struct of tensors the state of a cell.
#[proc_macro_derive(State, attributes(state))]
pub fn state(input: TokenStream) -> TokenStream {
    state::expand(&parse_macro_input!(input as DeriveInput)).into()
}
