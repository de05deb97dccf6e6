//! What stands between operators: numbers, names, calls, slices, parentheses.

use super::expressions::{DEEPEST, Level};
use super::reader::{Read, Reader};
use super::refused;
use super::tokens::{Tokens, contents, shortened};
use super::{ExpressionId, Kind};
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenTree};

/// An expression that was read, and whether it had parentheses around it.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub(super) id: ExpressionId,
    pub(super) in_parentheses: bool,
}

impl Reader<'_> {
    pub(super) fn operand(&mut self, tokens: &mut Tokens, depth: usize) -> Read<Operand> {
        let mut operand = self.atom(tokens, depth)?;
        while let Some(group) = tokens.take_group(Delimiter::Bracket) {
            operand = Operand { id: self.slice(operand, &group, depth + 1)?, in_parentheses: false };
        }
        Ok(operand)
    }

    fn atom(&mut self, tokens: &mut Tokens, depth: usize) -> Read<Operand> {
        let (id, in_parentheses) = match tokens.peek().cloned() {
            Some(TokenTree::Literal(literal)) => {
                tokens.next();
                (self.number(&literal)?, false)
            }
            Some(TokenTree::Ident(word)) => (self.name_or_call(tokens, &word, depth)?, false),
            Some(TokenTree::Group(group)) => (self.group(tokens, &group, depth)?, true),
            Some(TokenTree::Punct(_)) | None => return self.no_operand(tokens),
        };
        Ok(Operand { id, in_parentheses })
    }

    fn number(&mut self, literal: &Literal) -> Read<ExpressionId> {
        let value = match read_number(&literal.to_string()) {
            Ok(value) => value,
            Err(message) => return self.refuse(literal, message),
        };
        let place = Place::from(literal.span());
        // literals made by other macros may have a sign
        let id = self.expressions.push(Kind::Number(value.abs()), place);
        Ok(if value.is_sign_negative() { self.expressions.push(Kind::Negate(id), place) } else { id })
    }

    fn name_or_call(&mut self, tokens: &mut Tokens, word: &Ident, depth: usize) -> Read<ExpressionId> {
        let start = tokens.position();
        tokens.next();
        if let Some(arguments) = tokens.group(Delimiter::Parenthesis).filter(|_| !refused::is_keyword(word)).cloned() {
            tokens.next();
            self.check_depth(&arguments, depth)?;
            if let Some(array) = array_of(&arguments) {
                let instead = call_of_array(&word.to_string(), &array);
                return self.refuse(Place::from(array.span()), messages::array_as_argument(instead));
            }
            let arguments =
                self.list(&mut Tokens::inside(&arguments), |reader, inside| reader.argument(inside, depth + 1))?;
            return Ok(self.expressions.push(Kind::Call { function: word.clone(), arguments }, tokens.since(start)));
        }
        if tokens.sign() == Some("::") {
            return self.path(tokens, start);
        }
        if tokens.sign() == Some("!") && matches!(tokens.ahead(1), Some(TokenTree::Group(_))) {
            return self.refuse(Place::from(word).to(tokens.place()), messages::macro_call(word));
        }
        if word == "_" {
            return self.refuse(word, messages::underscore_as_value());
        }
        if let Some(arguments) = tokens.group(Delimiter::Parenthesis).filter(|_| word == "where") {
            let place = Place::from(word).to(arguments.span());
            return self.refuse(place, messages::choice(contents(arguments)));
        }
        if let Some(message) = refused::word(word) {
            return self.refuse(word, message);
        }
        Ok(self.expressions.push(Kind::Name(word.clone()), Place::from(word)))
    }

    /// `f32::tanh`, of which all before the signs was read.
    fn path<T>(&mut self, tokens: &mut Tokens, start: usize) -> Read<T> {
        let mut last = "name".to_owned();
        while tokens.take_sign("::").is_some() {
            last = tokens.word().map_or(last, ToString::to_string);
            if tokens.word().is_some() {
                tokens.next();
            }
        }
        self.refuse(tokens.since(start), messages::path(last))
    }

    fn argument(&mut self, tokens: &mut Tokens, depth: usize) -> Read<ExpressionId> {
        if tokens.sign_ahead(1) == Some("=") && tokens.word().is_some() {
            let name = tokens.word().map(ToString::to_string).unwrap_or_default();
            tokens.next();
            let message = match name.as_str() {
                "axes" | "axis" | "dim" | "dims" | "keepdim" | "keepdims" => messages::axis_argument(name),
                _ => messages::named_argument(name),
            };
            return self.refuse(tokens.previous().to(tokens.place()), message);
        }
        self.expression(tokens, depth)
    }

    /// Parentheses, or the invisible ones around an argument of an outer macro.
    fn group(&mut self, tokens: &mut Tokens, group: &Group, depth: usize) -> Read<ExpressionId> {
        let place = Place::from(group.span());
        match group.delimiter() {
            Delimiter::Parenthesis | Delimiter::None => {}
            Delimiter::Bracket => return self.refuse(place, messages::array()),
            Delimiter::Brace => return self.refuse(place, messages::block()),
        }
        tokens.next();
        self.check_depth(group, depth)?;
        let mut inside = Tokens::inside(group);
        if inside.is_empty() {
            return self.refuse(place, messages::empty_parentheses());
        }
        let id = self.expression(&mut inside, depth + 1)?;
        if inside.sign() == Some(",") {
            return self.refuse(place, messages::tuple_outside());
        }
        if !inside.is_empty() {
            return self.refuse_next(&inside, "an operator or `)`", "`(a + b)`");
        }
        if group.delimiter() == Delimiter::Parenthesis {
            self.expressions[id].place = place;
        }
        Ok(id)
    }

    fn check_depth(&mut self, group: &Group, depth: usize) -> Read<()> {
        if depth >= DEEPEST {
            return self.refuse(Place::from(group.span_open()), messages::nested_too_deeply(DEEPEST));
        }
        Ok(())
    }

    /// `[a..b]` after `operand`
    fn slice(&mut self, operand: Operand, group: &Group, depth: usize) -> Read<ExpressionId> {
        self.check_depth(group, depth - 1)?;
        let brackets = Place::from(group.span());
        let mut inside = Tokens::inside(group);
        if inside.has_sign(":") && !inside.has_sign("::") {
            let text = self.operand_text(operand.id, Level::Operand);
            if inside.has_sign(",") {
                return self.refuse(brackets, messages::index_of_matrix(text));
            }
            let bounds: Vec<String> = contents(group).split(':').map(|bound| bound.trim().to_owned()).collect();
            return self.refuse(brackets, messages::colon_range(text, bounds.join("..")));
        }
        let mut bound = |inside: &mut Tokens, ends: bool| {
            if ends { Ok(None) } else { self.formula(inside, depth).map(Some) }
        };
        let at_range = matches!(inside.sign(), Some(".." | "..="));
        let at_end = inside.is_empty();
        let start = bound(&mut inside, at_range || at_end)?;
        if inside.sign() == Some("..=") {
            return self.refuse(inside.place(), messages::inclusive_range());
        }
        if inside.take_sign("..").is_none() {
            let text = self.operand_text(operand.id, Level::Operand);
            return self.refuse(brackets, not_a_slice(&text, &contents(group), at_end, inside.sign()));
        }
        let at_end = inside.is_empty();
        let end = bound(&mut inside, at_end)?;
        if start.is_none() && end.is_none() {
            return self.refuse(brackets, messages::full_range(self.text(operand.id)));
        }
        if !inside.is_empty() {
            return self.refuse_next(&inside, "`]`", "`v[a..b]`");
        }
        let place = self.expressions[operand.id].place.to(brackets);
        Ok(self.expressions.push(Kind::Slice { vector: operand.id, start, end }, place))
    }

    /// Something stands where an operand should.
    fn no_operand<T>(&mut self, tokens: &mut Tokens) -> Read<T> {
        let sign = tokens.sign().unwrap_or_default();
        if sign == "'" {
            return self.prime(tokens);
        }
        if sign == "::" {
            return self.path(tokens, tokens.position());
        }
        if let Some(message) = refused::prefix(sign) {
            return self.refuse(tokens.place(), message);
        }
        self.refuse_next(tokens, "a value", "a number, a name, a call or parentheses")
    }
}

