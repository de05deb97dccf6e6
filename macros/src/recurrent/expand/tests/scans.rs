//! The loops and the plan of a small cell.

use super::{expanded, part};
use crate::recurrent::functions::{FUNCTIONS, Function};
use crate::recurrent::typed::print::{binary_name, unary_name};
use std::collections::BTreeSet;

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
    let expected = "\
fn element<T: __simd::Token>(token: T, x: __scan::Reads<F, 1, 2>) -> [F; 3] {
    let __rate = x.scalar(0);
    let __x = x[0];
    let __h = x[1];
    let __c0 = F::from_f64(2.0);
    let __c1 = F::from_f64(0.25);
    let __open = (__x > __h) & (!(__x > __c0));
    let __v8 = __simd::tanh(token, __x);
    let __h_14 = if __open { __v8 } else { __c1 - __rate * (__h - F::ONE) };
    [__simd::number(__open), __v8, __h_14]
}";
    assert_eq!(part(&expanded(GATE), "fn element<"), expected);
}

#[test]
fn a_plan() {
    let expected = r#"pub fn plan() -> &'static ::recurve::Plan {
    use ::recurve::__private::scan::PlanText as __PlanText;
    const TEXT: &[&::core::primitive::str] = &[
        "cell Gate: N",
        "hyper rate",
        "input x: [N]",
        "state h: [N]",
        "output: [N] = state 0",
        "region 0: next 0",
        "region 1..3: saved [N]",
        "region 3: hyper 0",
        "region 4: input 0",
        "region 5: state 0",
        "region 6: d state 0",
        "region 7: d input 0",
        "region 8: all [N]",
        "region 9: d output 0",
        "region 10: d next 0",
        "kernel 0: 8 operations, 1 transcendentals `open` `tanh(x)` `h`",
        "kernel 1: 4 operations, 0 transcendentals `d h` `neg(… * rate)`",
        "kernel 2: 4 operations, 0 transcendentals `… * (1 - square(…))`",
        "forward step",
        "run 0 [N]: 3; 4, 5 -> 2, 1, 0",
        "backward step",
        "run 1 [N]: 3; 9, 10, 2 -> 8, 6",
        "backward all",
        "run 2 [N]: 2, 8, 1 -> 7",
    ];
    static PLAN: __PlanText = __PlanText::new(TEXT);
    PLAN.plan()
}"#;
    assert_eq!(part(&expanded(GATE), "pub fn plan("), expected);
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
            state h: [N];
            state i: [N];
            step(x: [N], token: [N]) -> [N] {
                let a = tanh(x0 * h + x * to_a);
                let c0 = a * n + token * 0.3 + i;
                h = (c0 - 0.3) * h;
                i = a + h;
                c0
            }
        }",
    );
    let functions: Vec<&str> = text.split("        fn element<").skip(1).collect();
    assert!(functions.len() > 2, "{text}");
    for function in functions {
        let function = &function[..function.find("\n        }\n").expect("the end of a function")];
        let declared = function.lines().map(str::trim);
        let declared = declared.filter_map(|line| line.strip_prefix("let ")?.split_once(" = ").map(|pair| pair.0));
        let names: Vec<&str> = declared.collect();
        let different: BTreeSet<&&str> = names.iter().collect();
        assert_eq!(names.len(), different.len(), "{function}");
    }
}
