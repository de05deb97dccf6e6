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
        Ok(()) if !input.left_to_the_compiler() => {
            let (module, cast) = (TRAVERSAL.expand(&input), cast::expand(&input));
            quote!(#module #cast)
        }
        report => {
            let (module, cast) = (TRAVERSAL.stub(&input), cast::stub(&input));
            let report = report.err();
            quote!(#report #module #cast)
        }
    }
}

/// Reads the type and checks all that can be said without knowing other types.
pub(crate) fn read<'a>(errors: &mut Errors, original: &'a DeriveInput) -> Input<'a> {
    let input = Input::read(errors, original, &DIALECT);
    check::check(errors, &input);
    input
}
