//! Each message with its text and the source under it.

mod declarations;
mod elementwise;
mod products;
mod statements;
mod vectors;

use super::check;
use super::sources::Source;
use crate::recurrent::messages::shapes::NAMES;

/// A cell with one mistake.
struct Case {
    /// The name of the message in the table.
    message: &'static str,
    source: Source,
    underlined: &'static str,
    text: &'static str,
}

const fn case(message: &'static str, source: Source, underlined: &'static str, text: &'static str) -> Case {
    Case { message, source, underlined, text }
}

fn cases() -> impl Iterator<Item = &'static Case> {
    let all = [declarations::CASES, statements::CASES, elementwise::CASES, products::CASES, vectors::CASES];
    all.into_iter().flatten()
}

/// The cells of all cases.
pub(super) fn sources() -> impl Iterator<Item = Source> {
    cases().map(|case| case.source)
}

#[test]
fn each_case_is_one_error_at_its_place() {
    for case in cases() {
        let mistakes = check(&case.source.cell()).err().unwrap_or_default();
        assert_eq!(mistakes.len(), 1, "{:?}: {mistakes:?}", case.source);
        let (text, underlined) = &mistakes[0];
        assert_eq!(text, case.text, "{:?}", case.source);
        assert_eq!(underlined, case.underlined, "{:?}", case.source);
    }
}

#[test]
fn every_message_has_a_case() {
    for name in NAMES {
        assert!(cases().any(|case| case.message == *name), "`{name}` is in no case");
    }
    for case in cases() {
        assert!(NAMES.contains(&case.message), "`{}` is no message", case.message);
    }
}

#[test]
fn messages_end_with_what_to_write() {
    for case in cases() {
        let lines: Vec<&str> = case.text.lines().collect();
        let last = lines.last().expect("a message has a line");
        assert!(last.starts_with("help: "), "{}", case.text);
        assert!((2..=3).contains(&lines.len()), "{}", case.text);
        assert!(!lines[0].starts_with(char::is_uppercase), "{}", case.text);
        assert!(!case.text.ends_with('.'), "{}", case.text);
    }
}
