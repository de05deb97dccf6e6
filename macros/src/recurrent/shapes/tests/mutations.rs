//! Cells with words in wrong places never make a panic, and are typed or have mistakes.

use super::mistakes::sources;
use crate::errors::Errors;
use crate::recurrent::typed::{Cell, Element, NodeId, Op, Stage};
use crate::recurrent::{resolve, shapes, syntax};

/// Words that could stand in a formula.
const WORDS: &[&str] = &[
    "h",
    "x",
    "w",
    "u",
    "b",
    "s",
    "dt",
    "m",
    "leak",
    "one",
    "D",
    "H",
    "K",
    "0",
    "1",
    "2",
    "0.5",
    "inf",
    "pi",
    "+",
    "-",
    "*",
    "/",
    "@",
    ">",
    "==",
    "&&",
    "||",
    "!",
    "..",
    "sum",
    "floor",
    "split",
    "concat",
    "identity",
    "select",
    "clamp",
    "stop_gradient",
    "layer_norm",
    "transpose",
    "diag",
    "dot",
    "outer",
    "zeros",
    "uniform",
    "learned",
    "orthogonal",
];

/// A fixed sequence of numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn words_in_wrong_places() {
    let mut dice = Dice(7);
    let sources: Vec<String> = sources().map(|source| source.cell()).filter(|cell| cell.len() < 1_000).collect();
    let mut reached = 0;
    for _ in 0..3_000 {
        let source = &sources[dice.below(sources.len())];
        reached += usize::from(is_read(&mutated(source, &mut dice)));
    }
    assert!(reached > 300, "only {reached} cells came as far as their shapes");
}

/// The cell with one or two of its words replaced by others.
fn mutated(source: &str, dice: &mut Dice) -> String {
    let spaced: String = source
        .chars()
        .map(|letter| match letter {
            '(' | ')' | '[' | ']' | ',' | ';' => format!(" {letter} "),
            other => other.to_string(),
        })
        .collect();
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    for _ in 0..1 + dice.below(2) {
        let at = dice.below(words.len());
        if !"()[]{}".contains(words[at]) {
            words[at] = WORDS[dice.below(WORDS.len())];
        }
    }
    words.join(" ")
}

/// Whether the cell has meanings for all names.
fn is_read(source: &str) -> bool {
    let mut errors = Errors::new();
    let Ok(tokens) = format!("[::recurve] {source}").parse() else { return false };
    let input = syntax::parse(&mut errors, tokens);
    let Some(cell) = input.cells.first().filter(|cell| cell.sound && errors.count() == 0) else {
        errors.drain();
        return false;
    };
    let names = resolve::resolve(&mut errors, cell);
    if !errors.drain().is_empty() {
        return false;
    }
    let typed = shapes::infer(&mut errors, cell, &names);
    let mistakes = errors.drain();
    assert_eq!(typed.is_none(), !mistakes.is_empty(), "{source}");
    typed.iter().for_each(|cell| assert_whole(cell, source));
    true
}

/// What later phases rely on.
fn assert_whole(cell: &Cell, source: &str) {
    for (at, node) in (0..).map(NodeId).zip(&cell.nodes) {
        let earlier = |id: NodeId| assert!(id < at, "{at} of {source}\n{cell}");
        node.op.operands().into_iter().for_each(earlier);
        match &node.op {
            Op::Local(local) => earlier(cell.locals[*local].value),
            Op::Next(state) => earlier(cell.next[*state]),
            _ => {}
        }
        if node.ty.stage == Stage::Constant {
            assert!(node.ty.shape.is_empty() && node.ty.element == Element::Real, "{at} of {source}\n{cell}");
        }
        let mismatch = node.op.operands().iter().any(|operand| cell.node(*operand).ty.stage > node.ty.stage);
        assert!(!mismatch, "{at} of {source}\n{cell}");
    }
    for (state, next) in cell.states.iter().zip(&cell.next) {
        assert_eq!(state.shape, cell.node(*next).ty.shape, "{source}\n{cell}");
    }
    assert_eq!(cell.next.len(), cell.states.len());
}
