//! The impl of a trait with two methods, one that visits each field and one that maps each field to a new value.
//!
//! `Module` and `Tensors` are such traits. Nothing can fail here.

use crate::body::{self, Place};
use crate::bounds::{self, Bounds, Scope};
use crate::input::{Field, Input};
use crate::runtime::{local, span_of};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// The names of such a trait.
pub(crate) struct Traversal {
    pub(crate) trait_name: &'static str,
    pub(crate) visit: Method,
    pub(crate) map: Method,
}

/// A method; the runtime's function for one field has the same name.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) worker: &'static str,
    pub(crate) worker_type: &'static str,
}

impl Traversal {
    /// Expands to
    /// ```text
    /// #[automatically_derived]
    /// impl<A> ::recurve::Module for Mlp<A>
    /// where
    ///     A: ::recurve::Module,
    /// {
    ///     fn visit(&self, __visitor: &mut dyn ::recurve::__private::Visitor) {
    ///         let _ = <Linear as ::recurve::Module>::visit;
    ///         ::recurve::__private::visit::<Linear>(&self.first, "first", __visitor);
    ///         ::recurve::__private::visit::<A>(&self.activation, "activation", __visitor);
    ///     }
    ///     fn rebuild(&self, __mapper: &mut dyn ::recurve::__private::Mapper) -> Self {
    ///         let _ = <Linear as ::recurve::Module>::visit;
    ///         Self {
    ///             first: ::recurve::__private::rebuild::<Linear>(&self.first, "first", __mapper),
    ///             activation: ::recurve::__private::rebuild::<A>(&self.activation, "activation", __mapper),
    ///             extra: ::recurve::__private::keep::<Extra>(&self.extra),
    ///         }
    ///     }
    /// }
    /// ```
    pub(crate) fn expand(&self, input: &Input<'_>) -> TokenStream {
        let bounds = bounds::of_impl(input, &input.runtime.public(self.trait_name));
        let claims = self.claims(input, |_| true);
        let (visitor, mapper) = (local(self.visit.worker), local(self.map.worker));
        let visits = body::visit_each(input, |place| self.visit(input, place));
        let value = body::rebuild(input, &quote!(Self), |place| self.map(input, place));
        let visit = self.visit.write(input, &visitor, None, &quote!(#claims #visits));
        let map = self.map.write(input, &mapper, Some(quote!(-> Self)), &quote!(#claims #value));
        self.write(input, &bounds, &quote!(#visit #map))
    }

    /// An impl that promises the trait and does nothing, so that code which uses a type with mistakes is not blamed too.
    ///
    /// Expands to
    /// ```text
    /// #[automatically_derived]
    /// impl<A> ::recurve::Module for Mlp<A> {
    ///     fn visit(&self, _: &mut dyn ::recurve::__private::Visitor) {
    ///         ::core::unreachable!()
    ///     }
    ///     …
    /// }
    /// ```
    pub(crate) fn stub(&self, input: &Input<'_>) -> TokenStream {
        let (ignored, body) = (quote!(_), quote!(::core::unreachable!()));
        let visit = self.visit.write(input, &ignored, None, &body);
        let map = self.map.write(input, &ignored, Some(quote!(-> Self)), &body);
        self.write(input, &Bounds::new(&input.original.generics), &quote!(#visit #map))
    }

    /// One line for each `relevant` field that takes part without a bound in the where clause, spanned at the field's type.
    ///
    /// A type that lacks the trait is then one error, the same in each method, and the compiler reports equal errors
    /// once. Without these lines each call would be an error of its own, as each names the function that it calls.
    pub(crate) fn claims(&self, input: &Input<'_>, relevant: impl Fn(&Field<'_>) -> bool) -> TokenStream {
        let scope = Scope::new(input);
        let given = input.attributes.bound.is_some();
        let unbounded =
            |field: &&Field<'_>| !input.known && !field.skipped() && (given || !scope.needs_bound(field.ty));
        let trait_path = input.runtime.public(self.trait_name);
        let method = Ident::new(self.visit.name, Span::call_site());
        let claim = |ty| quote_spanned!(span_of(ty)=> let _ = <#ty as #trait_path>::#method;);
        input.fields().filter(unbounded).filter(|field| relevant(field)).map(|field| claim(field.ty)).collect()
    }

    fn write(&self, input: &Input<'_>, bounds: &Bounds, methods: &TokenStream) -> TokenStream {
        let trait_path = input.runtime.public(self.trait_name);
        let ident = &input.ident;
        let (impl_generics, type_generics, _) = input.original.generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics #trait_path for #ident #type_generics #bounds {
                #methods
            }
        }
    }

    fn visit(&self, input: &Input<'_>, place: &Place<'_>) -> TokenStream {
        let call = call(input, place, self.visit.name, self.visit.worker);
        quote!(#call;)
    }

    fn map(&self, input: &Input<'_>, place: &Place<'_>) -> TokenStream {
        if place.field.skipped() {
            return keep(input, place);
        }
        call(input, place, self.map.name, self.map.worker)
    }
}

impl Method {
    fn write(
        &self,
        input: &Input<'_>,
        worker: &impl ToTokens,
        output: Option<TokenStream>,
        body: &TokenStream,
    ) -> TokenStream {
        let name = Ident::new(self.name, Span::call_site());
        let worker_type = input.runtime.private(self.worker_type);
        quote! {
            fn #name(&self, #worker: &mut dyn #worker_type) #output {
                #body
            }
        }
    }
}

/// `::recurve::__private::rebuild::<Linear>(&self.first, "first", __mapper)`, or `rebuild_frozen`.
pub(crate) fn call(input: &Input<'_>, place: &Place<'_>, function: &str, worker: &str) -> TokenStream {
    let ty = place.field.ty;
    let types = if input.known { TokenStream::new() } else { quote!(::<#ty>) };
    call_with(input, place, function, worker, &types)
}

/// The same with other type arguments, `::<Linear, __U>`.
pub(crate) fn call_with(
    input: &Input<'_>,
    place: &Place<'_>,
    function: &str,
    worker: &str,
    types: &TokenStream,
) -> TokenStream {
    let suffix = if place.field.frozen() { "_frozen" } else { "" };
    let span = span_of(place.field.ty);
    let function = input.runtime.private_at(&format!("{function}{suffix}"), span);
    let worker = local(worker);
    let Place { name, reference, .. } = place;
    quote_spanned!(span=> #function #types(#reference, #name, #worker))
}

/// `::recurve::__private::keep::<Extra>(&self.extra)`
pub(crate) fn keep(input: &Input<'_>, place: &Place<'_>) -> TokenStream {
    let (ty, reference) = (place.field.ty, &place.reference);
    let span = span_of(ty);
    let function = input.runtime.private_at("keep", span);
    quote_spanned!(span=> #function::<#ty>(#reference))
}
