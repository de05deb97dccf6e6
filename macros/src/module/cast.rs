//! The second impl, for types with one parameter that is bounded by `Float`: the same type with another float.

use crate::body::{self, Place};
use crate::bounds::{Bounds, Scope};
use crate::contents::leaves;
use crate::input::{Field, Input};
use crate::mention::{mentions, substitute};
use crate::module::TRAVERSAL;
use crate::runtime::local;
use crate::traversal::{call, call_with, keep};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, Token, Type, TypeParam, TypeParamBound, WherePredicate,
};

/// Expands to
/// ```text
/// #[automatically_derived]
/// impl<F: Float, A, __U> ::recurve::Cast<__U> for Mlp<F, A>
/// where
///     __U: ::recurve::Float,
///     __U: Float,
///     Linear<F>: ::recurve::Cast<__U, Output = Linear<__U>>,
///     A: ::recurve::Module,
/// {
///     type Output = Mlp<__U, A>;
///     fn cast_with(&self, __caster: &mut ::recurve::__private::Caster) -> Mlp<__U, A> {
///         Mlp {
///             first: ::recurve::__private::cast::<Linear<F>, __U>(&self.first, "first", __caster),
///             activation: ::recurve::__private::rebuild::<A>(&self.activation, "activation", __caster),
///         }
///     }
/// }
/// ```
/// or to nothing where there is no such parameter, or more than one, where a bound holds for one float only, or where the
/// type contains itself in a way that no bound can describe.
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let Some(casting) = Casting::of(input) else {
        return TokenStream::new();
    };
    let claims = TRAVERSAL.claims(input, |field| !casting.changes(field.ty));
    let owner = input.ident.to_token_stream();
    let value = body::rebuild(input, &owner, |place| casting.field(place));
    let caster = local("caster");
    casting.write(&casting.bounds(), &quote!(#caster), &quote!(#claims #value))
}

/// The impl of `Cast` beside the stub of a type with mistakes.
pub(crate) fn stub(input: &Input<'_>) -> TokenStream {
    let Some(casting) = Casting::of(input) else {
        return TokenStream::new();
    };
    casting.write(&casting.header_bounds(), &quote!(_), &quote!(::core::unreachable!()))
}

/// A type, its float, and the float that takes its place.
struct Casting<'a> {
    input: &'a Input<'a>,
    from: &'a Ident,
    to: Ident,
}

impl<'a> Casting<'a> {
    fn of(input: &'a Input<'a>) -> Option<Self> {
        let from = float_parameter(&input.original.generics)?;
        if predicates(input).any(|(subject, bounds)| !mentions(subject, from) && bounds.iter().any(|b| fixes(b, from)))
        {
            return None;
        }
        let scope = Scope::new(input);
        let parts = input.fields().filter(|field| scope.recursive(field.ty)).flat_map(|field| leaves(field.ty));
        let mut others = parts.filter(|part| !scope.is_own(part));
        if others.any(|part| scope.recursive(part)) {
            return None;
        }
        let to = Ident::new("__U", Span::call_site());
        Some(Self { input, from, to })
    }

