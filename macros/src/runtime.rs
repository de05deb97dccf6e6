//! The one place that knows where generated code finds the runtime, and which names and places its own parts have.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Path, Type};

/// The path of the runtime crate as the user's crate sees it.
pub(crate) struct Runtime {
    renamed: Option<Path>,
}

impl Runtime {
    /// `::recurve`, or what `crate = path` says.
    pub(crate) fn new(path: Option<Path>) -> Self {
        Self { renamed: path }
    }

    /// A public item: `::recurve::Module`.
    pub(crate) fn public(&self, name: &str) -> TokenStream {
        let span = Span::call_site();
        let (root, name) = (self.root(span), Ident::new(name, span));
        quote_spanned!(span=> #root::#name)
    }

    /// An item made for generated code only: `::recurve::__private::Visitor`.
    pub(crate) fn private(&self, name: &str) -> TokenStream {
        self.private_at(name, Span::call_site())
    }

    /// The same, where errors about it belong to `span`.
    pub(crate) fn private_at(&self, name: &str, span: Span) -> TokenStream {
        let (root, name) = (self.root(span), Ident::new(name, span));
        quote_spanned!(span=> #root::__private::#name)
    }

    /// The same in a function that begins with [`import`](Self::import): `__private::check_sizes`.
    pub(crate) fn imported(&self, name: &str) -> TokenStream {
        let name = Ident::new(name, Span::call_site());
        quote!(__private::#name)
    }

    /// What makes paths short.
    pub(crate) fn import(&self) -> TokenStream {
        let private = self.public("__private");
        quote!(use #private as __private;)
    }

    /// The path of the crate, for the attributes of derives.
    pub(crate) fn path(&self) -> TokenStream {
        self.root(Span::call_site())
    }

    fn root(&self, span: Span) -> TokenStream {
        match &self.renamed {
            Some(path) => quote!(#path),
            None => quote_spanned!(span=> ::recurve),
        }
    }
}

/// The same place, but as code of the macro: lints and suggestions are then not about the user's code.
pub(crate) fn generated(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// Where generated code about a type stands: at the type.
pub(crate) fn span_of(ty: &Type) -> Span {
    let first = ty.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| generated(token.span()))
}

/// A local variable that neither captures the user's names nor is captured by them.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}
