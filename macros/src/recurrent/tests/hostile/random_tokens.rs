//! Words of the language in any order.

use super::all_survive;
use crate::recurrent::tests::random::Random;

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "cell", "param", "buffer", "hyper", "state", "context", "fn", "step", "let", "pub", "crate", "if", "match", "for", "mut",
    "D", "H", "K", "x", "h", "w", "gate", "pi", "inf", "zeros", "learned", "uniform", "split", "concat", "tanh", "sum",
    "transpose", "identity", "select", "stop_gradient", "floor", "self", "Self", "r#fn", "_", "_x", "__x", "größe", "0", "1",
    "2", "0.5", "1e9", "18446744073709551616", "1f32", "2H", "'a", "'c'", "\"text\"", "b\"text\"", "1e-400", "0x1F",
    "=", "==", "+=", "->", "=>", ":", "::", ";", ",", ".", "..", "..=", "+", "-", "*", "/", "%", "^", "@", "<", "<=", ">",
    ">=", "!", "!=", "&", "&&", "|", "||", "?", "#", "$", "~", "(", ")", "[", "]", "{", "}", "()", "[]", "{}", "[H]", "[H, D]",
];

#[test]
fn random_words_anywhere() {
    all_survive(600, |inputs| {
        let mut random = Random::new(4);
        for _ in 0..1600 {
            let words = words(&mut random);
            let source = match random.below(6) {
                0 => words,
                1 => format!("cell C(input: D) {{ {words} }}"),
                2 => format!("cell C({words}) {{ param w: [D] = zeros; step(x: [D]) -> [D] {{ x + w }} }}"),
                3 => format!("cell C(input: D) {{ state h: [D]; step(x: [D]) -> [D] {{ {words} }} }}"),
                4 => format!("cell C(input: D) {{ state h: [D]; step(x: [D]) -> [D] {{ h = {words}; x }} }}"),
                _ => format!("cell C(input: D) {{ param w: {words}; step(x: [D]) -> {words} {{ x + w }} }}"),
            };
            if !source.trim().is_empty() {
                inputs.source(&source);
            }
        }
    });
}

/// Brackets are closed, as the compiler hands on nothing else.
fn words(random: &mut Random) -> String {
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    for _ in 0..random.between(1, 14) {
        let word = *random.pick(WORDS);
        match word {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" if open.last() != Some(&word) => continue,
            ")" | "]" | "}" => drop(open.pop()),
            _ => {}
        }
        text.push_str(word);
        text.push(' ');
    }
    open.into_iter().rev().for_each(|bracket| text.push_str(bracket));
    text
}
