//! Cells with about 10 000 tokens become items, which do not grow with the square of their size.

use crate::errors::Errors;
use crate::recurrent::{expand, ir, plan, syntax, tape};
use crate::recurrent::{resolve, shapes};
use std::fmt::Write;

/// What is written for a character of a cell, at most.
const LONGEST: usize = 200;

/// Lowers and expands a cell, and asserts that the result is as long as the cell is.
fn assert_short(what: &str, source: &str) {
    let tokens = format!("[::recurve] {source}").parse().expect("the source of a test has tokens");
    let mut errors = Errors::new();
    let input = syntax::parse(&mut errors, tokens);
    let names = resolve::resolve(&mut errors, &input.cells[0]);
    let typed = shapes::infer(&mut errors, &input.cells[0], &names);
    let mistakes = errors.drain();
    assert!(mistakes.is_empty(), "{what}: {}", mistakes[0]);
    let typed = typed.expect("a cell without mistakes");
    let program = tape::lower(&typed);
    let step = ir::optimise(ir::lower(&typed));
    let plan = plan::plan(&typed, &step);
    let items = expand::expand(&input.runtime, &input.cells[0], &typed, &program, &plan);
    let (source, items) = (source.len(), items.to_string().len());
    assert!(items < LONGEST * source, "{what}: {items} characters from {source}");
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        let _ = write!(text, "{} ", line(at));
        text
    })
}

#[test]
fn long_formulas() {
    let sum = vec!["h"; 5_000].join(" + ");
    assert_short("sum", &format!("cell A(size: N) {{ state h: [N]; step(x: [N]) -> [N] {{ h = {sum} * x; h }} }}"));
    let powers = vec!["tanh("; 200].join("") + "h" + &")".repeat(200);
    assert_short(
        "calls",
        &format!("cell A(size: N) {{ state h: [N]; step(x: [N]) -> [N] {{ h = {powers} * x; h }} }}"),
    );
    let parts = vec!["h"; 4_000].join(", ");
    assert_short(
        "parts",
        &format!("cell A(size: N) {{ state h: [N]; step(x: [N]) -> [N] {{ h = concat({parts})[..N] * x; h }} }}"),
    );
}

#[test]
fn many_lines() {
    let lets = lines(1_500, |at| format!("let a{} = a{at} * x;", at + 1));
    assert_short(
        "lets",
        &format!("cell A(size: N) {{ state h: [N]; step(x: [N]) -> [N] {{ let a0 = h; {lets} h = a1500; h }} }}"),
    );
    let parameters = lines(700, |at| format!("param p{at}: [N] = uniform(1 / N);"));
    let sum = (0..700).map(|at| format!("p{at}")).collect::<Vec<_>>().join(" + ");
    assert_short(
        "parameters",
        &format!("cell A(size: N) {{ {parameters} state h: [N]; step(x: [N]) -> [N] {{ h = h + x + {sum}; h }} }}"),
    );
    let states = lines(500, |at| format!("state s{at}: [N] = learned;"));
    let next = lines(500, |at| format!("s{at} = s{at} * x;"));
    assert_short("states", &format!("cell A(size: N) {{ {states} step(x: [N]) -> [N] {{ {next} s0 }} }}"));
}

#[test]
fn many_sizes() {
    let header = (0..700).map(|at| format!("size{at}: N{at}")).collect::<Vec<_>>().join(", ");
    let parameters = lines(699, |at| format!("param p{at}: [N{at}, N{at} + N{}] = zeros;", at + 1));
    let sum = (0..699).map(|at| format!("sum(sum(p{at}))")).collect::<Vec<_>>().join(" + ");
    assert_short(
        "sizes",
        &format!(
            "cell A({header}) {{ {parameters} state h: [N0]; step(x: [N0]) -> [N0] {{ h = h + x * ({sum}); h }} }}"
        ),
    );
}
