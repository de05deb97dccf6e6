//! What the phases found, for somebody who wants to see.

use super::tape::Program;
use super::{syntax, typed};
use proc_macro2::TokenStream;

/// Prints all phases' results if `RECURVE_DEBUG` has the name of the cell.
pub(crate) fn print(cell: &syntax::Cell, typed: &typed::Cell, program: &Program, items: &TokenStream) {
    let _ = (cell, typed, program, items);
}
