//! Tests of the derives as functions from tokens to tokens.

mod bounds;
mod expansions;
mod grammar;
mod messages;
mod mistakes;

use crate::errors::Errors;
use crate::{module, state};
use syn::DeriveInput;

/// Which derive a test is about.
#[derive(Clone, Copy, Debug)]
enum Derive {
    Module,
    State,
}

impl Derive {
    /// The expansion as formatted source.
    fn expand(self, source: &str) -> String {
        let input = parse(source);
        let tokens = match self {
            Self::Module => module::expand(&input),
            Self::State => state::expand(&input),
        };
        prettyplease::unparse(&syn::parse2(tokens).expect("an expansion is a list of items"))
    }

    /// Each mistake as its message and the source text under it.
    fn mistakes(self, source: &str) -> Vec<(String, String)> {
        let input = parse(source);
        let mut errors = Errors::new();
        match self {
            Self::Module => drop(module::read(&mut errors, &input)),
            Self::State => drop(state::read(&mut errors, &input)),
        }
        let found = errors.drain();
        found.iter().map(|error| (error.to_string(), underlined(error))).collect()
    }
}

fn parse(source: &str) -> DeriveInput {
    syn::parse_str(source).expect("the source of a test is a type")
}

fn underlined(error: &syn::Error) -> String {
    error.span().source_text().expect("the tokens of a test come from a source")
}

/// The expansion on one line, so that a line may be searched for wherever the layout breaks it.
fn squeezed(text: &str) -> String {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let replacements = [("( ", "("), (", )", ")"), (",)", ")"), (" )", ")"), (", >", ">"), ("< ", "<"), (" >", ">")];
    replacements.iter().fold(spaced, |text, (from, to)| text.replace(from, to))
}

#[track_caller]
fn assert_lines(expansion: &str, lines: &[&str]) {
    let squeezed = squeezed(expansion);
    for line in lines {
        assert!(squeezed.contains(line), "`{line}` is not in\n{expansion}");
    }
}
