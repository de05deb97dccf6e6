//! The numbered rules of the language that are about names: what they accept and what they refuse.

use super::{assert_accepted, assert_refused};

#[test]
fn rule_01_names_share_one_namespace() {
    let cell = |declaration: &str, header: &str| {
        format!(
            "cell Broken(input: D, {header}) {{ {declaration} state h: [D]; step(x: [D]) -> [D] {{ h = h + x; h }} }}"
        )
    };
    let kinds = [
        ("a parameter", "param h: [D] = zeros;"),
        ("a buffer", "buffer h: [D] = zeros;"),
        ("a hyper-parameter", "hyper h = 1;"),
        ("a context", "context h: [D];"),
        ("a helper", "fn h(a) = a;"),
    ];
    for (kind, declaration) in kinds {
        assert_refused(&[(&cell(declaration, "hidden: H"), &format!("`h` is {kind} already and cannot be a state"))]);
    }
    assert_refused(&[
        (&cell("", "hidden: h"), "`h` is a dimension already and cannot be a state"),
        (&cell("", "hidden: x"), "`x` is a dimension already and cannot be an input"),
        (" | let w = x; h = w @ x + h; h", "`w` is a parameter already and cannot be a `let`"),
        ("fn f(a) = a; | let f = x; h = w @ x + h; f", "`f` is a helper already and cannot be a `let`"),
        ("state h: [H]; | h = w @ x + h; h", "`h` is declared twice as a state"),
    ]);
}

#[test]
fn rule_01_nothing_is_shadowed() {
    assert_refused(&[
        (" | let x = square(x); h = w @ x + h; h", "`x` is an input already"),
        (" | let a = w @ x; let a = tanh(a); h = a + h; h", "`let a` stands in `step` twice"),
        ("fn f(h) = tanh(h); | h = f(w @ x + h); h", "`h` is a state already and cannot be an argument"),
        ("fn f(D) = tanh(D); | h = f(w @ x + h); h", "`D` is a dimension already and cannot be an argument"),
        ("fn f(f) = tanh(1); | h = f(w @ x + h); h", "`f` is a helper already and cannot be an argument"),
    ]);
    // inputs and lets are not seen by helpers, so an argument hides none of them
    assert_accepted(&["fn f(x, a) = tanh(x + a); fn g(x) = f(x, x); | let a = g(w @ x); h = f(a, h); h"]);
}

#[test]
fn rule_01_names_of_the_language_are_reserved() {
    let functions = crate::recurrent::functions::FUNCTIONS.iter().map(|function| function.name);
    for name in functions.chain(["pi", "inf"]) {
        let source = format!("param {name}: [H] = zeros; | h = w @ x + h; h");
        let found = super::mistakes(&source);
        assert_eq!(found.len(), 1, "{source}");
        assert!(found[0].0.contains("of the language and cannot be a parameter"), "{}", found[0].0);
    }
    // initialisers and starts are no names of the cell
    assert_accepted(&[
        "param zeros: [H] = zeros; param uniform: [H] = uniform(1); | h = w @ x + h + zeros + uniform; h",
        "state learned: [H] = learned; | h = w @ x + h; learned = learned + h; learned",
    ]);
}

#[test]
fn rule_02_arguments_of_new() {
    let cell = |argument: &str, line: &str| {
        format!("cell Broken({argument}: D) {{ {line} state h: [D]; step(x: [D]) -> [D] {{ h = h + x; h }} }}")
    };
    for method in
        ["new", "with_dtype", "plan", "stepper", "step", "scan_steps", "visit", "rebuild", "share", "clone", "fmt"]
    {
        assert_refused(&[(&cell(method, ""), &format!("no argument of `new` can be called `{method}`"))]);
    }
    assert_refused(&[
        (&cell("rng", ""), "no argument of `new` can be called `rng`"),
        (&cell("input", "param input: [D] = zeros;"), "`input` is an argument of `new`"),
        (&cell("input", "buffer input: [D] = zeros;"), "`input` is an argument of `new`"),
        (&cell("initial_h", "").replace("h: [D];", "h: [D] = learned;"), "`initial_h` holds the learned start"),
    ]);
    assert_accepted(&[
        &cell("size", "param input: [D] = zeros;"),
        &cell("x", ""),
        &cell("h", ""),
        &cell("D", ""),
        &cell("initial_h", ""),
    ]);
}

