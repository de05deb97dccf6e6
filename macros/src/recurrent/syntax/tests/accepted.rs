//! The forms of the grammar.

use super::{cell, read, underlined};
use crate::recurrent::syntax::{Declaration, Start, Statement};

const ALL: &str = "
    /// Gated recurrent unit.
    #[must_use]
    pub(crate) cell Gru(input: D, hidden: H) {
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        param u_r, u_z, u_n: [H, H] = uniform(1 / sqrt(H));
        /// Biases.
        param b_r, b_z, b_n, c_n: [H]? = zeros;
        buffer mask: [H, 2 * H + 1] = identity;
        hyper leak = 1e-3;
        state h: [H];
        state c: [] = learned(normal(0.1));
        state d: [] = learned;
        context m: [K];
        fn gate(a, b) = sigmoid(a + b);
        fn two(a) = (a, a);

        step(x: [D], dt: []) -> (y: [H], [H]) {
            let r = gate(w_r @ x + u_r @ h + b_r, 1);
            let n: [H] = tanh(w_n @ x + b_n + r * (u_n @ h + c_n));
            let (i, f) = split(n, 2);
            h = (1 - z) * n + z * h[..H];
            (h, -r)
        }
    }";

/// The declarations of a cell with these lines.
fn declarations(lines: &str) -> Vec<Declaration> {
    cell(&format!("cell A(input: D) {{ {lines} step(x: [D]) -> [D] {{ x }} }}")).declarations
}

#[test]
fn a_cell_has_all_that_is_written() {
    let cell = cell(ALL);
    assert!(cell.sound);
    assert_eq!(cell.name, "Gru");
    assert_eq!((cell.attributes.len(), cell.header.len(), cell.declarations.len()), (2, 2, 11));
    assert_eq!((cell.step.inputs.len(), cell.step.outputs.len(), cell.step.statements.len()), (2, 2, 4));
    assert!(matches!(&cell.step.statements[1], Statement::Let { shape: Some(_), .. }));
    assert!(matches!(&cell.step.statements[2], Statement::LetTuple { names, .. } if names.len() == 2));
    assert!(matches!(&cell.step.statements[3], Statement::Assign { name, .. } if name == "h"));
}

