//! Cells as text.

use super::{cell, grouped, with_tail};
use crate::recurrent::syntax::{Cell, Declaration, Statement, print};

const GRU: &str = "\
/// Gated recurrent unit.
#[must_use]
pub(crate) cell Gru(input: D, hidden: H) {
    /// Into the unit.
    param w_r, w_z: [H, 2 * D + 1] = uniform(1 / sqrt(H));
    param b_r: [H]? = zeros;
    buffer mask: [H, H] = identity;
    hyper leak = 1e-5;
    state h: [H];
    state c: [] = ones;
    state d: [H] = learned(normal(0.1));
    state e: [H] = learned;
    context m: [K];
    fn gate(a, b) = (sigmoid(a + b), a);

    step(x: [D], dt: []) -> (y: [H], []) {
        let r: [H] = sigmoid(w_r @ x + m * (u_r @ h - b_r));
        let (i, f) = split(r, 2);
        h = (1 - i) * f / (leak * d) + -h[1..H + 1];
        (h, dt)
    }
}
";

#[test]
fn the_canonical_text_prints_as_itself() {
    assert_eq!(print::cell(&cell(GRU)), GRU);
    let small = "cell Sum(input: D) {\n    step(x: [D]) -> [] {\n        sum(x)\n    }\n}\n";
    assert_eq!(print::cell(&cell(small)), small);
}

#[test]
fn spaces_commas_and_parentheses_do_not_matter() {
    let source = "pub   cell A(input:D,hidden:H,){param w,:[H,D,]=zeros();
        step(x:[D],)->[H]{let r=((w@x));(r)+((1)*(2))}}";
    let source = source.replace("w,:", "w:");
    let expected = "\
pub cell A(input: D, hidden: H) {
    param w: [H, D] = zeros;

    step(x: [D]) -> [H] {
        let r = w @ x;
        r + 1 * 2
    }
}
";
    assert_eq!(print::cell(&cell(&source)), expected);
}

/// Formulas with no parentheses that could be left out.
const FORMULAS: &[&str] = &[
    "a - (b - c)",
    "a - (b + c)",
    "a - b + c",
    "a / (b / c)",
    "a / (b * c)",
    "a * (b / c)",
    "(a + b) * c",
    "a * b @ c",
    "(a * b) @ c",
    "(a @ b) @ c",
    "a @ b @ c",
    "a / (b @ c)",
    "a @ b / c",
    "(a / b) @ c",
    "-(a + b)",
    "-(a @ b)",
    "-a @ b",
    "a @ -b",
    "--a",
    "-f(a)[1..]",
    "(-a)[1..b]",
    "(a + b)[..2]",
    "(a < b) == c",
    "a < (b < c)",
    "!a < b",
    "(!a) < b",
    "!(a && b)",
    "!!a || b",
    "a && (b || c)",
    "a && (b && c)",
    "(a, b + 1)",
    "f(a, (b + c) * 2, -1)",
    "0.1 + 1e-5 + 1e300 + 123456789",
];

#[test]
fn formulas_keep_the_parentheses_that_they_need_and_no_others() {
    for formula in FORMULAS {
        let cell = with_tail(formula);
        assert_eq!(print::expression(&cell.expressions, cell.step.tail), *formula);
    }
}

#[test]
fn printed_formulas_read_as_the_same_structure() {
    let operators = ["@", "*", "/", "+", "-", "<", "==", "&&", "||"];
    let groupings = ["(a X b) Y c", "a X (b Y c)", "(-a) X (!b)", "-(a X b)", "!(a X b)", "(a X b)[c Y d..]"];
    for first in operators {
        for second in operators {
            for form in groupings {
                let source = form.replace('X', first).replace('Y', second);
                let cell = with_tail(&source);
                let printed = print::expression(&cell.expressions, cell.step.tail);
                let again = with_tail(&printed);
                let structure = |cell: &Cell| grouped(&cell.expressions, cell.step.tail);
                assert_eq!(structure(&cell), structure(&again), "{source} became {printed}");
                assert_eq!(print::expression(&again.expressions, again.step.tail), printed);
            }
        }
    }
}

#[test]
fn parts_of_cells_print_by_themselves() {
    let cell = cell(GRU);
    let Declaration::Helper { body, .. } = &cell.declarations[9] else { panic!("the last line is a helper") };
    assert_eq!(print::expression(&cell.expressions, *body), "(sigmoid(a + b), a)");
    assert_eq!(print::declaration(&cell.expressions, &cell.declarations[2]), "buffer mask: [H, H] = identity;");
    let Statement::Let { shape: Some(shape), .. } = &cell.step.statements[0] else { panic!("the first has a shape") };
    assert_eq!(print::shape(&cell.expressions, shape), "[H]");
    assert_eq!(print::statement(&cell.expressions, &cell.step.statements[1]), "let (i, f) = split(r, 2);");
    assert_eq!(print::signature(&cell.expressions, &cell.step), "step(x: [D], dt: []) -> (y: [H], [])");
}

#[test]
fn other_attributes_and_visibilities_read_as_the_same() {
    let source = "
        #[doc = \"two\\nlines\"]
        #[cfg(all(unix, feature = \"x\"))]
        #[deprecated = \"old\"]
        pub(in crate::cells) cell r#Type(input: D) {
            step(r#in: [D]) -> (y: [D]) { r#in }
        }";
    let printed = print::cell(&cell(source));
    assert_eq!(print::cell(&cell(&printed)), printed);
    assert!(printed.contains("pub(in crate::cells) cell r#Type(input: D)"), "{printed}");
    assert!(printed.contains("-> (y: [D]) {"), "{printed}");
}