#[test]
fn rule_03_keywords_are_names_after_the_beginning_of_a_line() {
    assert_accepted(&[
        "param state, param, buffer: [H] = zeros; | let cell = state + param; h = w @ x + h + cell * buffer; h",
        "param r#type: [H] = zeros; | h = w @ x + h + r#type; h",
    ]);
}

#[test]
fn rule_04_use_before_definition() {
    assert_refused(&[
        (" | let a = b; let b = w @ x; h = a + b + h; h", "`b` is used before it is defined"),
        (" | h = a + h; let a = w @ x; h", "`a` is used before it is defined"),
        (" | let a = w @ x + a; h = a + h; h", "`a` is used in its own definition"),
        (" | let (a, b) = split(w @ x + b, 2); h = a + b + h; h", "`b` is used in its own definition"),
    ]);
    assert_accepted(&[
        "fn f(a) = g(a) + b; fn g(a) = tanh(a); param b: [H] = zeros; | h = f(w @ x + h); h",
        " | let a = w @ x; let b = a; h = b + h; a + b + h",
    ]);
}

#[test]
fn rule_05_silenced_names_are_names() {
    assert_accepted(&[" | let _a = w @ x; h = _a + h; h"]);
}

#[test]
fn rule_07_each_state_is_assigned_once() {
    assert_refused(&[
        ("state c: [H]; | h = w @ x + h + c; h", "the state `c` gets no next value"),
        (" | h = w @ x; h = h + h; h", "the state `h` gets a second next value"),
        ("state m: [H]; | m = m; h = w @ x + h + m; h", "the state `m` stays what it is"),
    ]);
    assert_accepted(&[
        "state c: [H]; | let c_old = c; c = w @ x + h; h = c_old; c + h",
        "state c: [H]; | h = c; c = w @ x; h",
    ]);
}

#[test]
fn rule_07_only_states_are_assigned() {
    assert_refused(&[
        (" | w = w; h = w @ x + h; h", "the parameter `w` cannot be assigned"),
        (" | x = x; h = w @ x + h; h", "the input `x` cannot be assigned"),
        (" | H = 1; h = w @ x + h; h", "the dimension `H` cannot be assigned"),
        (" | pi = 3; h = w @ x + h; h", "`pi` belongs to the language"),
        (" | a = 3; h = w @ x + h; h", "there is no state `a`"),
    ]);
}

#[test]
fn rule_13_dimensions_that_a_call_knows() {
    assert_accepted(&[
        "context m: [K]; | h = w @ x + h + sum(m) / K; h",
        "context m: [K]; | let a: [K] = square(m); h = w @ x + h + sum(a); h",
        "context m: [2 * K + L]; context k: [K]; context l: [L]; | h = w @ x + h + sum(m) * sum(k) * sum(l); h",
    ]);
    let late = "the dimension `K` is known only when a step is called";
    assert_refused(&[
        ("param b: [K] = zeros; context m: [K]; | h = w @ x + h + sum(m * b); h", late),
        ("state c: [K]; context m: [K]; | c = c + m; h = w @ x + h + sum(c); h", late),
        ("cell Broken(input: D) { context m: [K]; step(x: [D]) -> [K] { sum(x) * m } }", late),
        ("cell Broken(input: D) { context m: [K]; step(x: [D], y: [K]) -> [D] { x * dot(y, m) } }", late),
        ("param b: [H] = normal(K); context m: [K]; | h = w @ x + h + sum(m) + b; h", "the dimension `K` is not known"),
        ("param b: [L] = zeros; context m: [K]; | h = w @ x + h + sum(m) * sum(b); h", "there is no dimension `L`"),
        ("context m: [hidden]; | h = w @ x + h + sum(m); h", "`hidden` is only the name of an argument"),
    ]);
}

