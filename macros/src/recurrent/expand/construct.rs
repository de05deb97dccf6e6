//! Constructors and getters.

use super::{Item, body, doc, plan, sizes};
use crate::recurrent::plan::Plan;
use crate::recurrent::tape;
use crate::recurrent::typed::{Field, Initial, NodeId, Shape};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// `new` and `plan` for f32, `with_dtype` for all, a getter for each argument of the header.
pub(super) fn expand(item: &Item<'_>, plan: &Plan) -> TokenStream {
    let Item { name, visibility, runtime, .. } = item;
    let (float, rng) = (runtime.public("Float"), rng());
    let generator = runtime.public("rand");
    let generator = quote!(&mut (impl #generator::Rng + ?::core::marker::Sized));
    let arguments: Vec<Ident> = (0..item.typed.header).map(|dimension| item.argument(dimension)).collect();
    let (new_docs, with_dtype_docs) = (doc(&item.docs.constructor(item)), doc(&item.docs.with_dtype(item)));
    let body = with_dtype(item);
    let getters = (0..item.typed.header).map(|dimension| getter(item, dimension));
    let (approximations, plan) = (item.approximations(), plan::expand(item, plan));
    quote! {
        #[automatically_derived]
        impl #name<::core::primitive::f32> {
            #new_docs
            #[track_caller]
            #visibility fn new(#(#arguments: ::core::primitive::usize,)* #rng: #generator) -> Self {
                Self::with_dtype(#(#arguments,)* #rng)
            }
            #plan
        }

        #[automatically_derived]
        #approximations
        impl<F: #float> #name<F> {
            #with_dtype_docs
            #[track_caller]
            #visibility fn with_dtype(#(#arguments: ::core::primitive::usize,)* #rng: #generator) -> Self {
                #body
            }
            #(#getters)*
        }
    }
}

/// The generator, which no argument of the user's can be mistaken for.
fn rng() -> Ident {
    Ident::new("rng", Span::mixed_site())
}

