//! `step`: its inputs, its outputs and its statements.

use super::attributes::attributes;
use super::declarations::KEYWORDS;
use super::print;
use super::reader::{Noted, Read, Reader};
use super::refused;
use super::tokens::{Tokens, contents};
use super::{ExpressionId, Statement, Step, StepInput, StepOutput};
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

/// The longest tuple of outputs.
const OUTPUTS: usize = 8;

const EXAMPLE: &str = "`step(x: [D]) -> [H] { … }`";

impl Reader<'_> {
    /// What stands after the word `step`.
    pub(super) fn step(&mut self, tokens: &mut Tokens, word: &Ident) -> Read<Step> {
        let Some(group) = tokens.take_group(Delimiter::Parenthesis) else {
            return self.refuse_next(tokens, "the inputs of `step` in parentheses", EXAMPLE);
        };
        // the block is read also if there is a mistake before it
        let inputs = self.inputs(&group);
        let (outputs, output_place) = self.arrow_and_outputs(tokens, word);
        if let (Some(","), [first, ..]) = (tokens.sign(), outputs.as_slice()) {
            let first = print::shape(&self.expressions, &first.shape);
            return self.refuse(output_place, messages::outputs_without_parentheses(first));
        }
        let Some(block) = tokens.take_group(Delimiter::Brace) else {
            return self.refuse_next(tokens, "the statements of `step` in braces", EXAMPLE);
        };
        let (statements, tail) = self.statements(&block);
        Ok(Step { inputs, outputs, statements, tail })
    }

    /// What stands for a step that could not be read.
    pub(super) fn no_step(&mut self) -> Step {
        let tail = self.nothing();
        Step { inputs: Vec::new(), outputs: Vec::new(), statements: Vec::new(), tail }
    }

    fn inputs(&mut self, group: &Group) -> Vec<StepInput> {
        let mut inputs = Vec::new();
        let mut inside = Tokens::inside(group);
        if inside.is_empty() {
            self.note(Place::from(group.span()), messages::step_without_inputs());
        }
        // what could be read before a mistake stays
        let _: Read<Vec<()>> = self.list(&mut inside, |reader, inside| {
            let name = reader.name(inside, "the name of an input", "`step(x: [D])`")?;
            let shape = reader.declared_shape(inside, "", std::slice::from_ref(&name))?;
            inputs.push(StepInput { name, shape });
            Ok(())
        });
        inputs
    }

    fn arrow_and_outputs(&mut self, tokens: &mut Tokens, word: &Ident) -> (Vec<StepOutput>, Place) {
        let arrow = tokens.take_sign("->");
        if arrow.is_none() {
            let place = if tokens.group(Delimiter::Brace).is_some() { Place::from(word) } else { tokens.place() };
            self.note(place, messages::missing_arrow());
        }
        let start = tokens.position();
        let outputs = if arrow.is_some() { self.outputs(tokens) } else { Err(Noted) };
        let at_end = |tokens: &Tokens| tokens.group(Delimiter::Brace).is_some() || tokens.sign() == Some(";");
        while outputs.is_err() && !tokens.is_empty() && !at_end(tokens) {
            tokens.next();
        }
        (outputs.unwrap_or_default(), tokens.since(start))
    }

    fn outputs(&mut self, tokens: &mut Tokens) -> Read<Vec<StepOutput>> {
        if tokens.group(Delimiter::Brace).is_some() {
            let place = tokens.previous();
            return self.refuse(place, messages::missing_output());
        }
        let Some(group) = tokens.take_group(Delimiter::Parenthesis) else {
            return self.shape(tokens).map(|shape| vec![StepOutput { label: None, shape }]);
        };
        let place = Place::from(group.span());
        let outputs = self.list(&mut Tokens::inside(&group), |reader, inside| reader.output(inside))?;
        match outputs.len() {
            0 => self.refuse(place, messages::empty_tuple_of_outputs()),
            1..=OUTPUTS => Ok(outputs),
            count => self.refuse(place, messages::too_many_outputs(count)),
        }
    }

    fn output(&mut self, tokens: &mut Tokens) -> Read<StepOutput> {
        let mut label = None;
        if tokens.sign_ahead(1) == Some(":") {
            label = Some(self.name(tokens, "a label", "`-> (y: [H], gate: [H])`")?);
            tokens.take_sign(":");
        }
        Ok(StepOutput { label, shape: self.shape(tokens)? })
    }

    fn statements(&mut self, block: &Group) -> (Vec<Statement>, ExpressionId) {
        let mut tokens = Tokens::inside(block);
        let (mut statements, mut tail) = (Vec::new(), None);
        let mut failed = false;
        while !tokens.is_empty() {
            let start = tokens.position();
            if self.statement(&mut tokens, &mut statements, &mut tail).is_err() {
                failed = true;
                skip_statement(&mut tokens, start);
            }
        }
        if tail.is_none() && !failed {
            match statements.is_empty() {
                true => self.note(Place::from(block.span()), messages::empty_step()),
                false => self.note(tokens.previous(), messages::missing_tail()),
            }
        }
        (statements, tail.unwrap_or_else(|| self.nothing()))
    }

    /// A statement, or the value at the end.
    fn statement(
        &mut self,
        tokens: &mut Tokens,
        all: &mut Vec<Statement>,
        tail: &mut Option<ExpressionId>,
    ) -> Read<()> {
        self.no_attributes(&attributes(tokens));
        if tokens.is_empty() {
            return Err(Noted);
        }
        if tokens.take_sign(";").is_some() {
            self.note(tokens.previous(), messages::stray_semicolon());
            return Ok(());
        }
        let statement = if tokens.take_word("let").is_some() {
            self.let_statement(tokens)?
        } else if tokens.word().is_some() && tokens.sign_ahead(1) == Some("=") {
            self.assignment(tokens)?
        } else {
            self.check_statement(tokens)?;
            return self.tail(tokens, tail);
        };
        all.push(statement);
        if tokens.take_sign(";").is_some() {
            return Ok(());
        }
        if tokens.is_empty() || begins_statement(tokens) {
            return self.refuse(tokens.previous(), messages::missing_semicolon());
        }
        self.refuse_next(tokens, "`;`", "`;` at the end of the statement")
    }

    fn let_statement(&mut self, tokens: &mut Tokens) -> Read<Statement> {
        if let Some(word) = tokens.take_word("mut") {
            self.mutable.extend(tokens.word().map(ToString::to_string));
            return self.refuse(word, messages::mutable());
        }
        if let Some(group) = tokens.take_group(Delimiter::Parenthesis) {
            return self.let_tuple(tokens, &group);
        }
        let name = self.name(tokens, "a name", "`let r = sigmoid(w_r @ x);`")?;
        let shape = if tokens.take_sign(":").is_some() { Some(self.shape(tokens)?) } else { None };
        self.equals(tokens, &name.to_string(), Place::from(&name))?;
        let value = self.expression(tokens, 0)?;
        Ok(Statement::Let { name, shape, value })
    }

    fn let_tuple(&mut self, tokens: &mut Tokens, group: &Group) -> Read<Statement> {
        let place = Place::from(group.span());
        let names = self.list(&mut Tokens::inside(group), |reader, inside| {
            reader.name(inside, "a name", "`let (i, f) = split(v, 2);`")
        })?;
        match names.as_slice() {
            [] => return self.refuse(place, messages::let_without_names()),
            [name] => return self.refuse(place, messages::let_of_one(name)),
            [..] => {}
        }
        self.equals(tokens, &format!("({})", contents(group)), place)?;
        let value = self.expression(tokens, 0)?;
        Ok(Statement::LetTuple { names, value, place })
    }

    fn equals(&mut self, tokens: &mut Tokens, names: &str, place: Place) -> Read<()> {
        if tokens.take_sign("=").is_some() {
            return Ok(());
        }
        if tokens.is_empty() || tokens.sign() == Some(";") {
            return self.refuse(place, messages::let_without_value(names));
        }
        self.refuse_next(tokens, "`=`", &format!("`let {names} = …;`"))
    }

    fn assignment(&mut self, tokens: &mut Tokens) -> Read<Statement> {
        let name = self.name(tokens, "the name of a state", "`h = …;`")?;
        tokens.take_sign("=");
        let value = self.expression(tokens, 0)?;
        Ok(Statement::Assign { name, value })
    }

    /// What looks like a statement of another kind.
    fn check_statement(&mut self, tokens: &mut Tokens) -> Read<()> {
        let Some(word) = tokens.word().cloned() else { return Ok(()) };
        if let Some(sign @ ("+=" | "-=" | "*=" | "/=" | "%=" | "^=" | "&=" | "|=")) = tokens.sign_ahead(1) {
            tokens.next();
            if self.mutable.contains(&word.to_string()) {
                return Err(Noted);
            }
            let operator = sign.trim_end_matches('=');
            return self.refuse(tokens.place(), messages::compound_assignment(&word, operator));
        }
        let is_declaration = KEYWORDS.iter().any(|keyword| word == keyword) && tokens.word_ahead(1).is_some();
        if is_declaration {
            return self.refuse(&word, messages::declaration_in_step(&word));
        }
        if tokens.group_ahead(1, Delimiter::Bracket).is_some() && tokens.sign_ahead(2) == Some("=") {
            return self.refuse(tokens.place().to(tokens.place_ahead(1)), messages::assignment_to_part(&word));
        }
        Ok(())
    }

    fn tail(&mut self, tokens: &mut Tokens, tail: &mut Option<ExpressionId>) -> Read<()> {
        let start = tokens.position();
        let value = self.result(tokens)?;
        if tokens.is_empty() {
            *tail = Some(value);
            return Ok(());
        }
        let place = tokens.since(start);
        let text = self.text(value);
        if tokens.sign() == Some(",") {
            return self.refuse(place, messages::tail_without_parentheses(text));
        }
        if tokens.take_sign(";").is_none() {
            return self.refuse_next(tokens, "`;` or the end of `step`", "`h = …;` for a new state");
        }
        let message = if tokens.is_empty() { messages::tail_with_semicolon(text) } else { messages::no_effect(text) };
        self.note(place, message);
        *tail = Some(value);
        Ok(())
    }

    /// A value or a tuple of values.
    pub(super) fn result(&mut self, tokens: &mut Tokens) -> Read<ExpressionId> {
        let is_last = tokens.ahead(1).is_none() || tokens.sign_ahead(1) == Some(";");
        let Some(group) = tokens.group(Delimiter::Parenthesis).filter(|_| is_last).cloned() else {
            return self.expression(tokens, 0);
        };
        let mut inside = Tokens::inside(&group);
        if !inside.has_sign(",") {
            return self.expression(tokens, 0);
        }
        tokens.next();
        let parts = self.list(&mut inside, |reader, inside| reader.expression(inside, 1))?;
        let place = Place::from(group.span());
        match parts.len() {
            1 => self.refuse(place, messages::tuple_of_one()),
            2..=OUTPUTS => Ok(self.expressions.push(super::Kind::Tuple(parts), place)),
            count => self.refuse(place, messages::too_many_outputs(count)),
        }
    }
}

/// Whether a statement seems to begin here.
pub(super) fn begins_statement(tokens: &Tokens) -> bool {
    let Some(word) = tokens.word() else { return false };
    let in_let = matches!(tokens.last_read(), Some(TokenTree::Ident(before)) if before == "let" || before == "mut");
    word == "let" || (!in_let && !refused::is_keyword(word) && tokens.sign_ahead(1) == Some("="))
}

/// Goes on where the next statement seems to begin.
fn skip_statement(tokens: &mut Tokens, start: usize) {
    if tokens.position() == start {
        tokens.next();
    }
    while !tokens.is_empty() && !begins_statement(tokens) {
        let sign = tokens.sign();
        match tokens.next() {
            Some(TokenTree::Punct(_)) if sign == Some(";") => return,
            Some(TokenTree::Group(group)) if is_block(&group) && ends_after_block(tokens) => return,
            _ => {}
        }
    }
}

fn is_block(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

/// Whether the braces before this place are the last ones of something like `if a { … } else { … }`.
fn ends_after_block(tokens: &mut Tokens) -> bool {
    tokens.take_sign(";").is_some() || tokens.word().is_some_and(|word| word != "else")
}
