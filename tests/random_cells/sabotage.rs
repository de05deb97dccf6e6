//! The comparisons are tested themselves: a slightly wrong formula, or a slightly wrong gradient, must be noticed.

use crate::case::{Case, Data};
use crate::compare::{self, Differences, Found};
use crate::coverage::OPERATIONS;
use crate::graphs;
use crate::plans;
use crate::recurrent::ir;
use crate::recurrent::ir::passes::shared;
use crate::recurrent::ir::passes::simplify::{rules, simplify, simplify_altering};
use crate::recurrent::plan::Decision;
use crate::recurrent::tests::evaluate::{Evaluator, Stops, operation};
use crate::recurrent::tests::random::Random;
use crate::tape::{self, Leaf, Recorded};
use crate::wrong_plans::{KINDS, Mistake, mistakes};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many cells with an operation are looked at before it counts as unnoticed.
const PATIENCE: usize = 100;

/// How many cells are simplified with wrong rules.
const SIMPLIFIED: u64 = 400;

/// How many cells get wrong plans, and how many each.
const PLANNED: u64 = 200;
const MISTAKES: usize = 20;

/// Kinds of mistakes that need an output which is a state as it is, where random cells write formulas. The unit tests of
/// plans have such outputs.
const ABSENT: [&str; 2] = ["an output that is no state", "an output that is another state"];

/// How many rules may go unnoticed in them.
const RARE: usize = 14;

/// Each operation in turn gets a wrong formula in the walk.
pub(crate) fn every_operation_is_noticed() -> String {
    let mut left: BTreeMap<&str, usize> = OPERATIONS.iter().map(|name| (*name, 0)).collect();
    let mut seed = 0;
    while !left.is_empty() {
        let case = Case::new(seed);
        let data = case.data();
        let recorded = tape::record(&case, &data);
        left.retain(|name, tried| {
            let occurs = case.cell.nodes.iter().any(|node| operation(&node.op) == *name);
            *tried += usize::from(occurs);
            assert!(*tried < PATIENCE, "nobody notices a wrong formula of {name}");
            !(occurs && notices(&case, &data, &recorded, name))
        });
        seed += 1;
    }
    format!("{} wrong formulas noticed in {seed} cells", OPERATIONS.len())
}

fn notices(case: &Case, data: &Data, recorded: &Recorded, name: &str) -> bool {
    let altered = Evaluator::new(&case.cell, &case.sizes).altering(name);
    let (scanned, _) = case.scan(&altered, data, Stops::Record(Vec::new()));
    compare::values(case, &recorded.scanned, &scanned).is_err()
}

/// Each rule that simplifies graphs in turn gives wrong results. Some apply to few cells or only to derivatives; the unit
/// tests of each rule notice those.
pub(crate) fn most_simplifications_are_noticed() -> String {
    let mut left: Vec<&str> = rules().map(|rule| rule.name).collect();
    let all = left.len();
    for seed in 0..SIMPLIFIED {
        let case = Case::new(seed);
        let data = case.data();
        let evaluator = Evaluator::new(&case.cell, &case.sizes);
        let (expected, _) = case.scan(&evaluator, &data, Stops::Record(Vec::new()));
        let step = shared::merge(ir::lower(&case.cell));
        let right = simplify(step.clone());
        left.retain(|rule| {
            let wrong = simplify_altering(step.clone(), Some(rule));
            let is_used = wrong.graph.nodes.len() != right.graph.nodes.len();
            !(is_used && compare::values(&case, &graphs::scan(&case, &data, &wrong), &expected).is_err())
        });
    }
    assert!(left.len() <= RARE, "nobody notices wrong rules: {left:?}");
    format!("{} of {all} wrong simplifications noticed in {SIMPLIFIED} cells", all - left.len())
}