/// The lines of `with_dtype`.
fn with_dtype(item: &Item<'_>) -> TokenStream {
    let (cell, runtime) = (item.typed, item.runtime);
    let header = 0..cell.header;
    let locals = header.clone().map(|dimension| {
        let (local, argument) = (sizes::dimension(cell, dimension), item.argument(dimension));
        quote!(let #local = #argument;)
    });
    let pairs = header.map(|dimension| {
        let (text, argument) = (item.argument_name(dimension), item.argument(dimension));
        quote!((#text, #argument))
    });
    let (check, place) = (runtime.imported("check_sizes"), &cell.name);
    let program = tape::constants(cell, &numbers(cell.fields.iter().map(|field| initial(item, *field).1)));
    let (statements, values) = body::numbers(item, &program);
    let mut values = values.into_iter();
    let fields: Vec<TokenStream> = cell.fields.iter().map(|field| new_field(item, *field, &mut values)).collect();
    let stored = item.stored().into_iter().map(|dimension| {
        let (field, argument) = (item.stored_field(dimension), item.argument(dimension));
        quote!(#field: #argument,)
    });
    let (import, nn) = (runtime.import(), runtime.public("nn"));
    let rules = item.has_arrays().then(|| quote!(use #nn::Init as __Init;));
    let marker = item.needs_marker().then(|| quote!(__float: ::core::marker::PhantomData,));
    let unused = item.needs_marker().then(|| {
        let rng = rng();
        quote!(let _ = #rng;)
    });
    quote! {
        #import
        #rules
        #check(#place, &[#(#pairs),*]);
        #unused
        #(#locals)*
        #statements
        Self { #(#fields,)* #(#stored)* #marker }
    }
}

/// The name, the rule and the shape of a field that is drawn.
fn initial<'a>(item: &Item<'a>, field: Field) -> (&'a str, Option<(&'a Initial, &'a Shape)>) {
    let cell = item.typed;
    match field {
        Field::Parameter(at) => {
            let parameter = &cell.parameters[at];
            (&parameter.name, Some((&parameter.initial, &parameter.shape)))
        }
        Field::Buffer(at) => {
            let buffer = &cell.buffers[at];
            (&buffer.name, Some((&buffer.initial, &buffer.shape)))
        }
        Field::Hyper(at) => (&cell.hypers[at].name, None),
    }
}

/// The numbers that rules for initial values need, in order.
fn numbers<'a>(rules: impl Iterator<Item = Option<(&'a Initial, &'a Shape)>>) -> Vec<NodeId> {
    let numbers = |(initial, _): (&Initial, &Shape)| match initial {
        Initial::Constant(a) | Initial::Symmetric(a) | Initial::Normal(a) => vec![*a],
        Initial::Uniform(low, high) => vec![*low, *high],
        Initial::Zeros
        | Initial::Ones
        | Initial::GlorotUniform
        | Initial::GlorotNormal
        | Initial::KaimingUniform
        | Initial::KaimingNormal
        | Initial::Orthogonal
        | Initial::Identity => Vec::new(),
    };
    rules.flatten().flat_map(numbers).collect()
}

/// `w_r: __private::parameter(__Init::uniform(…), [__H, __D], rng)`
fn new_field(item: &Item<'_>, field: Field, numbers: &mut impl Iterator<Item = TokenStream>) -> TokenStream {
    let cell = item.typed;
    let function = match field {
        Field::Parameter(at) if cell.parameters[at].optional => "some_parameter",
        Field::Parameter(_) => "parameter",
        Field::Buffer(_) => "buffer",
        Field::Hyper(at) => {
            let hyper = &cell.hypers[at];
            let (ident, value) = (item.field(&hyper.name), super::call::number(hyper.value).0);
            return quote!(#ident: #value);
        }
    };
    let (name, rule) = initial(item, field);
    let (initial, shape) = rule.unwrap_or_else(|| unreachable!("only hyper-parameters are not drawn"));
    let (ident, function, rng) = (item.field(name), Ident::new(function, Span::call_site()), rng());
    let (init, sizes) = (init(initial, numbers), sizes::shape(cell, shape));
    quote!(#ident: __private::#function(#init, [#(#sizes),*], #rng))
}

fn init(initial: &Initial, numbers: &mut impl Iterator<Item = TokenStream>) -> TokenStream {
    let mut number = || numbers.next().unwrap_or_else(|| unreachable!("each number was asked for"));
    let rule = match initial {
        Initial::Zeros => quote!(Zeros),
        Initial::Ones => quote!(Ones),
        Initial::Constant(_) => {
            let value = number();
            quote!(Constant(#value))
        }
        Initial::Symmetric(_) => {
            let bound = number();
            quote!(uniform(#bound))
        }
        Initial::Uniform(..) => {
            let (low, high) = (number(), number());
            quote!(Uniform { low: #low, high: #high })
        }
        Initial::Normal(_) => {
            let deviation = number();
            quote!(Normal { deviation: #deviation })
        }
        Initial::GlorotUniform => quote!(GlorotUniform),
        Initial::GlorotNormal => quote!(GlorotNormal),
        Initial::KaimingUniform => quote!(KaimingUniform),
        Initial::KaimingNormal => quote!(KaimingNormal),
        Initial::Orthogonal => quote!(Orthogonal { gain: 1.0 }),
        Initial::Identity => quote!(Identity),
    };
    quote!(__Init::#rule)
}

/// A getter: the axis of a field, or what the struct remembers.
fn getter(item: &Item<'_>, dimension: usize) -> TokenStream {
    let (visibility, ident) = (item.visibility, item.argument(dimension));
    let docs = doc(&item.docs.getter(dimension));
    let (bindings, value) = header_size(item, dimension);
    quote! {
        #docs
        #[must_use]
        #visibility fn #ident(&self) -> ::core::primitive::usize {
            #bindings
            #value
        }
    }
}

/// The size of a dimension of the header, after the sizes that it is computed from.
fn header_size(item: &Item<'_>, dimension: usize) -> (TokenStream, TokenStream) {
    let Some(at) = item.solutions.iter().position(|solution| solution.dimension == dimension) else {
        let field = item.stored_field(dimension);
        return (TokenStream::new(), quote!(self.#field));
    };
    let solution = &item.solutions[at];
    let needed = solution.needs().into_iter().map(|needed| {
        let (local, argument) = (sizes::dimension(item.typed, needed), item.argument(needed));
        quote!(let #local = self.#argument();)
    });
    let (holder, _) = sizes::holders(item.typed)[solution.holder];
    let (axis, field) = (item.runtime.private("axis"), item.field(holder));
    let number = Literal::usize_unsuffixed(solution.axis);
    (needed.collect(), solution.tokens(&quote!(#axis(&self.#field, #number)), item))
}