    fn write(&self, bounds: &Bounds, caster: &TokenStream, body: &TokenStream) -> TokenStream {
        let Self { input, to, .. } = self;
        let (runtime, ident) = (&input.runtime, &input.ident);
        let (trait_path, caster_type) = (runtime.public("Cast"), runtime.private("Caster"));
        let mut generics = input.original.generics.clone();
        let mut parameter = TypeParam::from(to.clone());
        if input.known {
            let float = runtime.public("Float");
            parameter.bounds.push(syn::parse_quote!(#float));
        }
        generics.params.push(GenericParam::Type(parameter));
        let (impl_generics, ..) = generics.split_for_impl();
        let (_, type_generics, _) = input.original.generics.split_for_impl();
        let output = self.replaced(&type_generics);
        quote! {
            #[automatically_derived]
            impl #impl_generics #trait_path<#to> for #ident #type_generics #bounds {
                type Output = #ident #output;
                fn cast_with(&self, #caster: &mut #caster_type) -> #ident #output {
                    #body
                }
            }
        }
    }

    fn replaced(&self, tokens: &impl ToTokens) -> TokenStream {
        substitute(tokens.to_token_stream(), self.from, &self.to)
    }

    /// Whether the type changes with the float.
    fn changes(&self, ty: &Type) -> bool {
        let tokens = ty.to_token_stream();
        mentions(tokens.clone(), self.from) || mentions(tokens, &Ident::new("Self", Span::call_site()))
    }

    /// What the type of the output asks for: all that was asked of the old float, of the new one.
    fn header_bounds(&self) -> Bounds {
        let Self { input, from, to } = self;
        let generics = &input.original.generics;
        let mut bounds = Bounds::new(generics);
        for parameter in generics.type_params() {
            let (ident, written) = (&parameter.ident, &parameter.bounds);
            if ident == *from {
                let written = self.replaced(written);
                let float = input.runtime.public("Float");
                bounds.require(to, quote!(#float));
                if !written.is_empty() {
                    bounds.require(to, written);
                }
            } else if mentions(written.to_token_stream(), from) {
                bounds.require(ident, self.replaced(written));
            }
        }
        let written = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        written.for_each(|predicate| bounds.add(self.replaced(predicate)));
        bounds
    }

    fn bounds(&self) -> Bounds {
        let input = self.input;
        if input.known {
            return Bounds::new(&input.original.generics); // said at the parameter
        }
        let mut bounds = self.header_bounds();
        for predicate in input.attributes.bound.iter().flatten() {
            bounds.add(predicate.to_token_stream());
            bounds.add(self.replaced(predicate));
        }
        input.fields().for_each(|field| self.bound_field(&mut bounds, field));
        bounds
    }

    fn bound_field(&self, bounds: &mut Bounds, field: &Field<'_>) {
        let (input, scope, ty) = (self.input, Scope::new(self.input), field.ty);
        if self.changes(ty) && scope.recursive(ty) {
            let others = leaves(ty).into_iter().filter(|part| !scope.is_own(part));
            others.for_each(|part| self.bound_by_cast(bounds, part));
        } else if self.changes(ty) {
            self.bound_by_cast(bounds, ty);
        } else if input.attributes.bound.is_none() {
            let bound = if field.skipped() { quote!(::core::clone::Clone) } else { input.runtime.public("Module") };
            scope.bounded(ty).into_iter().for_each(|part| bounds.require(part, &bound));
        }
    }

    fn bound_by_cast(&self, bounds: &mut Bounds, ty: &Type) {
        let (to, cast, output) = (&self.to, self.input.runtime.public("Cast"), self.replaced(ty));
        bounds.require(ty, quote!(#cast<#to, Output = #output>));
    }

    fn field(&self, place: &Place<'_>) -> TokenStream {
        let (ty, to) = (place.field.ty, &self.to);
        if self.changes(ty) {
            let ty = if self.input.known { quote!(_) } else { quote!(#ty) };
            call_with(self.input, place, "cast", "caster", &quote!(::<#ty, #to>))
        } else if place.field.skipped() {
            keep(self.input, place)
        } else {
            call(self.input, place, "rebuild", "caster")
        }
    }
}

/// The only type parameter that is bounded by a trait called `Float`.
fn float_parameter(generics: &Generics) -> Option<&Ident> {
    let mut floats = generics.type_params().filter(|parameter| is_float(generics, parameter));
    match (floats.next(), floats.next()) {
        (Some(only), None) => Some(&only.ident),
        _ => None,
    }
}

/// All bounds that are written on the type, each with what it bounds.
fn predicates<'a>(
    input: &'a Input<'_>,
) -> impl Iterator<Item = (TokenStream, &'a Punctuated<TypeParamBound, Token![+]>)> {
    let generics = &input.original.generics;
    let inline = generics.type_params().map(|parameter| (parameter.ident.to_token_stream(), &parameter.bounds));
    let behind_where = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let written = behind_where.chain(input.attributes.bound.iter().flatten());
    inline.chain(written.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) => Some((predicate.bounded_ty.to_token_stream(), &predicate.bounds)),
        _ => None,
    }))
}

/// Whether the bound asks for an associated type with the float, as `Cell<Input = Tensor<F>>` does: no type meets that
/// for two floats. `Forward<Tensor<F>, Output = Tensor<F>>` is another trait for another float.
fn fixes(bound: &TypeParamBound, float: &Ident) -> bool {
    let TypeParamBound::Trait(bound) = bound else {
        return false;
    };
    let Some(PathArguments::AngleBracketed(arguments)) = bound.path.segments.last().map(|last| &last.arguments) else {
        return false;
    };
    let mut with_float =
        arguments.args.iter().filter(|argument| mentions(argument.to_token_stream(), float)).peekable();
    with_float.peek().is_some() && with_float.all(|argument| matches!(argument, GenericArgument::AssocType(_)))
}

fn is_float(generics: &Generics, parameter: &TypeParam) -> bool {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut behind_where = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) => match &predicate.bounded_ty {
            Type::Path(ty) if ty.path.is_ident(&parameter.ident) => Some(&predicate.bounds),
            _ => None,
        },
        _ => None,
    });
    names_float(&parameter.bounds) || behind_where.any(names_float)
}

fn names_float(bounds: &Punctuated<TypeParamBound, Token![+]>) -> bool {
    bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == "Float"),
        _ => false,
    })
}
