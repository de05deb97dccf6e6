//! The one namespace of a cell.

use super::words::kind;
use super::{Meaning, Names};
use crate::errors::Errors;
use crate::recurrent::functions::{CONSTANTS, Function};
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::bare;
use proc_macro2::Ident;
use std::collections::{BTreeMap, BTreeSet};

/// What each name of the cell means.
#[derive(Default)]
pub(super) struct Scope<'a> {
    bindings: BTreeMap<String, Binding>,
    /// By the number of the local: the number of the statement that defines it.
    pub(super) lines: Vec<usize>,
    /// The dimension of each argument of `new`.
    pub(super) arguments_of_new: BTreeMap<String, &'a Ident>,
    /// Names that were found to mean nothing, each of which is reported once.
    unknown: BTreeSet<String>,
}

#[derive(Clone, Copy)]
struct Binding {
    meaning: Meaning,
    /// Whether there was a mistake in its declaration: its uses are not judged then.
    disputed: bool,
}

/// What is known about a name.
#[derive(Clone, Copy)]
pub(super) enum Found {
    Declared(Meaning),
    /// Declared with a mistake, so that any use may be right.
    Disputed(Meaning),
    Function(Function),
    Constant(f64),
    Nothing,
}

impl Scope<'_> {
    pub(super) fn find(&self, name: &Ident) -> Found {
        let name = bare(name);
        match self.bindings.get(&name) {
            Some(Binding { meaning, disputed: false }) => Found::Declared(*meaning),
            Some(Binding { meaning, disputed: true }) => Found::Disputed(*meaning),
            None => reserved(&name),
        }
    }

    /// Gives `name` a meaning, or says why it cannot have it.
    pub(super) fn declare(&mut self, errors: &mut Errors, name: &Ident, meaning: Meaning) {
        let refusal = match self.find(name) {
            Found::Declared(first) | Found::Disputed(first) => Some(taken(name, first, meaning)),
            Found::Function(_) => Some(messages::reserved_function(name, kind(meaning))),
            Found::Constant(_) => Some(messages::reserved_constant(name, kind(meaning))),
            Found::Nothing => None,
        };
        let disputed = refusal.is_some();
        refusal.into_iter().for_each(|refusal| errors.error(name, refusal));
        let binding = self.bindings.entry(bare(name)).or_insert(Binding { meaning, disputed });
        binding.disputed |= disputed;
    }

    /// Notes that somebody spoke of `name` as if it was there. True for the first time.
    pub(super) fn first_time_unknown(&mut self, name: &Ident) -> bool {
        self.unknown.insert(bare(name))
    }

    /// Lets any use of `name` pass from here on, because something was said about it already.
    pub(super) fn dispute(&mut self, name: &Ident, meaning: Meaning) {
        let binding = self.bindings.entry(bare(name)).or_insert(Binding { meaning, disputed: true });
        binding.disputed = true;
    }

    pub(super) fn is_state(&self, name: &str) -> bool {
        matches!(self.bindings.get(name), Some(Binding { meaning: Meaning::State(_), .. }))
    }

    /// Undisputed names that mean something of a kind that is wanted, in alphabetical order.
    pub(super) fn names(&self, wanted: impl Fn(Meaning) -> bool) -> Vec<&str> {
        let names = self.bindings.iter().filter(|(_, binding)| !binding.disputed && wanted(binding.meaning));
        names.map(|(name, _)| name.as_str()).collect()
    }
}

fn reserved(name: &str) -> Found {
    let constant = CONSTANTS.iter().find(|(constant, _)| *constant == name);
    let constant = constant.map(|(_, value)| Found::Constant(*value));
    let function = Function::named(name).map(Found::Function);
    function.or(constant).unwrap_or(Found::Nothing)
}

fn taken(name: &Ident, first: Meaning, second: Meaning) -> String {
    match (first, second) {
        (Meaning::State(_), Meaning::Local(_)) => messages::let_of_state(name),
        (Meaning::Local(_), Meaning::Local(_)) => messages::let_twice(name),
        (first, second) if kind(first) == kind(second) => messages::declared_twice(kind(first), name),
        (first, second) => messages::name_taken(name, kind(first), kind(second)),
    }
}

impl Names<'_> {
    /// For an example in a message: the last dimension of the header.
    pub(super) fn example_dimension(&self, header: usize) -> String {
        self.dimensions[..header].last().map_or_else(|| "H".to_owned(), ToString::to_string)
    }
}
