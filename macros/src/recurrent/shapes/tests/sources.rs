//! Cells with one part that a test is about.

/// What the rest of the cell is filled up for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// A formula of a `let`.
    Formula(&'static str),
    /// All that stands in `step`.
    Step(&'static str),
    /// Lines before `step`.
    Declaration(&'static str),
    /// Lines before `step`, and a formula.
    With(&'static str, &'static str),
    /// The whole cell.
    Cell(&'static str),
    /// A cell with helpers that call one another twice.
    TooMany,
}

impl Source {
    /// The text of the cell.
    pub(super) fn cell(self) -> String {
        match self {
            Self::Formula(formula) => filled("", &with_formula(formula)),
            Self::Step(statements) => filled("", statements),
            Self::Declaration(lines) => filled(lines, "h = b; h"),
            Self::With(lines, formula) => filled(lines, &with_formula(formula)),
            Self::Cell(cell) => cell.to_owned(),
            Self::TooMany => {
                let twice = |at: usize| format!("fn f{}(a) = f{at}(a) + f{at}(a);", at + 1);
                let helpers: String = (0..20).map(twice).collect();
                filled(&format!("fn f0(a) = a + a; {helpers}"), &with_formula("f20(h) + f20(b)"))
            }
        }
    }
}

fn with_formula(formula: &str) -> String {
    format!("let value = {formula}; h = b; h")
}

/// Parameters, buffers, states, inputs and contexts of several shapes.
fn filled(lines: &str, statements: &str) -> String {
    format!(
        "cell Test(input: D, hidden: H) {{
            param w: [H, D] = zeros;
            param u: [H, H] = zeros;
            param b: [H] = zeros;
            param s: [] = zeros;
            buffer one: [1] = ones;
            hyper leak = 0.5;
            state h: [H];
            context m: [K];
            {lines}
            step(x: [D], dt: []) -> [H] {{ {statements} }}
        }}"
    )
}
