//! Operators and what they bind.
//!
//! One loop with a stack of operands and a stack of operators that wait for their right operand: the length of a formula
//! costs no stack, only brackets do.

use super::operands::{Operand, array_of, call_of_array};
use super::print;
use super::reader::{Read, Reader};
use super::refused;
use super::step::begins_statement;
use super::tokens::{Tokens, contents, shortened};
use super::{ExpressionId, Kind, Operator};
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, TokenTree};

/// How many brackets and signs may stand in one another.
pub(super) const DEEPEST: usize = 256;

/// How tight an operator binds, from loose to tight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    MatMul,
    Negation,
    /// Numbers, names, calls, slices.
    Operand,
}

/// An operator whose right operand is not read yet.
#[derive(Clone, Copy)]
enum Waiting {
    Negate(Place),
    Not(Place),
    Binary(Operator),
}

/// The stacks of one formula.
#[derive(Default)]
struct Stacks {
    operands: Vec<Operand>,
    waiting: Vec<Waiting>,
}

impl Operator {
    pub(super) fn level(self) -> Level {
        match self {
            Self::MatMul => Level::MatMul,
            Self::Mul | Self::Div => Level::Product,
            Self::Add | Self::Sub => Level::Sum,
            Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual | Self::Equal | Self::NotEqual => {
                Level::Comparison
            }
            Self::And => Level::And,
            Self::Or => Level::Or,
        }
    }

    fn written(sign: &str) -> Option<Self> {
        Some(match sign {
            "@" => Self::MatMul,
            "*" => Self::Mul,
            "/" => Self::Div,
            "+" => Self::Add,
            "-" => Self::Sub,
            "<" => Self::Less,
            "<=" => Self::LessEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterEqual,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "&&" => Self::And,
            "||" => Self::Or,
            _ => return None,
        })
    }
}

impl Waiting {
    fn level(self) -> Level {
        match self {
            Self::Negate(_) => Level::Negation,
            Self::Not(_) => Level::Not,
            Self::Binary(operator) => operator.level(),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Negate(_) => "-",
            Self::Not(_) => "!",
            Self::Binary(operator) => operator.text(),
        }
    }
}

