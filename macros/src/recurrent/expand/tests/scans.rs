//! The loops and the plan of a small cell.

use super::{expanded, part};
use crate::recurrent::functions::{FUNCTIONS, Function};
use crate::recurrent::typed::print::{binary_name, unary_name};

const GATE: &str = "
    pub cell Gate(size: N) {
        hyper rate = 0.5;
        state h: [N];
        step(x: [N]) -> [N] {
            let open = x > h && !(x > 2);
            h = select(open, tanh(x), 0.25 - rate * (h - 1));
            h
        }
    }";

#[test]
fn a_loop() {
    assert_eq!(part(&expanded(GATE), "fn __loop0<"), "");
}

#[test]
fn a_plan() {
    assert_eq!(part(&expanded(GATE), "pub fn plan("), "");
}

#[test]
fn every_function_is_one_of_the_runtime() {
    let source = include_str!("../../../../../runtime/src/simd/elementwise.rs");
    let reexported = source.lines().find(|line| line.starts_with("pub use super::{")).expect("a list of functions");
    let is_there = |name: &str| {
        let words = reexported.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        source.contains(&format!("pub fn {name}<F: Float, T: Token>(")) || words.into_iter().any(|word| word == name)
    };
    for entry in FUNCTIONS {
        let name = match entry.function {
            Function::Unary(function) => unary_name(function),
            Function::Binary(function) => binary_name(function),
            _ => continue,
        };
        assert!(is_there(name), "{name}");
    }
}

#[test]
fn names_are_unique() {
    let text = expanded(
        "cell Same(size: N) {
            param x0, to_a, n: [N] = zeros;
            state h, i: [N];
            step(x: [N], token: [N]) -> [N] {
                let a = tanh(x0 * h + x * to_a);
                let c0 = a * n + token * 0.3 + i;
                h = c0 * h;
                i = a + h;
                c0
            }
        }",
    );
    for function in text.split("#[inline(always)]\n    fn __loop").skip(1) {
        let signature = &function[..function.find(") {").expect("a body")];
        let names: Vec<&str> =
            signature.lines().filter_map(|line| line.trim().split_once(": ")).map(|pair| pair.0).collect();
        let different: std::collections::BTreeSet<&&str> = names.iter().collect();
        assert_eq!(names.len(), different.len(), "{signature}");
        let lets: Vec<&str> = function
            .lines()
            .filter_map(|line| line.trim().strip_prefix("let ")?.split_once(" = "))
            .map(|pair| pair.0)
            .collect();
        assert!(lets.iter().all(|name| !names.contains(name)), "{function}");
    }
}
