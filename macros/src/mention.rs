//! Which names stand in a piece of code, and putting another name there.
//!
//! Works on tokens, so that macros, array lengths and trait bounds inside of types are covered too. A name after `::`
//! belongs to somebody else, and a name after `'` is a lifetime.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// Whether the bare name stands anywhere in the tokens.
pub(crate) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    let mut before = Before::default();
    tokens.into_iter().any(|token| {
        let found = match &token {
            TokenTree::Group(group) => mentions(group.stream(), name),
            TokenTree::Ident(ident) => ident == name && !before.claims_the_next(),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        };
        before.push(&token);
        found
    })
}

/// The tokens with `to` wherever the bare name `from` stood.
pub(crate) fn substitute(tokens: TokenStream, from: &Ident, to: &Ident) -> TokenStream {
    let mut before = Before::default();
    tokens
        .into_iter()
        .map(|token| {
            let new = match &token {
                TokenTree::Group(group) => TokenTree::Group(substitute_group(group, from, to)),
                TokenTree::Ident(ident) if ident == from && !before.claims_the_next() => {
                    TokenTree::Ident(Ident::new(&to.to_string(), ident.span()))
                }
                _ => token.clone(),
            };
            before.push(&token);
            new
        })
        .collect()
}

fn substitute_group(group: &Group, from: &Ident, to: &Ident) -> Group {
    let mut new = Group::new(group.delimiter(), substitute(group.stream(), from, to));
    new.set_span(group.span());
    new
}

/// The last two punctuation characters directly before a token.
#[derive(Default)]
struct Before([Option<char>; 2]);

impl Before {
    fn push(&mut self, token: &TokenTree) {
        self.0[0] = self.0[1];
        self.0[1] = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }

    fn claims_the_next(&self) -> bool {
        self.0 == [Some(':'), Some(':')] || self.0[1] == Some('\'')
    }
}

#[cfg(test)]
mod tests {
    use super::{mentions, substitute};
    use quote::{format_ident, quote};

    #[test]
    fn a_name_is_found_at_any_depth() {
        let name = format_ident!("F");
        assert!(mentions(quote!(F), &name));
        assert!(mentions(quote!(Vec<(Param<F>, [u8; 3])>), &name));
        assert!(mentions(quote!(F::Item), &name));
        assert!(mentions(quote!(fn(&F) -> u8), &name));
        assert!(mentions(quote!(Fold![F]), &name));
    }

    #[test]
    fn somebody_elses_name_does_not_count() {
        let name = format_ident!("F");
        assert!(!mentions(quote!(Float), &name));
        assert!(!mentions(quote!(other::F), &name));
        assert!(!mentions(quote!(<A as Trait>::F), &name));
        assert!(!mentions(quote!(Borrowed<'F>), &name));
    }

    #[test]
    fn substitution_touches_the_bare_name_only() {
        let new = substitute(quote!(Pair<F, other::F, [F; 2]>), &format_ident!("F"), &format_ident!("U"));
        assert_eq!(new.to_string(), quote!(Pair<U, other::F, [U; 2]>).to_string());
    }
}
