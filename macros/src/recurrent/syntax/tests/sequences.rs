//! Every short sequence of tokens is read or refused, and never a panic.

use super::{cell, read};
use crate::recurrent::syntax::print;

const IN_FORMULAS: &[&str] = &[
    "a",
    "2",
    "2H",
    "f(a)",
    "(a, b)",
    "()",
    "[a..b]",
    "[..]",
    "{ a }",
    "-",
    "!",
    "@",
    "/",
    "<",
    "&&",
    "=",
    "+=",
    ".",
    "..",
    "^",
    ",",
    ";",
    "'a",
    "let",
    "if",
    "a =",
    "#[doc = \"a\"]",
    "::",
    "?",
];

const IN_CELLS: &[&str] = &[
    "param",
    "hyper",
    "state",
    "fn",
    "step",
    "a",
    "(x: [D])",
    "(a)",
    "[D]",
    "{ a }",
    ":",
    "=",
    "->",
    ",",
    ";",
    "?",
    "zeros",
    "learned",
    "1",
    "#[doc = \"a\"]",
    "#",
    "let",
    "<",
    "'a",
];

const OUTSIDE: &[&str] = &[
    "pub",
    "cell",
    "cel",
    "A",
    "(input: D)",
    "()",
    "{ step(x: [D]) -> [D] { x } }",
    "{}",
    ";",
    "<F>",
    "#[inline]",
    "#[must_use]",
    "#",
    "struct",
    "1",
    "->",
];

/// A cell is sound if and only if there are no mistakes in it, and then it can be printed and read again.
fn check(source: &str) {
    let (input, mistakes) = read(source);
    assert_eq!(input.cells.len(), 1, "{source}");
    let cell_read = &input.cells[0];
    assert_eq!(cell_read.sound, mistakes.is_empty(), "{source}");
    if cell_read.sound {
        let printed = print::cell(cell_read);
        assert_eq!(print::cell(&cell(&printed)), printed, "{source}");
    }
}

/// All sequences of up to this many words.
fn sequences(words: &[&str], longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut first = 0;
    for _ in 0..longest {
        let previous = all[first..].to_vec();
        first = all.len();
        all.extend(previous.iter().flat_map(|start| words.iter().map(move |word| format!("{start} {word}"))));
    }
    all
}

#[test]
fn statements() {
    for inside in sequences(IN_FORMULAS, 3) {
        check(&format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {inside} }} }}"));
    }
}

#[test]
fn formulas() {
    for inside in sequences(IN_FORMULAS, 2) {
        check(&format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ let y = {inside}; y }} }}"));
        check(&format!("cell A(input: D) {{ fn y(a) = {inside}; step(x: [D]) -> [{inside}] {{ x }} }}"));
    }
}

#[test]
fn declarations() {
    for inside in sequences(IN_CELLS, 2) {
        check(&format!("cell A(input: D) {{ {inside} step(x: [D]) -> [D] {{ x }} }}"));
    }
    for inside in sequences(IN_CELLS, 3) {
        check(&format!("cell A(input: D) {{ param a {inside}; step(x: [D]) -> [D] {{ x }} }}"));
    }
}

#[test]
fn cells() {
    for inside in sequences(OUTSIDE, 3) {
        let (input, mistakes) = read(&format!("cell A {inside}"));
        let all_sound = !input.cells.is_empty() && input.cells.iter().all(|cell| cell.sound);
        assert!(all_sound || !mistakes.is_empty(), "{inside}");
        let (input, mistakes) = read(&inside);
        assert!(!input.cells.is_empty() || !mistakes.is_empty(), "{inside}");
    }
}
