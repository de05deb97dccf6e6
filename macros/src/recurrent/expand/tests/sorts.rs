//! Cells of all sorts become items that Rust can read.

use super::{expanded, part, squeezed};

#[test]
fn one_tensor_or_a_tuple() {
    let cell = |inputs: &str, contexts: &str, outputs: &str, tail: &str| {
        expanded(&format!(
            "cell Sort(input: D) {{ {contexts} state h: [D]; step({inputs}) -> {outputs} {{ h = h + x; {tail} }} }}"
        ))
    };
    let text = cell("x: [D]", "", "[D]", "h");
    assert!(
        text.contains("type Input = ::recurve::Tensor<F>;") && text.contains("type Output = ::recurve::Tensor<F>;")
    );
    assert!(!text.contains("const CONTEXTS"));
    let text = cell("x: [D]", "context c: [K];", "(a: [D], [])", "(h, sum(c))");
    assert!(text.contains("type Input = (::recurve::Tensor<F>, ::recurve::Tensor<F>);"));
    assert!(text.contains("type Output = (::recurve::Tensor<F>, ::recurve::Tensor<F>);"));
    assert!(text.contains("const CONTEXTS: ::core::primitive::usize = 1;"));
    assert!(text.contains("let __K = __private::context_size(\"Sort\", \"c\", __c, batch, \"K\")?;"));
    assert!(text.contains("let (__x, __c) = input;"));
}

#[test]
fn sizes_come_from_the_fields_that_have_them() {
    let getters = |fields: &str, value: &str| {
        let cell = format!(
            "cell Sort(input: D, hidden: H) {{ {fields} state h: [H]; step(x: [D]) -> [H] {{ h = h + {value}; h }} }}"
        );
        let text = expanded(&cell);
        ["fn input(", "fn hidden("].map(|getter| {
            let body = part(&text, getter);
            let lines = body.lines().skip(1).map(str::trim).filter(|line| *line != "}");
            lines.collect::<Vec<_>>().join(" ").replace("::recurve::__private::", "")
        })
    };
    assert_eq!(getters("param w: [H, D] = zeros;", "w @ x"), ["axis(&self.w, 1)", "axis(&self.w, 0)"]);
    assert_eq!(
        getters(
            "param o: [H, D]? = zeros; buffer w: [3 * H, D + H] = zeros;",
            "sum(x) + sum(w @ concat(x, h)) + sum(o)"
        ),
        ["let __H = self.hidden(); solve(axis(&self.w, 1), 1, __H)", "solve(axis(&self.w, 0), 3, 0)",]
    );
    assert_eq!(
        getters("param w: [D, D * H] = zeros;", "sum(sum(w)) * sum(x)"),
        ["axis(&self.w, 0)", "let __D = self.input(); solve(axis(&self.w, 1), __D, 0)"]
    );
    assert_eq!(getters("", "sum(x)"), ["self.__input", "self.__hidden"]);
    assert_eq!(getters("param w: [D * H] = zeros;", "sum(w) * sum(x)"), ["self.__input", "self.__hidden"]);
}

#[test]
fn initial_values_are_rules_with_numbers() {
    let rule = |declaration: &str, sum: &str| {
        let text = expanded(&format!(
            "cell Sort(input: D) {{ {declaration} state h: [D]; step(x: [D]) -> [D] {{ h = h + x * {sum}; h }} }}"
        ));
        let body = squeezed(&part(&text, "fn with_dtype("));
        let line =
            body.rsplit("Self{").next().and_then(|fields| fields.strip_suffix("}}")).expect("the fields are set");
        let line = line.split_inclusive("rng)").next().unwrap_or_default();
        line.replace("::recurve::", "").replace("__private::", "").replace("__Init::", "").replace(',', ", ")
    };
    assert_eq!(rule("param w: [D] = zeros;", "sum(w)"), "w:parameter(Zeros, [__D], rng)");
    assert_eq!(rule("param w: [D, 2 * D]? = ones;", "sum(sum(w))"), "w:some_parameter(Ones, [__D, 2*__D], rng)");
    assert_eq!(rule("buffer w: [D, D] = identity;", "sum(sum(w))"), "w:buffer(Identity, [__D, __D], rng)");
    assert_eq!(rule("param w: [D] = uniform(2);", "sum(w)"), "w:parameter(uniform(2.0), [__D], rng)");
    assert_eq!(
        rule("param w: [D] = uniform(-D, 2);", "sum(w)"),
        "w:parameter(Uniform{low:-size(__D), high:2.0, }, [__D], rng)"
    );
    assert_eq!(
        rule("param w: [D] = normal(1 / D);", "sum(w)"),
        "w:parameter(Normal{deviation:1.0/size(__D), }, [__D], rng)"
    );
}

#[test]
fn functions_of_numbers_are_those_of_tensors() {
    let text = expanded(
        "cell Sort(input: D) {
            hyper rate = 0.5;
            state h: [D];
            step(x: [D]) -> [D] {
                h = h * exp(-rate) + x * pow(rate, D) - clamp(rate, 0, 1) * elu(rate, 2) + select(x > h, x, rate / D);
                h
            }
        }",
    );
    for expected in [
        "__private::constant(-self.rate, |__x| __x.exp())",
        ".pow(&::recurve::Tensor::scalar(__private::size(__D)))",
        "|__x| __x.clamp(0.0, 1.0)",
        "|__x| __x.elu(2.0)",
        "F::from_f64(self.rate / __private::size(__D))",
    ] {
        assert!(squeezed(&text).contains(&squeezed(expected)), "{expected} is not in\n{text}");
    }
}

#[test]
fn conditions_stand_before_every_item() {
    let text = expanded(
        "#[cfg(test)] /** Doc. */ #[must_use] #[deprecated] pub(crate) cell Sort(input: D) {
            state h: [D];
            step(x: [D]) -> [D] { h = h + x; h }
        }",
    );
    let items = text.matches("\n}").count();
    assert_eq!(text.matches("#[cfg(test)]\n#[allow(deprecated)]").count(), items);
    assert_eq!(
        text.matches("#[must_use]\npub(crate) fn").count() + text.matches("#[must_use]\n#[deprecated]").count(),
        1
    );
}

#[test]
fn long_formulas_are_not_nested_deeply() {
    let sum = vec!["h"; 2_000].join(" * x + ");
    let text = expanded(&format!("cell Sort(input: D) {{ state h: [D]; step(x: [D]) -> [D] {{ h = {sum}; h }} }}"));
    let deepest = text.lines().map(|line| line.len() - line.trim_start().len()).max();
    assert!(deepest < Some(60), "{deepest:?}");
}