impl Reader<'_> {
    /// A formula that is no tuple and no range. `depth` counts the brackets and signs around it.
    pub(super) fn expression(&mut self, tokens: &mut Tokens, depth: usize) -> Read<ExpressionId> {
        let value = self.formula(tokens, depth)?;
        if let Some(".." | "..=") = tokens.sign() {
            return self.refuse(tokens.place(), messages::range_outside());
        }
        Ok(value)
    }

    /// The size of an axis.
    pub(super) fn size(&mut self, tokens: &mut Tokens) -> Read<ExpressionId> {
        self.expression(tokens, 1)
    }

    /// A formula up to the first token that cannot continue it.
    pub(super) fn formula(&mut self, tokens: &mut Tokens, depth: usize) -> Read<ExpressionId> {
        let mut stacks = Stacks::default();
        loop {
            let signs = self.prefixes(tokens, &mut stacks, depth)?;
            let operand = self.operand(tokens, depth + signs)?;
            stacks.operands.push(operand);
            if tokens.sign() == Some("?") && tokens.has_sign(":") {
                return self.ternary(tokens, &mut stacks);
            }
            let Some(operator) = self.infix(tokens, operand, depth)? else { break };
            self.reduce(&mut stacks, operator.level(), operator == Operator::MatMul)?;
            if operator.level() == Level::Comparison {
                self.refuse_chain(tokens, &stacks, operator)?;
            }
            tokens.take_sign(operator.text());
            stacks.waiting.push(Waiting::Binary(operator));
        }
        self.reduce(&mut stacks, Level::Or, false)?;
        let whole = stacks.operands.pop().unwrap_or_else(|| unreachable!("at least one operand was read"));
        Ok(whole.id)
    }

    /// Signs before an operand; says how many.
    fn prefixes(&mut self, tokens: &mut Tokens, stacks: &mut Stacks, depth: usize) -> Read<usize> {
        let before = stacks.waiting.len();
        loop {
            let place = tokens.place();
            let sign = match tokens.sign() {
                Some("-") => Waiting::Negate(place),
                Some("!") => Waiting::Not(place),
                _ => return Ok(stacks.waiting.len() - before),
            };
            if let (Waiting::Not(_), Some(outer)) = (sign, stacks.waiting.last())
                && outer.level() > Level::Not
            {
                return self.refuse(place, messages::not_after(outer.text()));
            }
            if depth + stacks.waiting.len() - before >= DEEPEST {
                return self.refuse(place, messages::nested_too_deeply(DEEPEST));
            }
            tokens.take_sign(sign.text());
            stacks.waiting.push(sign);
        }
    }

    /// Gives the waiting operators their operands, as far as they bind tighter than the next one.
    fn reduce(&mut self, stacks: &mut Stacks, level: Level, to_the_right: bool) -> Read<()> {
        while let Some(top) = stacks.waiting.last().copied() {
            if top.level() < level || (to_the_right && top.level() == level) {
                break;
            }
            // comparisons of one level are refused and not grouped
            if level == Level::Comparison && top.level() == level {
                break;
            }
            stacks.waiting.pop();
            let mut operand = || stacks.operands.pop().unwrap_or_else(|| unreachable!("operators have operands"));
            let right = operand();
            let whole = match top {
                Waiting::Negate(sign) => (Kind::Negate(right.id), sign.to(self.place(right))),
                Waiting::Not(sign) => (Kind::Not(right.id), sign.to(self.place(right))),
                Waiting::Binary(operator) => {
                    let left = operand();
                    self.refuse_two_readings(operator, left, right)?;
                    let place = self.place(left).to(self.place(right));
                    (Kind::Binary { operator, left: left.id, right: right.id }, place)
                }
            };
            stacks.operands.push(Operand { id: self.expressions.push(whole.0, whole.1), in_parentheses: false });
        }
        Ok(())
    }

    fn place(&self, operand: Operand) -> Place {
        self.expressions[operand.id].place
    }

    /// An expression as text that fits into a message.
    pub(super) fn text(&self, id: ExpressionId) -> String {
        self.operand_text(id, Level::Or)
    }

    /// The same in parentheses, if it binds looser than this.
    pub(super) fn operand_text(&self, id: ExpressionId, loosest: Level) -> String {
        shortened(&print::operand(&self.expressions, id, loosest))
    }

    /// `a / b @ c`: what stands under the fraction bar?
    fn refuse_two_readings(&mut self, operator: Operator, left: Operand, right: Operand) -> Read<()> {
        let Kind::Binary { operator: Operator::MatMul, left: divisor, right: rest, .. } =
            self.expressions[right.id].kind
        else {
            return Ok(());
        };
        if operator != Operator::Div || right.in_parentheses {
            return Ok(());
        }
        let place = self.place(left).to(self.place(right));
        let left = self.operand_text(left.id, Level::Product);
        let divisor = self.operand_text(divisor, Level::Negation);
        let rest = self.operand_text(rest, Level::MatMul);
        self.refuse(place, messages::division_by_product(left, divisor, rest))
    }

    /// `a < b < c`
    fn refuse_chain(&mut self, tokens: &Tokens, stacks: &Stacks, operator: Operator) -> Read<()> {
        let Some(Waiting::Binary(first)) = stacks.waiting.last() else { return Ok(()) };
        let (first, [.., left, middle]) = (*first, stacks.operands.as_slice()) else { return Ok(()) };
        if first.level() != Level::Comparison {
            return Ok(());
        }
        let place = self.place(*left).to(tokens.place());
        let [left, middle] = [left, middle].map(|operand| self.operand_text(operand.id, Level::Sum));
        self.refuse(place, messages::comparison_chain(left, first.text(), middle, operator.text()))
    }

    /// The operator that comes next, which is not read yet. None where a formula may end.
    fn infix(&mut self, tokens: &mut Tokens, before: Operand, depth: usize) -> Read<Option<Operator>> {
        match tokens.peek() {
            None => return Ok(None),
            Some(TokenTree::Punct(_)) => {}
            Some(TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_)) => {
                return self.side_by_side(tokens, before, depth);
            }
        }
        let sign = tokens.sign().unwrap_or_default();
        if let Some(operator) = Operator::written(sign) {
            return Ok(Some(operator));
        }
        match sign {
            "," | ";" | ".." | "..=" => Ok(None),
            "." => self.after_dot(tokens, before),
            "'" => self.prime(tokens),
            "#" if tokens.group_ahead(1, Delimiter::Bracket).is_none() => {
                let sign = tokens.place();
                tokens.skip_line();
                self.refuse(sign, messages::comment())
            }
            "#" => self.refuse(tokens.place().to(tokens.place_ahead(1)), messages::documentation_in_step()),
            _ => self.no_operator(tokens, sign, before),
        }
    }

    /// A sign after an operand that is no operator.
    fn no_operator<T>(&mut self, tokens: &mut Tokens, sign: &str, before: Operand) -> Read<T> {
        let place = tokens.place();
        let (left, right) = (self.text(before.id), tokens.operand_ahead(sign.len()));
        match refused::infix(sign, &left, right.as_deref().unwrap_or("…")) {
            Some(message) => self.refuse(place, message),
            None => self.refuse_next(tokens, "an operator or the end of the formula", "`+`, `*`, `@` or `;`"),
        }
    }

    /// `a > b ? c : d`
    fn ternary<T>(&mut self, tokens: &mut Tokens, stacks: &mut Stacks) -> Read<T> {
        self.reduce(stacks, Level::Or, false)?;
        let condition = stacks.operands.last().map(|whole| self.text(whole.id)).unwrap_or_default();
        let place = tokens.place();
        tokens.take_sign("?");
        let value = tokens.text_until(&[":", ";"]);
        tokens.take_sign(":");
        let other = tokens.text_until(&[";", ","]);
        self.refuse(place, messages::ternary(condition, value, other))
    }

    /// Two operands without an operator between them.
    fn side_by_side<T>(&mut self, tokens: &mut Tokens, before: Operand, depth: usize) -> Read<T> {
        if let Kind::Name(word) = &self.expressions[before.id].kind
            && let Some(sign) = refused::sign_of_word(word).filter(|sign| *sign == "!")
        {
            return self.refuse(self.place(before), messages::word_operator(word, sign));
        }
        if let Some(word) = tokens.word().cloned()
            && let Some(sign) = refused::sign_of_word(&word)
        {
            return self.refuse(&word, messages::word_operator(&word, sign));
        }
        if begins_statement(tokens) || (depth == 0 && tokens.is_at_line_start()) {
            return self.refuse(tokens.previous(), messages::missing_semicolon());
        }
        if tokens.is_word("as") {
            return self.refuse(tokens.place(), messages::cast());
        }
        if let Some(message) = tokens.word().and_then(refused::word) {
            return self.refuse(tokens.place(), message);
        }
        let text = self.operand_text(before.id, Level::Product);
        if tokens.group(Delimiter::Parenthesis).is_some() {
            return self.refuse(self.place(before).to(tokens.place()), messages::call_of_value(text));
        }
        let found = tokens.found().unwrap_or_default();
        self.refuse(self.place(before).to(tokens.place()), messages::side_by_side(text, found))
    }

    /// `x.tanh()`, `x.T`, `a .* b`
    fn after_dot<T>(&mut self, tokens: &mut Tokens, before: Operand) -> Read<T> {
        let text = self.text(before.id);
        let whole = self.place(before);
        let Some(name) = tokens.word_ahead(1).cloned() else {
            return self.refuse(tokens.place(), messages::dot(text));
        };
        if name == "T" || name == "t" {
            return self.refuse(whole.to(&name), messages::transposed(text, name));
        }
        if let Kind::Name(module) = &self.expressions[before.id].kind
            && refused::is_library(module)
        {
            return self.refuse(whole, messages::library(module, plain_name(tokens)));
        }
        let Some(arguments) = tokens.group_ahead(2, Delimiter::Parenthesis) else {
            return self.refuse(whole.to(&name), messages::field(&name));
        };
        let others = if arguments.stream().is_empty() { String::new() } else { format!(", {}", contents(arguments)) };
        let place = whole.to(arguments.span());
        self.refuse(place, messages::method_call(&name, text, others))
    }
}

/// What comes after `torch`, such as `.nn.functional.relu(x)`, as it is called here: `relu(x)`.
fn plain_name(tokens: &mut Tokens) -> String {
    let mut name = String::new();
    while tokens.take_sign(".").is_some() {
        let Some(word) = tokens.word().cloned() else { break };
        tokens.next();
        name = word.to_string();
    }
    let name = if name == "where" { "select" } else { &name };
    let arguments = tokens.group(Delimiter::Parenthesis);
    if let Some(array) = arguments.and_then(array_of) {
        return call_of_array(name, &array);
    }
    match arguments {
        Some(arguments) => format!("{name}({})", contents(arguments)),
        None => name.to_owned(),
    }
}
