//! What each name means in a cell without mistakes.

use super::with_names;
use crate::recurrent::functions::Function;
use crate::recurrent::resolve::Meaning;
use crate::recurrent::syntax::Kind;
use crate::recurrent::typed::Unary;

const CELL: &str = "cell Full(input: D, hidden: H) {
    fn gate(a, b) = sigmoid(a + b * leak + c);
    param w, u: [H, D] = uniform(pi / H);
    buffer m: [H] = zeros;
    hyper leak = 0.5;
    state h: [H];
    state c: [H] = learned;
    context k: [K];
    step(x: [D], y: [D]) -> [H] {
        let a: [H] = w @ x + u @ y;
        let (i, f) = split(concat(a, m), 2);
        h = gate(i, f) * sum(k) / K;
        c = c;
        h * c
    }
}";

/// The text of each name and call with its meaning, in the order of the expressions.
fn meanings() -> Vec<(String, Meaning)> {
    let source = CELL.replace("c = c;", "c = 0.5 * c;");
    with_names(&source, |cell, names| {
        let mut found = Vec::new();
        for (id, expression) in cell.expressions.iter() {
            match &expression.kind {
                Kind::Name(name) | Kind::Call { function: name, .. } => {
                    found.push((name.to_string(), names.meaning(id)));
                }
                _ => assert!(names.meanings[id.index()].is_none()),
            }
        }
        found
    })
}

#[track_caller]
fn assert_means(name: &str, expected: &[Meaning]) {
    let found: Vec<Meaning> =
        meanings().into_iter().filter(|(other, _)| other == name).map(|(_, meaning)| meaning).collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn each_kind_of_name() {
    assert_means("D", &[Meaning::Dimension(0); 3]);
    assert_means("K", &[Meaning::Dimension(2); 2]);
    assert_means("w", &[Meaning::Parameter(0)]);
    assert_means("u", &[Meaning::Parameter(1)]);
    assert_means("m", &[Meaning::Buffer(0)]);
    assert_means("leak", &[Meaning::Hyper(0)]);
    assert_means("h", &[Meaning::State(0)]);
    assert_means("k", &[Meaning::Context(0)]);
    assert_means("y", &[Meaning::Input(1)]);
    assert_means("i", &[Meaning::Local(1)]);
    assert_means("f", &[Meaning::Local(2)]);
    assert_means("gate", &[Meaning::Helper(0)]);
    assert_means("sigmoid", &[Meaning::Function(Function::Unary(Unary::Sigmoid))]);
    assert_means("pi", &[Meaning::Constant(std::f64::consts::PI)]);
    assert_means("b", &[Meaning::Argument(1)]);
}

#[test]
fn an_argument_of_a_helper_is_not_the_let_of_the_same_name() {
    assert_means("a", &[Meaning::Argument(0), Meaning::Local(0)]);
}

#[test]
fn names_stand_in_the_order_of_their_declaration() {
    let source = CELL.replace("c = c;", "c = 0.5 * c;");
    with_names(&source, |_, names| {
        let texts = |idents: &[&proc_macro2::Ident]| idents.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(&names.dimensions), ["D", "H", "K"]);
        assert_eq!(texts(&names.locals), ["a", "i", "f"]);
        assert_eq!(names.parameters.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>(), ["w", "u"]);
        assert_eq!(names.states.iter().map(|(name, _, _)| name.to_string()).collect::<Vec<_>>(), ["h", "c"]);
    });
}
