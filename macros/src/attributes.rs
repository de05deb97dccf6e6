//! The attributes of the derives: their grammar, and which key may stand where.

use crate::errors::Errors;
use crate::guess::guess;
use crate::messages;
use crate::setting::Setting;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, MacroDelimiter, Meta, MetaList, Path, Token, WherePredicate};

/// What the attribute of one derive is called and which keys it takes.
pub(crate) struct Dialect {
    pub(crate) attribute: &'static str,
    pub(crate) derive: &'static str,
    pub(crate) type_keys: &'static [&'static str],
    pub(crate) field_keys: &'static [&'static str],
}

/// What stands above a type.
#[derive(Default)]
pub(crate) struct TypeAttributes {
    pub(crate) runtime: Option<Path>,
    pub(crate) bound: Option<Vec<WherePredicate>>,
}

/// What stands before a field; `skip` and `frozen` keep the tokens that said so.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) skip: Option<TokenStream>,
    pub(crate) frozen: Option<TokenStream>,
    pub(crate) rename: Option<LitStr>,
}

impl Dialect {
    pub(crate) fn of_type(&self, errors: &mut Errors, attributes: &[Attribute]) -> TypeAttributes {
        let mut result = TypeAttributes::default();
        for setting in self.settings(errors, attributes, self.type_keys) {
            let key = setting.key.to_string();
            match key.as_str() {
                _ if !self.type_keys.contains(&key.as_str()) => self.refuse_on_type(errors, &setting),
                "crate" => result.runtime = setting.path(errors, example(&key)),
                "bound" => result.bound = bound(errors, &setting),
                _ => unreachable!("every key of a type has a line here"),
            }
        }
        result
    }

    pub(crate) fn of_field(&self, errors: &mut Errors, attributes: &[Attribute]) -> FieldAttributes {
        let mut result = FieldAttributes::default();
        for setting in self.settings(errors, attributes, self.field_keys) {
            let key = setting.key.to_string();
            match key.as_str() {
                _ if !self.field_keys.contains(&key.as_str()) => self.refuse_on_field(errors, &setting),
                "skip" => result.skip = setting.flag(errors, self.attribute),
                "frozen" => result.frozen = setting.flag(errors, self.attribute),
                "rename" => result.rename = setting.string(errors, example(&key)),
                _ => unreachable!("every key of a field has a line here"),
            }
        }
        result
    }

    /// Nothing may stand before a variant.
    pub(crate) fn of_variant(&self, errors: &mut Errors, attributes: &[Attribute]) {
        for attribute in self.own(attributes) {
            errors.error(attribute, messages::attribute_on_variant(self.attribute));
        }
    }

    fn own<'a>(&self, attributes: &'a [Attribute]) -> impl Iterator<Item = &'a Attribute> {
        let name = self.attribute;
        attributes.iter().filter(move |attribute| attribute.path().is_ident(name))
    }

    /// The settings of all attributes at one place, each key once.
    fn settings(&self, errors: &mut Errors, attributes: &[Attribute], keys: &[&str]) -> Vec<Setting> {
        let mut settings: Vec<Setting> = Vec::new();
        for attribute in self.own(attributes) {
            let Some(list) = self.list(errors, attribute, keys) else {
                continue;
            };
            for setting in split(errors, &list.tokens, keys) {
                if settings.iter().any(|earlier| earlier.key == setting.key) {
                    errors.error(&setting.tokens, messages::duplicate_key(&setting.key));
                } else {
                    settings.push(setting);
                }
            }
        }
        settings
    }

    fn list<'a>(&self, errors: &mut Errors, attribute: &'a Attribute, keys: &[&str]) -> Option<&'a MetaList> {
        let (name, keys) = (self.attribute, alternatives(keys));
        let message = match &attribute.meta {
            Meta::Path(_) => messages::bare_attribute(name, keys),
            Meta::NameValue(_) => messages::attribute_with_value(name, keys),
            Meta::List(list) if !matches!(list.delimiter, MacroDelimiter::Paren(_)) => {
                messages::other_brackets(name, keys)
            }
            Meta::List(list) if list.tokens.is_empty() => messages::empty_attribute(name, keys),
            Meta::List(list) => return Some(list),
        };
        errors.error(attribute, message);
        None
    }

    fn refuse_on_type(&self, errors: &mut Errors, setting: &Setting) {
        let key = setting.key.to_string();
        if self.field_keys.contains(&key.as_str()) {
            let tokens = &setting.tokens;
            errors.error(tokens, messages::field_key_on_type(self.attribute, key, tokens));
        } else {
            refuse_unknown(errors, setting, self.type_keys);
        }
    }

    fn refuse_on_field(&self, errors: &mut Errors, setting: &Setting) {
        let key = setting.key.to_string();
        if self.type_keys.contains(&key.as_str()) {
            let example = example(&key);
            errors.error(&setting.tokens, messages::type_key_on_field(self.attribute, key, example));
        } else {
            refuse_unknown(errors, setting, self.field_keys);
        }
    }
}

fn refuse_unknown(errors: &mut Errors, setting: &Setting, keys: &[&str]) {
    let key = &setting.key;
    let expected = alternatives(keys);
    let message = match guess(&key.to_string(), keys) {
        Some(guess) => messages::unknown_key_guess(key, guess, expected),
        None => messages::unknown_key(key, expected),
    };
    errors.error(key, message);
}

/// Cuts the inside of an attribute at its commas.
fn split(errors: &mut Errors, tokens: &TokenStream, keys: &[&str]) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut part = TokenStream::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => {
                if part.is_empty() {
                    errors.error(comma, messages::missing_key(alternatives(keys)));
                } else {
                    settings.extend(Setting::read(errors, std::mem::take(&mut part), keys));
                }
            }
            token => part.extend([token]),
        }
    }
    if !part.is_empty() {
        settings.extend(Setting::read(errors, part, keys));
    }
    settings
}

fn bound(errors: &mut Errors, setting: &Setting) -> Option<Vec<WherePredicate>> {
    let text = setting.string(errors, example("bound"))?;
    let mut generated = text.clone(); // the compiler's suggestions would edit the string as if it were code
    generated.set_span(text.span().resolved_at(Span::call_site()));
    match generated.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated) {
        Ok(predicates) => Some(predicates.into_iter().collect()),
        Err(reason) => {
            errors.error(text.to_token_stream(), messages::unreadable_bound(reason, example("bound")));
            None
        }
    }
}

/// How the key is written with a value.
fn example(key: &str) -> &'static str {
    match key {
        "crate" => "crate = path",
        "bound" => "bound = \"A: Trait\"",
        _ => "rename = \"name\"",
    }
}

/// "`a`, `b` or `c`"
pub(crate) fn alternatives(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
