//! Rust and mathematics that the language of cells has other words for.

use crate::recurrent::messages::syntax as messages;
use proc_macro2::Ident;

/// The words that are no names in Rust without `r#`, in any edition.
const RUST_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

pub(super) fn is_keyword(word: &Ident) -> bool {
    RUST_KEYWORDS.iter().any(|keyword| word == keyword)
}

/// Words that are no names with `r#` either.
pub(super) fn is_never_a_name(word: &Ident) -> bool {
    ["self", "Self", "super", "crate"].iter().any(|keyword| word == keyword)
}

/// What to write instead of a keyword of Rust in a formula or at the beginning of a statement.
pub(super) fn word(word: &Ident) -> Option<String> {
    if !is_keyword(word) {
        return None;
    }
    Some(match word.to_string().as_str() {
        "if" | "else" => messages::condition(word),
        "match" => messages::pattern_match(),
        "for" | "while" | "loop" | "break" | "continue" => messages::repetition(word),
        "return" => messages::early_return(),
        "mut" => messages::mutable(),
        "move" => messages::closure(),
        "true" | "false" => messages::truth(word),
        "let" => messages::let_inside(),
        "fn" => messages::declaration_in_step(word),
        "self" | "Self" => messages::own_value(word),
        "as" => messages::cast(),
        "const" | "static" => messages::constant_item(word),
        _ => messages::keyword_as_value(word),
    })
}

/// Names under which other libraries keep their functions.
const LIBRARIES: &[&str] = &["F", "jax", "jnp", "math", "mx", "nn", "np", "numpy", "ops", "scipy", "tf", "torch"];

pub(super) fn is_library(word: &Ident) -> bool {
    LIBRARIES.iter().any(|library| word == library)
}

/// The sign for a word that is an operator in other languages.
pub(super) fn sign_of_word(word: &Ident) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[("and", "&&"), ("or", "||"), ("not", "!")];
    WORDS.iter().find(|(name, _)| word == name).map(|(_, sign)| *sign)
}

/// What to write instead of a sign before a value.
pub(super) fn prefix(sign: &str) -> Option<String> {
    Some(match sign {
        "+" => messages::unary_plus(),
        "&" | "&&" => messages::reference(sign),
        "*" | "**" => messages::dereference(sign),
        "|" | "||" => messages::closure(),
        "~" => messages::tilde(),
        ".." | "..=" => messages::range_outside(),
        _ => return None,
    })
}

/// What to write instead of a sign after a value.
pub(super) fn infix(sign: &str, left: &str, right: &str) -> Option<String> {
    Some(match sign {
        "^" => messages::caret(left, right),
        "**" => messages::double_star(left, right),
        "%" => messages::percent(left, right),
        "&" => messages::single_and(),
        "|" => messages::single_or(),
        "=" => messages::equals_sign(left, right),
        "+=" | "-=" | "*=" | "/=" | "%=" | "^=" | "&=" | "|=" => messages::assignment_inside(sign),
        ".*" | "./" | ".+" | ".-" | ".^" => messages::dotted_operator(sign, dotless(sign)),
        "<<" | ">>" | "<<=" | ">>=" => messages::shift(sign),
        "?" => messages::question_mark(),
        "!" => messages::factorial(),
        "::" => messages::path("name"),
        _ => return None,
    })
}

/// An example with the operator that is meant.
fn dotless(sign: &str) -> String {
    match sign {
        ".^" => "pow(a, b)".to_owned(),
        _ => format!("a {} b", &sign[1..]),
    }
}
