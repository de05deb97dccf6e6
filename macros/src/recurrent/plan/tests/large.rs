//! Plans of cells that are far too long.

use super::planned;

const MANY: usize = 3000;

/// The number of loops of the plan of a step.
fn loops(lines: &str) -> usize {
    let source = format!(
        "cell C(input: D) {{
            param w: [D, D] = zeros;
            state h: [D];
            step(x: [D]) -> [D] {{ {lines} }}
        }}"
    );
    planned(&source).1.kernels.len()
}

/// Each line is a formula of the line before, `v`.
fn chain(formula: &str) -> String {
    let line = |at: usize| format!("let v{} = {}; ", at + 1, formula.replace('v', &format!("v{at}")));
    let lines: String = (0..MANY).map(line).collect();
    format!("let v0 = h; {lines} h = v{MANY}; h")
}

/// Many values, and their sum of products.
fn fan(product: &str) -> String {
    let values: String = (0..MANY).map(|at| format!("let v{at} = tanh({at}.5 * h); ")).collect();
    let sum: String = (0..MANY).map(|at| product.replace('v', &format!("v{at}")) + " + ").collect();
    format!("{values} h = {sum} h; h")
}

#[test]
fn long_chains() {
    let formulas = ["tanh(v)", "w @ tanh(v)", "x * sum(v)", "concat(sin(v), x)[..D]", "concat(x, sin(v))[1..D + 1]"];
    let found = formulas.map(|formula| loops(&chain(formula)));
    assert_eq!(found, [2, 2 * MANY + 1, 2 * MANY + 3, 2, 2 * MANY + 1]);
}

#[test]
fn long_sums() {
    let steps = [
        format!("h = tanh({}h); h", "sin(x) + ".repeat(MANY)),
        format!("h = tanh({}h); h", "w @ h + ".repeat(MANY)),
        fan("w @ v"),
        fan("sum(v) * v"),
        format!("h = h + x; concat({}x)[..D]", "x, ".repeat(MANY)),
    ];
    assert_eq!(steps.map(|step| loops(&step)), [3, 3, 4, 4, 3]);
}
