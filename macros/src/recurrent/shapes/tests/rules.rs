//! The numbered rules of the language that this phase decides: what they allow and what they refuse.

use super::sources::Source::{Cell, Declaration, Formula, Step, With};
use super::{accepts, operation, refuses, type_of, typed};
use crate::recurrent::functions::{FUNCTIONS, Function};
use crate::recurrent::typed::{Argument, Element, Field, Initial, Op, Start};

#[test]
fn rule_07_a_state_is_old_before_its_assignment_and_new_after_it() {
    let cell = typed(&Step("let before = h; h = tanh(h); let after = h; h").cell());
    let op = |at: usize| &cell.node(cell.locals[at].value).op;
    assert_eq!((op(0), op(1)), (&Op::State(0), &Op::Next(0)));
    assert_eq!(cell.node(cell.outputs[0].value).op, Op::Next(0));
    assert!(matches!(cell.node(cell.next[0]).op, Op::Unary(..)));
}

#[test]
fn rule_07_helpers_read_a_state_as_it_is_at_the_call() {
    let source = Cell(
        "cell Test(hidden: H) { fn now(a) = a * h; state h: [H];
         step(x: [H]) -> [H] { let old = now(x); h = old; now(x) } }",
    );
    let cell = typed(&source.cell());
    let reads = |op: &Op| cell.nodes.iter().filter(|node| node.op == *op).count();
    assert_eq!((reads(&Op::State(0)), reads(&Op::Next(0))), (1, 1));
}

#[test]
fn rule_08_outputs_are_one_value_or_a_tuple() {
    let labelled = "cell Test(input: D) { step(x: [D]) -> (twice: [D], []) { (2 * x, sum(x)) } }";
    let cell = typed(labelled);
    let labels: Vec<Option<&str>> = cell.outputs.iter().map(|output| output.label.as_deref()).collect();
    assert_eq!(labels, [Some("twice"), None]);
    accepts(Cell("cell Test(input: D) { fn both(a) = (a, -a); step(x: [D]) -> ([D], [D]) { both(x) } }"));
    assert!(refuses(Step("h = b; (h, h)")).starts_with("the step ends with 2 values, and 1 shape"));
}

#[test]
fn rule_09_only_numbers_stretch() {
    for formula in ["dt * h", "h + 1", "s - w", "select(dt > 0, h, 0)"] {
        accepts(Formula(formula));
    }
    for formula in ["h + x", "one * h", "w + x", "h * w", "select(x > 0, h, b)"] {
        refuses(Formula(formula));
    }
    for step in ["h = dt; h", "h = b; dt", "let r: [H] = 1; h = b; h", "h = sum(w); let q: [1] = dt; h"] {
        refuses(Step(step));
    }
}

#[test]
fn rule_10_products_with_matrices_group_from_the_right() {
    assert_eq!(type_of("b * u @ h"), "[H] real example");
    assert_eq!(type_of("u @ w @ x"), "[H] real example");
    assert!(refuses(Formula("(h * u) @ h")).contains("a vector does not stretch"));
}

#[test]
fn rule_11_products_with_a_matrix() {
    for formula in ["w @ x", "u @ w", "u @ transpose(u) @ h", "outer(h, x) @ x", "(dt * u) @ h", "transpose(w) @ h"] {
        accepts(Formula(formula));
    }
    let cases = [
        ("h @ b", "`dot(h, b)`"),
        ("h @ w", "`transpose(w) @ h`"),
        ("dt @ h", "`dt * h`"),
        ("w @ h", "`transpose(w) @ h`"),
        ("diag(h) @ u", "matrices that differ between examples"),
    ];
    for (formula, expected) in cases {
        assert!(refuses(Formula(formula)).contains(expected), "{formula}");
    }
}

#[test]
fn rule_12_numbers_are_real_and_finite() {
    assert_eq!(operation("1 / 2"), Op::Number(0.5));
    assert_eq!(operation("inf"), Op::Number(f64::INFINITY));
    accepts(Formula("clamp(h, -inf, pi)"));
    for formula in ["h * (1 / 0)", "ln(-1)", "h / 0", "exp(1000) * h"] {
        refuses(Formula(formula));
    }
}

#[test]
fn rule_13_shapes_are_sums_and_products() {
    for line in [
        "param a: [D + H] = zeros;",
        "param a: [2 * H, H * D + 1] = zeros;",
        "param a: [3] = zeros;",
        "context n: [K + 1];",
        "context n: [2 * N]; context k: [N];",
    ] {
        accepts(Declaration(line));
    }
    accepts(With("param a: [D + H] = zeros; param c: [H + D] = zeros;", "a + c"));
    accepts(With("param a: [2 * (D + H)] = zeros; param c: [H + D + D + H] = zeros;", "a + c"));
    for line in
        ["param a: [H - 1] = zeros;", "param a: [H / 2] = zeros;", "param a: [0.5] = zeros;", "context n: [2 * N];"]
    {
        refuses(Declaration(line));
    }
}

