//! Places in the user's text.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// The first and the last token of something that the user wrote. Errors about a place underline all of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    first: Span,
    last: Span,
}

impl Place {
    /// From the beginning of this place to the end of another one.
    pub(crate) fn to(self, last: impl Into<Self>) -> Self {
        Self { first: self.first, last: last.into().last }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self { first: span, last: span }
    }
}

impl From<&Ident> for Place {
    fn from(ident: &Ident) -> Self {
        Self::from(ident.span())
    }
}

/// Two tokens without a meaning at its ends: what an error needs to underline it.
impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Ident::new("first", self.first).to_tokens(tokens);
        Ident::new("last", self.last).to_tokens(tokens);
    }
}
