//! Initial values of parameters, buffers and states, and helpers.

use super::declarations::begins_line;
use super::reader::{Noted, Read, Reader};
use super::tokens::{Tokens, contents};
use super::{Declaration, ExpressionId, Initialiser, Shape, Start};
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use std::fmt::Display;

impl Reader<'_> {
    /// `: [H, D]`
    pub(super) fn declared_shape(&mut self, tokens: &mut Tokens, word: impl Display, names: &[Ident]) -> Read<Shape> {
        if tokens.take_sign(":").is_some() {
            return self.shape(tokens);
        }
        let last = &names[names.len() - 1];
        let example = format!("{word} {last}: [H]").trim_start().to_owned();
        if tokens.is_empty() || begins_line(tokens) || matches!(tokens.sign(), Some("=" | ";" | ",")) {
            return self.refuse(last, messages::missing_shape(last, example));
        }
        if let Some(group) = tokens.group(Delimiter::Bracket) {
            return self.refuse(tokens.place(), messages::missing_colon(last, contents(group)));
        }
        if let Some(next) = tokens.word().cloned() {
            return self.refuse(&next, messages::missing_comma(next.to_string()));
        }
        self.refuse_next(tokens, "`:` and a shape", &format!("`{example}`"))
    }

    /// `= zeros`
    pub(super) fn initialiser_after_equals(
        &mut self,
        tokens: &mut Tokens,
        word: &Ident,
        names: &[Ident],
    ) -> Read<Initialiser> {
        if tokens.take_sign("=").is_some() {
            return self.initialiser(tokens);
        }
        if tokens.is_empty() || begins_line(tokens) || tokens.sign() == Some(";") {
            let last = &names[names.len() - 1];
            return self.refuse(last, messages::missing_initialiser(word, last));
        }
        self.refuse_next(tokens, "`=` and an initialiser", "`= zeros;` or `= uniform(1 / sqrt(H));`")
    }

    pub(super) fn initialiser(&mut self, tokens: &mut Tokens) -> Read<Initialiser> {
        let start = tokens.position();
        if let Some(TokenTree::Literal(literal)) = tokens.peek() {
            let message = messages::number_as_initialiser(literal);
            return self.refuse(tokens.place(), message);
        }
        let name = self.name(tokens, "an initialiser", "`zeros` or `uniform(1 / sqrt(H))`")?;
        let mut arguments = Vec::new();
        if let Some(group) = tokens.take_group(Delimiter::Parenthesis) {
            arguments = self.list(&mut Tokens::inside(&group), |reader, inside| reader.expression(inside, 1))?;
        }
        Ok(Initialiser { name, arguments, place: tokens.since(start) })
    }

    /// What stands for an initialiser that could not be read.
    pub(super) fn no_initialiser(&self, word: &Ident) -> Initialiser {
        let name = Ident::new("zeros", word.span());
        Initialiser { name, arguments: Vec::new(), place: Place::from(Span::call_site()) }
    }

    /// `= learned`, or nothing
    pub(super) fn start(&mut self, tokens: &mut Tokens) -> Read<Option<Start>> {
        if let Some(mark) = tokens.take_sign("?") {
            self.note(mark, messages::optional("state"));
        }
        if tokens.take_sign("=").is_none() {
            return Ok(None);
        }
        if !tokens.is_word("learned") {
            return self.initialiser(tokens).map(|initialiser| Some(Start::Fixed(initialiser)));
        }
        tokens.next();
        let mut initialiser = None;
        if let Some(group) = tokens.take_group(Delimiter::Parenthesis) {
            let mut all = self.list(&mut Tokens::inside(&group), |reader, inside| reader.initialiser(inside))?;
            if all.len() > 1 {
                return self.refuse(Place::from(group.span()), messages::learned_arguments(all.len()));
            }
            initialiser = all.pop();
        }
        Ok(Some(Start::Learned { initialiser }))
    }

    /// `fn gate(a, b) = sigmoid(a + b)`
    pub(super) fn helper(&mut self, tokens: &mut Tokens, all: &mut Vec<Declaration>) -> Read<()> {
        let name = self.name(tokens, "the name of a helper", "`fn gate(a, b) = sigmoid(a + b);`")?;
        if tokens.sign() == Some("<") {
            return self.refuse(tokens.place(), messages::generic_helper(&name));
        }
        let Some(group) = tokens.take_group(Delimiter::Parenthesis) else {
            let example = format!("`fn {name}(a, b) = a + b;`");
            return self.refuse_next(tokens, "the arguments of the helper in parentheses", &example);
        };
        let arguments = self.list(&mut Tokens::inside(&group), |reader, inside| reader.helper_argument(inside))?;
        if tokens.sign() == Some("->") {
            return self.refuse(tokens.place(), messages::helper_result(&name, contents(&group)));
        }
        if tokens.group(Delimiter::Brace).is_some() {
            return self.refuse(&name, messages::helper_block(&name, contents(&group)));
        }
        if tokens.take_sign("=").is_none() {
            return self.refuse_next(tokens, "`=` and a formula", &format!("`fn {name}(a, b) = a + b;`"));
        }
        let body: Result<ExpressionId, Noted> = self.result(tokens);
        all.push(Declaration::Helper { name, arguments, body: body? });
        Ok(())
    }

    fn helper_argument(&mut self, tokens: &mut Tokens) -> Read<Ident> {
        let name = self.name(tokens, "the name of an argument", "`fn gate(a, b) = sigmoid(a + b);`")?;
        if tokens.sign() == Some(":") {
            return self.refuse(tokens.place(), messages::shape_of_argument(&name));
        }
        Ok(name)
    }
}
