//! The checks of `#[derive(State)]` that need the kind of the type, or the type of a field.

use crate::errors::Errors;
use crate::input::Input;
use crate::messages;
use crate::refusal::{self, Written};
use quote::quote;
use syn::Data;

pub(crate) fn check(errors: &mut Errors, input: &Input<'_>) {
    if let Data::Enum(data) = &input.original.data {
        let (token, ident) = (&data.enum_token, &input.original.ident);
        errors.error(quote!(#token #ident), messages::state_enum());
        return;
    }
    for field in input.fields().filter(|field| field.understood && !field.skipped()) {
        if let Some((tokens, message)) = refusal::find(field.ty, &judge) {
            errors.error(tokens, message);
        }
    }
}

fn judge(written: Written<'_>) -> Option<String> {
    let attribute = super::DIALECT.attribute;
    let name = match written {
        Written::Reference => return Some(messages::reference(attribute)),
        Written::TraitObject => return Some(messages::trait_object(attribute)),
        Written::Named(name, _) => name,
    };
    match name.as_str() {
        "Param" | "Buffer" => Some(messages::parameter_in_state(name)),
        "Rc" | "Arc" => Some(messages::shared_state(name, attribute)),
        "HashMap" => Some(messages::hash_map(attribute)),
        "HashSet" => Some(messages::hash_set(attribute)),
        "Mutex" | "RwLock" | "RefCell" => Some(messages::interior(name, attribute)),
        _ => None,
    }
}
