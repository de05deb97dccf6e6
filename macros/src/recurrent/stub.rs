//! What stands for a cell with mistakes: the same types and functions, so that code which uses it is not blamed too.

use super::expand::{as_generated, conditions, initial_name, state_name};
use super::resolve::METHODS;
use super::syntax::{Cell, Declaration, Members, Start};
use crate::mention::mentions;
use crate::runtime::Runtime;
use crate::{module, state};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeSet;
use syn::ext::IdentExt;

/// The struct, its state and its impls, without a meaning.
pub(crate) fn expand(runtime: &Runtime, cell: &Cell) -> TokenStream {
    if cell.name.unraw() == "F" {
        // the type of floats has this name already: no struct can stand for the cell
        return TokenStream::new();
    }
    let stub = Stub { runtime, cell, name: as_generated(&cell.name), state: state_name(&cell.name) };
    let items: TokenStream = [stub.types(), stub.constructors(), stub.impls()].into_iter().collect();
    conditions(&cell.attributes, items)
}

struct Stub<'a> {
    runtime: &'a Runtime,
    cell: &'a Cell,
    name: Ident,
    state: Ident,
}

impl Stub<'_> {
    /// The struct and the state with all fields that could be read.
    fn types(&self) -> TokenStream {
        let [float, tensor] = ["Float", "Tensor"].map(|name| self.runtime.public(name));
        let (fields, states) = self.fields();
        let mut names = BTreeSet::new();
        let mut once = |(name, _): &(Ident, TokenStream)| is_a_name(name) && names.insert(name.unraw().to_string());
        let fields: Vec<_> = fields.into_iter().filter(&mut once).collect();
        let mut names = BTreeSet::new();
        let mut once = |name: &Ident| is_a_name(name) && names.insert(name.unraw().to_string());
        let states = states.into_iter().filter(&mut once).map(|name| (name, quote!(#tensor<F>)));
        let states: Vec<_> = states.collect();
        let path = self.runtime.path();
        let cell = self.strukt(&self.cell.name, &float, &fields, None);
        let state = self.strukt(&self.state, &float, &states, None);
        let marked = self.strukt(&self.name, &float, &fields, Some(quote!(#[module(skip)])));
        let module = derive(&quote!(#[module(crate = #path)]), &marked, module::expand);
        let marked = self.strukt(&self.state, &float, &states, Some(quote!(#[state(skip)])));
        let tensors = derive(&quote!(#[state(crate = #path)]), &marked, state::expand);
        quote! {
            #[doc = " A cell with mistakes."] #cell
            #module
            #[doc = " The state of a cell with mistakes."]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #state
            #tensors
        }
    }

    /// A struct with these fields, and a mark of `F` if none has it, as it is written or as a derive reads it.
    fn strukt(
        &self,
        name: &Ident,
        float: &TokenStream,
        fields: &[(Ident, TokenStream)],
        skip: Option<TokenStream>,
    ) -> TokenStream {
        let visibility = &self.cell.visibility;
        let float_parameter = Ident::new("F", Span::call_site());
        let has_float = fields.iter().any(|(_, ty)| mentions(ty.clone(), &float_parameter));
        let marker = (!has_float).then(|| quote!(#skip __float: ::core::marker::PhantomData<F>,));
        let fields = fields.iter().map(|(name, ty)| quote!(#[doc = " A field."] #visibility #name: #ty));
        quote! {
            #visibility struct #name<F: #float = ::core::primitive::f32> {
                #(#fields,)*
                #marker
            }
        }
    }

    /// The fields of the cell with their types, and those of its state.
    fn fields(&self) -> (Vec<(Ident, TokenStream)>, Vec<Ident>) {
        let [param, buffer] = ["Param", "Buffer"].map(|name| self.runtime.public(name));
        let (mut fields, mut states) = (Vec::new(), Vec::new());
        let named = |members: &Members, ty: &TokenStream| {
            members.names.iter().map(|name| (as_generated(name), ty.clone())).collect::<Vec<_>>()
        };
        for declaration in &self.cell.declarations {
            match declaration {
                Declaration::Parameter(members) if members.optional => {
                    fields.extend(named(members, &quote!(::core::option::Option<#param<F>>)));
                }
                Declaration::Parameter(members) => fields.extend(named(members, &quote!(#param<F>))),
                Declaration::Buffer(members) => fields.extend(named(members, &quote!(#buffer<F>))),
                Declaration::Hyper { name, .. } => {
                    fields.push((as_generated(name), quote!(::core::primitive::f64)));
                }
                Declaration::State { name, start, .. } => {
                    states.push(as_generated(name));
                    if matches!(start, Some(Start::Learned { .. })) {
                        fields.push((initial_name(name), quote!(#param<F>)));
                    }
                }
                Declaration::Context { .. } | Declaration::Helper { .. } => {}
            }
        }
        (fields, states)
    }

    fn constructors(&self) -> TokenStream {
        let (name, visibility) = (&self.name, &self.cell.visibility);
        let [float, rand, plan] = ["Float", "rand", "Plan"].map(|name| self.runtime.public(name));
        let sizes = self.cell.header.iter().map(|_| quote!(_: ::core::primitive::usize));
        let sizes = quote!(#(#sizes,)* _: &mut (impl #rand::Rng + ?::core::marker::Sized));
        let getters = self.getters();
        quote! {
            #[automatically_derived]
            #[allow(dead_code)]
            impl #name<::core::primitive::f32> {
                #[doc = " Has no meaning."]
                #visibility fn new(#sizes) -> Self { ::core::unreachable!() }
                #[doc = " Has no meaning."]
                #visibility fn plan() -> &'static #plan { ::core::unreachable!() }
            }
            #[automatically_derived]
            #[allow(dead_code)]
            impl<F: #float> #name<F> {
                #[doc = " Has no meaning."]
                #visibility fn with_dtype(#sizes) -> Self { ::core::unreachable!() }
                #(
                    #[doc = " Has no meaning."]
                    #visibility fn #getters(&self) -> ::core::primitive::usize { ::core::unreachable!() }
                )*
            }
        }
    }

    /// The arguments of the header that hide no other function.
    fn getters(&self) -> Vec<Ident> {
        let mut names = BTreeSet::new();
        let arguments = self.cell.header.iter().map(|argument| as_generated(&argument.name));
        arguments
            .filter(|name| {
                let text = name.unraw().to_string();
                is_a_name(name) && !METHODS.contains(&text.as_str()) && names.insert(text)
            })
            .collect()
    }

    fn impls(&self) -> TokenStream {
        let (name, state) = (&self.name, &self.state);
        let [float, cell, compiled, result] =
            ["Float", "Cell", "CompiledCell", "Result"].map(|name| self.runtime.public(name));
        let [tensor, shape, plan, stepper] =
            ["Tensor", "InputShape", "Plan", "Stepper"].map(|name| self.runtime.public(name));
        let step = &self.cell.step;
        let contexts = self.cell.declarations.iter();
        let contexts = contexts.filter(|declaration| matches!(declaration, Declaration::Context { .. })).count();
        let [input, output] = [step.inputs.len() + contexts, step.outputs.len()].map(|count| match count {
            0 | 1 => quote!(#tensor<F>),
            count => {
                let tensors = std::iter::repeat_n(quote!(#tensor<F>), count);
                quote!((#(#tensors),*))
            }
        });
        quote! {
            #[automatically_derived]
            impl<F: #float> ::core::fmt::Debug for #name<F> {
                fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { ::core::unreachable!() }
            }
            #[automatically_derived]
            impl<F: #float> #cell for #name<F> {
                type Input = #input;
                type Output = #output;
                type State = #state<F>;
                const CONTEXTS: ::core::primitive::usize = #contexts;
                fn initial_state(&self, _: ::core::primitive::usize) -> #result<#state<F>> { ::core::unreachable!() }
                fn step(&self, _: &Self::Input, _: #state<F>) -> #result<(Self::Output, #state<F>)> {
                    ::core::unreachable!()
                }
            }
            #[automatically_derived]
            impl<F: #float> #compiled for #name<F> {
                type Element = F;
                fn input_from(
                    &self,
                    _: &mut dyn ::core::ops::FnMut(&::core::primitive::str) -> ::core::primitive::usize,
                    _: &mut dyn ::core::ops::FnMut(#shape<'_>) -> #tensor<F>,
                ) -> Self::Input {
                    ::core::unreachable!()
                }
                fn plan() -> &'static #plan { ::core::unreachable!() }
                fn stepper_with_sizes(
                    &self,
                    _: ::core::primitive::usize,
                    _: &[(&::core::primitive::str, ::core::primitive::usize)],
                ) -> #result<#stepper<Self>> {
                    ::core::unreachable!()
                }
            }
        }
    }
}

/// The impls that a derive makes for a struct with these attributes.
fn derive(
    attributes: &TokenStream,
    item: &TokenStream,
    expand: impl Fn(&syn::DeriveInput) -> TokenStream,
) -> TokenStream {
    match syn::parse2(quote!(#attributes #item)) {
        Ok(input) => expand(&input),
        Err(error) => error.to_compile_error(),
    }
}

/// Not a keyword, which the struct could not have as a field.
fn is_a_name(name: &Ident) -> bool {
    syn::parse_str::<Ident>(&name.to_string()).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::recurrent::expand;
    use quote::quote;

    /// The stub of a cell with mistakes, after the reports of them.
    fn stub(source: &str) -> String {
        let tokens: proc_macro2::TokenStream = source.parse().expect("the source of a test has tokens");
        let items = expand(quote!([::recurve] #tokens));
        let file: syn::File = syn::parse2(items.clone()).unwrap_or_else(|error| panic!("{error}:\n{items}"));
        let text = prettyplease::unparse(&file);
        assert!(text.starts_with("::core::compile_error!"), "{text}");
        text
    }

    #[test]
    fn it_has_the_types_and_functions_of_the_cell() {
        let text = stub(
            "#[cfg(test)] pub cell Broken(input: D, hidden: H) {
                param w, u: [H, D] = zeros;
                param b: [H]? = zeros;
                buffer m: [H] = ones;
                hyper rate = 1;
                state h: [H] = learned;
                context c: [K];
                step(x: [D]) -> ([H], []) { h = h @ x; (h, rate) }
            }",
        );
        for expected in [
            "#[cfg(test)]\n/// A cell with mistakes.\npub struct Broken<F: ::recurve::Float = ::core::primitive::f32> {",
            "pub u: ::recurve::Param<F>,",
            "pub b: ::core::option::Option<::recurve::Param<F>>,",
            "pub m: ::recurve::Buffer<F>,",
            "pub rate: ::core::primitive::f64,",
            "pub initial_h: ::recurve::Param<F>,",
            "pub struct BrokenState<F: ::recurve::Float = ::core::primitive::f32> {",
            "impl<F: ::recurve::Float> ::recurve::Module for Broken<F>",
            "impl<F: ::recurve::Float, __U> ::recurve::Cast<__U> for Broken<F>",
            "impl<F: ::recurve::Float> ::recurve::Tensors for BrokenState<F>",
            "type Input = (::recurve::Tensor<F>, ::recurve::Tensor<F>);",
            "type Output = (::recurve::Tensor<F>, ::recurve::Tensor<F>);",
            "impl<F: ::recurve::Float> ::recurve::CompiledCell for Broken<F>",
            "pub fn hidden(&self) -> ::core::primitive::usize {",
        ] {
            assert!(text.contains(expected), "`{expected}` is not in\n{text}");
        }
        assert!(!text.contains("__float"), "{text}");
    }

    #[test]
    fn names_that_rust_would_refuse_are_left_out() {
        let text = stub(
            "cell Broken(input: D, input: H, scan: E, new: N) {
                param w, w: [H, D] = zeros;
                state h: [H];
                state h: [H];
                step(x: [D]) -> [H] { h = w @ x; h }
            }",
        );
        assert_eq!(text.matches("w: ::recurve::Param<F>").count(), 1);
        assert_eq!(text.matches("h: ::recurve::Tensor<F>").count(), 1);
        assert_eq!(text.matches("fn input(").count(), 1);
        assert_eq!(text.matches("fn scan(").count(), 0);
        assert_eq!(text.matches("fn new(").count(), 1);
    }

    #[test]
    fn nothing_stands_for_a_cell_with_the_name_of_the_type_of_floats() {
        let text = stub("pub cell F(input: D) { step(x: [D]) -> [D] { x } }");
        assert_eq!(text.matches("::core::compile_error!").count(), 1, "{text}");
        assert!(!text.contains("struct"), "{text}");
    }

    #[test]
    fn a_cell_without_anything_is_still_a_cell() {
        let text = stub("cell Broken(input: D) { }");
        assert!(text.contains("__float: ::core::marker::PhantomData<F>"), "{text}");
        assert!(text.contains("impl<F: ::recurve::Float> ::recurve::Cell for Broken<F>"), "{text}");
    }
}
