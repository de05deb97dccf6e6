//! The one place that knows where generated code finds the runtime.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// The path of the runtime crate as the user's crate sees it.
#[derive(Clone)]
pub(crate) struct Runtime {
    root: TokenStream,
}

impl Runtime {
    /// `::recurve`, or what `crate = path` says.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        let root = match path {
            Some(path) => path.to_token_stream(),
            None => quote_spanned!(Span::call_site()=> ::recurve),
        };
        Self { root }
    }

    /// A public item: `::recurve::Module`.
    pub(crate) fn public(&self, name: &str) -> TokenStream {
        let Self { root } = self;
        let name = Ident::new(name, Span::call_site());
        quote_spanned!(Span::call_site()=> #root::#name)
    }

    /// An item made for generated code only: `::recurve::__private::visit`.
    pub(crate) fn private(&self, name: &str) -> TokenStream {
        let Self { root } = self;
        let name = Ident::new(name, Span::call_site());
        quote_spanned!(Span::call_site()=> #root::__private::#name)
    }
}

/// A local variable that neither captures the user's names nor is captured by them.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}
