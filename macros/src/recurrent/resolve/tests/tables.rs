//! The lists of names that other libraries use.

use crate::recurrent::functions::{FUNCTIONS, Function};
use crate::recurrent::resolve::fields::METHODS;
use crate::recurrent::resolve::foreign;
use std::fs;
use std::path::Path;

#[test]
fn lists_are_sorted() {
    assert!(METHODS.is_sorted());
    for table in [foreign::FUNCTIONS, foreign::NUMBERS, foreign::INITIALISERS, foreign::INITIALISERS_WITH_NUMBER] {
        assert!(table.is_sorted_by_key(|(name, _)| *name));
    }
    assert!(foreign::RANDOM.is_sorted());
}

#[test]
fn names_of_other_libraries_are_none_of_ours() {
    let tables = foreign::FUNCTIONS.iter().chain(foreign::NUMBERS).chain(foreign::INITIALISERS_WITH_NUMBER);
    for name in tables.map(|(name, _)| *name).chain(foreign::RANDOM.iter().copied()) {
        assert!(Function::named(name).is_none(), "`{name}` is a function");
    }
}

#[test]
fn what_is_advised_exists() {
    for (name, instead) in foreign::FUNCTIONS {
        for (before, _) in instead.match_indices('(') {
            let start = instead[..before].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
            let word = &instead[start..before];
            let exists = word.is_empty() || word == "let " || FUNCTIONS.iter().any(|function| function.name == word);
            assert!(exists, "`{word}` is advised for `{name}` and does not exist");
        }
    }
}

/// A size with the name of a method would hide it: each method of the traits must be in the list.
#[test]
fn methods_of_the_traits_are_refused_as_arguments_of_new() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src");
    for file in ["module/mod.rs", "module/cast.rs", "recurrent/cell.rs", "nn/forward.rs"] {
        let Ok(text) = fs::read_to_string(runtime.join(file)) else { continue };
        for name in methods(&text) {
            assert!(METHODS.contains(&name), "`{name}` of {file} is not in the list");
        }
    }
}

/// The methods of the public traits of a file that take `self` by reference or by value.
fn methods(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        inside = line.starts_with("pub trait ") || (inside && line != "}");
        if let (true, Some(rest)) = (inside, line.strip_prefix("    fn ")) {
            found.extend(rest.split(['(', '<']).next());
        }
    }
    found
}
