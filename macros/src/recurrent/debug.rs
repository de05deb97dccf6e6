//! What the phases found, for somebody who wants to see.

use super::tape::Program;
use super::{syntax, typed};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::fmt::Write;

/// The environment variable with the name of a cell.
const VARIABLE: &str = "RECURVE_DEBUG";

/// Prints all phases' results if `RECURVE_DEBUG` has the name of the cell.
pub(crate) fn print(cell: &syntax::Cell, typed: &typed::Cell, program: &Program, items: &TokenStream) {
    if std::env::var(VARIABLE).is_ok_and(|name| cell.name == name) {
        // not `eprintln!`, which panics where nobody listens
        let text = text(cell, typed, program, items);
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    }
}

fn text(cell: &syntax::Cell, typed: &typed::Cell, program: &Program, items: &TokenStream) -> String {
    let name = &typed.name;
    let equations = syntax::print::cell(cell);
    let mut text =
        format!("== {name}: equations as they are read\n{equations}\n== {name}: values of one example\n{typed}");
    let program = program.text(typed);
    let _ = write!(text, "\n== {name}: a step on tensors\n{program}\n\n== {name}: items\n");
    let mut lines = Lines { text, indent: 0, line_begins: true };
    lines.stream(items);
    lines.text + "\n"
}

/// Tokens with a line break after `;`, `,` in braces, and around braces.
struct Lines {
    text: String,
    indent: usize,
    line_begins: bool,
}

impl Lines {
    fn stream(&mut self, tokens: &TokenStream) {
        let mut joint = true;
        for token in tokens.clone() {
            match &token {
                TokenTree::Group(group) => self.group(group),
                TokenTree::Punct(punct) => {
                    let close = matches!(punct.as_char(), ';' | ',' | '.' | ':' | '?');
                    self.word(&punct.to_string(), joint || close);
                }
                TokenTree::Ident(_) | TokenTree::Literal(_) => self.word(&token.to_string(), joint),
            }
            joint = is_joint(&token);
            if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';') {
                self.end_line();
            }
        }
    }

    fn group(&mut self, group: &proc_macro2::Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
            Delimiter::Brace => return self.block(group),
        };
        self.word(open, true);
        self.stream(&group.stream());
        self.word(close, true);
    }

    fn block(&mut self, group: &proc_macro2::Group) {
        self.word("{", false);
        self.end_line();
        self.indent += 1;
        self.stream(&group.stream());
        self.end_line();
        self.indent -= 1;
        self.word("}", false);
        self.end_line();
    }

    fn word(&mut self, word: &str, joint: bool) {
        if self.line_begins {
            self.text.push_str(&"    ".repeat(self.indent));
        } else if !joint {
            self.text.push(' ');
        }
        self.line_begins = false;
        self.text.push_str(word);
    }

    fn end_line(&mut self) {
        if !self.line_begins {
            self.text.push('\n');
            self.line_begins = true;
        }
    }
}

/// Whether the next token follows without a space.
fn is_joint(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => {
            punct.spacing() == Spacing::Joint || matches!(punct.as_char(), '.' | '&' | '#' | ':' | '!')
        }
        TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}