#[test]
fn rule_14_split_and_tuples() {
    assert_accepted(&[
        " | let (a, b) = split(x, 2); h = w @ x + h + sum(a * b); h",
        "fn f(v) = (v, -v); fn g(v) = f(v); | let (a, b) = g(w @ x); h = a + b + h; h",
        "cell Fine(input: D) { fn f(v) = (v, -v); step(x: [D]) -> ([D], [D]) { f(x) } }",
    ]);
    let split = "`split` gives several values";
    let two = "the helper `f` gives 2 values where one is expected";
    assert_refused(&[
        (" | let a = split(w @ x, 2); h = a + h; h", split),
        (" | h = w @ x + split(h, 2); h", split),
        (" | let (a, b) = -split(w @ x, 2); h = a + b + h; h", split),
        (" | h = w @ x + h; split(h, 2)", split),
        ("fn f(v) = (v, -v); | let a = f(w @ x); h = a + h; h", two),
        ("fn f(v) = (v, -v); | h = f(w @ x) + h; h", two),
        ("fn f(v) = (v, -v); fn g(v) = sum(f(v)); | h = g(w @ x) + h; h", two),
        ("fn f(v) = (v, -v); | h = w @ x + h; (h, f(h))", two),
        (" | let (a, b) = h; h = w @ x + a + b; h", "2 names for one value"),
        (" | let (a, b) = pi; h = w @ x + a + b + h; h", "2 names for one value"),
        (" | let (a, b) = x[..2]; h = w @ x + a + b + h; h", "2 names for one value"),
        ("fn f(v) = v; fn g(v) = f(v); | let (a, b) = g(h); h = w @ x + a + b; h", "2 names for one value"),
    ]);
}

#[test]
fn rule_15_each_of_max_and_maximum_names_the_other() {
    assert_refused(&[
        (" | h = max(w @ x, h); h", "`max` picks one element of a vector, found 2"),
        (" | h = min(w @ x, h); h", "`min` picks one element of a vector, found 2"),
        (" | h = w @ x + maximum(h); h", "`maximum` compares two values element by element, found one"),
        (" | h = w @ x + minimum(h); h", "`minimum` compares two values element by element, found one"),
        (" | h = w @ x + maximum(h, h, h); h", "`maximum` takes 2 arguments, found 3"),
        (" | h = w @ x * h + max(); h", "`max` takes 1 argument, found none"),
    ]);
    assert_accepted(&[" | h = maximum(w @ x, h) - max(h) + minimum(h, 1) - min(h); h"]);
}

#[test]
fn rule_16_functions_are_a_closed_list() {
    assert_refused(&[
        (" | h = log(w @ x) + h; h", "there is no function `log`\nhelp: write `ln(v)`"),
        (" | h = tanh_(w @ x) + h; h", "there is no function `tanh_`, did you mean `tanh`?"),
        (" | h = detach_(w @ x) + h; h", "there is no function `detach_`\nhelp: write `stop_gradient(v)`"),
        (" | h = w @ x + h + layer_norm(); h", "`layer_norm` takes 1 or 2 arguments, found none"),
    ]);
    assert_accepted(&[" | h = layer_norm(w @ x) + layer_norm(h, 0.1) + concat(h) + elu(h, 1) + elu(h); h"]);
}

#[test]
fn rule_20_initialisers() {
    for name in ["zeros", "ones", "glorot_uniform", "kaiming_normal", "orthogonal", "identity"] {
        let line = |call: &str| format!("param u: [H, H] = {call}; | h = w @ x + u @ h; h");
        assert_accepted(&[&line(name)]);
        assert_refused(&[(&line(&format!("{name}(1)")), &format!("the initialiser `{name}` takes no arguments"))]);
    }
    assert_accepted(&[
        "param b: [H] = constant(2 * pi); | h = w @ x + h + b; h",
        "param b: [H] = uniform(-1 / sqrt(H), inf); | h = w @ x + h + b; h",
        "buffer b: [H] = normal(1 / (D + H)); | h = w @ x + h + b; h",
    ]);
    assert_refused(&[
        ("param b: [H] = uniform(1, 2, 3); | h = w @ x + h + b; h", "the initialiser `uniform` takes 1 or 2 arguments"),
        ("param b: [H] = normal; | h = w @ x + h + b; h", "the initialiser `normal` takes 1 argument, found none"),
        ("param b: [H] = uniform(w); | h = w @ x + h + b; h", "`w` is a parameter, initial values are made from"),
        ("param b: [H] = uniform(x); | h = w @ x + h + b; h", "`x` is an input, initial values are made from"),
        ("param b: [H] = uniform(sqrt); | h = w @ x + h + b; h", "`sqrt` is a function and needs its arguments"),
        ("buffer b: [H] = rand; | h = w @ x + h + b; h", "there is no initialiser `rand`, did you mean `uniform`?"),
    ]);
}

