//! `#[derive(Module)]`: read, check, expand.

mod cast;
mod check;

use crate::attributes::Dialect;
use crate::errors::Errors;
use crate::input::Input;
use crate::traversal::{Method, Traversal};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) const DIALECT: Dialect = Dialect {
    attribute: "module",
    derive: "Module",
    type_keys: &["crate", "bound"],
    field_keys: &["skip", "frozen", "rename"],
};

const TRAVERSAL: Traversal = Traversal {
    trait_name: "Module",
    visit: Method { name: "visit", worker: "visitor", worker_type: "Visitor" },
    map: Method { name: "rebuild", worker: "mapper", worker_type: "Mapper" },
};

/// The impls for a type, or its mistakes and impls that keep the compiler from adding to them.
pub(crate) fn expand(original: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let input = read(&mut errors, original);
    match errors.propagate() {
        Ok(()) if !input.left_to_the_compiler() => impls(&input),
        report => {
            let (module, cast) = (TRAVERSAL.stub(&input), cast::stub(&input));
            let report = report.err();
            quote!(#report #module #cast)
        }
    }
}

/// The impls for a type whose fields have types of the runtime.
pub(crate) fn expand_known(original: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let input = Input::read(&mut errors, original, &DIALECT);
    errors.propagate().unwrap_or_else(|report| unreachable!("the cell has been checked: {report}"));
    impls(&Input { known: true, ..input })
}

fn impls(input: &Input<'_>) -> TokenStream {
    let (module, cast) = (TRAVERSAL.expand(input), cast::expand(input));
    quote!(#module #cast)
}

/// Reads the type and checks all that can be said without knowing other types.
pub(crate) fn read<'a>(errors: &mut Errors, original: &'a DeriveInput) -> Input<'a> {
    let input = Input::read(errors, original, &DIALECT);
    check::check(errors, &input);
    input
}
