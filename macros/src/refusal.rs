//! Types that no field can have, recognised by how they are written.
//!
//! Looks through what is transparent. A path that begins with `crate`, `self` or `super` is the user's own type and
//! passes.

use crate::contents::contents;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Path, Type};

/// The first part of a type that a derive refuses: its tokens and the message.
pub(crate) type Refusal = (TokenStream, String);

/// What a type is, as far as its spelling tells.
pub(crate) enum Written<'a> {
    Reference,
    TraitObject,
    /// A path, by its last name.
    Named(String, &'a Path),
}

/// Asks `judge` about the type and everything inside that a value of it contains.
pub(crate) fn find(ty: &Type, judge: &dyn Fn(Written<'_>) -> Option<String>) -> Option<Refusal> {
    let message = written(ty).and_then(judge);
    match message {
        Some(message) => Some((ty.to_token_stream(), message)),
        None => contents(ty).into_iter().find_map(|inner| find(inner, judge)),
    }
}

/// Whether the compiler refuses the type in a field anyway, and in clearer words.
pub(crate) fn left_to_the_compiler(ty: &Type) -> bool {
    matches!(ty, Type::ImplTrait(_) | Type::Infer(_)) || contents(ty).into_iter().any(left_to_the_compiler)
}

fn written(ty: &Type) -> Option<Written<'_>> {
    match ty {
        Type::Reference(reference) if !is_str(&reference.elem) => Some(Written::Reference),
        Type::TraitObject(_) => Some(Written::TraitObject),
        Type::Path(ty) if ty.qself.is_none() && !is_local(&ty.path) => {
            let name = ty.path.segments.last()?.ident.to_string();
            Some(Written::Named(name, &ty.path))
        }
        _ => None,
    }
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(ty) if ty.path.is_ident("str"))
}

fn is_local(path: &Path) -> bool {
    let first = &path.segments[0].ident;
    path.segments.len() > 1 && ["crate", "self", "super"].iter().any(|name| first == name)
}
