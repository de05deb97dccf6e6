//! `#[derive(State)]`: read, check, expand.

mod check;

use crate::attributes::Dialect;
use crate::errors::Errors;
use crate::input::Input;
use crate::traversal::{Method, Traversal};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) const DIALECT: Dialect =
    Dialect { attribute: "state", derive: "State", type_keys: &["crate", "bound"], field_keys: &["skip"] };

const TRAVERSAL: Traversal = Traversal {
    trait_name: "Tensors",
    visit: Method { name: "visit_tensors", worker: "visitor", worker_type: "TensorVisitor" },
    map: Method { name: "map_tensors", worker: "map", worker_type: "TensorMapper" },
};

/// The impl for a type, or its mistakes and an impl that keeps the compiler from adding to them.
pub(crate) fn expand(original: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let input = read(&mut errors, original);
    match errors.propagate() {
        Ok(()) if !input.left_to_the_compiler() => TRAVERSAL.expand(&input),
        report => {
            let stub = TRAVERSAL.stub(&input);
            let report = report.err();
            quote!(#report #stub)
        }
    }
}

/// The impl for a type whose fields are tensors.
pub(crate) fn expand_known(original: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let input = Input::read(&mut errors, original, &DIALECT);
    errors.propagate().unwrap_or_else(|report| unreachable!("the cell has been checked: {report}"));
    TRAVERSAL.expand(&Input { known: true, ..input })
}

/// Reads the type and checks all that can be said without knowing other types.
pub(crate) fn read<'a>(errors: &mut Errors, original: &'a DeriveInput) -> Input<'a> {
    let input = Input::read(errors, original, &DIALECT);
    check::check(errors, &input);
    input
}
