//! The cells of an invocation and their headers.

use super::operands::is_type;
use super::reader::{Noted, Read, Reader};
use super::refused;
use super::tokens::{Tokens, contents};
use super::{Cell, HeaderArgument, Input};
use crate::errors::Errors;
use crate::guess::guess;
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use crate::runtime::Runtime;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::Path;

/// Reads the path of the runtime in brackets, and the cells after it.
pub(super) fn read(errors: &mut Errors, tokens: TokenStream) -> Input {
    let mut tokens = Tokens::new(tokens, Place::from(Span::call_site()));
    let path = tokens.take_group(Delimiter::Bracket).and_then(|path| syn::parse2::<Path>(path.stream()).ok());
    let mut cells = Vec::new();
    if tokens.is_empty() {
        errors.error(Place::from(Span::call_site()), messages::no_cell());
    }
    while !tokens.is_empty() {
        let start = tokens.position();
        match cell(errors, &mut tokens) {
            Ok(cell) => cells.push(cell),
            Err(Noted) => skip_cell(&mut tokens, start),
        }
    }
    Input { runtime: Runtime::new(path), cells }
}

/// Goes on after the next braces or the next semicolon.
fn skip_cell(tokens: &mut Tokens, start: usize) {
    let ends = |tree: Option<&TokenTree>| match tree {
        Some(TokenTree::Group(group)) => is_block(group),
        Some(TokenTree::Punct(sign)) => sign.as_char() == ';',
        Some(TokenTree::Ident(_) | TokenTree::Literal(_)) | None => false,
    };
    while tokens.position() == start || !ends(tokens.last_read()) {
        if tokens.next().is_none() {
            return;
        }
    }
}

fn is_block(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

fn cell(errors: &mut Errors, tokens: &mut Tokens) -> Read<Cell> {
    let mut reader = Reader::new(errors);
    let start = tokens.position();
    let attributes = reader.cell_attributes(tokens);
    if tokens.is_empty() {
        return reader.refuse(tokens.since(start), messages::attribute_of_nothing());
    }
    let visibility = reader.visibility(tokens)?;
    reader.keyword(tokens)?;
    let name = reader.name(tokens, "the name of a cell", "`pub cell Gru(input: D, hidden: H) { … }`")?;
    reader.no_generics(tokens, &name);
    let header = reader.header(tokens, &name);
    let Some(block) = tokens.take_group(Delimiter::Brace) else {
        return reader.without_block(tokens, &name);
    };
    if tokens.sign() == Some(";") {
        let place = tokens.place();
        tokens.take_sign(";");
        reader.note(place, messages::semicolon_after_cell());
    }
    let mut inside = Tokens::inside(&block);
    let (declarations, step) = reader.block(&mut inside, &name);
    let Reader { expressions, sound, .. } = reader;
    Ok(Cell { attributes, visibility, name, header, declarations, step, expressions, sound })
}

impl Reader<'_> {
    /// The word `cell`, or what was written in its place if that is clear.
    fn keyword(&mut self, tokens: &mut Tokens) -> Read<()> {
        if tokens.is_word("cell") {
            tokens.next();
            return self.visibility_after_keyword(tokens);
        }
        let Some(word) = tokens.word().cloned() else {
            return self.refuse_next(tokens, "a cell", "`pub cell Gru(input: D, hidden: H) { … }`");
        };
        if matches!(tokens.ahead(1), Some(TokenTree::Group(group)) if !refused::is_keyword(&word) || is_block(group)) {
            self.note(&word, messages::missing_cell(&word));
            return Ok(());
        }
        if let Some("cell") = guess(&word.to_string(), &["cell"]) {
            self.note(&word, messages::misspelt_cell(&word));
            tokens.next();
            return Ok(());
        }
        match word.to_string().as_str() {
            item @ ("struct" | "enum" | "fn" | "impl" | "mod" | "trait" | "type" | "use" | "const" | "static") => {
                self.refuse(&word, messages::rust_item(item))
            }
            _ => self.refuse_next(tokens, "a cell", "`pub cell Gru(input: D, hidden: H) { … }`"),
        }
    }

    fn visibility_after_keyword(&mut self, tokens: &mut Tokens) -> Read<()> {
        let start = tokens.position();
        if tokens.is_word("pub") {
            self.visibility(tokens)?;
            self.note(tokens.since(start), messages::misplaced_visibility());
        }
        Ok(())
    }

    fn no_generics(&mut self, tokens: &mut Tokens, name: &Ident) {
        if tokens.sign() != Some("<") {
            return;
        }
        let start = tokens.position();
        while tokens.peek().is_some_and(|tree| !matches!(tree, TokenTree::Group(_))) {
            tokens.next();
        }
        self.note(tokens.since(start), messages::generics(name));
    }

    /// `(input: D, hidden: H)`, as much of it as can be read.
    fn header(&mut self, tokens: &mut Tokens, name: &Ident) -> Vec<HeaderArgument> {
        let Some(group) = tokens.take_group(Delimiter::Parenthesis) else {
            self.note(name, messages::missing_header(name));
            return Vec::new();
        };
        let mut inside = Tokens::inside(&group);
        if inside.is_empty() {
            self.note(Place::from(group.span()), messages::empty_header(name));
        }
        let mut arguments = Vec::new();
        // what could be read before a mistake stays
        let _: Read<Vec<()>> = self.list(&mut inside, |reader, inside| {
            arguments.push(reader.header_argument(inside)?);
            Ok(())
        });
        arguments
    }

    fn header_argument(&mut self, tokens: &mut Tokens) -> Read<HeaderArgument> {
        let name = self.name(tokens, "the name of a size", "`input: D`")?;
        if tokens.take_sign(":").is_none() {
            if tokens.is_empty() || tokens.sign() == Some(",") {
                return self.refuse(&name, messages::missing_dimension(&name));
            }
            return self.refuse_next(tokens, "`:`", &format!("`{name}: H`"));
        }
        if let Some(group) = tokens.group(Delimiter::Bracket) {
            return self.refuse(tokens.place(), messages::dimension_in_brackets(&name, contents(group)));
        }
        if let Some(TokenTree::Literal(literal)) = tokens.peek() {
            let message = messages::number_as_dimension(&name, literal);
            return self.refuse(tokens.place(), message);
        }
        if let Some(word) = tokens.word().filter(|word| is_type(&word.to_string())) {
            let first = name.to_string().chars().next().map_or('H', |first| first.to_ascii_uppercase());
            let dimension = if name == "input" { 'D' } else { first };
            return self.refuse(word, messages::type_as_dimension(&name, dimension, word));
        }
        let dimension = self.name(tokens, "a dimension", &format!("`{name}: H`"))?;
        Ok(HeaderArgument { name, dimension })
    }

    /// Something else stands where the braces of a cell should.
    fn without_block<T>(&mut self, tokens: &mut Tokens, name: &Ident) -> Read<T> {
        if tokens.is_empty() || tokens.sign() == Some(";") {
            let place = tokens.place();
            // a semicolon ends what there is of this cell
            tokens.take_sign(";");
            self.note(place, messages::missing_block(name));
            return Err(Noted);
        }
        self.refuse_next(tokens, &format!("the braces of `{name}`"), &format!("`cell {name}(…) {{ … }}`"))
    }
}