#[test]
fn several_cells_stand_in_one_invocation() {
    let one = "cell A(input: D) { step(x: [D]) -> [D] { x } }";
    let (input, mistakes) = read(&format!("{one} #[cfg(test)] pub {}", one.replace('A', "B")));
    assert!(mistakes.is_empty());
    assert_eq!(input.cells.iter().map(|cell| cell.name.to_string()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn the_path_of_the_runtime_is_kept() {
    let (input, _) =
        super::read_tokens("[crate::neural] cell A(input: D) { step(x: [D]) -> [D] { x } }".parse().unwrap());
    assert_eq!(input.runtime.public("Cell").to_string(), "crate :: neural :: Cell");
}

#[test]
fn rule_02_each_header_argument_names_a_size_and_its_dimension() {
    let cell = cell("cell A(input: D, hidden: H, heads: K,) { step(x: [D]) -> [D] { x } }");
    let header: Vec<String> = cell.header.iter().map(|size| format!("{} {}", size.name, size.dimension)).collect();
    assert_eq!(header, ["input D", "hidden H", "heads K"]);
    for header in ["()", "", "(input)", "(input: [D])", "(3: D)", "(input: 3)", "(input: D hidden: H)", "(self: D)"] {
        assert_eq!(underlined(&format!("cell A{header} {{ step(x: [D]) -> [D] {{ x }} }}")).len(), 1, "{header}");
    }
}

#[test]
fn rule_03_words_of_the_language_are_names_elsewhere() {
    let cell = cell(
        "cell cell(cell: state, param: step) {
            param param, buffer: [state] = context(step);
            state state: [step] = hyper;
            fn hyper(step, context) = step * context;
            step(context: [state]) -> (cell: [step]) {
                let step = param + state(1);
                state = step;
                state
            }
        }",
    );
    assert!(cell.sound);
    assert_eq!(cell.name, "cell");
    assert!(matches!(&cell.step.statements[1], Statement::Assign { name, .. } if name == "state"));
}

#[test]
fn rule_03_keywords_of_rust_need_a_prefix() {
    let cell = cell("cell r#Type(input: D) { param r#in: [D] = zeros; step(r#type: [D]) -> [D] { r#type + r#in } }");
    assert_eq!(cell.step.inputs[0].name, "r#type");
    let source = "cell A(input: D) { param in, b: [D] = zeros; state loop: [D]; step(type: [D]) -> [D] { 1 } }";
    assert_eq!(underlined(source), ["in", "loop", "type"]);
}

#[test]
fn rule_03_names_that_begin_with_two_underscores_are_refused() {
    let source = "cell __A(__input: __D) { param a, __b: [D] = zeros; fn __f(__a) = 1; step(__x: [D]) -> [D] { 1 } }";
    assert_eq!(underlined(source), ["__A"]);
    assert_eq!(underlined(&source.replace("__A(", "A(")), ["__input", "__b", "__f", "__x"]);
    assert!(cell("cell _A(input: D) { step(_x: [D], a__b: [D]) -> [D] { 1 } }").sound);
}

#[test]
fn rule_06_there_are_no_other_statements() {
    for statement in ["if a { }", "match a { }", "for a in b { }", "while a { }", "loop { }", "return a;", "a += b;"] {
        let source = format!("cell A(input: D) {{ step(x: [D]) -> [D] {{ {statement} x }} }}");
        assert_eq!(underlined(&source).len(), 1, "{statement}");
    }
}

#[test]
fn rule_08_the_tail_has_up_to_eight_parts() {
    let step = |count: usize| {
        let (shapes, values) = (vec!["[D]"; count].join(", "), vec!["x"; count].join(", "));
        format!("cell A(input: D) {{ step(x: [D]) -> ({shapes}) {{ ({values}) }} }}")
    };
    assert_eq!(cell(&step(8)).step.outputs.len(), 8);
    assert_eq!(underlined(&step(9)).len(), 2);
    assert_eq!(cell(&step(1)).step.outputs.len(), 1);
}

#[test]
fn rule_12_numbers_have_no_suffixes() {
    for number in ["2H", "1f32", "0x1", "0b1", "0o7", "1e999", "1u8", "1.0f64"] {
        assert_eq!(
            underlined(&format!("cell A(input: D) {{ hyper a = {number}; step(x: [D]) -> [D] {{ x }} }}")),
            [number]
        );
    }
}

#[test]
fn rule_13_shapes_have_up_to_two_sizes() {
    let lines =
        declarations("context a: []; context b: [D,]; context c: [2 * D + 1, (D + 1) * 3]; context d: [D - 1, D / 2];");
    let ranks = lines.iter().map(|line| match line {
        Declaration::Context { shape, .. } => shape.axes.len(),
        _ => panic!("all lines declare contexts"),
    });
    assert_eq!(ranks.collect::<Vec<_>>(), [0, 1, 2, 2]);
    for shape in ["[D, D, D]", "[D; 2]", "(D)", "D", "3", "f32", "[1..2]", "[D D]", "&[D]"] {
        let source = format!("cell A(input: D) {{ context a: {shape}; step(x: [D]) -> [D] {{ x }} }}");
        assert_eq!(underlined(&source).len(), 1, "{shape}");
    }
}

#[test]
fn rule_14_slices_have_one_or_two_bounds() {
    for slice in ["x[1..2]", "x[..2]", "x[1..]", "x[D..D + 1]", "f(x)[1..]", "(x + 1)[..H]"] {
        assert!(super::with_tail(slice).sound);
    }
}

#[test]
fn rule_20_initialisers_take_expressions() {
    let lines = declarations(
        "param a: [D] = zeros; param b: [D] = uniform(-1, 1 / sqrt(D)); param c: [D] = constant(2 * D); param d: [] = ones();",
    );
    let counts = lines.iter().map(|line| match line {
        Declaration::Parameter(members) => members.initialiser.arguments.len(),
        _ => panic!("all lines declare parameters"),
    });
    assert_eq!(counts.collect::<Vec<_>>(), [0, 2, 1, 0]);
}

#[test]
fn rule_21_only_parameters_are_optional() {
    let lines = declarations("param a: [D]? = zeros; param b: [D] = zeros;");
    let optional = |line: &Declaration| matches!(line, Declaration::Parameter(members) if members.optional);
    assert_eq!(lines.iter().map(optional).collect::<Vec<_>>(), [true, false]);
    for line in ["buffer a: [D]? = zeros;", "state a: [D]?;", "context a: [D]?;"] {
        assert_eq!(underlined(&format!("cell A(input: D) {{ {line} step(x: [D]) -> [D] {{ x }} }}")), ["?"]);
    }
}

#[test]
fn rule_23_states_start_fixed_or_learned() {
    let lines =
        declarations("state a: [D]; state b: [D] = ones; state c: [D] = learned; state d: [D] = learned(normal(1));");
    let starts = lines.iter().map(|line| match line {
        Declaration::State { start: None, .. } => "nothing",
        Declaration::State { start: Some(Start::Fixed(_)), .. } => "fixed",
        Declaration::State { start: Some(Start::Learned { initialiser: None, .. }), .. } => "learned",
        Declaration::State { start: Some(Start::Learned { initialiser: Some(_), .. }), .. } => "learned from",
        _ => panic!("all lines declare states"),
    });
    assert_eq!(starts.collect::<Vec<_>>(), ["nothing", "fixed", "learned", "learned from"]);
}

#[test]
fn rule_24_helpers_are_one_formula_or_tuple() {
    assert_eq!(declarations("fn f() = 1; fn g(a, b,) = (a, b); fn h(a) = (a + 1) * 2;").len(), 3);
}

#[test]
fn rule_25_attributes_of_cells_and_declarations() {
    let source = "
        /// Doc.
        #[cfg(test)] #[cfg_attr(test, must_use)] #[allow(a)] #[warn(a)] #[deny(a)] #[forbid(a)] #[expect(a)]
        #[deprecated] #[must_use = \"b\"]
        cell A(input: D) {
            /// Doc.
            /// More.
            param a: [D] = zeros;
            /** Doc. */
            fn f(a) = a;
            step(x: [D]) -> [D] { x }
        }";
    let cell = cell(source);
    assert_eq!(cell.attributes.len(), 10);
    let Declaration::Parameter(members) = &cell.declarations[0] else { panic!("the first line declares a parameter") };
    assert_eq!(members.attributes.len(), 2);
}
