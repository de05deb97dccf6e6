//! Tokens at one level of brackets, and a place among them.

use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

/// The tokens between two brackets. Invisible brackets of an outer macro are looked through.
pub(super) struct Tokens {
    trees: Vec<TokenTree>,
    at: usize,
    /// The brackets themselves: where something is missing if there is nothing inside.
    around: Place,
}

/// Signs of more than one character, longer ones first; some of them exist to be refused as a whole.
const LONG_SIGNS: &[&str] = &[
    "..=", "...", "<<=", ">>=", "==", "=>", "->", "::", "..", "&&", "||", "+=", "-=", "*=", "/=", "%=", "^=", "&=",
    "|=", "<<", ">>", "<=", ">=", "!=", "**", ".*", "./", ".+", ".-", ".^",
];

/// Signs of one character.
const SHORT_SIGNS: &[&str] =
    &["+", "-", "*", "/", "@", "<", ">", "!", "=", ".", ",", ";", ":", "?", "%", "^", "&", "|", "~", "#", "$", "'"];

impl Tokens {
    pub(super) fn new(stream: TokenStream, around: Place) -> Self {
        Self { trees: visible(stream), at: 0, around }
    }

    /// What stands between these brackets.
    pub(super) fn inside(group: &Group) -> Self {
        Self::new(group.stream(), Place::from(group.span()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at == self.trees.len()
    }

    /// How many tokens were read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<&TokenTree> {
        self.trees.get(self.at)
    }

    /// The token after the next `distance` ones.
    pub(super) fn ahead(&self, distance: usize) -> Option<&TokenTree> {
        self.trees.get(self.at + distance)
    }

    pub(super) fn next(&mut self) -> Option<TokenTree> {
        let tree = self.trees.get(self.at).cloned();
        self.at += usize::from(tree.is_some());
        tree
    }

    /// The next token, if it is a word.
    pub(super) fn word(&self) -> Option<&Ident> {
        word(self.peek())
    }

    /// The word after the next `distance` tokens.
    pub(super) fn word_ahead(&self, distance: usize) -> Option<&Ident> {
        word(self.ahead(distance))
    }

    pub(super) fn is_word(&self, text: &str) -> bool {
        self.word().is_some_and(|word| word == text)
    }

    pub(super) fn take_word(&mut self, text: &str) -> Option<Ident> {
        let word = self.word().filter(|word| *word == text).cloned();
        self.at += usize::from(word.is_some());
        word
    }

    /// The brackets that come next, if they are of this kind.
    pub(super) fn group(&self, delimiter: Delimiter) -> Option<&Group> {
        self.group_ahead(0, delimiter)
    }

    pub(super) fn group_ahead(&self, distance: usize, delimiter: Delimiter) -> Option<&Group> {
        match self.ahead(distance) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    pub(super) fn take_group(&mut self, delimiter: Delimiter) -> Option<Group> {
        let group = self.group(delimiter).cloned();
        self.at += usize::from(group.is_some());
        group
    }

    /// The sign that comes next, as long as there are signs: `==` and not `=`.
    pub(super) fn sign(&self) -> Option<&'static str> {
        self.sign_ahead(0)
    }

    pub(super) fn sign_ahead(&self, distance: usize) -> Option<&'static str> {
        let Some(TokenTree::Punct(first)) = self.ahead(distance) else { return None };
        let written = |sign: &&&str| self.spells(self.at + distance, sign);
        let long = if first.spacing() == Spacing::Joint { LONG_SIGNS.iter().find(written) } else { None };
        long.or_else(|| SHORT_SIGNS.iter().find(written)).copied()
    }

    /// Reads this sign, if it comes next.
    pub(super) fn take_sign(&mut self, sign: &str) -> Option<Place> {
        if self.sign() != Some(sign) {
            return None;
        }
        let place = self.place();
        self.at += sign.len();
        Some(place)
    }

    fn spells(&self, at: usize, sign: &str) -> bool {
        let last = sign.len() - 1;
        sign.chars().enumerate().all(|(index, expected)| match self.trees.get(at + index) {
            Some(TokenTree::Punct(found)) => {
                found.as_char() == expected && (index == last || found.spacing() == Spacing::Joint)
            }
            _ => false,
        })
    }

    /// The next token or sign; without one the token before; without that the brackets around.
    pub(super) fn place(&self) -> Place {
        match self.peek() {
            None => self.previous(),
            Some(tree) => {
                let last = self.at + self.sign().map_or(1, str::len) - 1;
                Place::from(tree.span()).to(self.trees[last].span())
            }
        }
    }

    pub(super) fn last_read(&self) -> Option<&TokenTree> {
        self.at.checked_sub(1).map(|at| &self.trees[at])
    }

    /// Whether an operand or a comma must follow the token before, so that no line can begin here.
    pub(super) fn previous_is_sign(&self) -> bool {
        matches!(self.last_read(), Some(TokenTree::Punct(sign)) if sign.as_char() != ';')
    }

    /// The token after the next `distance` ones, of which there is one.
    pub(super) fn place_ahead(&self, distance: usize) -> Place {
        self.ahead(distance).map_or_else(|| self.place(), |tree| Place::from(tree.span()))
    }