/// Plans with one mistake each: those that change anything in memory change a result, or cannot run at all.
///
/// What changes nothing at all is no mistake: factors of a product the other way round, an order of instructions that do
/// not wait for each other, a matrix of one row transposed, the branch of a `select` that is not taken.
pub(crate) fn wrong_plans_are_noticed() -> String {
    let [mut harmless, mut unread] = [0; 2];
    let (mut noticed, mut unnoticed) = (Kinds::new(), Kinds::new());
    for seed in 0..PLANNED {
        let case = Case::new(seed);
        let data = case.data();
        let planned = plans::Planned::new(&case, &data, &tape::record(&case, &data));
        let right = planned.run(&planned.plan).unwrap_or_else(|error| panic!("{error} in\n{}", case.text));
        let mut random = Random::new(seed);
        let mistakes = mistakes(&planned.plan);
        let of_kind = |kind: &&str| mistakes.iter().find(|mistake| mistake.what == *kind);
        let new: Vec<&Mistake> = KINDS.iter().filter(|kind| !noticed.contains_key(*kind)).filter_map(of_kind).collect();
        let some = (0..MISTAKES).map(|_| &mistakes[random.below(mistakes.len())]);
        for mistake in some.chain(new).collect::<Vec<_>>() {
            match planned.run(&mistake.of(&planned.plan)) {
                Ok(found) if is_same(&found.memory, &right.memory) => harmless += 1,
                Ok(found) if is_same(&found.results(), &right.results()) => unread += 1,
                Ok(found) if planned.expected.compare(&case, &found).is_ok() => {
                    *unnoticed.entry(mistake.what).or_default() += 1;
                }
                _ => *noticed.entry(mistake.what).or_default() += 1,
            }
        }
    }
    let is_never = |kind: &&str| !noticed.contains_key(*kind) && !ABSENT.contains(kind);
    let never: Vec<&str> = KINDS.into_iter().filter(is_never).collect();
    assert!(never.is_empty(), "nobody notices {never:?}");
    let [noticed, missed] = [&noticed, &unnoticed].map(|kinds| kinds.values().sum::<usize>());
    // these are in numbers so near to zero that they are within the rounding of the tape's
    assert!(missed * 100 <= noticed, "{noticed} wrong plans noticed, but not {unnoticed:?}");
    format!("{noticed} wrong plans noticed, {missed} not, {harmless} changed nothing, {unread} no result")
}

/// How many plans there are with each kind of mistake.
type Kinds = BTreeMap<&'static str, usize>;

/// Each decision of the planner is wrong in turn: plans cannot run, or give other results.
pub(crate) fn every_decision_is_noticed() -> String {
    let mut left = Decision::ALL.to_vec();
    let mut seed = 0;
    // plans that cannot be made are not worth a message
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    while !left.is_empty() && seed < PLANNED {
        let case = Case::new(seed);
        let data = case.data();
        let planned = plans::Planned::new(&case, &data, &tape::record(&case, &data));
        left.retain(|decision| {
            catch_unwind(AssertUnwindSafe(|| planned.run_breaking(*decision))).is_ok_and(|run| run.is_ok())
        });
        seed += 1;
    }
    std::panic::set_hook(hook);
    assert!(left.is_empty(), "nobody notices that these decisions are wrong: {left:?}");
    format!("{} wrong decisions noticed in {seed} cells", Decision::ALL.len())
}

fn is_same(found: &[f64], right: &[f64]) -> bool {
    let is_near = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a - b).abs() <= 1e-13 * b.abs();
    found.len() == right.len() && found.iter().zip(right).all(is_near)
}

/// The gradient of each kind of leaf in turn is wrong by 0.1 %; and the differences go through `stop_gradient`.
pub(crate) fn every_kind_of_gradient_is_noticed() -> String {
    let kinds = ["a parameter", "an input", "a context", "a state", "a learned start", "what is stopped"];
    let mut left = kinds.to_vec();
    let mut seed = 0;
    while !left.is_empty() {
        let noticed = noticed_kinds(seed);
        left.retain(|kind| !noticed.contains(kind));
        seed += 1;
        assert!(seed < 200, "nobody notices a wrong gradient of {left:?}");
    }
    format!("{} wrong gradients noticed in {seed} cells", kinds.len())
}

fn noticed_kinds(seed: u64) -> Vec<&'static str> {
    let case = Case::new(seed);
    let data = case.data();
    let evaluator = Evaluator::new(&case.cell, &case.sizes);
    let (_, stops) = case.scan(&evaluator, &data, Stops::Record(Vec::new()));
    let recorded = tape::record(&case, &data);
    let stopped = !stops.is_empty();
    let differences = Differences::new(&case, &evaluator, &data, stops);
    let wrong = differences.compare(&recorded, 1.001);
    let mut noticed: Vec<&str> = wrong.into_iter().filter(is_other).map(|(leaf, _)| kind(&case, leaf)).collect();
    if stopped && differences.through_stops().compare(&recorded, 1.0).iter().any(is_other) {
        noticed.push("what is stopped");
    }
    noticed
}

fn is_other((_, found): &(Leaf, Found)) -> bool {
    matches!(found, Found::Other { .. })
}

fn kind(case: &Case, leaf: Leaf) -> &'static str {
    match leaf {
        Leaf::Parameter(at) if case.is_learned_start(at) => "a learned start",
        Leaf::Parameter(_) => "a parameter",
        Leaf::Input(_) => "an input",
        Leaf::Context(_) => "a context",
        Leaf::State(_) => "a state",
    }
}