#[test]
fn rule_13_every_dimension_of_the_header_is_the_size_of_something() {
    accepts(Cell("cell Test(input: D, extra: N) { buffer a: [N] = ones; step(x: [D]) -> [D] { x * sum(a) } }"));
    let message = refuses(Cell("cell Test(input: D, extra: N) { step(x: [D]) -> [D] { x / N } }"));
    assert!(message.starts_with("no shape has the dimension `N`"), "{message}");
}

#[test]
fn rule_14_parts_of_vectors_are_proved_to_be_there() {
    for formula in ["h[..1]", "h[..H]", "concat(x, h)[D..]", "concat(h, 1)[1..]", "concat(h, h)[H..2 * H]"] {
        accepts(Formula(formula));
    }
    for formula in ["h[..2]", "h[1..]", "h[..D]", "h[H..]", "concat(x, h)[H..D]", "w[..1]"] {
        refuses(Formula(formula));
    }
    accepts(Step("let (p, q) = split(concat(h, b), 2); h = p + q; h"));
    accepts(Step("let (p, q, r) = split(concat(h, 2 * b, x, x, x, h), 3); h = b; h"));
    accepts(Formula("concat(h, dt, 1, b)"));
    refuses(Formula("concat(h, w)"));
}

#[test]
fn rule_15_reductions_take_the_last_axis() {
    for name in ["sum", "mean", "min", "max", "norm", "logsumexp"] {
        let of = |argument: &str| {
            typed(&Step("let value = VALUE; h = b; h").cell().replace("VALUE", &format!("{name}({argument})")))
        };
        let shape = |argument: &str| {
            let cell = of(argument);
            cell.shape_text(&cell.node(cell.locals[0].value).ty.shape)
        };
        assert_eq!((shape("x").as_str(), shape("w").as_str()), ("[]", "[H]"), "{name}");
    }
    refuses(Formula("sum(dt)"));
    refuses(Formula("softmax(dt)"));
}

#[test]
fn rule_16_every_function_has_a_shape() {
    for entry in FUNCTIONS {
        let call = match entry.function {
            Function::Unary(_) => format!("stop_gradient({}(h))", entry.name),
            Function::Elu
            | Function::LeakyRelu
            | Function::StopGradient
            | Function::Normalise(_)
            | Function::LayerNorm
            | Function::Concat => format!("{}(h)", entry.name),
            Function::Binary(_) => format!("{}(h, b)", entry.name),
            Function::Clamp => "clamp(h, 0, 1)".to_owned(),
            Function::Select => "select(h > 0, h, b)".to_owned(),
            Function::Reduce(_) => format!("{}(u)", entry.name),
            Function::Dot => "dot(h, b) * h".to_owned(),
            Function::Outer => "outer(h, b) @ h".to_owned(),
            Function::Transpose => "transpose(u) @ h".to_owned(),
            Function::Identity => "identity(H) @ h".to_owned(),
            Function::Diag => "diag(h) @ b".to_owned(),
            Function::Split => continue,
        };
        let cell = typed(&Step("let value: [H] = VALUE; h = value; h").cell().replace("VALUE", &call));
        assert_eq!(cell.node(cell.next[0]).ty.element, Element::Real);
    }
}

#[test]
fn rule_18_floor_and_sign_stand_where_no_derivative_is_asked_for() {
    for formula in [
        "stop_gradient(floor(h))",
        "stop_gradient(2 * tanh(sign(h)))",
        "select(floor(h) > 0, h, 0)",
        "select(!(sign(h) == 1) && dt > 0, h, 0)",
        "floor(H / 2) * h",
        "sign(leak)",
    ] {
        accepts(Formula(formula));
    }
    accepts(Step("let open = floor(h) > 0; h = select(open, b, h); h"));
    accepts(With("fn steps(a) = floor(a);", "stop_gradient(steps(h))"));
    for formula in ["floor(h)", "h + sign(b)", "select(h > 0, floor(h), 0)", "stop_gradient(h) + floor(h)"] {
        refuses(Formula(formula));
    }
    assert!(refuses(With("fn steps(a) = floor(a);", "steps(h)")).starts_with("in `steps(a: [H])`: `floor(a)` has no"));
    refuses(With("fn still(a) = stop_gradient(a);", "still(floor(h))"));
}

#[test]
fn rule_18_masks_are_for_logic_and_select_only() {
    for formula in ["h > 0 && !(b > 0) || dt > 0", "select(h > 0, 1, 0)"] {
        accepts(Formula(formula));
    }
    for formula in ["(h > 0) + 1", "sum(h > 0)", "concat(h > 0, 1)", "!h", "select(h, 1, 0)", "clamp(h > 0, 0, 1)"] {
        refuses(Formula(formula));
    }
    refuses(Step("h = h > 0; h"));
    refuses(Step("h = b; h > 0"));
}

