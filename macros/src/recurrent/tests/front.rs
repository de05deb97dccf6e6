//! The phases up to the checked cell, for cells as text.

use crate::errors::Errors;
use crate::recurrent::{resolve, shapes, syntax, typed, usage};

/// One cell that can be read, or its mistakes.
pub(crate) fn read(source: &str) -> Result<syntax::Cell, Vec<String>> {
    let tokens = format!("[::recurve] {source}").parse().map_err(|error| vec![format!("{error}")])?;
    let mut errors = Errors::new();
    let mut input = syntax::parse(&mut errors, tokens);
    found(&mut errors)?;
    match input.cells.len() {
        1 => Ok(input.cells.remove(0)),
        count => Err(vec![format!("{count} cells")]),
    }
}

/// What the cell means, or its mistakes.
pub(crate) fn check(cell: &syntax::Cell) -> Result<typed::Cell, Vec<String>> {
    let typed = typed(cell)?;
    let mut errors = Errors::new();
    let names = resolve::resolve(&mut errors, cell);
    usage::check(&mut errors, cell, &names, &typed);
    found(&mut errors)?;
    Ok(typed)
}

/// What the cell means, also if some of its names are useless.
pub(crate) fn typed(cell: &syntax::Cell) -> Result<typed::Cell, Vec<String>> {
    let mut errors = Errors::new();
    let names = resolve::resolve(&mut errors, cell);
    found(&mut errors)?;
    let typed = shapes::infer(&mut errors, cell, &names);
    found(&mut errors)?;
    typed.ok_or_else(|| vec!["no cell and no mistakes".to_owned()])
}

fn found(errors: &mut Errors) -> Result<(), Vec<String>> {
    let place = |error: &syn::Error| error.span().source_text().unwrap_or_default();
    let text = |error: &syn::Error| format!("{error}, at `{}`", place(error));
    let mistakes: Vec<String> = errors.drain().iter().map(text).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}
