//! Cells that are far too deep, far too long, or made of strange names and numbers.

use super::all_survive;
use std::ops::Add;

const MANY: usize = 10_000;
/// Each field becomes some hundred tokens in a dozen places, which takes about 0.2 ms in an unoptimised macro, in
/// proportion to their number: of as many as `MANY`, none could be in time.
const FIELDS: usize = 200;
/// Each part of a vector is copied to its place, and its derivative back, by a call of its own.
const PARTS: usize = 200;
const ARGUMENTS_OF_NEW: usize = 1000;

/// A cell around an expression of the shape `[D]`.
fn around(expression: &str) -> String {
    format!(
        "cell C(input: D) {{
            param w: [D, D] = zeros; state h: [D];
            step(x: [D]) -> [D] {{ let a = w @ x; let m = a > x; h = {expression}; h + a + select(m, x, h) }}
        }}"
    )
}

fn each_survives(sources: Vec<String>) {
    all_survive(sources.len(), move |inputs| sources.iter().for_each(|source| inputs.source(source)));
}

#[test]
fn ten_thousand_brackets() {
    let nested = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(MANY), close.repeat(MANY));
    let mut sources = Vec::new();
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("tanh(", ")"),
        ("nothing(", ")"),
        ("(x + ", ")"),
        ("-(", ")"),
        ("!(", ")"),
        ("x[", "]"),
        ("select(m, x, ", ")"),
        ("concat(", ", x)"),
    ] {
        let expression = nested(open, "x", close);
        sources.push(around(&expression));
        sources.push(format!("cell C(input: D) {{ step(x: {}) -> [D] {{ x }} }}", nested(open, "D", close)));
        sources.push(format!(
            "cell C(input: D) {{ fn f(a) = {}; step(x: [D]) -> [D] {{ f(x) }} }}",
            nested(open, "a", close)
        ));
        sources.push(format!("cell C(input: D) {{ param w: [D] = {expression}; step(x: [D]) -> [D] {{ x + w }} }}"));
        sources.push(format!(
            "cell C(input: D) {{ param w: [D] = zeros; {expression}; step(x: [D]) -> [D] {{ x + w }} }}"
        ));
        sources.push(format!("cell C(input: D) {{ step(x: [D]) -> [D] {{ {expression}; x }} }}"));
        sources.push(format!("cell C({expression}) {{ step(x: [D]) -> [D] {{ x }} }}"));
        sources.push(format!("#[doc = {expression}] cell C(input: D) {{ step(x: [D]) -> [D] {{ x }} }}"));
        sources.push(format!("pub({expression}) cell C(input: D) {{ step(x: [D]) -> [D] {{ x }} }}"));
        sources.push(expression);
    }
    each_survives(sources);
}

#[test]
fn thousands_of_operators() {
    // more of them tell nothing else, and there are many kinds
    const MANY: usize = 3000;
    let mut sources = Vec::new();
    for operator in
        ["@", "*", "/", "+", "-", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "..", "=", "^", "%", "+=", ","]
    {
        for operand in ["x", "w", "m", "2", "0", "f(x)", "undefined"] {
            let left = format!("{operand} {operator} ").repeat(MANY) + operand;
            sources.push(around(&left));
        }
        let right = format!("x {operator} (").repeat(MANY) + "x" + &")".repeat(MANY);
        sources.push(around(&right));
        let left = "(".repeat(MANY) + "x" + &format!(" {operator} x)").repeat(MANY);
        sources.push(around(&left));
    }
    for prefix in ["-", "!", "- -", "&", "*", "~"] {
        sources.push(around(&(prefix.to_owned() + " ").repeat(MANY).add("x")));
    }
    for postfix in ["[..D]", "[..]", "[0..D]", "(x)", ".abs()", "?", ".0", " as f64", "!"] {
        sources.push(around(&("x".to_owned() + &postfix.repeat(MANY))));
    }
    sources.push(around(&("w @ ".repeat(MANY) + "x")));
    sources.push(around(&("(x) * ".repeat(MANY) + "x")));
    each_survives(sources);
}

