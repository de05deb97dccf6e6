//! Tests of shapes as a function from cells to typed cells.

mod cells;
mod mistakes;
mod sources;

use super::infer;
use crate::errors::Errors;
use crate::recurrent::{resolve, syntax, typed};

/// The typed cell, or each mistake as its message and the source text under it.
fn check(source: &str) -> Result<typed::Cell, Vec<(String, String)>> {
    let mut errors = Errors::new();
    let tokens = format!("[::recurve] {source}").parse().expect("the source of a test has closed brackets");
    let input = syntax::parse(&mut errors, tokens);
    let names = resolve::resolve(&mut errors, &input.cells[0]);
    let earlier = errors.drain();
    assert!(earlier.is_empty(), "{source}: {}", earlier[0]);
    let cell = infer(&mut errors, &input.cells[0], &names);
    let found = errors.drain();
    assert_eq!(cell.is_none(), !found.is_empty(), "{source}");
    let underlined = |error: &syn::Error| error.span().source_text().expect("tokens of a test come from a source");
    cell.ok_or_else(|| found.iter().map(|error| (error.to_string(), underlined(error))).collect())
}

#[track_caller]
fn typed(source: &str) -> typed::Cell {
    check(source).unwrap_or_else(|mistakes| panic!("{source}: {mistakes:?}"))
}
