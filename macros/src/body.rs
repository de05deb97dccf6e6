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

/// One statement for each field that is not skipped.
///
/// Expands to the statements, or for an enum to
/// ```text
/// match self {
///     Self::Deep { first: __field_first, .. } => { … }
/// }
/// ```
pub(crate) fn visit_each(input: &Input<'_>, statement: impl Fn(&Place<'_>) -> TokenStream) -> TokenStream {
    match &input.shape {
        Shape::Struct(fields) => taking_part(fields).map(|field| statement(&in_struct(field))).collect(),
        Shape::Enum(variants) => match_on_self(variants, |variant| {
            let bindings = taking_part(&variant.fields).map(bind);
            let rest = variant.fields.iter().any(Field::skipped).then(|| quote!(..));
            let statements = taking_part(&variant.fields).map(|field| statement(&in_variant(variant, field)));
            quote!({ #(#bindings,)* #rest } => { #(#statements)* })
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
            let ident = &variant.ident;
            let bindings = variant.fields.iter().map(bind);
            let members = variant.fields.iter().map(|field| &field.member);
            let values = variant.fields.iter().map(|field| expression(&in_variant(variant, field)));
            quote!({ #(#bindings,)* } => #owner::#ident { #(#members: #values,)* })
        }),
    }
}

/// `match self { … }`, where each arm begins behind the name of its variant.
fn match_on_self(variants: &[Variant<'_>], arm: impl Fn(&Variant<'_>) -> TokenStream) -> TokenStream {
    if variants.is_empty() {
        return quote!(match *self {});
    }
    let idents = variants.iter().map(|variant| &variant.ident);
    let arms = variants.iter().map(arm);
    quote! {
        match self {
            #(Self::#idents #arms,)*
        }
    }
}

fn taking_part<'f>(fields: &'f [Field<'f>]) -> impl Iterator<Item = &'f Field<'f>> {
    fields.iter().filter(|field| !field.skipped())
}

fn bind(field: &Field<'_>) -> TokenStream {
    let (member, binding) = (&field.member, binding(&field.member));
    quote!(#member: #binding)
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
