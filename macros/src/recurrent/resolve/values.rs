//! What a single name means at its place.

use super::Meaning;
use super::foreign;
use super::scope::{Found, Scope};
use super::walk::{Region, Walk};
use super::words::{call, kind};
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{Kind, print};
use proc_macro2::Ident;
use std::collections::BTreeMap;

impl Walk<'_, '_> {
    /// The meaning of a name that is not called; `None` after a mistake.
    pub(super) fn name(&mut self, name: &Ident) -> Option<Meaning> {
        if let Some(number) = self.arguments.get(&bare(name)) {
            return Some(Meaning::Argument(*number));
        }
        match self.scope.find(name) {
            Found::Declared(meaning) => self.declared(name, meaning),
            Found::Disputed(meaning) => Some(meaning),
            Found::Function(function) => self.reserved(name, Meaning::Function(function)),
            Found::Constant(value) => self.reserved(name, Meaning::Constant(value)),
            Found::Nothing => self.nothing(name),
        }
    }

    fn declared(&mut self, name: &Ident, meaning: Meaning) -> Option<Meaning> {
        let refusal = match self.region {
            Region::Shape | Region::ShapeOfCall => self.in_shape(name, meaning),
            Region::Initialiser => self.in_initialiser(name, meaning),
            Region::Hyper => Some(messages::hyper_not_constant(name, kind(meaning))),
            Region::Helper(_, helper) => self.in_helper(name, meaning, helper),
            Region::Line(line) => self.in_line(name, meaning, line),
        };
        self.unless(refusal, name, meaning)
    }

    fn unless(&mut self, refusal: Option<String>, name: &Ident, meaning: Meaning) -> Option<Meaning> {
        let Some(refusal) = refusal else { return Some(meaning) };
        self.errors.error(name, refusal);
        None
    }

    fn in_shape(&mut self, name: &Ident, meaning: Meaning) -> Option<String> {
        match meaning {
            Meaning::Dimension(number) if number < self.header() => None,
            Meaning::Dimension(_) if matches!(self.region, Region::ShapeOfCall) => None,
            Meaning::Dimension(_) => {
                let first = self.scope.first_time_unknown(name);
                first.then(|| messages::dimension_of_call(name, &self.cell.name))
            }
            other => Some(messages::not_a_dimension(name, kind(other), self.example())),
        }
    }

    fn in_initialiser(&mut self, name: &Ident, meaning: Meaning) -> Option<String> {
        match meaning {
            Meaning::Dimension(number) if number < self.header() => None,
            Meaning::Dimension(_) => {
                let first = self.scope.first_time_unknown(name);
                first.then(|| messages::constant_of_dimension_of_call(name, &self.cell.name))
            }
            other => Some(messages::not_constant(name, kind(other), self.example())),
        }
    }

    fn in_helper(&mut self, name: &Ident, meaning: Meaning, helper: &Ident) -> Option<String> {
        match meaning {
            Meaning::Local(_) | Meaning::Input(_) => Some(messages::hidden_from_helper(name, kind(meaning), helper)),
            Meaning::Helper(number) => Some(self.helper_as_value(name, number)),
            Meaning::Dimension(_)
            | Meaning::Parameter(_)
            | Meaning::Buffer(_)
            | Meaning::Hyper(_)
            | Meaning::State(_)
            | Meaning::Context(_)
            | Meaning::Argument(_)
            | Meaning::Function(_)
            | Meaning::Constant(_) => None,
        }
    }

    fn in_line(&mut self, name: &Ident, meaning: Meaning, line: usize) -> Option<String> {
        match meaning {
            Meaning::Local(local) if self.scope.lines[local] < line => None,
            Meaning::Local(local) => {
                let first = self.scope.first_time_unknown(name);
                first.then(|| self.too_early(name, self.scope.lines[local], line))
            }
            Meaning::Helper(number) => Some(self.helper_as_value(name, number)),
            Meaning::Dimension(_)
            | Meaning::Parameter(_)
            | Meaning::Buffer(_)
            | Meaning::Hyper(_)
            | Meaning::State(_)
            | Meaning::Input(_)
            | Meaning::Context(_)
            | Meaning::Argument(_)
            | Meaning::Function(_)
            | Meaning::Constant(_) => None,
        }
    }

    fn too_early(&self, name: &Ident, defined: usize, line: usize) -> String {
        if defined == line {
            return messages::used_in_own_let(name);
        }
        match self.cell.step.statements[defined].locals() {
            [_] => messages::used_before_let(name),
            several => messages::used_before_let_tuple(name, call("", several)),
        }
    }

    fn helper_as_value(&self, name: &Ident, number: usize) -> String {
        messages::helper_as_value(name, call(name, self.names.helpers[number].arguments))
    }

    /// A name of the language.
    fn reserved(&mut self, name: &Ident, meaning: Meaning) -> Option<Meaning> {
        let refusal = match (self.region, meaning) {
            (Region::Shape | Region::ShapeOfCall, meaning) => {
                Some(messages::not_a_dimension(name, kind(meaning), self.example()))
            }
            (_, Meaning::Function(function)) => Some(messages::function_as_value(name, function.signature().usage)),
            _ => None,
        };
        self.unless(refusal, name, meaning)
    }

