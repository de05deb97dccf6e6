//! Every short sequence of tokens in an attribute is either understood or refused with an error, and never a panic.

use super::Derive::{Module, State};
use super::{Derive, parse};
use crate::{module, state};

const WORDS: [&str; 11] = ["skip", "frozen", "rename", "crate", "bound", "=", "\"a\"", "\"\"", ",", "(x)", "a::b"];

#[test]
fn attributes_of_fields() {
    for inside in sequences() {
        check(Module, &format!("struct A {{ #[module({inside})] field: Linear, other: Linear }}"));
        check(State, &format!("struct A(#[state({inside})] Tensor);"));
    }
}

#[test]
fn attributes_of_types() {
    for inside in sequences() {
        check(Module, &format!("#[module({inside})] enum A<F: Float> {{ One(Param<F>), Two }}"));
        check(State, &format!("#[state({inside})] struct A<T>(T);"));
    }
}

/// There is always an impl, and an error in it if and only if there was a mistake.
fn check(derive: Derive, source: &str) {
    let input = parse(source);
    let tokens = match derive {
        Module => module::expand(&input),
        State => state::expand(&input),
    };
    let file: syn::File = syn::parse2(tokens).unwrap_or_else(|error| panic!("{source}: {error}"));
    let reports = file.items.iter().filter(|item| matches!(item, syn::Item::Macro(_))).count();
    let impls = file.items.iter().filter(|item| matches!(item, syn::Item::Impl(_))).count();
    assert!(impls > 0, "{source}");
    assert_eq!(reports, derive.mistakes(source).len(), "{source}");
}

/// All sequences of up to three words.
fn sequences() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut longest = 0;
    for _ in 0..3 {
        let previous = all[longest..].to_vec();
        longest = all.len();
        all.extend(previous.iter().flat_map(|start| WORDS.map(|word| format!("{start} {word}"))));
    }
    all
}
