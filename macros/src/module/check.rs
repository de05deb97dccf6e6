//! The checks of `#[derive(Module)]` that need more than one attribute, or the type of a field.

use crate::errors::Errors;
use crate::input::{Field, Input};
use crate::messages;
use crate::refusal::{self, Written};
use std::collections::BTreeMap;
use syn::Path;

pub(crate) fn check(errors: &mut Errors, input: &Input<'_>) {
    for fields in input.field_lists() {
        let mut earlier = BTreeMap::new();
        for field in fields {
            check_combination(errors, field);
            check_name(errors, field);
            check_twins(errors, field, &mut earlier);
            if field.understood && !field.skipped() {
                check_type(errors, field);
            }
        }
    }
}

/// A skipped field has nothing that could be frozen or named.
fn check_combination(errors: &mut Errors, field: &Field<'_>) {
    let attributes = &field.attributes;
    let Some(skip) = &attributes.skip else { return };
    if attributes.frozen.is_some() {
        errors.error(skip, messages::skip_with_other("frozen"));
    }
    if attributes.rename.is_some() {
        errors.error(skip, messages::skip_with_other("rename"));
    }
}

fn check_name(errors: &mut Errors, field: &Field<'_>) {
    let Some(literal) = &field.attributes.rename else {
        return;
    };
    let name = literal.value();
    if name.is_empty() {
        errors.error(literal, messages::empty_name());
    } else if name.contains('.') {
        errors.error(literal, messages::name_with_dot(name));
    }
}

/// Names are unique among the fields that take part.
fn check_twins<'f>(errors: &mut Errors, field: &'f Field<'f>, earlier: &mut BTreeMap<String, &'f Field<'f>>) {
    let name = field.name();
    if let Some(twin) = earlier.get(&name) {
        let renamed = field.attributes.rename.as_ref().or(twin.attributes.rename.as_ref());
        // without a `rename` the compiler reports it
        if let (Some(literal), false) = (renamed, field.skipped()) {
            errors.error(literal, messages::duplicate_name(name));
        }
    } else if !field.skipped() {
        earlier.insert(name, field);
    }
}

fn check_type(errors: &mut Errors, field: &Field<'_>) {
    if let Some((tokens, message)) = refusal::find(field.ty, &judge) {
        errors.error(tokens, message);
    }
}

fn judge(written: Written<'_>) -> Option<String> {
    let attribute = super::DIALECT.attribute;
    let (name, path) = match written {
        Written::Reference => return Some(messages::reference(attribute)),
        Written::TraitObject => return Some(messages::trait_object(attribute)),
        Written::Named(name, path) => (name, path),
    };
    match name.as_str() {
        "Tensor" => Some(messages::bare_tensor()),
        "Rc" | "Arc" => Some(messages::shared_pointer(name, attribute)),
        "HashMap" => Some(messages::hash_map(attribute)),
        "HashSet" => Some(messages::hash_set(attribute)),
        "Mutex" | "RwLock" | "RefCell" => Some(messages::interior(name, attribute)),
        "Cell" if is_std_cell(path) => Some(messages::interior(name, attribute)),
        _ => None,
    }
}

/// `Cell` alone may well be the user's recurrent cell.
fn is_std_cell(path: &Path) -> bool {
    let before = path.segments.iter().rev().nth(1);
    before.is_some_and(|module| module.ident == "cell")
}
