//! One `key` or `key = value` of an attribute, and reading its value.

use crate::attributes::alternatives;
use crate::errors::Errors;
use crate::messages;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, Lit, LitStr, Path};

pub(crate) struct Setting {
    pub(crate) key: Ident,
    /// What stands after the key.
    rest: TokenStream,
    /// All of it, for errors.
    pub(crate) tokens: TokenStream,
}

impl Setting {
    /// Splits the key off.
    pub(crate) fn read(errors: &mut Errors, tokens: TokenStream, keys: &[&str]) -> Option<Self> {
        let mut rest = tokens.clone().into_iter();
        match rest.next() {
            Some(TokenTree::Ident(ident)) => Some(Self { key: ident.unraw(), rest: rest.collect(), tokens }),
            _ => {
                errors.error(&tokens, messages::not_a_key(&tokens, alternatives(keys)));
                None
            }
        }
    }

    /// `skip`: the tokens, if nothing follows the key.
    pub(crate) fn flag(&self, errors: &mut Errors, attribute: &str) -> Option<TokenStream> {
        if !self.rest.is_empty() {
            errors.error(&self.tokens, messages::takes_no_value(attribute, &self.key));
            return None;
        }
        Some(self.tokens.clone())
    }

    /// `rename = "name"`: the string.
    pub(crate) fn string(&self, errors: &mut Errors, example: &str) -> Option<LitStr> {
        let value = self.value(errors, example)?;
        match syn::parse2::<Lit>(value.clone()) {
            Ok(Lit::Str(text)) => Some(text),
            _ => {
                errors.error(&value, messages::needs_string(&self.key, &value, example));
                None
            }
        }
    }

    /// `crate = path`: the path.
    pub(crate) fn path(&self, errors: &mut Errors, example: &str) -> Option<Path> {
        let value = self.value(errors, example)?;
        match Path::parse_mod_style.parse2(value.clone()) {
            Ok(path) => Some(path),
            Err(_) => {
                errors.error(&value, messages::needs_path(&self.key, &value, example));
                None
            }
        }
    }

    /// What stands after `=`.
    fn value(&self, errors: &mut Errors, example: &str) -> Option<TokenStream> {
        let mut rest = self.rest.clone().into_iter();
        let message = match rest.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                let value: TokenStream = rest.collect();
                if !value.is_empty() {
                    return Some(value);
                }
                messages::needs_value(&self.key, example)
            }
            None => messages::needs_value(&self.key, example),
            Some(_) => messages::needs_equals(&self.key, example),
        };
        errors.error(&self.tokens, message);
        None
    }
}
