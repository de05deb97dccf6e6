//! What stands before `step`, line by line.

use super::attributes::{attributes, is_commented};
use super::reader::{Noted, Read, Reader};
use super::refused;
use super::tokens::Tokens;
use super::{Declaration, Members, Step};
use crate::guess::guess;
use crate::recurrent::messages::syntax as messages;
use proc_macro2::{Delimiter, Ident, TokenTree};
use syn::Attribute;

/// The words with which a line before `step` begins.
pub(super) const KEYWORDS: &[&str] = &["param", "buffer", "hyper", "state", "context", "fn", "step"];

/// The lines of a cell.
#[derive(Default)]
struct Lines {
    declarations: Vec<Declaration>,
    step: Option<Step>,
    /// Whether it was said that a declaration stands after `step`.
    late: bool,
}

impl Reader<'_> {
    /// All that stands between the braces of a cell.
    pub(super) fn block(&mut self, tokens: &mut Tokens, cell: &Ident) -> (Vec<Declaration>, Step) {
        let mut lines = Lines::default();
        if tokens.is_empty() {
            self.note(tokens.place(), messages::empty_cell(cell));
        }
        while !tokens.is_empty() {
            let start = tokens.position();
            if self.line(tokens, &mut lines).is_err() {
                skip_line(tokens, start);
            }
        }
        if lines.step.is_none() && self.sound {
            self.note(cell, messages::missing_step(cell));
        }
        let Lines { declarations, step, .. } = lines;
        (declarations, step.unwrap_or_else(|| self.no_step()))
    }

    fn line(&mut self, tokens: &mut Tokens, lines: &mut Lines) -> Read<()> {
        let attributes = attributes(tokens);
        if is_commented(&attributes) && tokens.word().is_none() {
            self.no_attributes(&attributes);
            return Err(Noted);
        }
        let Some(word) = tokens.word().cloned() else {
            return self.no_line(tokens, attributes.len());
        };
        let word = self.word_of_step(tokens, word);
        if !KEYWORDS.iter().any(|keyword| word == keyword) || tokens.sign_ahead(1) == Some("=") {
            return self.unknown_line(tokens, &word);
        }
        tokens.next();
        if word == "step" {
            self.no_attributes(&attributes);
            return self.first_step(tokens, &word, &mut lines.step);
        }
        if lines.step.is_some() && !lines.late {
            self.note(&word, messages::declaration_after_step(&word));
            lines.late = true;
        }
        let attributes = self.documentation(attributes);
        self.declaration(tokens, &word, attributes, &mut lines.declarations)?;
        self.semicolon(tokens)
    }

    /// The word `step`, also where it has another name or `fn` before it.
    fn word_of_step(&mut self, tokens: &mut Tokens, word: Ident) -> Ident {
        const OTHERS: &[&str] = &["__call__", "call", "forward", "update"];
        match tokens.word_ahead(1).cloned() {
            Some(step) if word == "fn" && step == "step" => {
                self.note(&word, messages::function_step());
                tokens.next();
                step
            }
            None if OTHERS.iter().any(|other| word == other)
                && tokens.group_ahead(1, Delimiter::Parenthesis).is_some() =>
            {
                self.note(&word, messages::misnamed_step(&word));
                Ident::new("step", word.span())
            }
            Some(_) | None => word,
        }
    }

    fn no_line(&mut self, tokens: &mut Tokens, attributes: usize) -> Read<()> {
        if tokens.is_empty() && attributes > 0 {
            return self.refuse(tokens.previous(), messages::attribute_of_nothing());
        }
        if tokens.take_sign(";").is_some() {
            self.note(tokens.previous(), messages::stray_semicolon());
            return Ok(());
        }
        self.refuse_next(tokens, "a declaration or `step`", "a line such as `param w: [H, D] = zeros;`")
    }

    fn first_step(&mut self, tokens: &mut Tokens, word: &Ident, step: &mut Option<Step>) -> Read<()> {
        if step.is_some() {
            return self.refuse(word, messages::second_step());
        }
        *step = Some(self.step(tokens, word)?);
        Ok(())
    }

    fn declaration(
        &mut self,
        tokens: &mut Tokens,
        word: &Ident,
        attributes: Vec<Attribute>,
        all: &mut Vec<Declaration>,
    ) -> Read<()> {
        match word.to_string().as_str() {
            "param" => self.members(tokens, attributes, word, &mut |members| all.push(Declaration::Parameter(members))),
            "buffer" => self.members(tokens, attributes, word, &mut |members| all.push(Declaration::Buffer(members))),
            "hyper" => self.hyper(tokens, attributes, all),
            "state" => self.state(tokens, attributes, all),
            "context" => self.context(tokens, attributes, all),
            "fn" => self.helper(tokens, all),
            _ => unreachable!("`step` was read before, other words are refused"),
        }
    }

    /// `w_r, w_z: [H, D]? = zeros`: kept for the stub also where the end of it cannot be read.
    fn members(
        &mut self,
        tokens: &mut Tokens,
        attributes: Vec<Attribute>,
        word: &Ident,
        keep: &mut dyn FnMut(Members),
    ) -> Read<()> {
        let names = self.names(tokens, "a name", &format!("`{word} w: [H, D] = zeros;`"))?;
        if tokens.sign() == Some("?") && word == "param" {
            self.note(tokens.place(), messages::early_question_mark(&names[names.len() - 1]));
            tokens.take_sign("?");
        }
        let shape = self.declared_shape(tokens, word, &names);
        let mark = tokens.take_sign("?");
        if let Some(mark) = mark.filter(|_| word != "param") {
            self.note(mark, messages::optional(word));
        }
        let initialiser = match &shape {
            Ok(_) => self.initialiser_after_equals(tokens, word, &names),
            Err(Noted) => Err(Noted),
        };
        let failed = initialiser.is_err();
        let initialiser = initialiser.unwrap_or_else(|Noted| self.no_initialiser(word));
        let shape = shape.unwrap_or_else(|Noted| Self::no_shape());
        keep(Members { attributes, names, shape, optional: mark.is_some() && word == "param", initialiser });
        if failed { Err(Noted) } else { Ok(()) }
    }

    fn hyper(&mut self, tokens: &mut Tokens, attributes: Vec<Attribute>, all: &mut Vec<Declaration>) -> Read<()> {
        let name = self.single_name(tokens, "hyper", "`hyper leak = 0.5;`")?;
        let mut value = Err(Noted);
        if tokens.sign() == Some(":") {
            self.note(tokens.place(), messages::shape_of_hyper(&name));
        } else if tokens.take_sign("=").is_none() {
            self.note(&name, messages::hyper_without_value(&name));
        } else {
            value = self.expression(tokens, 0);
        }
        let failed = value.is_err();
        let value = value.unwrap_or_else(|Noted| self.nothing());
        all.push(Declaration::Hyper { attributes, name, value });
        if failed { Err(Noted) } else { Ok(()) }
    }

    fn state(&mut self, tokens: &mut Tokens, attributes: Vec<Attribute>, all: &mut Vec<Declaration>) -> Read<()> {
        let name = self.single_name(tokens, "state", "`state h: [H];`")?;
        let shape = self.declared_shape(tokens, "state", std::slice::from_ref(&name));
        let start = match &shape {
            Ok(_) => self.start(tokens),
            Err(Noted) => Err(Noted),
        };
        let failed = start.is_err();
        let shape = shape.unwrap_or_else(|Noted| Self::no_shape());
        all.push(Declaration::State { attributes, name, shape, start: start.unwrap_or(None) });
        if failed { Err(Noted) } else { Ok(()) }
    }

    fn context(&mut self, tokens: &mut Tokens, attributes: Vec<Attribute>, all: &mut Vec<Declaration>) -> Read<()> {
        let name = self.single_name(tokens, "context", "`context m: [K];`")?;
        let shape = self.declared_shape(tokens, "context", std::slice::from_ref(&name));
        let failed = shape.is_err();
        let shape = shape.unwrap_or_else(|Noted| Self::no_shape());
        if let Some(mark) = tokens.take_sign("?") {
            self.note(mark, messages::optional("context"));
        }
        if tokens.sign() == Some("=") && !failed {
            self.note(&name, messages::context_with_value(&name));
            return Err(Noted);
        }
        all.push(Declaration::Context { attributes, name, shape });
        if failed { Err(Noted) } else { Ok(()) }
    }

    /// A name in a line that declares one thing.
    fn single_name(&mut self, tokens: &mut Tokens, word: &str, example: &str) -> Read<Ident> {
        let name = self.name(tokens, "a name", example)?;
        if tokens.sign() == Some(",") {
            return self.refuse(tokens.place(), messages::several_names(word));
        }
        Ok(name)
    }

    /// A line that begins with none of the words.
    fn unknown_line(&mut self, tokens: &mut Tokens, word: &Ident) -> Read<()> {
        let text = word.to_string();
        let message = match (text.as_str(), tokens.sign_ahead(1)) {
            ("let", _) => messages::let_outside(),
            ("pub", _) => messages::public_declaration(),
            ("const" | "static", _) => messages::constant_item(word),
            (_, Some("=")) => messages::equation_outside(word),
            ("bias" | "parameter" | "parameters" | "weight" | "weights", _) => {
                messages::unknown_declaration_guess(word, "param")
            }
            _ => match refused::word(word) {
                Some(message) => message,
                None => match guess(&text, KEYWORDS) {
                    Some(guess) => messages::unknown_declaration_guess(word, guess),
                    None => messages::unknown_declaration(word),
                },
            },
        };
        self.refuse(word, message)
    }

    /// The end of a declaration.
    fn semicolon(&mut self, tokens: &mut Tokens) -> Read<()> {
        if tokens.take_sign(";").is_some() {
            return Ok(());
        }
        if tokens.is_empty() || begins_line(tokens) || tokens.sign() == Some("#") {
            self.note(tokens.previous(), messages::missing_semicolon());
            return Ok(());
        }
        self.refuse_next(tokens, "`;`", "`;` at the end of the line")
    }
}

/// Whether a declaration seems to begin here: two words in a row stand nowhere else.
pub(super) fn begins_line(tokens: &Tokens) -> bool {
    let Some(word) = tokens.word() else { return false };
    match KEYWORDS.iter().find(|keyword| word == *keyword) {
        Some(&"step") => tokens.group_ahead(1, Delimiter::Parenthesis).is_some() && !tokens.previous_is_sign(),
        Some(_) => tokens.word_ahead(1).is_some(),
        None => false,
    }
}

/// Goes on where the next line seems to begin.
fn skip_line(tokens: &mut Tokens, start: usize) {
    if tokens.position() == start {
        tokens.next();
    }
    while !tokens.is_empty() && !begins_line(tokens) {
        let sign = tokens.sign();
        if sign == Some("#") && tokens.group_ahead(1, Delimiter::Bracket).is_some() {
            return;
        }
        match tokens.next() {
            Some(TokenTree::Punct(_)) if sign == Some(";") => return,
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                tokens.take_sign(";");
                return;
            }
            _ => {}
        }
    }
}
