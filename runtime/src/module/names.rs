//! Paths of parameters, kept in one string for a whole model.

use std::fmt::Write;
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
            // The usual case without the machinery of formatting: a model is walked at every training step.
            Segment::Field(name) => self.text.push_str(name),
            other => write!(self.text, "{other}").unwrap_or_default(),
        }
        if let Segment::Key(key) = segment {
            self.check(key);
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
