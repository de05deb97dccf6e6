//! Paths of parameters, kept in one string for a whole model.

use std::ops::Range;

use super::Segment;
use crate::error::{Error, ErrorKind};

/// The path of the place that a traversal has reached, and whether it lies below a frozen field.
#[derive(Debug, Default)]
pub(crate) struct Path {
    text: String,
    /// For each open child: the length of the path around it, and whether it is frozen.
    open: Vec<(usize, bool)>,
    problem: Option<Error>,
}

impl Path {
    pub(crate) fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.open.push((self.text.len(), frozen || self.is_frozen()));
        if !self.text.is_empty() {
            self.text.push('.');
        }
        match segment {
            Segment::Field(name) => self.text.push_str(name),
            Segment::Index(index) => push_number(&mut self.text, index),
            Segment::Key(key) => {
                self.text.push_str(key);
                self.check(key);
            }
        }
    }

    pub(crate) fn leave(&mut self) {
        if let Some((length, _)) = self.open.pop() {
            self.text.truncate(length);
        }
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.open.last().is_some_and(|(_, frozen)| *frozen)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The first map key that cannot be part of a path.
    pub(crate) fn take_problem(&mut self) -> Option<Error> {
        self.problem.take()
    }

    fn check(&mut self, key: &str) {
        if self.problem.is_some() || !(key.is_empty() || key.contains('.')) {
            return;
        }
        let what = if key.is_empty() { "is empty" } else { "contains a dot" };
        let message = format!("the map key {key:?} {what}; paths need keys that are names without a dot");
        self.problem = Some(Error::new(ErrorKind::Name, self.text.clone(), message));
    }
}

/// Without the machinery of formatting: this runs for each place in each list at each training step.
fn push_number(text: &mut String, number: usize) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// Names in one string: a model with hundreds of parameters is listed at every training step.
#[derive(Debug, Default)]
pub(crate) struct Names(String);

impl Names {
    pub(crate) fn add(&mut self, name: &str) -> Range<usize> {
        let start = self.0.len();
        self.0.push_str(name);
        start..self.0.len()
    }

    pub(crate) fn get(&self, range: &Range<usize>) -> &str {
        &self.0[range.clone()]
    }
}

/// The first few paths in backquotes.
pub(crate) fn in_words(paths: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text = paths.iter().take(SHOWN).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    match paths.len() {
        0 => text.push_str("none"),
        count if count > SHOWN => text.push_str(&format!(" and {} more", count - SHOWN)),
        _ => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_in_decimal() {
        for number in [0, 9, 10, 100, 2047, usize::MAX] {
            let mut text = String::new();
            push_number(&mut text, number);
            assert_eq!(text, number.to_string());
        }
    }
}
