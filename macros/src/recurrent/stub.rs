//! What stands for a cell with mistakes.

use super::syntax::Cell;
use crate::runtime::Runtime;
use proc_macro2::TokenStream;

/// The struct, its state and its impls, without a meaning.
pub(crate) fn expand(runtime: &Runtime, cell: &Cell) -> TokenStream {
    let _ = (runtime, cell);
    todo!()
}
