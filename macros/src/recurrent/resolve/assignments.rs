//! Each state gets its next value exactly once.

use super::scope::{Found, Scope};
use super::suggest::Suggest;
use super::{Meaning, Names};
use crate::errors::Errors;
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{Cell, ExpressionId, Kind, Statement};
use proc_macro2::Ident;

/// Says which lines assign what they cannot, and which states have no line.
pub(super) fn check(errors: &mut Errors, cell: &Cell, scope: &mut Scope<'_>, names: &Names<'_>) {
    let assigned = vec![false; names.states.len()];
    let mut check = Check { errors, cell, scope, names, assigned, suggest: Suggest::default() };
    for statement in &cell.step.statements {
        if let Statement::Assign { name, value } = statement {
            check.assignment(name, *value);
        }
    }
    check.states_without_a_line();
}

struct Check<'c, 's, 'a> {
    errors: &'c mut Errors,
    cell: &'a Cell,
    scope: &'c mut Scope<'s>,
    names: &'c Names<'a>,
    assigned: Vec<bool>,
    suggest: Suggest,
}

impl Check<'_, '_, '_> {
    fn assignment(&mut self, name: &Ident, value: ExpressionId) {
        let refusal = match self.scope.find(name) {
            Found::Declared(Meaning::State(state)) => self.state(state, name, value),
            Found::Declared(meaning) => refusal(name, meaning),
            Found::Disputed(_) => None,
            Found::Function(_) | Found::Constant(_) => Some(messages::assigned_reserved(name)),
            Found::Nothing => Some(self.nothing(name)),
        };
        refusal.into_iter().for_each(|refusal| self.errors.error(name, refusal));
    }

    fn state(&mut self, state: usize, name: &Ident, value: ExpressionId) -> Option<String> {
        if std::mem::replace(&mut self.assigned[state], true) {
            return Some(messages::assigned_twice(name));
        }
        let same = matches!(&self.cell.expressions[value].kind, Kind::Name(other) if bare(other) == bare(name));
        same.then(|| messages::assigned_itself(name))
    }

    /// Nothing has this name: it may be misspelt, and then the state has its line.
    fn nothing(&mut self, name: &Ident) -> String {
        let guess = self.near_state(&bare(name));
        self.scope.dispute(name, Meaning::State(0));
        let Some(guess) = guess else { return messages::assigned_unknown(name) };
        if let Some(state) = self.names.states.iter().position(|(state, _, _)| bare(state) == guess) {
            self.assigned[state] = true;
        }
        messages::assigned_unknown_guess(name, guess)
    }

    /// A state that has no line yet.
    fn near_state(&mut self, word: &str) -> Option<String> {
        if self.suggest.is_tired() {
            return None;
        }
        let waiting = self
            .scope
            .names(|meaning| matches!(meaning, Meaning::State(state) if self.assigned.get(state) == Some(&false)));
        self.suggest.nearest(word, &waiting)
    }

    fn states_without_a_line(&mut self) {
        for ((name, _, _), assigned) in self.names.states.iter().zip(&self.assigned) {
            if !assigned && matches!(self.scope.find(name), Found::Declared(_)) {
                self.errors.error(name, messages::never_assigned(name));
            }
        }
    }
}

/// Why something else than a state cannot be assigned.
fn refusal(name: &Ident, meaning: Meaning) -> Option<String> {
    match meaning {
        Meaning::Dimension(_) => Some(messages::assigned_dimension(name)),
        Meaning::Parameter(_) => Some(messages::assigned_parameter(name)),
        Meaning::Buffer(_) => Some(messages::assigned_buffer(name)),
        Meaning::Hyper(_) => Some(messages::assigned_hyper(name)),
        Meaning::Input(_) => Some(messages::assigned_input(name)),
        Meaning::Context(_) => Some(messages::assigned_context(name)),
        Meaning::Local(_) => Some(messages::assigned_let(name)),
        Meaning::Helper(_) => Some(messages::assigned_helper(name)),
        Meaning::State(_) | Meaning::Argument(_) | Meaning::Function(_) | Meaning::Constant(_) => None,
    }
}
