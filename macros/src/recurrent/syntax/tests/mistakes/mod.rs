//! One case for each mistake: the message and the source text that the compiler underlines.

mod cells;
mod declarations;
mod operands;
mod operators;
mod step;

use super::read;
use crate::recurrent::messages::syntax::NAMES;
use std::collections::BTreeSet;

/// A source with one mistake.
pub(super) struct Case {
    /// The name of the message in the table.
    message: &'static str,
    around: Around,
    source: &'static str,
    underlined: &'static str,
    text: &'static str,
}

/// What a source is a part of.
#[derive(Clone, Copy)]
enum Around {
    Nothing,
    Declarations,
    Step,
    Let,
}

macro_rules! constructors {
    ($( $name:ident = $around:ident; )*) => {
        $(
            const fn $name(
                message: &'static str,
                source: &'static str,
                underlined: &'static str,
                text: &'static str,
            ) -> Case {
                Case { message, around: Around::$around, source, underlined, text }
            }
        )*
    };
}

constructors! {
    cells = Nothing;
    lines = Declarations;
    statements = Step;
    formula = Let;
}

impl Case {
    /// The whole invocation.
    fn source(&self) -> String {
        let source = self.source;
        match self.around {
            Around::Nothing => source.to_owned(),
            Around::Declarations => format!("cell A(input: D) {{ {source} step(x: [D]) -> [D] {{ x }} }}"),
            Around::Step => format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {source} }} }}"),
            Around::Let => format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ let y = {source}; y }} }}"),
        }
    }
}

fn all() -> impl Iterator<Item = &'static Case> {
    [cells::CASES, declarations::CASES, step::CASES, operands::CASES, operators::CASES].into_iter().flatten()
}

#[test]
fn each_case_is_one_error_at_its_place() {
    let mut wrong = Vec::new();
    for case in all() {
        let source = case.source();
        let (_, mistakes) = read(&source);
        if mistakes != [(case.text.to_owned(), case.underlined.to_owned())] {
            wrong.push(format!("{source}\n  found {mistakes:?}\n  not   {:?} under {:?}", case.text, case.underlined));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_message_has_a_case() {
    let used: BTreeSet<&str> = all().map(|case| case.message).collect();
    for name in NAMES {
        // its sources are too long to be written here
        assert!(used.contains(name) || *name == "nested_too_deeply", "no case for `{name}`");
    }
    assert!(used.iter().all(|name| NAMES.contains(name)));
}

#[test]
fn each_message_is_lower_case_without_a_full_stop_and_helps() {
    for case in all() {
        let first = case.text.chars().next().unwrap_or_default();
        assert!(!first.is_uppercase() && !case.text.ends_with('.'), "{}", case.text);
        assert!(case.text.contains("\nhelp: "), "{}", case.text);
    }
}

#[test]
fn a_cell_with_a_mistake_is_kept_and_not_sound() {
    for case in all().filter(|case| !matches!(case.around, Around::Nothing)) {
        let (input, _) = read(&case.source());
        assert_eq!(input.cells.len(), 1, "{}", case.source());
        let cell = &input.cells[0];
        assert!(!cell.sound && cell.name == "A" && cell.header.len() == 1, "{}", case.source());
    }
}
