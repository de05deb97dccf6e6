//! Tests of the syntax: source text in, cells or mistakes out.

mod accepted;
mod limits;
mod mistakes;
mod outer_macros;
mod precedence;
mod printing;
mod recovery;
mod sequences;

use super::{Cell, ExpressionId, Expressions, Input, Kind, parse};
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

/// A cell whose tail is this formula.
#[track_caller]
fn with_tail(formula: &str) -> Cell {
    cell(&format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {formula} }} }}"))
}

/// The messages' first lines, without what they are about.
fn first_lines(source: &str) -> Vec<String> {
    let (_, mistakes) = read(source);
    mistakes.iter().map(|(text, _)| text.lines().next().unwrap_or_default().to_owned()).collect()
}

/// What is underlined in a source with several mistakes.
fn underlined(source: &str) -> Vec<String> {
    read(source).1.into_iter().map(|(_, underlined)| underlined).collect()
}

/// The formula with parentheses around each operation.
fn grouped(expressions: &Expressions, id: ExpressionId) -> String {
    let text = |id: &ExpressionId| grouped(expressions, *id);
    let list = |ids: &[ExpressionId]| ids.iter().map(text).collect::<Vec<_>>().join(", ");
    match &expressions[id].kind {
        Kind::Number(value) => value.to_string(),
        Kind::Name(name) => name.to_string(),
        Kind::Call { function, arguments } => format!("{function}({})", list(arguments)),
        Kind::Negate(value) => format!("(-{})", text(value)),
        Kind::Not(value) => format!("(!{})", text(value)),
        Kind::Binary { operator, left, right, .. } => {
            format!("({} {} {})", text(left), operator.text(), text(right))
        }
        Kind::Slice { vector, start, end } => {
            let [start, end] = [start, end].map(|bound| bound.as_ref().map(text).unwrap_or_default());
            format!("{}[{start}..{end}]", text(vector))
        }
        Kind::Tuple(parts) => format!("<{}>", list(parts)),
    }
}

/// The same for the source of a formula.
#[track_caller]
fn grouping(formula: &str) -> String {
    let cell = with_tail(formula);
    grouped(&cell.expressions, cell.step.tail)
}
