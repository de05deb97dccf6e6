//! The rules of simplification, each with formulas before and after it.

mod cases;
mod graphs;

use super::{formula, is_near, of_lines, only, value};
use crate::recurrent::ir::passes::simplify::{rules, simplify, simplify_altering};
use crate::recurrent::ir::passes::{dead, shared};
use crate::recurrent::ir::{Graph, NodeId, Step};
use crate::recurrent::typed::Cell;
use cases::CASES;
use graphs::GRAPHS;

/// A formula and what becomes of it by a rule, or by none.
struct Case {
    rule: &'static str,
    shape: &'static str,
    lines: &'static str,
    after: &'static str,
}

/// The same for operations that no user can write.
struct GraphCase {
    rule: &'static str,
    before: fn(&mut Graph) -> NodeId,
    after: &'static str,
}

/// The rule of a formula that stays as it is.
const NONE: &str = "";

/// The rule, a step with one output, and what it shall become.
fn all() -> impl Iterator<Item = (&'static str, Cell, Step, &'static str)> {
    let of_case = |case: &'static Case| {
        let (cell, step) = of_lines(case.shape, case.lines);
        (case.rule, cell, shared::merge(only(step.graph, step.outputs[0])), case.after)
    };
    let of_graph = |case: &'static GraphCase| {
        let (cell, _) = of_lines("[H]", "h");
        let mut graph = Graph::default();
        let output = (case.before)(&mut graph);
        (case.rule, cell, only(graph, output), case.after)
    };
    CASES.iter().map(of_case).chain(GRAPHS.iter().map(of_graph))
}

/// All cases at once, as one mistake may be many.
#[track_caller]
fn assert_all(problem: impl Fn(&str, &Cell, Step, &str) -> Option<String>) {
    let problems: Vec<String> =
        all().filter_map(|(rule, cell, step, after)| problem(rule, &cell, step, after)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn formulas_become_simple() {
    assert_all(|rule, cell, step, after| {
        let before = formula(cell, &step);
        let found = formula(cell, &dead::remove(simplify(step)));
        let stays = rule == NONE;
        let is_right = found == after && stays == (before == after);
        (!is_right).then(|| format!("`{rule}` makes {found} of {before}, not {after}"))
    });
}

#[test]
fn values_stay_the_same() {
    assert_all(|rule, _, step, after| {
        let before = value(&step);
        let now = value(&simplify(step));
        (!is_near(&now, &before)).then(|| format!("`{rule}` gives {after}: {now:?} instead of {before:?}"))
    });
}

/// What is simple stays as it is.
#[test]
fn a_second_time_changes_nothing() {
    assert_all(|rule, cell, step, after| {
        let found = formula(cell, &dead::remove(simplify(simplify(step))));
        (found != after).then(|| format!("`{rule}` gives {after}, and then {found}"))
    });
}

/// A rule that gives wrong results makes a formula of its own cases wrong.
#[test]
fn every_rule_has_a_case_that_notices_it() {
    for rule in rules() {
        let mut cases = all().filter(|(of, ..)| *of == rule.name).peekable();
        assert!(cases.peek().is_some(), "`{}` has no case", rule.name);
        for (_, cell, step, after) in cases {
            let (before, text) = (value(&step), formula(&cell, &step));
            let altered = simplify_altering(step, Some(rule.name));
            let is_noticed = !is_near(&value(&altered), &before);
            assert!(is_noticed, "nobody notices a wrong `{}` that makes {after} of {text}", rule.name);
        }
    }
    for (rule, ..) in all().filter(|(rule, ..)| *rule != NONE) {
        assert!(rules().any(|known| known.name == rule), "`{rule}` is no rule");
    }
}
