//! Tests of what has no effect: source text in, mistakes out.

mod follow_ups;
mod mistakes;
mod rules;

use super::check;
use crate::errors::Errors;
use crate::recurrent::{resolve, shapes, syntax};

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

/// Each mistake as its message and the source text under it. The phases before find none.
#[track_caller]
fn mistakes(source: &str) -> Vec<(String, String)> {
    let mut errors = Errors::new();
    let source = format!("[::recurve] {}", cell_source(source));
    let input = syntax::parse(&mut errors, source.parse().expect("the source of a test has closed brackets"));
    let cell = &input.cells[0];
    let names = resolve::resolve(&mut errors, cell);
    let typed = shapes::infer(&mut errors, cell, &names);
    let earlier = errors.drain();
    assert!(earlier.is_empty(), "{source}: {}", earlier[0]);
    check(&mut errors, cell, &names, &typed.expect("there are no mistakes"));
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
