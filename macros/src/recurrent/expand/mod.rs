//! The items that a cell becomes.

use super::tape::Program;
use super::{syntax, typed};
use crate::runtime::Runtime;
use proc_macro2::TokenStream;

/// The struct, its state and its impls.
pub(crate) fn expand(runtime: &Runtime, cell: &syntax::Cell, typed: &typed::Cell, program: &Program) -> TokenStream {
    let _ = (runtime, cell, typed, program);
    todo!()
}
