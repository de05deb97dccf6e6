//! The bodies that all generated methods consist of: doing something with each field, and building the value anew.

use crate::input::{Field, Input, Shape, Variant};
use crate::runtime::local;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Member;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// A field where the generated code meets it.
pub(crate) struct Place<'a> {
    pub(crate) field: &'a Field<'a>,
    /// Its segments in the names of parameters: `"first"`, or `"Deep.first"` in the variant `Deep`.
    pub(crate) name: String,
    /// A reference to it: `&self.first`, or a binding of the pattern.
    pub(crate) reference: TokenStream,
}

/// One statement for each field.
///
/// Expands to the statements, or for an enum to
/// ```text
/// match self {
///     Self::Deep { first: __field_first } => { … }
/// }
/// ```
pub(crate) fn visit_each(input: &Input<'_>, statement: impl Fn(&Place<'_>) -> TokenStream) -> TokenStream {
    match &input.shape {
        Shape::Struct(fields) => fields.iter().map(|field| statement(&in_struct(field))).collect(),
        Shape::Enum(variants) => match_on_self(variants, |variant| {
            let statements = variant.fields.iter().map(|field| statement(&in_variant(variant, field)));
            quote!({ #(#statements)* })
        }),
    }
}

/// The value built anew as an `owner`, from one expression for each field.
///
/// Expands to `Self { first: … }`, or for an enum to
/// ```text
/// match self {
///     Self::Deep { first: __field_first } => Self::Deep { first: … },
/// }
/// ```
pub(crate) fn rebuild(
    input: &Input<'_>,
    owner: &TokenStream,
    expression: impl Fn(&Place<'_>) -> TokenStream,
) -> TokenStream {
    match &input.shape {
        Shape::Struct(fields) => {
            let members = fields.iter().map(|field| &field.member);
            let values = fields.iter().map(|field| expression(&in_struct(field)));
            quote!(#owner { #(#members: #values,)* })
        }
        Shape::Enum(variants) => match_on_self(variants, |variant| {
            let ident = variant.ident;
            let members = variant.fields.iter().map(|field| &field.member);
            let values = variant.fields.iter().map(|field| expression(&in_variant(variant, field)));
            quote!(#owner::#ident { #(#members: #values,)* })
        }),
    }
}

fn match_on_self(variants: &[Variant<'_>], arm: impl Fn(&Variant<'_>) -> TokenStream) -> TokenStream {
    if variants.is_empty() {
        return quote!(match *self {});
    }
    let idents = variants.iter().map(|variant| variant.ident);
    let patterns = variants.iter().map(pattern);
    let arms = variants.iter().map(arm);
    quote! {
        match self {
            #(Self::#idents { #patterns } => #arms,)*
        }
    }
}

fn pattern(variant: &Variant<'_>) -> TokenStream {
    let bind = |field: &Field<'_>| {
        let (member, binding) = (&field.member, binding(&field.member));
        quote!(#member: #binding,)
    };
    variant.fields.iter().map(bind).collect()
}

fn in_struct<'a>(field: &'a Field<'a>) -> Place<'a> {
    let member = &field.member;
    Place { field, name: field.name(), reference: quote_spanned!(member.span()=> &self.#member) }
}

fn in_variant<'a>(variant: &Variant<'_>, field: &'a Field<'a>) -> Place<'a> {
    let binding = binding(&field.member);
    Place { field, name: format!("{}.{}", variant.name(), field.name()), reference: quote!(#binding) }
}

fn binding(member: &Member) -> Ident {
    match member {
        Member::Named(ident) => local(&format!("field_{}", ident.unraw())),
        Member::Unnamed(index) => local(&format!("field_{}", index.index)),
    }
}