#[test]
fn rule_19_states_inputs_and_contexts_are_numbers_or_vectors() {
    accepts(Cell("cell Test(input: D) { state c: []; context n: [D]; step(x: [D]) -> [D] { c = dot(n, x); c * x } }"));
    refuses(Cell("cell Test(input: D) { state c: [D, D]; step(x: [D]) -> [D] { c = outer(x, x); x } }"));
    refuses(Declaration("context c: [K, H];"));
    refuses(Cell("cell Test(input: D) { step(x: [D, 3]) -> [D] { x @ sum(x) } }"));
}

#[test]
fn rule_20_initialisers_fit_their_arrays() {
    let cell = typed(
        &Declaration("param a: [H, D] = orthogonal; param c: [H] = uniform(1 / sqrt(H)); buffer d: [] = constant(-2);")
            .cell(),
    );
    assert!(matches!(cell.parameters[4].initial, Initial::Orthogonal));
    assert!(matches!(cell.parameters[5].initial, Initial::Symmetric(_)));
    assert!(matches!(cell.buffers[1].initial, Initial::Constant(value) if cell.node(value).op == Op::Number(-2.0)));
    for line in [
        "param a: [H] = identity;",
        "param a: [] = orthogonal;",
        "param a: [H] = uniform(-1);",
        "param a: [H] = uniform(2, 1);",
        "param a: [H] = normal(inf);",
    ] {
        refuses(Declaration(line));
    }
}

#[test]
fn rule_21_optional_parameters_are_parameters() {
    let cell = typed(&With("param a, c: [H]? = zeros;", "a + c * h").cell());
    let optional: Vec<&str> = cell
        .parameters
        .iter()
        .filter(|parameter| parameter.optional)
        .map(|parameter| parameter.name.as_str())
        .collect();
    assert_eq!(optional, ["a", "c"]);
}

#[test]
fn rule_22_hyper_parameters_are_finite_numbers() {
    accepts(Declaration("hyper rate = pi / 2;"));
    refuses(Declaration("hyper rate = inf;"));
    assert_eq!(type_of("leak"), "[] real constant");
}

#[test]
fn rule_23_a_learned_start_is_a_parameter_at_the_place_of_its_state() {
    let cell = typed(
        "cell Test(input: D) { param a: [D] = zeros; state h: [D] = learned(normal(0.1)); hyper k = 2; param c: [] = ones;
         state g: [D]; state e: [] = constant(3); step(x: [D]) -> [D] { h = a * x + h; g = c * h; e = k * e; g } }",
    );
    let names: Vec<&str> = cell.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(names, ["a", "initial_h", "c"]);
    assert_eq!(cell.fields, [Field::Parameter(0), Field::Parameter(1), Field::Hyper(0), Field::Parameter(2)]);
    assert_eq!(cell.states[0].start, Start::Learned(1));
    assert_eq!(cell.states[1].start, Start::Zeros);
    assert!(cell.nodes.iter().any(|node| node.op == Op::Parameter(2)), "`c` comes after the learned start");
}

#[test]
fn rule_24_helpers_are_inlined_for_any_shapes() {
    accepts(With("fn mix(a, c) = dt2 * a + (1 - dt2) * c; param dt2: [] = zeros;", "mix(h, b) * mix(dt, 1)"));
    accepts(With("fn scores(a, v) = softmax(a @ v);", "scores(u, h) + scores(w, x)"));
    let cell = typed(&With("fn twice(a) = a + a;", "twice(tanh(h))").cell());
    assert_eq!(
        cell.nodes.iter().filter(|node| matches!(node.op, Op::Unary(..))).count(),
        1,
        "arguments are computed once"
    );
    assert_eq!(cell.locals[1].name, "twice.a");
    let message = refuses(With("fn apply(a, v) = a @ v;", "apply(w, h)"));
    assert!(message.starts_with("in `apply(a: [H, D], v: [H])`: `a @ v` multiplies [H, D] with [H]"), "{message}");
}

#[test]
fn rule_26_inputs_and_contexts_keep_their_order() {
    let cell = typed(
        "cell Test(input: D) { context m: [K]; context r: []; step(x: [D], dt: []) -> [D] { dt * x + r * sum(m) } }",
    );
    let names = |arguments: &[Argument]| arguments.iter().map(|argument| argument.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&cell.inputs), ["x", "dt"]);
    assert_eq!(names(&cell.contexts), ["m", "r"]);
    assert_eq!((cell.header, cell.dimensions.len()), (1, 2));
    assert_eq!(cell.dimensions[0].argument.as_deref(), Some("input"));
    assert_eq!(cell.dimensions[1].argument, None);
}