#[test]
fn rule_22_hyper_parameters_are_numbers() {
    assert_accepted(&["hyper a = 2 * pi / sqrt(3); | h = w @ x + a * h; h"]);
    assert_refused(&[
        ("hyper a = H; | h = w @ x + a * h; h", "`H` is a dimension, a hyper-parameter is a plain number"),
        ("hyper b = 1; hyper a = b; | h = w @ x + a * b * h; h", "`b` is a hyper-parameter, a hyper-parameter is"),
        ("fn f(v) = v; hyper a = f(1); | h = w @ x + a * f(h); h", "`f` is a helper, a hyper-parameter is"),
        (" | h = w @ x + rand(h); h", "there is no function `rand`\na step has no randomness of its own"),
    ]);
}

#[test]
fn rule_23_starts() {
    let cell = |start: &str| {
        format!("cell Broken(input: D) {{ state h: [D]{start}; step(x: [D]) -> [D] {{ h = h + x; h }} }}")
    };
    for start in
        ["", "= zeros", "= ones", "= constant(1 / D)", "= learned", "= learned(normal(0.1))", "= learned(zeros)"]
    {
        assert_accepted(&[&cell(start)]);
    }
    assert_refused(&[
        (&cell("= uniform(1)"), "a state cannot start as `uniform`, an initialiser"),
        (&cell("= zero"), "a state cannot start as `zero`, did you mean `zeros`?"),
        (&cell("= constant(1, 2)"), "the start `constant` takes 1 argument, found 2"),
        (&cell("= constant(x)"), "`x` is an input, initial values"),
        (&cell("= learned(normal)"), "the initialiser `normal` takes 1 argument"),
        (&cell("= learned(fancy)"), "there is no initialiser `fancy`"),
    ]);
}

#[test]
fn rule_24_helpers() {
    assert_accepted(&[
        "fn f(a) = tanh(a + h) * H * leak * m; hyper leak = 1; context m: [H]; | h = f(w @ x); h",
        "fn one() = 1; | h = w @ x + one() * h; h",
    ]);
    assert_refused(&[
        ("fn f(a) = f(a); | h = f(w @ x + h); h", "the helper `f` calls itself\n"),
        ("fn f(a) = g(a); fn g(a) = f(a); | h = f(w @ x + h); h", "the helper `f` calls itself by way of others"),
        ("fn f(a) = g(a); fn g(a) = g(a); | h = f(w @ x + h); h", "the helper `g` calls itself\n"),
        ("fn f(a) = a; | h = f(w @ x, h); h", "the helper `f` takes 1 argument, found 2"),
        ("fn f(a) = a + b; | let b = w @ x; h = f(h) + b; h", "the helper `f` cannot see `b`, a `let` of `step`"),
        ("fn f(a) = a + x; | h = f(h) + w @ x; h", "the helper `f` cannot see `x`, an input of `step`"),
        ("fn f(a) = a; fn g(b) = a; | h = f(w @ x) + g(h); h", "nothing is called `a`"),
        ("fn f(a, a) = a; | h = f(w @ x, h); h", "the helper `f` has two arguments `a`"),
    ]);
}

#[test]
fn rule_25_fields_do_not_collide_with_learned_starts() {
    assert_refused(&[(
        "hyper initial_c = 1; state c: [H] = learned; | c = c * initial_c; h = w @ x + h + c; h",
        "`initial_c` holds the learned start of the state `c` and cannot be a hyper-parameter",
    )]);
    assert_accepted(&[
        "param initial_h: [H] = zeros; | h = w @ x + h + initial_h; h",
        "state c: [H] = learned; | let initial_c = c; c = c + 1; h = w @ x + h + initial_c; h",
    ]);
}