    fn nothing(&mut self, name: &Ident) -> Option<Meaning> {
        if self.scope.first_time_unknown(name) {
            let message = match self.region {
                Region::Shape | Region::ShapeOfCall => self.unknown_dimension(name),
                Region::Initialiser | Region::Hyper | Region::Helper(..) | Region::Line(_) => self.unknown(name),
            };
            self.errors.error(name, message);
        }
        None
    }

    fn unknown_dimension(&mut self, name: &Ident) -> String {
        if let Some(dimension) = self.scope.arguments_of_new.get(&bare(name)) {
            return messages::argument_of_new_as_value(name, dimension);
        }
        if let Some(other) = self.beside_axis_of_batch(name) {
            return messages::axis_of_batch(name, other);
        }
        match self.near_dimension(&bare(name)) {
            Some(guess) => messages::unknown_dimension_guess(name, guess),
            None => messages::unknown_dimension(name, &self.cell.name),
        }
    }

    /// The second axis of a shape that begins with one for a batch or for time.
    fn beside_axis_of_batch(&self, name: &Ident) -> Option<String> {
        const AXES: &[&str] = &["B", "Batch", "L", "N", "S", "Seq", "T", "Time", "batch", "seq", "time"];
        let [first, second] = self.of_example?.axes.as_slice() else { return None };
        let is_first = matches!(&self.cell.expressions[*first].kind, Kind::Name(axis) if axis == name);
        let is_batch = is_first && AXES.contains(&bare(name).as_str());
        is_batch.then(|| print::expression(&self.cell.expressions, *second))
    }

    fn unknown(&mut self, name: &Ident) -> String {
        let word = bare(name);
        if let Some(dimension) = self.scope.arguments_of_new.get(&word) {
            return messages::argument_of_new_as_value(name, dimension);
        }
        if let Some(state) = self.state_in(&word) {
            return messages::unknown_name_of_state(name, state);
        }
        if let Some(instead) = foreign::number(&word) {
            return messages::unknown_name_foreign(name, instead);
        }
        if let Some(guess) = self.near_value(&word) {
            return messages::unknown_name_guess(name, guess);
        }
        match self.region {
            Region::Helper(_, helper) => messages::unknown_in_helper(name, helper),
            Region::Initialiser => messages::unknown_in_initialiser(name, self.example()),
            Region::Hyper => messages::unknown_in_hyper(name),
            Region::Line(_) | Region::Shape | Region::ShapeOfCall => messages::unknown_name(name),
        }
    }

    fn near_dimension(&mut self, word: &str) -> Option<String> {
        if self.suggest.is_tired() {
            return None;
        }
        let dimensions = self.scope.names(|meaning| matches!(meaning, Meaning::Dimension(_)));
        self.suggest.nearest(word, &dimensions)
    }

    fn near_value(&mut self, word: &str) -> Option<String> {
        if self.suggest.is_tired() {
            return None;
        }
        let Self { scope, suggest, arguments, .. } = self;
        suggest.nearest(word, &visible(scope, arguments, self.region, self.cell.header.len()))
    }

    /// The state that somebody calls `h_prev`, `h_old` or `h_t`.
    fn state_in(&self, word: &str) -> Option<String> {
        const SUFFIXES: &[&str] = &["_prev", "_old", "_last", "_tm1", "_t", "_new", "_next", "_prime"];
        const PREFIXES: &[&str] = &["prev_", "old_", "last_", "new_", "next_"];
        let after = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix));
        let mut stems = SUFFIXES.iter().filter_map(|suffix| word.strip_suffix(suffix)).chain(after);
        stems.find(|stem| self.scope.is_state(stem)).map(str::to_owned)
    }

    pub(super) fn header(&self) -> usize {
        self.cell.header.len()
    }

    fn example(&self) -> String {
        self.names.example_dimension(self.header())
    }
}

/// What can be read at a place.
fn visible<'n>(
    scope: &'n Scope<'_>,
    arguments: &'n BTreeMap<String, usize>,
    region: Region<'_>,
    header: usize,
) -> Vec<&'n str> {
    let named = scope.names(|meaning| match (region, meaning) {
        (_, Meaning::Helper(_) | Meaning::Argument(_) | Meaning::Function(_) | Meaning::Constant(_)) => false,
        (Region::Initialiser, meaning) => matches!(meaning, Meaning::Dimension(number) if number < header),
        (Region::Hyper, _) => false,
        (Region::Helper(..), meaning) => !matches!(meaning, Meaning::Local(_) | Meaning::Input(_)),
        (Region::Line(line), Meaning::Local(local)) => scope.lines[local] < line,
        (Region::Line(_) | Region::Shape | Region::ShapeOfCall, _) => true,
    });
    arguments.keys().map(String::as_str).chain(named).collect()
}