    /// The token or sign before this place, or the brackets around.
    pub(super) fn previous(&self) -> Place {
        let Some(last) = self.at.checked_sub(1) else { return self.around };
        let is_before = |sign: &&&str| self.at.checked_sub(sign.len()).is_some_and(|at| self.spells(at, sign));
        let first = LONG_SIGNS.iter().find(is_before).map_or(last, |sign| self.at - sign.len());
        Place::from(self.trees[first].span()).to(self.trees[last].span())
    }

    /// All tokens since this position.
    pub(super) fn since(&self, position: usize) -> Place {
        match self.trees.get(position) {
            Some(first) if position < self.at => Place::from(first.span()).to(self.previous()),
            _ => self.place(),
        }
    }

    /// The next token or sign as a message shows it.
    pub(super) fn found(&self) -> Option<String> {
        if let Some(sign) = self.sign() {
            return Some(sign.to_owned());
        }
        Some(match self.peek()? {
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Parenthesis => "(…)".to_owned(),
                Delimiter::Bracket => "[…]".to_owned(),
                Delimiter::Brace => "{…}".to_owned(),
                Delimiter::None => contents(group),
            },
            other => shortened(&other.to_string()),
        })
    }

    /// A number or a name after the next `distance` tokens that is not the beginning of a call, a slice or a product.
    pub(super) fn operand_ahead(&self, distance: usize) -> Option<String> {
        let is_whole = !matches!(self.ahead(distance + 1), Some(TokenTree::Group(_)))
            && self.sign_ahead(distance + 1) != Some("@");
        match self.ahead(distance)? {
            TokenTree::Ident(name) if is_whole => Some(name.to_string()),
            TokenTree::Literal(number) if is_whole => Some(shortened(&number.to_string())),
            _ => None,
        }
    }

    /// Whether the next token is the first one of its line, as far as places have lines.
    pub(super) fn is_at_line_start(&self) -> bool {
        match (self.last_read(), self.peek()) {
            (Some(last), Some(next)) => last.span().end().line < next.span().start().line,
            _ => false,
        }
    }

    /// Goes on at the next line, as far as places have lines.
    pub(super) fn skip_line(&mut self) {
        let line = self.peek().map_or(0, |tree| tree.span().start().line);
        self.next();
        while line > 0 && self.peek().is_some_and(|tree| tree.span().start().line == line) {
            self.next();
        }
    }

    /// Reads up to one of these signs, as text.
    pub(super) fn text_until(&mut self, signs: &[&str]) -> String {
        let start = self.at;
        while !self.is_empty() && !self.sign().is_some_and(|sign| signs.contains(&sign)) {
            self.next();
        }
        let read = TokenStream::from_iter(self.trees[start..self.at].iter().cloned());
        contents(&Group::new(Delimiter::None, read))
    }

    /// Whether one of the tokens to come at this level is this sign.
    pub(super) fn has_sign(&self, sign: &str) -> bool {
        (self.at..self.trees.len()).any(|at| self.spells(at, sign))
    }
}

/// What stands between brackets, as one would write it.
pub(super) fn contents(group: &Group) -> String {
    // the text of brackets in brackets is written by recursion: a few of them fit into a message, thousands into no stack
    if depth_exceeds(group, 8) {
        return "…".to_owned();
    }
    shortened(&group.stream().to_string().replace(" ,", ","))
}

/// Whether there are more brackets in one another than this.
pub(super) fn depth_exceeds(group: &Group, levels: usize) -> bool {
    group.stream().into_iter().any(|tree| match tree {
        TokenTree::Group(inner) => levels == 0 || depth_exceeds(&inner, levels - 1),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// A text that fits into a message.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn word(tree: Option<&TokenTree>) -> Option<&Ident> {
    match tree {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

/// Takes the invisible brackets of an outer macro away, but not those that keep an expression together.
fn visible(stream: TokenStream) -> Vec<TokenTree> {
    let mut visible = Vec::new();
    let mut open = vec![stream.into_iter()];
    while let Some(trees) = open.last_mut() {
        match trees.next() {
            None => drop(open.pop()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None && !keeps_together(&group) => {
                open.push(group.stream().into_iter());
            }
            Some(tree) => visible.push(tree),
        }
    }
    visible
}

/// Whether these are the brackets of an `$x:expr` with operators: `$x * 2` is then the product that the user sees.
///
/// A statement, a visibility, a range or a single token stands as if it were written there.
fn keeps_together(group: &Group) -> bool {
    let inside = Tokens { trees: group.stream().into_iter().collect(), at: 0, around: Place::from(group.span()) };
    let mut operators = 0;
    let mut at = 0;
    while at < inside.trees.len() {
        let sign = inside.sign_ahead(at);
        match sign {
            Some("+" | "-" | "*" | "/" | "@" | "<" | ">" | "<=" | ">=" | "==" | "!=" | "&&" | "||" | "!") => {
                operators += 1;
            }
            Some("=" | ".." | "..=" | "," | ";" | ":" | "::" | "#" | "->") => return false,
            Some(_) | None => {}
        }
        at += sign.map_or(1, str::len);
    }
    operators > 0 && !inside.is_word("let")
}
