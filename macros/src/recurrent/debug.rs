//! What the phases found, for somebody who wants to see.

use super::ir::Step;
use super::plan::Plan;
use super::tape::Program;
use super::{diff, ir, syntax, typed};
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use std::fmt::Write;

/// The environment variable with the name of a cell.
const VARIABLE: &str = "RECURVE_DEBUG";

/// What there is to see.
pub(crate) struct Phases<'a> {
    pub(crate) typed: &'a typed::Cell,
    pub(crate) step: &'a Step,
    pub(crate) plan: &'a Plan,
    pub(crate) program: &'a Program,
    pub(crate) items: &'a TokenStream,
}

/// Prints all phases' results if `RECURVE_DEBUG` has the name of the cell.
pub(crate) fn print(cell: &syntax::Cell, phases: &Phases<'_>) {
    if std::env::var(VARIABLE).is_ok_and(|name| cell.name == name) {
        // not `eprintln!`, which panics where nobody listens
        let text = text(cell, phases);
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    }
}

fn text(cell: &syntax::Cell, phases: &Phases<'_>) -> String {
    let Phases { typed, step, plan, program, items } = phases;
    let name = &typed.name;
    let equations = syntax::print::cell(cell);
    let mut text =
        format!("== {name}: equations as they are read\n{equations}\n== {name}: values of one example\n{typed}");
    let _ = write!(text, "\n== {name}: a step of one example\n{}", ir::lower(typed).text(typed));
    let _ = write!(text, "\n== {name}: the same after all passes\n{}", step.text(typed));
    let _ = write!(text, "\n== {name}: its derivative\n{}", diff::reverse(step).optimised().text(typed));
    let _ = write!(text, "\n== {name}: the plan of a scan\n{}", plan.text(typed));
    let program = program.text(typed);
    let _ = write!(text, "\n== {name}: a step on tensors\n{program}\n\n== {name}: items\n");
    let mut lines = Lines { text, indent: 0, block: 0, last: Last::LineBreak };
    lines.stream(items);
    lines.text + "\n"
}

/// Tokens with line breaks after `;`, around braces and between texts, and spaces where a reader expects them.
struct Lines {
    text: String,
    indent: usize,
    /// The indent of the block, also inside of brackets, where lines that begin have none.
    block: usize,
    last: Last,
}

/// What was written last.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    LineBreak,
    Word,
    Sign(char),
    /// The next token belongs to it: the first sign of `->`, an opening bracket, the end of `::`.
    Joint(char),
}

impl Lines {
    fn stream(&mut self, tokens: &TokenStream) {
        for token in tokens.clone() {
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(punct) => self.sign(punct.as_char(), punct.spacing() == Spacing::Joint),
                TokenTree::Ident(_) | TokenTree::Literal(_) => {
                    let space = !matches!(self.last, Last::Sign('.' | '&' | '#' | '<' | '!' | '?' | '\'' | '$'));
                    self.write(&token.to_string(), space, Last::Word);
                }
            }
        }
    }

    fn sign(&mut self, sign: char, joint: bool) {
        let after_word = matches!(self.last, Last::Word | Last::Sign('>'));
        let space = match sign {
            ',' | ';' | '.' | '?' | '>' => false,
            ':' | '<' => !after_word && self.last != Last::Sign('<'),
            _ => !matches!(self.last, Last::Sign('<' | '&')),
        };
        let ends_path = sign == ':' && self.last == Last::Joint(':');
        let last = match self.last {
            _ if joint || ends_path => Last::Joint(sign),
            Last::Joint('-') => Last::Sign('='), // an arrow
            _ => Last::Sign(sign),
        };
        self.write(&sign.to_string(), space, last);
        if sign == ';' {
            self.end_line();
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ('(', ")"),
            Delimiter::Bracket if begins_with_text(group) => return self.texts(group),
            Delimiter::Bracket => ('[', "]"),
            Delimiter::None => return self.stream(&group.stream()),
            Delimiter::Brace => return self.block(group),
        };
        let space = matches!(self.last, Last::Sign('=' | ',' | '+' | '-' | '*' | '/' | ':'));
        self.write(&open.to_string(), space, Last::Joint(open));
        let attribute = self.text.ends_with("#[");
        let indent = std::mem::take(&mut self.indent);
        self.stream(&group.stream());
        self.indent = indent;
        self.write(close, false, Last::Word);
        if attribute {
            self.end_line();
        }
    }

    fn block(&mut self, group: &Group) {
        self.write("{", true, Last::Word);
        self.end_line();
        self.indent += 1;
        let outer = std::mem::replace(&mut self.block, self.indent);
        self.stream(&group.stream());
        self.end_line();
        self.block = outer;
        self.indent -= 1;
        self.write("}", false, Last::Word);
        self.end_line();
    }

    /// Each on a line.
    fn texts(&mut self, group: &Group) {
        self.write("[", false, Last::Word);
        let indent = std::mem::replace(&mut self.indent, self.block + 1);
        for token in group.stream() {
            match token {
                TokenTree::Literal(text) => {
                    self.end_line();
                    self.write(&text.to_string(), false, Last::Word);
                }
                other => self.write(&other.to_string(), false, Last::Word),
            }
        }
        self.end_line();
        self.indent = self.block;
        self.write("]", false, Last::Word);
        self.indent = indent;
    }

    fn write(&mut self, text: &str, space: bool, last: Last) {
        match self.last {
            Last::LineBreak => self.text.push_str(&"    ".repeat(self.indent)),
            Last::Word | Last::Sign(_) if space => self.text.push(' '),
            Last::Word | Last::Sign(_) | Last::Joint(_) => {}
        }
        self.text.push_str(text);
        self.last = last;
    }

    fn end_line(&mut self) {
        if self.last != Last::LineBreak {
            self.text.push('\n');
            self.last = Last::LineBreak;
        }
    }
}

/// Whether brackets hold a list of texts.
fn begins_with_text(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    tokens.next().is_some_and(|first| matches!(&first, TokenTree::Literal(text) if text.to_string().starts_with('"')))
}

#[cfg(test)]
mod tests {
    use super::{Last, Lines};
    use quote::quote;

    #[test]
    fn tokens_become_lines() {
        let tokens = quote! {
            #[automatically_derived]
            impl<F: ::recurve::Float> A for B<F> {
                type Input = (C<F>, D<F>);
                fn get(&self, input: &Self::Input) -> ::core::primitive::usize {
                    let [a, b] = self.__sizes()?;
                    let (x, y) = input;
                    static TEXT: Text = Text::new(&["a, b", "c"]);
                    a + b * (-x + 1.0).exp() - y.slice(-1, 0..2)
                }
            }
        };
        let mut lines = Lines { text: String::new(), indent: 0, block: 0, last: Last::LineBreak };
        lines.stream(&tokens);
        let expected = r#"#[automatically_derived]
impl<F: ::recurve::Float> A for B<F> {
    type Input = (C<F>, D<F>);
    fn get(&self, input: &Self::Input) -> ::core::primitive::usize {
        let[a, b] = self.__sizes()?;
        let(x, y) = input;
        static TEXT: Text = Text::new(&[
            "a, b",
            "c"
        ]);
        a + b * (- x + 1.0).exp() - y.slice(- 1, 0..2)
    }
}
"#;
        assert_eq!(lines.text, expected);
    }
}
