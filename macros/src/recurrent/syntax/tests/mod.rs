//! Tests of the syntax: source text in, cells or mistakes out.

mod accepted;
mod mistakes;

use super::{Cell, Input, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;

/// What could be read, and each mistake as its message and the source text under it.
fn read_tokens(tokens: TokenStream) -> (Input, Vec<(String, String)>) {
    let mut errors = Errors::new();
    let input = parse(&mut errors, tokens);
    let mistakes = errors.drain();
    let underlined = |error: &syn::Error| error.span().source_text().unwrap_or_default();
    (input, mistakes.iter().map(|error| (error.to_string(), underlined(error))).collect())
}

/// The same for the source of some cells.
fn read(source: &str) -> (Input, Vec<(String, String)>) {
    let source = format!("[::recurve] {source}");
    read_tokens(source.parse().expect("the source of a test has closed brackets"))
}

/// A cell without mistakes.
#[track_caller]
fn cell(source: &str) -> Cell {
    let (mut input, mistakes) = read(source);
    assert!(mistakes.is_empty(), "{source}: {mistakes:?}");
    assert_eq!(input.cells.len(), 1, "{source}");
    input.cells.remove(0)
}
