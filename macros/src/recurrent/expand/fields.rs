//! The struct, its state, and what follows from their fields.

use super::{Item, doc};
use crate::recurrent::typed::{Field, Parameter};
use crate::{module, state};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// The two types, `Module`, `Cast`, `Tensors`, `Debug` and `Clone`.
pub(super) fn expand(item: &Item<'_>) -> TokenStream {
    let debug = if derives_debug(item) { TokenStream::new() } else { debug(item) };
    [cell(item), debug, traversals(item), state_type(item)].into_iter().collect()
}

/// Expands to
/// ```text
/// /// Gated recurrent unit …
/// #[derive(::core::fmt::Debug)]
/// pub struct Gru<F: ::recurve::Float = ::core::primitive::f32> {
///     /// `[H, D]`, starts as `uniform(1 / sqrt(H))`.
///     pub w_r: ::recurve::Param<F>,
///     …
/// }
/// ```
fn cell(item: &Item<'_>) -> TokenStream {
    let Item { attributes, visibility, written, .. } = item;
    let (docs, others) = (&attributes.docs, &attributes.others);
    let (float, generated_docs) = (item.runtime.public("Float"), item.docs.cell(item));
    let fields = fields(item).into_iter().map(|field| field.declared(item));
    let (stored, marker) = hidden(item);
    let derive = derives_debug(item).then(|| quote!(#[derive(::core::fmt::Debug)]));
    quote! {
        #(#docs)*
        #generated_docs
        #derive
        #(#others)*
        #visibility struct #written<F: #float = ::core::primitive::f32> {
            #(#fields,)*
            #stored
            #marker
        }
    }
}

/// A public field.
struct Public {
    name: String,
    ty: TokenStream,
}

impl Public {
    fn declared(&self, item: &Item<'_>) -> TokenStream {
        let Self { name, ty } = self;
        let (visibility, ident) = (item.visibility, item.field(name));
        let docs = item.docs.field(name);
        quote!(#docs #visibility #ident: #ty)
    }
}

fn fields(item: &Item<'_>) -> Vec<Public> {
    let (cell, runtime) = (item.typed, item.runtime);
    let (param, buffer) = (runtime.public("Param"), runtime.public("Buffer"));
    let public = |field: &Field| match *field {
        Field::Parameter(at) => {
            let Parameter { name, optional, .. } = &cell.parameters[at];
            let ty = match optional {
                true => quote!(::core::option::Option<#param<F>>),
                false => quote!(#param<F>),
            };
            Public { name: name.clone(), ty }
        }
        Field::Buffer(at) => Public { name: cell.buffers[at].name.clone(), ty: quote!(#buffer<F>) },
        Field::Hyper(at) => Public { name: cell.hypers[at].name.clone(), ty: quote!(::core::primitive::f64) },
    };
    cell.fields.iter().map(public).collect()
}

/// The sizes that no field tells, and the mark of `F` where no field has it.
fn hidden(item: &Item<'_>) -> (TokenStream, TokenStream) {
    let stored = item.stored().into_iter().map(|dimension| {
        let field = item.stored_field(dimension);
        quote!(#field: ::core::primitive::usize,)
    });
    let marker = item.needs_marker().then(|| quote!(__float: ::core::marker::PhantomData<F>,));
    (stored.collect(), quote!(#marker))
}

/// Whether a derived `Debug` shows what users know, shapes and not values, as that of parameters does.
fn derives_debug(item: &Item<'_>) -> bool {
    item.stored().is_empty() && !item.needs_marker()
}

/// The same without what the struct remembers for itself.
fn debug(item: &Item<'_>) -> TokenStream {
    let name = &item.name;
    let (float, text) = (item.runtime.public("Float"), name.to_string());
    let shown = fields(item).into_iter().map(|field| {
        let (ident, text) = (item.field(&field.name), &field.name);
        quote!(.field(#text, &self.#ident))
    });
    quote! {
        #[automatically_derived]
        impl<F: #float> ::core::fmt::Debug for #name<F> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text) #(#shown)* .finish()
            }
        }
    }
}

/// The impls of the derives, made by the derives.
fn traversals(item: &Item<'_>) -> TokenStream {
    let Item { name, visibility, runtime, .. } = item;
    let (float, path) = (runtime.public("Float"), runtime.path());
    let fields = fields(item).into_iter().map(|Public { name, ty }| {
        let ident = item.field(&name);
        quote!(#visibility #ident: #ty)
    });
    let (stored, marker) = hidden(item);
    let cell = quote! {
        #[module(crate = #path)]
        #visibility struct #name<F: #float = ::core::primitive::f32> {
            #(#fields,)*
            #stored
            #marker
        }
    };
    // what marks `F` is cast by a bound
    if item.needs_marker() { module::expand(&read(cell)) } else { module::expand_known(&read(cell)) }
}

/// Expands to
/// ```text
/// /// The state of a [`Gru`].
/// #[derive(::core::clone::Clone, ::core::fmt::Debug)]
/// pub struct GruState<F: ::recurve::Float = ::core::primitive::f32> {
///     /// `[B, H]`, starts at zeros.
///     pub h: ::recurve::Tensor<F>,
/// }
/// ```
/// and the impl of `Tensors`.
fn state_type(item: &Item<'_>) -> TokenStream {
    let Item { state, visibility, runtime, .. } = item;
    let (float, path) = (runtime.public("Float"), runtime.path());
    let tensor = runtime.public("Tensor");
    let field = |with_docs: bool| {
        let fields = item.typed.states.iter().map(|state| {
            let docs = with_docs.then(|| item.docs.state_field(&state.name));
            let ident = item.field(&state.name);
            quote!(#docs #visibility #ident: #tensor<F>,)
        });
        fields.collect::<TokenStream>()
    };
    let (documented, plain) = (field(true), field(false));
    let docs = doc(&item.docs.state_type(item));
    let (marker, skip) = match item.typed.states.is_empty() {
        true => (Some(quote!(__float: ::core::marker::PhantomData<F>,)), Some(quote!(#[state(skip)]))),
        false => (None, None),
    };
    let plain = read(quote! {
        #[state(crate = #path)]
        #visibility struct #state<F: #float = ::core::primitive::f32> { #plain #skip #marker }
    });
    let tensors = if item.typed.states.is_empty() { state::expand(&plain) } else { state::expand_known(&plain) };
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #visibility struct #state<F: #float = ::core::primitive::f32> { #documented #marker }
        #tensors
    }
}

fn read(item: TokenStream) -> DeriveInput {
    syn::parse2(item).unwrap_or_else(|error| unreachable!("a struct with named fields: {error}"))
}
