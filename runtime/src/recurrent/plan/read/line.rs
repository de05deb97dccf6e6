//! The words, numbers and signs of a line.

use std::ops::Range;

/// What was expected where a line cannot be read.
#[derive(Debug)]
pub(super) struct Expected(pub(super) &'static str);

pub(super) type Read<T> = Result<T, Expected>;

/// What is left of a line. Spaces in front of anything mean nothing.
pub(super) struct Line(&'static str);

impl Line {
    pub(super) fn new(text: &'static str) -> Self {
        Self(text)
    }

    pub(super) fn rest(&self) -> &'static str {
        self.0
    }

    pub(super) fn end(&self) -> Read<()> {
        if self.0.trim_start().is_empty() { Ok(()) } else { Err(Expected("the end of the line")) }
    }

    pub(super) fn begins(&self, sign: &str) -> bool {
        self.0.trim_start().starts_with(sign)
    }

    pub(super) fn begins_with_digit(&self) -> bool {
        self.0.trim_start().starts_with(|letter: char| letter.is_ascii_digit())
    }

    /// Whether the line begins with a sign, which is then behind it.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(sign);
        rest.inspect(|rest| self.0 = rest).is_some()
    }

    pub(super) fn sign(&mut self, sign: &'static str) -> Read<()> {
        if self.take(sign) { Ok(()) } else { Err(Expected(sign)) }
    }

    fn until(&mut self, ends: impl FnMut(char) -> bool) -> &'static str {
        let text = self.0.trim_start();
        let (taken, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
        self.0 = rest;
        taken
    }

    /// A keyword, or nothing.
    pub(super) fn word(&mut self) -> &'static str {
        self.until(|letter| !letter.is_ascii_lowercase())
    }

    /// The text of a size, or nothing.
    pub(super) fn size(&mut self) -> &'static str {
        self.until(|letter| matches!(letter, ',' | '[' | ']' | '.' | ' '))
    }

    pub(super) fn number(&mut self) -> Read<usize> {
        self.until(|letter| !letter.is_ascii_digit()).parse().map_err(|_| Expected("a number"))
    }

    pub(super) fn real(&mut self) -> Read<f64> {
        self.until(|letter| letter == ' ').parse().map_err(|_| Expected("a real number before this"))
    }

    /// `3`, which is the range of one, or `3..5`.
    pub(super) fn range(&mut self) -> Read<Range<usize>> {
        let start = self.number()?;
        let end = if self.take("..") { self.number()? } else { start + 1 };
        Ok(start..end)
    }

    /// The number of the next part of a kind, of which there are `count`.
    pub(super) fn next_of(&mut self, count: usize) -> Read<()> {
        if self.number()? == count { Ok(()) } else { Err(Expected("the next number of its kind before this")) }
    }

    /// A name: a word, or a text that could not be read as one.
    pub(super) fn name(&mut self) -> Read<&'static str> {
        if self.begins("`") {
            return self.text();
        }
        let name = self.until(|letter| matches!(letter, ',' | ':' | ' '));
        if name.is_empty() { Err(Expected("a name")) } else { Ok(name) }
    }

    /// All texts that follow.
    pub(super) fn texts(&mut self) -> Read<Vec<&'static str>> {
        let mut texts = Vec::new();
        while self.begins("`") {
            texts.push(self.text()?);
        }
        Ok(texts)
    }

    /// Between backticks.
    fn text(&mut self) -> Read<&'static str> {
        self.sign("`")?;
        let mut escaped = false;
        let end = self.0.find(|letter| {
            let ends = letter == '`' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        let text = &self.0[..end.ok_or(Expected("a text with its end"))?];
        self.0 = &self.0[text.len() + 1..];
        Ok(if text.contains('\\') { without_escapes(text) } else { text })
    }

    /// One or more, between commas.
    pub(super) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// None or more, after a sign where there is any.
    pub(super) fn list_after<T>(&mut self, sign: &str, item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        if self.take(sign) { self.list(item) } else { Ok(Vec::new()) }
    }
}

/// Lives as long as the plan that is read, which is for ever.
fn without_escapes(text: &str) -> &'static str {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    plain.leak()
}
