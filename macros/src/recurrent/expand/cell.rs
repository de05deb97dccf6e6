//! The impls of `Cell` and `CompiledCell`.

use super::{Item, body, sizes};
use crate::recurrent::tape::{self, Program};
use crate::recurrent::typed::{Argument, Start};
use crate::runtime::local;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

/// Expands to
/// ```text
/// #[automatically_derived]
/// impl<F: ::recurve::Float> ::recurve::Cell for Gru<F> {
///     type Input = ::recurve::Tensor<F>;
///     type Output = ::recurve::Tensor<F>;
///     type State = GruState<F>;
///     const CONTEXTS: usize = 0;
///     fn initial_state(&self, batch: usize) -> ::recurve::Result<GruState<F>> { … }
///     fn step(&self, input: &Self::Input, state: Self::State) -> ::recurve::Result<(Self::Output, Self::State)> { … }
/// }
/// ```
/// and the impl of `CompiledCell`.
pub(super) fn expand(item: &Item<'_>, program: &Program) -> TokenStream {
    let Item { name, state, runtime, .. } = item;
    let [float, cell, compiled, result] = ["Float", "Cell", "CompiledCell", "Result"].map(|name| runtime.public(name));
    let [input, output] = tensors(item);
    let contexts = (!item.typed.contexts.is_empty()).then(|| {
        let count = Literal::usize_unsuffixed(item.typed.contexts.len());
        quote!(const CONTEXTS: ::core::primitive::usize = #count;)
    });
    let (initial_state, step, input_from) = (initial_state(item), step(item, program), input_from(item));
    let (tensor, shape) = (runtime.public("Tensor"), runtime.public("InputShape"));
    let [sequence, plan, stepper] = ["Sequence", "Plan", "Stepper"].map(|name| runtime.public(name));
    let (approximations, scan) = (item.approximations(), runtime.private("scan"));
    let [batch, argument, before, size, make, sizes] =
        ["batch", "input", "state", "size", "make", "sizes"].map(hygienic);
    quote! {
        #[automatically_derived]
        #approximations
        impl<F: #float> #cell for #name<F> {
            type Input = #input;
            type Output = #output;
            type State = #state<F>;
            #contexts

            fn initial_state(&self, #batch: ::core::primitive::usize) -> #result<#state<F>> {
                #initial_state
            }

            fn step(&self, #argument: &Self::Input, #before: #state<F>) -> #result<(Self::Output, #state<F>)> {
                #step
            }

            fn scan(
                &self,
                #argument: impl ::core::convert::Into<#sequence<Self::Input>>,
                #before: impl ::core::convert::Into<::core::option::Option<#state<F>>>,
            ) -> #result<(#sequence<Self::Output>, #state<F>)> {
                #scan::scan(self, #argument.into(), #before.into())
            }
        }

        #[automatically_derived]
        impl<F: #float> #compiled for #name<F> {
            type Element = F;

            fn input_from(
                &self,
                #size: &mut dyn ::core::ops::FnMut(&::core::primitive::str) -> ::core::primitive::usize,
                #make: &mut dyn ::core::ops::FnMut(#shape<'_>) -> #tensor<F>,
            ) -> Self::Input {
                #input_from
            }

            fn plan() -> &'static #plan {
                #name::<::core::primitive::f32>::plan()
            }

            fn stepper_with_sizes(
                &self,
                #batch: ::core::primitive::usize,
                #sizes: &[(&::core::primitive::str, ::core::primitive::usize)],
            ) -> #result<#stepper<Self>> {
                #scan::stepper(self, #batch, #sizes)
            }
        }
    }
}

