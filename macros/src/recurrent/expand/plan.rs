//! The plan of a cell, as text that is read at run time.

use super::{Item, doc};
use crate::recurrent::plan::Plan;
use crate::recurrent::plan::describe::describe;
use proc_macro2::TokenStream;
use quote::quote;

/// Expands to
/// ```text
/// /// How a scan is computed …
/// pub fn plan() -> &'static ::recurve::Plan {
///     use ::recurve::__private::scan::PlanText as __PlanText;
///     const TEXT: &[&::core::primitive::str] = &[
///         "cell Gru: D, H",
///         "parameter w_r, w_z, w_n: [H, D]",
///         …
///     ];
///     static PLAN: __PlanText = __PlanText::new(TEXT);
///     PLAN.plan()
/// }
/// ```
pub(super) fn expand(item: &Item<'_>, plan: &Plan) -> TokenStream {
    let Item { visibility, runtime, typed, .. } = item;
    let (public, scan) = (runtime.public("Plan"), runtime.private("scan"));
    let docs = doc("How a scan of this cell is computed: the same for all element types and sizes.");
    let lines = describe(plan, typed);
    quote! {
        #docs
        #[must_use]
        #visibility fn plan() -> &'static #public {
            use #scan::PlanText as __PlanText;
            const TEXT: &[&::core::primitive::str] = &[#(#lines),*];
            static PLAN: __PlanText = __PlanText::new(TEXT);
            PLAN.plan()
        }
    }
}
