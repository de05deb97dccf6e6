//! One mistake costs one line.

use super::{cell, first_lines, read, underlined};
use crate::recurrent::syntax::Declaration;

#[test]
fn each_declaration_is_read_for_itself() {
    let source = "cell A(input: D, hidden: H) {
        parm a: [D] = zeros;
        param b: (D) = zeros;
        param c: [D] = zeros;
        state h [H];
        hyper leak = 2H;
        context m: [D] = zeros;
        fn gate(a) { a }
        buffer mask: [D] zeros;
        step(x: [D]) -> [D] { x }
    }";
    assert_eq!(underlined(source), ["parm", "(D)", "[H]", "2H", "m", "gate", "zeros"]);
}

#[test]
fn each_statement_is_read_for_itself() {
    let source = "cell A(input: D) { step(x: [D]) -> [D] {
        let a = x ^ 2;
        let mut b = x;
        let c = x;
        h += x;
        if x > 0 { h = x; } else { h = -x; }
        for i in 0..3 { h = x; }
        let d = x.tanh();
        a = f(1, 2;
        );
        let = 1;
        x b
    } }";
    assert_eq!(underlined(source), ["^", "mut", "+=", "if", "for", "x.tanh()", ";", "=", "x b"]);
}

#[test]
fn each_cell_is_read_for_itself() {
    let source = "
        cell A(input: [D]) { step(x: [D]) -> [D] { x } }
        struct B { weight: Tensor }
        cell C(input: D) { step(x: [D]) -> [D] { x } }
        pub cel D(input: E) { step(x: [E]) -> [E] { x % 2 } }
        cell E(input: D);
        cell F { step(x: [1]) -> [1] { x } }";
    assert_eq!(underlined(source), ["[D]", "struct", "cel", "%", ";", "F"]);
    let (input, _) = read(source);
    let found: Vec<(String, bool)> = input.cells.iter().map(|cell| (cell.name.to_string(), cell.sound)).collect();
    let expected = [("A", false), ("C", true), ("D", false), ("F", false)];
    assert_eq!(found, expected.map(|(name, sound)| (name.to_owned(), sound)));
}

#[test]
fn mistakes_in_all_parts_of_a_cell_add_up() {
    let source = "
        #[derive(Clone)]
        cell A<F>(input: D, hidden) {
            param w: Tensor = zeros;
            step(x, y: [D]) -> D {
                let r = x ** 2;
            }
        }";
    assert_eq!(underlined(source), ["#[derive(Clone)]", "<F>", "hidden", "Tensor", "x", "D", "**"]);
}

#[test]
fn lines_without_a_semicolon_cost_no_other_line() {
    let source = "cell A(input: D) {
        param a: [D] = zeros
        param b: [D]
        state h: [D]
        hyper c = 1
        fn f(a) = a
        step(x: [D]) -> [D] {
            let r = x
            h = r + 1
            let (i, f) = split(h, 2)
            h
        }
    }";
    let lines = first_lines(source);
    let semicolons = lines.iter().filter(|line| *line == "expected `;` after this").count();
    assert_eq!((lines.len(), semicolons), (8, 7), "{lines:?}");
}

#[test]
fn what_a_stub_needs_is_kept() {
    let source = "
        /// Broken.
        pub(crate) cell A(input: D, hidden: H, 3) {
            param w, u: [H, D] = 0;
            param v: Tensor = zeros;
            buffer b: [H];
            hyper leak: [] = 1;
            state h: [H] = 3;
            context m: D;
            step(x: [D], y) -> [H] { x }
        }";
    let (input, _) = read(source);
    let cell = &input.cells[0];
    assert_eq!((cell.attributes.len(), cell.header.len(), cell.declarations.len()), (1, 2, 6));
    assert!(matches!(cell.visibility, syn::Visibility::Restricted(_)));
    let Declaration::Parameter(members) = &cell.declarations[0] else { panic!("the first line declares parameters") };
    assert_eq!((members.names.len(), members.shape.axes.len()), (2, 2));
    assert_eq!((cell.step.inputs.len(), cell.step.outputs.len()), (1, 1));
}

#[test]
fn a_missing_tail_is_no_second_mistake() {
    assert_eq!(underlined("cell A(input: D) { step(x: [D]) -> [D] { h = x ^ 2; } }"), ["^"]);
    assert_eq!(underlined("cell A(input: D) { stp(x: [D]) -> [D] { x } }"), ["stp"]);
}

#[test]
fn contextual_words_do_not_confuse_recovery() {
    let source = "cell A(input: D) {
        param state: [D] = zeros;
        param step: [D] = uniform(step + 1 ^ 2);
        state param: [D];
        step(x: [D]) -> [D] { let context = step + param; param = state ^ context; param }
    }";
    assert_eq!(underlined(source), ["^", "^"]);
    assert!(cell(&source.replace(" ^ ", " + ")).sound);
}