#[test]
fn ten_thousand_of_everything() {
    let many = |text: &dyn Fn(usize) -> String, between: &str| (0..MANY).map(text).collect::<Vec<_>>().join(between);
    let cell = |declarations: &str, tail: &str| {
        format!("cell C(input: D) {{ {declarations} step(x: [D]) -> [D] {{ {tail} }} }}")
    };
    let few = |text: &dyn Fn(usize) -> String, between: &str| (0..2000).map(text).collect::<Vec<_>>().join(between);
    let fields =
        |text: &dyn Fn(usize) -> String, between: &str| (0..FIELDS).map(text).collect::<Vec<_>>().join(between);
    let header = |text: &dyn Fn(usize) -> String, between: &str| {
        (0..ARGUMENTS_OF_NEW).map(text).collect::<Vec<_>>().join(between)
    };
    each_survives(vec![
        cell(&format!("param {}: [D] = zeros;", fields(&|at| format!("w{at}"), ", ")), "x"),
        cell(&fields(&|at| format!("param w{at}: [D] = zeros;"), ""), "x"),
        cell(&fields(&|_| "param w: [D] = zeros;".to_owned(), ""), "x"),
        cell(&fields(&|at| format!("state h{at}: [D];"), ""), "x"),
        cell(&few(&|at| format!("context c{at}: [K{at}];"), ""), "x"),
        cell(&few(&|at| format!("fn f{at}(a) = f{}(a);", at + 1), ""), "f0(x)"),
        cell(&few(&|at| format!("fn f{}(a) = f{at}(a);", at + 1), "").add("fn f0(a) = a;"), "f2000(x)"),
        cell("fn f0(a) = a + a;", &(0..40).map(|_| "f0(".to_owned()).collect::<String>().add("x").add(&")".repeat(40))),
        cell(
            &(1..60)
                .map(|at| format!("fn f{at}(a) = f{}(f{}(a));", at - 1, at - 1))
                .collect::<String>()
                .add("fn f0(a) = a;"),
            "f59(x)",
        ),
        cell(&format!("fn f({}) = a0;", many(&|at| format!("a{at}"), ", ")), "f(x)"),
        cell("", &few(&|at| format!("let v{at} = x;"), "").add("x")),
        cell("", &few(&|at| format!("let v{} = v{at} + x;", at + 1), "").add("v2000")),
        cell("", &few(&|_| "let v = x;".to_owned(), "").add("x")),
        cell("state h: [D];", &few(&|_| "h = x;".to_owned(), "").add("x")),
        cell("", &format!("let ({}) = split(x, {MANY}); x", many(&|at| format!("v{at}"), ", "))),
        cell("", &format!("concat({})", many(&|_| "x".to_owned(), ", "))),
        cell("", &format!("concat({})[..D]", (0..PARTS).map(|_| "x".to_owned()).collect::<Vec<_>>().join(", "))),
        cell("", &format!("tanh({})", many(&|_| "x".to_owned(), ", "))),
        cell("", &format!("({})", many(&|_| "x".to_owned(), ", "))),
        cell("", &many(&|at| format!("wrong{at}"), " + ")),
        cell("", &many(&|at| format!("x.f{at}()"), ";\n")),
        cell(&format!("param w: [{}] = zeros;", many(&|_| "D".to_owned(), " + ")), "x + w"),
        cell(&format!("param w: [{}] = zeros;", many(&|_| "D".to_owned(), " * ")), "x + w"),
        cell(&format!("param w: [{}] = zeros;", many(&|_| "(D + 1)".to_owned(), " * ")), "x + w"),
        cell(
            &format!(
                "param w: [{}] = zeros;",
                (0..300).map(|at| format!("(D + {at})")).collect::<Vec<_>>().join(" * ")
            ),
            "x + w",
        ),
        cell(&format!("param w: [{}] = zeros;", many(&|_| "D".to_owned(), ", ")), "x + w"),
        cell(&";".repeat(MANY), "x"),
        cell("", &(";".repeat(MANY) + "x")),
        format!("cell C({}) {{ step(x: [D0]) -> [D0] {{ x }} }}", header(&|at| format!("a{at}: D{at}"), ", ")),
        format!(
            "cell C({}) {{ param w: [{}] = zeros; step(x: [D0]) -> [D0] {{ x }} }}",
            (0..30).map(|at| format!("a{at}: D{at}")).collect::<Vec<_>>().join(", "),
            (0..30).map(|at| format!("(D{at} + 1)")).collect::<Vec<_>>().join(" * ")
        ),
        format!("cell C(input: D) {{ step({}) -> [D] {{ x0 }} }}", many(&|at| format!("x{at}: [D]"), ", ")),
        format!("cell C(input: D) {{ step(x: [D]) -> ({}) {{ x }} }}", many(&|_| "[D]".to_owned(), ", ")),
        "#[doc = \"\"] ".repeat(MANY) + "cell C(input: D) { step(x: [D]) -> [D] { x } }",
        "cell ".repeat(MANY),
        "pub ".repeat(MANY),
        "} ".repeat(0) + &"{} ".repeat(MANY),
        few(&|at| format!("cell C{at}"), ""),
    ]);
}

