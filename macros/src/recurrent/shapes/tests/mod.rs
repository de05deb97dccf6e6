//! Tests of shapes as a function from cells to typed cells.

mod cells;
mod constants;
mod formulas;
mod lengths;
mod mistakes;
mod mutations;
mod rules;
mod several;
mod sources;

use super::infer;
use crate::errors::Errors;
use crate::recurrent::typed::Op;
use crate::recurrent::{resolve, syntax, typed};
use sources::Source;

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

/// What is underlined, for each mistake.
#[track_caller]
fn underlined(source: Source) -> Vec<String> {
    let mistakes = check(&source.cell()).err().unwrap_or_default();
    mistakes.into_iter().map(|(_, underlined)| underlined).collect()
}

#[track_caller]
fn accepts(source: Source) {
    typed(&source.cell());
}

/// The first message about the source.
#[track_caller]
fn refuses(source: Source) -> String {
    let mut mistakes = check(&source.cell()).err().unwrap_or_default();
    assert_eq!(mistakes.len(), 1, "{source:?}: {mistakes:?}");
    mistakes.remove(0).0
}

/// The type of a formula: `[H] real example`.
#[track_caller]
fn type_of(formula: &'static str) -> String {
    let cell = typed(&Source::Formula(formula).cell());
    cell.type_text(&cell.node(cell.locals[0].value).ty)
}

/// The operation at the top of a formula.
#[track_caller]
fn operation(formula: &'static str) -> Op {
    let cell = typed(&Source::Formula(formula).cell());
    cell.node(cell.locals[0].value).op.clone()
}
