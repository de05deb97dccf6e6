//! Tests of what names mean: source text in, meanings or mistakes out.

mod follow_ups;
mod limits;
mod meanings;
mod mistakes;
mod rules;
mod tables;

use super::{Names, resolve};
use crate::errors::Errors;
use crate::recurrent::syntax::{self, Cell};

/// The source of a cell. If `source` is none, it is `declarations | lines of step` of a cell with a parameter `w`, a state
/// `h` and an input `x`.
fn cell_source(source: &str) -> String {
    match source.split_once('|') {
        Some((declarations, step)) if !source.starts_with("cell ") => format!(
            "cell Broken(input: D, hidden: H) {{ param w: [H, D] = glorot_uniform; state h: [H]; \
             {declarations} step(x: [D]) -> [H] {{ {step} }} }}"
        ),
        _ => source.to_owned(),
    }
}

/// A cell whose syntax has no mistake.
#[track_caller]
fn cell(source: &str) -> Cell {
    let mut errors = Errors::new();
    let source = format!("[::recurve] {}", cell_source(source));
    let mut input = syntax::parse(&mut errors, source.parse().expect("the source of a test has closed brackets"));
    let mistakes = errors.drain();
    assert!(mistakes.is_empty(), "{source}: {}", mistakes[0]);
    input.cells.remove(0)
}

/// Each mistake as its message and the source text under it.
#[track_caller]
fn mistakes(source: &str) -> Vec<(String, String)> {
    let cell = cell(source);
    let mut errors = Errors::new();
    resolve(&mut errors, &cell);
    let underlined = |error: &syn::Error| error.span().source_text().unwrap_or_default();
    errors.drain().iter().map(|error| (error.to_string(), underlined(error))).collect()
}

/// The source text under each mistake.
#[track_caller]
fn underlined(source: &str) -> Vec<String> {
    mistakes(source).into_iter().map(|(_, underlined)| underlined).collect()
}

#[track_caller]
fn assert_accepted(sources: &[&str]) {
    for source in sources {
        assert_eq!(mistakes(source), [], "{source}");
    }
}

/// Each source has one mistake, whose message begins so.
#[track_caller]
fn assert_refused(cases: &[(&str, &str)]) {
    for (source, beginning) in cases {
        let found = mistakes(source);
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(found[0].0.starts_with(beginning), "{source}: {}", found[0].0);
    }
}

/// What the names of a cell without mistakes mean.
#[track_caller]
fn with_names<R>(source: &str, look: impl FnOnce(&Cell, &Names<'_>) -> R) -> R {
    let cell = cell(source);
    let mut errors = Errors::new();
    let names = resolve(&mut errors, &cell);
    let mistakes = errors.drain();
    assert!(mistakes.is_empty(), "{source}: {}", mistakes[0]);
    look(&cell, &names)
}
