//! The types that a value of a type contains, as far as its spelling tells: `Option`, `Vec`, `Box`, `BTreeMap`, arrays and
//! tuples are transparent.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The types directly inside of a transparent one.
pub(crate) fn contents(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Array(array) => vec![&array.elem],
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Paren(paren) => vec![&paren.elem],
        Type::Group(group) => vec![&group.elem],
        Type::Path(ty) => ty.path.segments.last().map(arguments).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let transparent = ["Option", "Vec", "Box", "BTreeMap"].iter().any(|name| segment.ident == name);
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) if transparent => {
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            types.collect()
        }
        _ => Vec::new(),
    }
}

/// The types inside of all transparent ones.
pub(crate) fn leaves(ty: &Type) -> Vec<&Type> {
    let inside = contents(ty);
    if inside.is_empty() { vec![ty] } else { inside.into_iter().flat_map(leaves).collect() }
}
