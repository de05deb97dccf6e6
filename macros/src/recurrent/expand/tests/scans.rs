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
fn __loop0<F: ::recurve::Float, T: __simd::Token>(
    token: T,
    n: ::core::primitive::usize,
    __rate: F,
    __x: &[F],
    __h: &[F],
    __to_open: &mut [F],
    __to_v8: &mut [F],
    __to_h_14: &mut [F],
) {
    let __c0 = F::from_f64(2.0);
    let __c1 = F::from_f64(0.25);
    for i in 0..n {
        let __open = (__x[i] > __h[i]) & (!(__x[i] > __c0));
        let __v8 = __simd::tanh(token, __x[i]);
        let __h_14 = if __open { __v8 } else { __c1 - __rate * (__h[i] - F::ONE) };
        __to_open[i] = __simd::number(__open);
        __to_v8[i] = __v8;
        __to_h_14[i] = __h_14;
    }
}";
    assert_eq!(part(&expanded(GATE), "fn __loop0<"), expected);
}

#[test]
fn a_plan() {
    let expected = "\
pub fn plan() -> &'static ::recurve::Plan {
    use ::recurve::__private::scan as __scan;
    static PLAN: ::std::sync::OnceLock<::recurve::Plan> = ::std::sync::OnceLock::new();
    PLAN.get_or_init(|| {
        let mut plan = __scan::Builder::new(\"Gate\", &[\"N\"]);
        plan.size(&[(1, &[0])]);
        plan.size(&[(1, &[])]);
        plan.size(&[]);
        plan.hyper(\"rate\");
        plan.input(\"x\", &[0]);
        plan.state(\"h\", &[0]);
        plan.output(
            ::core::option::Option::None,
            &[0],
            ::core::option::Option::Some(0),
        );
        plan.region(__scan::Source::Next(0), 0);
        plan.region(__scan::Source::Value(__scan::Rows::SAVED), 0);
        plan.region(__scan::Source::Value(__scan::Rows::SAVED), 0);
        plan.region(__scan::Source::Hyper(0), 1);
        plan.region(__scan::Source::Input(0), 0);
        plan.region(__scan::Source::State(0), 0);
        plan.region(__scan::Source::StateAdjoint(0), 0);
        plan.region(__scan::Source::InputAdjoint(0), 0);
        plan.region(__scan::Source::Value(__scan::Rows::All), 0);
        plan.region(__scan::Source::OutputAdjoint(0), 0);
        plan.region(__scan::Source::NextAdjoint(0), 0);
        plan.kernel(&[\"open\", \"tanh(x)\", \"h\"], 8, 1);
        plan.kernel(&[\"d h\", \"neg(… * rate)\"], 4, 0);
        plan.kernel(&[\"… * (1 - square(…))\"], 4, 0);
        plan.forward(__scan::Frequency::Step);
        plan.run(
            0,
            0,
            &[(3, 2, 1)],
            &[(4, 2, 0), (5, 2, 0)],
            &[(2, 2, 0), (1, 2, 0), (0, 2, 0)],
        );
        plan.backward(__scan::Frequency::Step);
        plan.run(
            1,
            0,
            &[(3, 2, 1)],
            &[(9, 2, 0), (10, 2, 0), (2, 2, 0)],
            &[(8, 2, 0), (6, 2, 0)],
        );
        plan.backward(__scan::Frequency::All);
        plan.run(2, 0, &[], &[(2, 2, 0), (8, 2, 0), (1, 2, 0)], &[(7, 2, 0)]);
        plan.finish()
    })
}";
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
    let functions: Vec<&str> = text.split("    fn __loop").skip(1).collect();
    assert!(functions.len() > 2, "{text}");
    for function in functions {
        let function = &function[..function.find("\n    }\n").expect("the end of a function")];
        let declared = function.lines().map(str::trim).filter_map(|line| {
            let argument = line.split_once(": ").filter(|(_, kind)| kind.ends_with(',')).map(|pair| pair.0);
            line.strip_prefix("let ").and_then(|line| line.split_once(" = ")).map(|pair| pair.0).or(argument)
        });
        let names: Vec<&str> = declared.collect();
        let different: BTreeSet<&&str> = names.iter().collect();
        assert_eq!(names.len(), different.len(), "{function}");
    }
}
