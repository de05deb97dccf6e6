//! Where clauses: the fewest bounds that work, on the types of fields and not on parameters.
//!
//! A field whose type mentions a type parameter must be able to do what the impl does with it. Of a field whose type
//! mentions the derived type itself, only the other parts are bounded: else the impl would be asked for while it is being
//! proved, and the compiler would run in a circle.

use crate::contents::leaves;
use crate::input::Input;
use crate::mention::mentions;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeSet;
use syn::{Generics, Ident, Type};

/// The names that decide whether a field's type needs a bound.
pub(crate) struct Scope<'a> {
    parameters: Vec<&'a Ident>,
    own_names: [Ident; 2],
}

impl<'a> Scope<'a> {
    pub(crate) fn new(input: &Input<'a>) -> Self {
        let parameters = input.original.generics.type_params();
        let own = Ident::new("Self", Span::call_site());
        Self {
            parameters: parameters.map(|parameter| &parameter.ident).collect(),
            own_names: [own, input.original.ident.clone()],
        }
    }

    /// What a field of this type adds to a where clause: itself, or if it is recursive those of its parts that are not.
    pub(crate) fn bounded<'t>(&self, ty: &'t Type) -> Vec<&'t Type> {
        let mut parts = if self.recursive(ty) { leaves(ty) } else { vec![ty] };
        parts.retain(|part| self.needs_bound(part));
        parts
    }

    /// Whether the type depends on a type parameter, so that only a bound can say what it does.
    pub(crate) fn needs_bound(&self, ty: &Type) -> bool {
        let tokens = ty.to_token_stream();
        !self.recursive(ty) && self.parameters.iter().any(|name| mentions(tokens.clone(), name))
    }

    /// Whether the type mentions the derived type.
    pub(crate) fn recursive(&self, ty: &Type) -> bool {
        let tokens = ty.to_token_stream();
        self.own_names.iter().any(|name| mentions(tokens.clone(), name))
    }

    /// Whether the type is the derived one, with whatever arguments.
    pub(crate) fn is_own(&self, ty: &Type) -> bool {
        match ty {
            Type::Path(ty) if ty.path.segments.len() == 1 => self.own_names.contains(&ty.path.segments[0].ident),
            _ => false,
        }
    }
}

/// A where clause in the making. Each predicate stands in it once, in the order of arrival.
pub(crate) struct Bounds {
    predicates: Vec<TokenStream>,
    texts: BTreeSet<String>,
}

impl Bounds {
    /// Starts with what the user wrote behind `where`.
    pub(crate) fn new(generics: &Generics) -> Self {
        let mut bounds = Self { predicates: Vec::new(), texts: BTreeSet::new() };
        let written = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        written.for_each(|predicate| bounds.add(predicate.to_token_stream()));
        bounds
    }

    /// Adds a predicate unless it is there already.
    pub(crate) fn add(&mut self, predicate: TokenStream) {
        if self.texts.insert(predicate.to_string()) {
            self.predicates.push(predicate);
        }
    }

    /// Adds `ty: bound`.
    pub(crate) fn require(&mut self, ty: impl ToTokens, bound: impl ToTokens) {
        self.add(quote!(#ty: #bound));
    }
}

impl ToTokens for Bounds {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if !self.predicates.is_empty() {
            let predicates = &self.predicates;
            tokens.extend(quote!(where #(#predicates),*));
        }
    }
}

/// The where clause of an impl of `bound`: what `bound = "…"` says, else what the fields need.
pub(crate) fn of_impl(input: &Input<'_>, bound: &TokenStream) -> Bounds {
    let mut bounds = Bounds::new(&input.original.generics);
    if let Some(given) = &input.attributes.bound {
        given.iter().for_each(|predicate| bounds.add(predicate.to_token_stream()));
        return bounds;
    }
    if input.known {
        return bounds;
    }
    let scope = Scope::new(input);
    for field in input.fields() {
        for part in scope.bounded(field.ty) {
            match field.skipped() {
                true => bounds.require(part, quote!(::core::clone::Clone)),
                false => bounds.require(part, bound),
            }
        }
    }
    bounds
}
