//! What all parts of the parser share: how mistakes are noted, names and lists.

use super::bare;
use super::refused;
use super::tokens::Tokens;
use super::{ExpressionId, Expressions, Kind};
use crate::errors::Errors;
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use std::collections::BTreeSet;

/// What is read so far of one cell.
pub(super) struct Reader<'e> {
    errors: &'e mut Errors,
    pub(super) expressions: Expressions,
    pub(super) sound: bool,
    /// Names after `let mut`, about whose changes nothing more is said.
    pub(super) mutable: BTreeSet<String>,
}

/// A mistake that was noted already: the line it stands in is given up.
#[derive(Debug)]
pub(super) struct Noted;

pub(super) type Read<T> = Result<T, Noted>;

impl<'e> Reader<'e> {
    pub(super) fn new(errors: &'e mut Errors) -> Self {
        Self { errors, expressions: Expressions::default(), sound: true, mutable: BTreeSet::new() }
    }

    /// Notes a mistake after which reading goes on.
    pub(super) fn note(&mut self, place: impl ToTokens, message: String) {
        self.sound = false;
        self.errors.error(place, message);
    }

    /// Notes a mistake that ends the line.
    pub(super) fn refuse<T>(&mut self, place: impl ToTokens, message: String) -> Read<T> {
        self.note(place, message);
        Err(Noted)
    }

    /// Notes that something else was expected at this place.
    pub(super) fn refuse_next<T>(&mut self, tokens: &Tokens, expected: &str, example: &str) -> Read<T> {
        let message = match tokens.found() {
            Some(found) => messages::unexpected(expected, found, example),
            None => messages::unexpected_end(expected, example),
        };
        self.refuse(tokens.place(), message)
    }

    /// What stands for an expression that could not be read.
    pub(super) fn nothing(&mut self) -> ExpressionId {
        debug_assert!(!self.sound, "a cell without mistakes has all of its expressions");
        self.expressions.push(Kind::Number(0.0), Place::from(Span::call_site()))
    }

    /// A name that is being declared.
    pub(super) fn name(&mut self, tokens: &mut Tokens, expected: &str, example: &str) -> Read<Ident> {
        let Some(word) = tokens.word().cloned() else {
            if tokens.sign() == Some("'") {
                return self.prime(tokens);
            }
            return self.refuse_next(tokens, expected, example);
        };
        self.check_name(&word, expected)?;
        tokens.next();
        if tokens.sign() == Some("'") {
            return self.prime(tokens);
        }
        Ok(word)
    }

    /// Rule 3.
    fn check_name(&mut self, word: &Ident, expected: &str) -> Read<()> {
        if word == "_" {
            return self.refuse(word, messages::underscore_as_name(expected));
        }
        if refused::is_never_a_name(word) {
            return self.refuse(word, messages::path_word_as_name(word, expected));
        }
        if refused::is_keyword(word) {
            return self.refuse(word, messages::keyword_as_name(word));
        }
        if bare(word).starts_with("__") {
            let shorter = bare(word).trim_start_matches('_').to_owned();
            let example = if shorter.is_empty() { "a".to_owned() } else { shorter };
            return self.refuse(word, messages::reserved_name(word, example));
        }
        Ok(())
    }

    /// `w'`, which Rust reads as a lifetime together with the letters after it.
    pub(super) fn prime<T>(&mut self, tokens: &Tokens) -> Read<T> {
        let (quote, word) = (tokens.place(), tokens.word_ahead(1));
        let place = word.map_or(quote, |word| quote.to(word));
        let written = word.map(ToString::to_string).unwrap_or_default();
        self.refuse(place, messages::prime(written))
    }

    /// Things between commas, up to the end of the tokens.
    pub(super) fn list<T>(
        &mut self,
        tokens: &mut Tokens,
        mut read: impl FnMut(&mut Self, &mut Tokens) -> Read<T>,
    ) -> Read<Vec<T>> {
        let mut all = Vec::new();
        while !tokens.is_empty() {
            all.push(read(self, tokens)?);
            if tokens.is_empty() {
                break;
            }
            if tokens.sign().is_some_and(|sign| sign != ",") {
                return self.refuse_next(tokens, "`,` or the end of the list", "`,` between two parts");
            }
            if tokens.take_sign(",").is_none() {
                let found = tokens.found().unwrap_or_default();
                return self.refuse(tokens.place(), messages::missing_comma(found));
            }
        }
        Ok(all)
    }

    /// Names between commas, up to the first token that is no comma.
    pub(super) fn names(&mut self, tokens: &mut Tokens, expected: &str, example: &str) -> Read<Vec<Ident>> {
        let mut all = vec![self.name(tokens, expected, example)?];
        while tokens.take_sign(",").is_some() {
            all.push(self.name(tokens, expected, example)?);
        }
        Ok(all)
    }
}