/// The brackets with which the arguments of a call begin.
pub(super) fn array_of(arguments: &Group) -> Option<Group> {
    Tokens::inside(arguments).take_group(Delimiter::Bracket)
}

/// `cat([a, b])` as it is written here.
pub(super) fn call_of_array(name: &str, array: &Group) -> String {
    let inside = contents(array);
    match name {
        "cat" | "concat" | "concatenate" | "hstack" | "stack" | "vstack" => format!("concat({inside})"),
        _ => format!("{name}(concat({inside}))"),
    }
}

/// The position after this one, as text.
fn following(position: &str) -> String {
    let number = position.parse().ok().and_then(|position: u64| position.checked_add(1));
    number.map_or_else(|| format!("{position} + 1"), |next| next.to_string())
}

/// What to write instead of `v[i]`, `v[]`, `w[i, j]`.
fn not_a_slice(value: &str, inside: &str, is_empty: bool, next: Option<&str>) -> String {
    match next {
        _ if is_empty => messages::empty_index(value),
        Some(",") => messages::index_of_matrix(value),
        _ => messages::index(value, inside, following(inside)),
    }
}

/// The value of a number as it is written, or what is wrong with it.
fn read_number(text: &str) -> Result<f64, String> {
    let first = text.trim_start_matches('-').chars().next().unwrap_or_default();
    if !first.is_ascii_digit() {
        return Err(messages::other_literal(shortened(text)));
    }
    if ["0x", "0o", "0b"].iter().any(|radix| text.starts_with(radix)) {
        return Err(messages::radix(text));
    }
    let (digits, suffix) = split_suffix(text);
    if !suffix.is_empty() {
        return Err(match is_type(suffix) {
            true => messages::type_suffix(digits.trim_end_matches('_'), suffix),
            false => messages::name_suffix(text, digits, suffix),
        });
    }
    match digits.replace('_', "").parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(messages::infinite_number(text)),
        Err(_) => Err(messages::other_literal(shortened(text))),
    }
}

/// The number itself and the letters after it; `e` and digits belong to the number.
fn split_suffix(text: &str) -> (&str, &str) {
    let mut previous = ' ';
    let mut has_exponent = false;
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    for (index, (at, character)) in characters.iter().enumerate() {
        let next = characters.get(index + 1).map_or(' ', |(_, next)| *next);
        let is_exponent = matches!(character, 'e' | 'E') && (next.is_ascii_digit() || "+-_".contains(next));
        let is_sign = matches!(character, '+' | '-') && (matches!(previous, 'e' | 'E') || *at == 0);
        let belongs = character.is_ascii_digit() || matches!(character, '.' | '_') || is_sign;
        if is_exponent && !has_exponent {
            has_exponent = true;
        } else if !belongs {
            return text.split_at(*at);
        }
        previous = *character;
    }
    (text, "")
}

/// Whether this is the name of a type of numbers.
pub(super) fn is_type(suffix: &str) -> bool {
    const TYPES: &[&str] = &[
        "f16", "f32", "f64", "f128", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    TYPES.contains(&suffix)
}
