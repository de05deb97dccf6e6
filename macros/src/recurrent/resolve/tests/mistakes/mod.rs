//! One case for each mistake: the message and the source text that the compiler underlines.

mod calls;
mod constants;
mod declarations;
mod values;

use super::mistakes;
use crate::recurrent::messages::names::NAMES;

/// A cell with one mistake.
struct Case {
    /// The name of the message in the table.
    message: &'static str,
    /// A cell, or `declarations | lines of step`.
    source: &'static str,
    underlined: &'static str,
    text: &'static str,
}

fn cases() -> impl Iterator<Item = &'static Case> {
    let tables = [declarations::CASES, values::CASES, calls::CASES, constants::CASES];
    tables.into_iter().flatten()
}

#[test]
fn each_case_is_one_error_at_its_place() {
    for case in cases() {
        let found = mistakes(case.source);
        assert_eq!(found, [(case.text.to_owned(), case.underlined.to_owned())], "{}", case.source);
    }
}

#[test]
fn every_message_has_a_case() {
    for name in NAMES {
        assert!(cases().any(|case| case.message == *name), "`{name}` is in no case");
    }
}

#[test]
fn every_case_is_about_a_message() {
    for case in cases() {
        assert!(NAMES.contains(&case.message), "`{}` is no message", case.message);
    }
}

#[test]
fn messages_have_the_form_of_messages() {
    for case in cases() {
        let first = case.text.chars().next().expect("a message has letters");
        assert!(!first.is_uppercase(), "`{}` begins with a capital", case.text);
        assert!(!case.text.ends_with('.'), "`{}` ends with a full stop", case.text);
        assert!(case.text.lines().last().is_some_and(|line| line.starts_with("help: ")), "`{}`", case.text);
    }
}
