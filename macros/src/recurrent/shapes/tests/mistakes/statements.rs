//! Mistakes in statements, calls of helpers and outputs.

use super::super::sources::Source::{Cell, Step, TooMany, With};
use super::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(
        "let_mismatch",
        Step("let a: [D] = w @ x; h = b; h"),
        "w @ x",
        "`w @ x` is [H], and `a` is declared as [D]\nhelp: write `let a: [H] = …`, or change what stands behind `=`",
    ),
    case(
        "let_mismatch",
        Step("let a: [H] = 2 * dt; h = b; h"),
        "2 * dt",
        "`2 * dt` is [], and `a` is declared as [H]\nhelp: write `let a: [] = …`, or change what stands behind `=`",
    ),
    case(
        "other_number_of_parts",
        Step("let (f, g) = split(concat(h, h, h), 3); h = b; h"),
        "(f, g)",
        "`split(concat(h, h, h), 3)` gives 3 values, and 2 names wait for them\nhelp: write 3 names, or split into 2 parts",
    ),
    case(
        "state_mismatch",
        Step("h = x; h"),
        "x",
        "`x` is [D], and the state `h` is [H]\na state keeps its shape\nhelp: write a value of the shape [H], or declare `state h: [D]`",
    ),
    case(
        "scalar_as_state",
        Step("h = dt; h"),
        "dt",
        "`dt` is one number [], and the state `h` is [H]\na number stretches in formulas only, where it meets a vector\nhelp: declare `state h: []`, or declare `buffer unit: [H] = ones;` and write `dt * unit`",
    ),
    case(
        "scalar_as_state",
        Step("h = dt + 1; h"),
        "dt + 1",
        "`dt + 1` is one number [], and the state `h` is [H]\na number stretches in formulas only, where it meets a vector\nhelp: declare `state h: []`, or declare `buffer unit: [H] = ones;` and write `(dt + 1) * unit`",
    ),
    case(
        "mask_as_state",
        Step("h = w @ x > 0; h"),
        "w @ x > 0",
        "`w @ x > 0` is a mask, and the state `h` holds numbers\nhelp: write `select(w @ x > 0, 1, 0)`",
    ),
    case(
        "number_of_outputs",
        Step("h = b; (h, b)"),
        "(h, b)",
        "the step ends with 2 values, and 1 shape is declared after `->`\nhelp: write one value for each shape after `->`, as in `(h, c)` for `([H], [H])`",
    ),
    case(
        "number_of_outputs",
        Cell("cell Test(input: D) { step(x: [D]) -> ([D], twice: [D]) { x } }"),
        "x",
        "the step ends with 1 value, and 2 shapes are declared after `->`\nhelp: write one value for each shape after `->`, as in `(h, c)` for `([H], [H])`",
    ),
    case(
        "output_mismatch",
        Step("h = b; x"),
        "x",
        "`x` is [D], and the output is declared as [H]\nhelp: write a value of the shape [H], or [D] after `->`",
    ),
    case(
        "output_mismatch",
        Cell(
            "cell Test(input: D, hidden: H) { param w: [H, D] = zeros; step(x: [D]) -> ([D], hidden: [H]) { (x, w) } }",
        ),
        "w",
        "`w` is [H, D], and the output `hidden` is declared as [H]\nhelp: write a value of the shape [H], or [H, D] after `->`",
    ),
    case(
        "scalar_as_output",
        Step("h = b; mean(h)"),
        "mean(h)",
        "`mean(h)` is one number [], and the output is declared as [H]\na number stretches in formulas only, where it meets a vector\nhelp: write [] after `->`, or declare `buffer unit: [H] = ones;` and write `mean(h) * unit`",
    ),
    case(
        "scalar_as_output",
        Cell("cell Test(input: D) { step(x: [D]) -> ([D], [D]) { (x, sum(x)) } }"),
        "sum(x)",
        "`sum(x)` is one number [], and output 2 is declared as [D]\na number stretches in formulas only, where it meets a vector\nhelp: write [] after `->`, or declare `buffer unit: [D] = ones;` and write `sum(x) * unit`",
    ),
    case(
        "mask_as_output",
        Step("h = b; !(h > 0)"),
        "!(h > 0)",
        "`!h > 0` is a mask, and the output holds numbers\nhelp: write `select(!h > 0, 1, 0)`",
    ),
    case(
        "in_call",
        With("fn gate(a, v) = sigmoid(a @ v);", "gate(w, h)"),
        "gate(w, h)",
        "in `gate(a: [H, D], v: [H])`: `a @ v` multiplies [H, D] with [H]\nthe matrix has D columns, the vector H rows\nhelp: write `transpose(a) @ v`",
    ),
    case(
        "in_call",
        With("fn gate(a, v) = sigmoid(a @ v); fn both(v) = gate(w, v) + b;", "both(dt + h)"),
        "both(dt + h)",
        "in `both`, in `gate(a: [H, D], v: [H])`: `a @ v` multiplies [H, D] with [H]\nthe matrix has D columns, the vector H rows\nhelp: write `transpose(a) @ v`",
    ),
    case(
        "too_many_nodes",
        TooMany,
        "f20(h)",
        "in `f20`, in `f5(a: [H])`: `f4(a)` makes the step too long\nhelpers are written out at each call, and together they have more than 100000 operations\nhelp: call them less often, or give the value that they share a name with `let`",
    ),
];