#[test]
fn strange_names_and_numbers() {
    let long = "a".repeat(MANY);
    let names = [
        long.as_str(),
        "größe",
        "ω",
        "r#fn",
        "r#cell",
        "Self",
        "self",
        "super",
        "_",
        "_x",
        "__x",
        "'a",
        "D",
        "𝑥",
        "名前",
        "f32",
        "Option",
        "C",
    ];
    #[rustfmt::skip]
    let numbers = [
        "1e308", "1e309", "1e-400", "99999999999999999999", "18446744073709551615", "0x10", "0b1", "0o7", "1_000", "1.5f32",
        "1usize", "2H", "1.", "1e5", "0", "0.0", "340282366920938463463374607431768211456", "\"1\"", "'1'", "b'1'", "1e",
        "1.0e999999999999", "00000000001", "4294967296", "9223372036854775807", "true",
    ];
    let mut sources = Vec::new();
    for name in names {
        sources.push(format!("cell {name}(input: D) {{ step(x: [D]) -> [D] {{ x }} }}"));
        sources.push(format!("cell C({name}: D) {{ step(x: [D]) -> [D] {{ x }} }}"));
        sources.push(format!("cell C(input: {name}) {{ step(x: [{name}]) -> [{name}] {{ x }} }}"));
        sources.push(format!("cell C(input: D) {{ param {name}: [D] = zeros; step(x: [D]) -> [D] {{ x + {name} }} }}"));
        sources.push(format!(
            "cell C(input: D) {{ state {name}: [D]; step(x: [D]) -> [D] {{ {name} = x + {name}; {name} }} }}"
        ));
        sources.push(format!("cell C(input: D) {{ fn {name}({name}) = {name}; step(x: [D]) -> [D] {{ {name}(x) }} }}"));
        sources.push(format!(
            "cell C(input: D) {{ step({name}: [D]) -> ({name}: [D]) {{ let {name} = {name}; {name} }} }}"
        ));
        sources.push(around(name));
        sources.push(around(&format!("{name}({name})[{name}..{name}]")));
    }
    for number in numbers {
        sources.push(around(number));
        sources.push(around(&format!("x * {number}")));
        sources.push(around(&format!("{number} / 0 * x + {number} * {number}")));
        sources.push(around(&format!("x[{number}..]")));
        sources.push(around(&format!("concat(x, x)[..{number}]")));
        sources.push(around(&format!("layer_norm(clamp(x, -{number}, {number}), {number})")));
        sources.push(around(&format!("identity({number}) @ x")));
        sources.push(around(&format!("x; let (p, q) = split(concat(x, x), {number})")));
        sources
            .push(format!("cell C(input: D) {{ param w: [{number}] = zeros; step(x: [D]) -> [D] {{ x + sum(w) }} }}"));
        sources.push(format!(
            "cell C(input: D) {{ param w: [{number} * D, D] = zeros; step(x: [D]) -> [D] {{ x + sum(w @ x) }} }}"
        ));
        sources.push(format!(
            "cell C(input: D) {{ param w: [D] = uniform(-{number}, {number}); step(x: [D]) -> [D] {{ x + w }} }}"
        ));
        sources.push(format!("cell C(input: D) {{ hyper g = {number}; step(x: [D]) -> [D] {{ x + g }} }}"));
        sources.push(format!(
            "cell C(input: D) {{ state h: [] = constant({number}); step(x: [D]) -> [D] {{ h = h + 1; x + h }} }}"
        ));
    }
    // some numbers are refused by the lexer already
    all_survive(400, move |inputs| sources.iter().for_each(|source| inputs.source(source)));
}