/// The types of the input and of the output: a tensor, or a tuple of them.
fn tensors(item: &Item<'_>) -> [TokenStream; 2] {
    let tensor = item.runtime.public("Tensor");
    let cell = item.typed;
    [cell.inputs.len() + cell.contexts.len(), cell.outputs.len()].map(|count| {
        let tensors = std::iter::repeat_n(quote!(#tensor<F>), count).collect();
        one_or_tuple(tensors)
    })
}

fn one_or_tuple(parts: Vec<TokenStream>) -> TokenStream {
    match parts.as_slice() {
        [only] => only.clone(),
        _ => quote!((#(#parts),*)),
    }
}

fn hygienic(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// `let [__D, __H] = __private::scan::sizes(self)?;`
fn header_sizes(item: &Item<'_>, scan: &TokenStream) -> TokenStream {
    let locals = (0..item.typed.header).map(|dimension| sizes::dimension(item.typed, dimension));
    quote!(let [#(#locals),*] = #scan::sizes(self)?;)
}

/// Each state as its declaration says, broadcast over the batch.
fn initial_state(item: &Item<'_>) -> TokenStream {
    let Item { typed, runtime, state, .. } = item;
    let constants = typed.states.iter().filter_map(|state| match state.start {
        Start::Constant(node) => Some(node),
        Start::Zeros | Start::Ones | Start::Learned(_) => None,
    });
    let (statements, numbers) = body::numbers(item, &tape::constants(typed, &constants.collect::<Vec<_>>()));
    let numbers_are_plain = numbers.is_empty();
    let mut numbers = numbers.into_iter();
    let (tensor, batch) = (runtime.public("Tensor"), item.batch());
    let fields = typed.states.iter().map(|state| {
        let (ident, sizes) = (item.field(&state.name), sizes::shape(typed, &state.shape));
        let shape = quote!([#batch, #(#sizes),*]);
        let value = match state.start {
            Start::Zeros => quote!(#tensor::zeros(#shape)),
            Start::Ones => quote!(#tensor::ones(#shape)),
            Start::Constant(_) => {
                let number = numbers.next();
                quote!(#tensor::full(#shape, F::from_f64(#number)))
            }
            Start::Learned(parameter) => {
                let field = item.field(&typed.parameters[parameter].name);
                quote!(self.#field.get().broadcast_to(#shape))
            }
        };
        quote!(#ident: #value,)
    });
    let fields: TokenStream = fields.collect();
    let (import, scan) = match statements.is_empty() && numbers_are_plain {
        true => (None, runtime.private("scan")),
        false => (Some(runtime.import()), runtime.imported("scan")),
    };
    let (sizes, marker) = (header_sizes(item, &scan), marker(item));
    let unused = typed.states.is_empty().then(|| quote!(let _ = #batch;));
    quote! {
        #import
        #sizes
        #unused
        #statements
        ::core::result::Result::Ok(#state { #fields #marker })
    }
}

/// What a state without tensors holds.
fn marker(item: &Item<'_>) -> Option<TokenStream> {
    item.typed.states.is_empty().then(|| quote!(__float: ::core::marker::PhantomData,))
}

/// Checks, then the program.
fn step(item: &Item<'_>, program: &Program) -> TokenStream {
    let Item { typed, state, .. } = item;
    let (input, before) = (hygienic("input"), hygienic("state"));
    let arguments: Vec<TokenStream> =
        arguments(item).map(|argument| local(&argument.name).into_token_stream()).collect();
    let arguments = one_or_tuple(arguments);
    let states = typed.states.iter().map(|state| {
        let (field, name) = (item.field(&state.name), local(&state.name));
        quote!(#field: #name,)
    });
    let states: TokenStream = states.collect();
    let rest = typed.states.is_empty().then(|| quote!(..));
    let (import, checks) = (item.runtime.import(), checks(item));
    let sizes = header_sizes(item, &item.runtime.imported("scan"));
    let body::Written { statements, outputs, next } = body::step(item, program);
    let fields = typed.states.iter().map(|state| item.field(&state.name));
    let (outputs, marker) = (one_or_tuple(outputs), marker(item));
    quote! {
        #import
        #sizes
        let #arguments = #input;
        let #state { #states #rest } = #before;
        #checks
        #statements
        ::core::result::Result::Ok((#outputs, #state { #(#fields: #next,)* #marker }))
    }
}

/// Inputs, then contexts.
fn arguments<'a>(item: &Item<'a>) -> impl Iterator<Item = &'a Argument> {
    item.typed.inputs.iter().chain(&item.typed.contexts)
}

/// The first input gives the batch, contexts the sizes that only they know; then everything must fit.
fn checks(item: &Item<'_>) -> TokenStream {
    let (Item { typed, runtime, .. }, batch) = (item, item.batch());
    let (place, check) = (&typed.name, runtime.public("check_shape"));
    let (first_check, context_size) = (runtime.imported("check_input"), runtime.imported("context_size"));
    let first = arguments(item).take(1).map(|argument| {
        let (text, name, sizes) = (&argument.name, local(&argument.name), sizes::shape(typed, &argument.shape));
        quote!(let #batch = #first_check(#place, #text, #name, &[#(#sizes),*])?;)
    });
    let told = sizes::of_contexts(typed).into_iter().map(|(dimension, context)| {
        let (size, name) = (sizes::dimension(typed, dimension), local(&context.name));
        let (text, symbol) = (&context.name, &typed.dimensions[dimension].name);
        quote!(let #size = #context_size(#place, #text, #name, #batch, #symbol)?;)
    });
    let others = arguments(item).skip(1).map(|argument| {
        let (text, name, sizes) = (&argument.name, local(&argument.name), sizes::shape(typed, &argument.shape));
        quote!(#check(#place, #text, #name.shape(), &[#batch, #(#sizes),*])?;)
    });
    let states = typed.states.iter().map(|state| {
        let (text, name, sizes) =
            (format!("state.{}", state.name), local(&state.name), sizes::shape(typed, &state.shape));
        quote!(#check(#place, #text, #name.shape(), &[#batch, #(#sizes),*])?;)
    });
    first.chain(told).chain(others).chain(states).collect()
}

/// Asks for the sizes and then for each tensor.
fn input_from(item: &Item<'_>) -> TokenStream {
    let Item { typed, runtime, .. } = item;
    let (size, make, shape) = (hygienic("size"), hygienic("make"), runtime.public("InputShape"));
    let is_needed = |dimension: &usize| {
        arguments(item).any(|argument| argument.shape.iter().any(|size| size.dimensions().contains(dimension)))
    };
    let header = (0..typed.header).filter(is_needed).map(|dimension| {
        let (local, argument) = (sizes::dimension(typed, dimension), item.argument(dimension));
        quote!(let #local = self.#argument();)
    });
    let others = (typed.header..typed.dimensions.len()).map(|dimension| {
        let (local, text) = (sizes::dimension(typed, dimension), &typed.dimensions[dimension].name);
        quote!(let #local = #size(#text);)
    });
    let unused = (typed.header == typed.dimensions.len()).then(|| quote!(let _ = #size;));
    let contexts = std::iter::repeat_n(false, typed.inputs.len()).chain(std::iter::repeat(true));
    let tensors = arguments(item).zip(contexts).map(|(argument, context)| {
        let (text, sizes) = (&argument.name, sizes::shape(typed, &argument.shape));
        quote!(#make(#shape::new(#text, #context, &[#(#sizes),*])))
    });
    let tensors = one_or_tuple(tensors.collect());
    quote! {
        #unused
        #(#header)*
        #(#others)*
        #tensors
    }
}
