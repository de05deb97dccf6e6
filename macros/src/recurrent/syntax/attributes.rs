//! Attributes and visibilities.

use super::reader::{Read, Reader};
use super::tokens::{Tokens, depth_exceeds};
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Attribute, Visibility};

/// What may stand above a cell.
const OF_CELLS: &[&str] =
    &["doc", "cfg", "cfg_attr", "allow", "warn", "deny", "forbid", "expect", "deprecated", "must_use"];

/// How deep brackets may stand in what `syn` reads, which it does by recursion.
const DEPTH: usize = 64;

/// An attribute at its place; `None` if it is no Rust.
pub(super) struct Written {
    place: Place,
    attribute: Option<Attribute>,
    is_comment: bool,
}

impl Written {
    /// What is wrong with something that is no attribute.
    fn unreadable(is_comment: bool) -> String {
        if is_comment { messages::comment() } else { messages::unreadable_attribute() }
    }
}

/// Whether there is a comment of another language.
pub(super) fn is_commented(all: &[Written]) -> bool {
    all.iter().any(|written| written.is_comment)
}

impl Reader<'_> {
    /// The attributes above a cell. Those that have no meaning there are noted and left out.
    pub(super) fn cell_attributes(&mut self, tokens: &mut Tokens) -> Vec<Attribute> {
        let mut kept = Vec::new();
        for Written { place, attribute, is_comment } in attributes(tokens) {
            let Some(attribute) = attribute else {
                self.note(place, Written::unreadable(is_comment));
                continue;
            };
            if OF_CELLS.iter().any(|name| attribute.path().is_ident(name)) {
                kept.push(attribute);
            } else if attribute.path().is_ident("derive") {
                self.note(place, messages::derive());
            } else {
                self.note(place, messages::attribute_on_cell(path_text(attribute.path())));
            }
        }
        kept
    }

    /// The documentation above a declaration. All other attributes are noted and left out.
    pub(super) fn documentation(&mut self, found: Vec<Written>) -> Vec<Attribute> {
        let mut kept = Vec::new();
        for Written { place, attribute, is_comment } in found {
            match attribute {
                Some(attribute) if attribute.path().is_ident("doc") => kept.push(attribute),
                Some(attribute) => {
                    self.note(place, messages::attribute_on_declaration(path_text(attribute.path())));
                }
                None => self.note(place, Written::unreadable(is_comment)),
            }
        }
        kept
    }

    /// Attributes where there can be none.
    pub(super) fn no_attributes(&mut self, found: &[Written]) {
        let (Some(first), Some(last)) = (found.first(), found.last()) else { return };
        if let Some(comment) = found.iter().find(|written| written.is_comment) {
            return self.note(comment.place, messages::comment());
        }
        let is_doc = first.attribute.as_ref().is_some_and(|attribute| attribute.path().is_ident("doc"));
        let message = if is_doc { messages::documentation_in_step() } else { messages::attribute_in_step() };
        self.note(first.place.to(last.place), message);
    }

    /// `pub`, `pub(crate)`, or nothing.
    pub(super) fn visibility(&mut self, tokens: &mut Tokens) -> Read<Visibility> {
        let Some(word) = tokens.take_word("pub") else { return Ok(Visibility::Inherited) };
        let place = Place::from(&word);
        let Some(group) = tokens.take_group(Delimiter::Parenthesis) else {
            return Ok(syn::parse_quote!(#word));
        };
        let read = (!depth_exceeds(&group, DEPTH)).then(|| syn::parse2(quote!(#word #group)));
        match read {
            Some(Ok(visibility)) => Ok(visibility),
            Some(Err(_)) | None => self.refuse(place.to(group.span()), messages::unreadable_visibility()),
        }
    }
}

/// The attributes that come next.
pub(super) fn attributes(tokens: &mut Tokens) -> Vec<Written> {
    let mut all = Vec::new();
    while tokens.sign() == Some("#") {
        let start = tokens.position();
        let sign = tokens.place();
        let is_mark = tokens.sign_ahead(1) == Some("!") || tokens.group_ahead(1, Delimiter::Bracket).is_some();
        if !is_mark {
            tokens.skip_line();
            all.push(Written { place: sign, attribute: None, is_comment: true });
            continue;
        }
        tokens.take_sign("#");
        let is_inner = tokens.sign() == Some("!") && tokens.group_ahead(1, Delimiter::Bracket).is_some();
        if is_inner {
            tokens.take_sign("!");
        }
        let group = tokens.take_group(Delimiter::Bracket).filter(|group| !is_inner && !depth_exceeds(group, DEPTH));
        let read = group.and_then(|group| Attribute::parse_outer.parse2(quote!(# #group)).ok());
        let attribute = read.and_then(|mut read| read.pop());
        all.push(Written { place: tokens.since(start), attribute, is_comment: false });
    }
    all
}

/// A path without spaces.
pub(super) fn path_text(path: impl ToTokens) -> String {
    let tokens: TokenStream = path.to_token_stream();
    tokens.to_string().split_whitespace().collect::<Vec<_>>().concat()
}
