//! Which expressions are several values at once.

use super::scope::{Found, Scope};
use super::walk::Walk;
use super::{Meaning, Names};
use crate::recurrent::functions::Function;
use crate::recurrent::syntax::{Cell, ExpressionId, Kind};

/// What a helper gives.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Gives {
    One,
    Several(usize),
    /// There is a mistake in its formula.
    Unknown,
}

/// By the number of the helper: what it gives.
///
/// A helper gives several values if its formula is a tuple or the call of a helper that gives several.
pub(super) fn of_helpers(cell: &Cell, scope: &Scope<'_>, names: &Names<'_>) -> Vec<Gives> {
    let mut found = vec![Gives::Unknown; names.helpers.len()];
    let mut done = vec![false; names.helpers.len()];
    for first in 0..found.len() {
        let mut way = Vec::new();
        let mut next = Some(first);
        let mut gives = Gives::Unknown;
        while let Some(helper) = next {
            if std::mem::replace(&mut done[helper], true) {
                // known, or on this way already: a circle, which gives nothing
                gives = found[helper];
                break;
            }
            way.push(helper);
            let body = &cell.expressions[names.helpers[helper].body].kind;
            (gives, next) = formula(scope, body);
        }
        way.into_iter().for_each(|helper| found[helper] = gives);
    }
    found
}

/// What a formula gives, or the helper that decides it.
fn formula(scope: &Scope<'_>, body: &Kind) -> (Gives, Option<usize>) {
    match body {
        Kind::Tuple(parts) => (Gives::Several(parts.len()), None),
        Kind::Call { function, .. } => match scope.find(function) {
            Found::Declared(Meaning::Helper(helper)) => (Gives::Unknown, Some(helper)),
            Found::Function(function) if function != Function::Split => (Gives::One, None),
            Found::Declared(_) | Found::Disputed(_) | Found::Function(_) | Found::Constant(_) | Found::Nothing => {
                (Gives::Unknown, None)
            }
        },
        Kind::Number(_) | Kind::Name(_) | Kind::Negate(_) | Kind::Not(_) | Kind::Binary { .. } | Kind::Slice { .. } => {
            (Gives::One, None)
        }
    }
}

impl Walk<'_, '_> {
    /// Whether an expression without mistakes is known to be a single value.
    pub(super) fn is_one_value(&self, id: ExpressionId) -> bool {
        match &self.cell.expressions[id].kind {
            Kind::Name(name) => !matches!(self.scope.find(name), Found::Disputed(_) | Found::Nothing),
            Kind::Call { function, .. } => match self.scope.find(function) {
                Found::Declared(Meaning::Helper(helper)) => self.gives[helper] == Gives::One,
                Found::Function(function) => function != Function::Split,
                Found::Declared(_) | Found::Disputed(_) | Found::Constant(_) | Found::Nothing => false,
            },
            Kind::Tuple(_) => false,
            Kind::Number(_) | Kind::Negate(_) | Kind::Not(_) | Kind::Binary { .. } | Kind::Slice { .. } => true,
        }
    }
}
