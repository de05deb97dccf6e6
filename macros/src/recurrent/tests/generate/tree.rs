//! Formulas as trees, and as text with the parentheses that the table of precedences asks for.

use crate::recurrent::tests::random::Random;

/// A formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// As it is written.
    Number(&'static str),
    Whole(u64),
    Name(String),
    Call(String, Vec<Tree>),
    /// `-` or `!`
    Prefix(&'static str, Box<Tree>),
    Infix(&'static str, Box<Tree>, Box<Tree>),
    /// `v[a..b]`
    Slice(Box<Tree>, Option<Box<Tree>>, Option<Box<Tree>>),
    Tuple(Vec<Tree>),
}

/// How tightly operators bind: calls and slices, unary minus, products of matrices, …
const CALL: u8 = 9;
const MINUS: u8 = 8;
const MATMUL: u8 = 7;
const NOT: u8 = 3;

impl Tree {
    pub(crate) fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    pub(crate) fn call(function: impl Into<String>, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self::Call(function.into(), arguments.into_iter().collect())
    }

    pub(crate) fn infix(operator: &'static str, left: Self, right: Self) -> Self {
        Self::Infix(operator, Box::new(left), Box::new(right))
    }

    /// Calls `see` with every name that is read and every function that is called.
    pub(crate) fn names(&self, see: &mut dyn FnMut(&str)) {
        match self {
            Self::Number(_) | Self::Whole(_) => {}
            Self::Name(name) => see(name),
            Self::Call(name, parts) => {
                see(name);
                parts.iter().for_each(|part| part.names(see));
            }
            Self::Tuple(parts) => parts.iter().for_each(|part| part.names(see)),
            Self::Prefix(_, part) => part.names(see),
            Self::Infix(_, left, right) => {
                left.names(see);
                right.names(see);
            }
            Self::Slice(vector, start, end) => {
                vector.names(see);
                start.iter().chain(end).for_each(|bound| bound.names(see));
            }
        }
    }

    /// Writes the formula, now and then with parentheses that nobody needs.
    pub(crate) fn write(&self, text: &mut String, random: &mut Random) {
        match self {
            Self::Number(number) => text.push_str(number),
            Self::Whole(number) => text.push_str(&number.to_string()),
            Self::Name(name) => text.push_str(name),
            Self::Call(name, arguments) => {
                text.push_str(name);
                write_tuple(arguments, text, random);
            }
            Self::Tuple(parts) => write_tuple(parts, text, random),
            Self::Prefix(operator, operand) => {
                text.push_str(operator);
                operand.write_within(self.tightness(), text, random);
            }
            Self::Infix(operator, left, right) => {
                let (at_left, at_right) = operands(operator);
                left.write_within(at_left, text, random);
                text.push_str(&format!(" {operator} "));
                // `a / b @ c` may be read in two ways: the language asks for parentheses
                let divided = *operator == "/" && matches!(**right, Self::Infix("@", _, _));
                right.write_within(if divided { CALL } else { at_right }, text, random);
            }
            Self::Slice(vector, start, end) => {
                vector.write_within(CALL, text, random);
                text.push('[');
                start.iter().for_each(|start| start.write(text, random));
                text.push_str("..");
                end.iter().for_each(|end| end.write(text, random));
                text.push(']');
            }
        }
    }

    fn write_within(&self, tightness: u8, text: &mut String, random: &mut Random) {
        if self.tightness() < tightness || (!matches!(self, Self::Tuple(_)) && random.chance(0.03)) {
            text.push('(');
            self.write(text, random);
            text.push(')');
        } else {
            self.write(text, random);
        }
    }

    fn tightness(&self) -> u8 {
        match self {
            Self::Number(_) | Self::Whole(_) | Self::Name(_) | Self::Call(_, _) => CALL,
            Self::Slice(_, _, _) | Self::Tuple(_) => CALL,
            Self::Prefix("-", _) => MINUS,
            Self::Prefix(_, _) => NOT,
            Self::Infix(operator, _, _) => tightness(operator),
        }
    }
}

/// What the operands of an operator must at least bind like, so that they need no parentheses.
fn operands(operator: &str) -> (u8, u8) {
    let own = tightness(operator);
    match operator {
        "@" => (own + 1, own),
        "<" | "<=" | ">" | ">=" | "==" | "!=" => (own + 1, own + 1),
        _ => (own, own + 1),
    }
}

fn tightness(operator: &str) -> u8 {
    match operator {
        "@" => MATMUL,
        "*" | "/" => 6,
        "+" | "-" => 5,
        "<" | "<=" | ">" | ">=" | "==" | "!=" => 4,
        "&&" => 2,
        "||" => 1,
        _ => unreachable!("`{operator}` is no operator between two operands"),
    }
}

fn write_tuple(parts: &[Tree], text: &mut String, random: &mut Random) {
    text.push('(');
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        part.write(text, random);
    }
    text.push(')');
}
