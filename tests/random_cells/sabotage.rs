//! The comparisons are tested themselves: a slightly wrong formula, or a slightly wrong gradient, must be noticed.

use crate::case::{Case, Data};
use crate::compare::{self, Differences, Found};
use crate::coverage::OPERATIONS;
use crate::derivative::{Scan, gradients};
use crate::recurrent::diff::tests::{
    kinks, sabotage::Damage, sabotage::Sabotage, sabotage::derive_wrongly, sabotage::possible, sabotage::rule_name,
};
use crate::recurrent::diff::{Site, derive, reverse_by};
use crate::recurrent::ir;
use crate::recurrent::tests::evaluate::{Evaluator, Stops, operation};
use crate::tape::{self, Leaf, Recorded};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// How many cells with an operation are looked at before it counts as unnoticed.
const PATIENCE: usize = 100;

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

/// How many cells with a rule are looked at before its sabotage counts as unnoticed by them.
const PATIENCE_FOR_RULES: usize = 40;
/// How many cells have all rules.
const CELLS_WITH_ALL_RULES: u64 = 600;

/// What makes no difference: a weight for all extrema that is divided by their sum, and a number between two whole ones.
const HARMLESS: [(&str, Sabotage); 3] = [
    ("Max", Sabotage::Operation(4, Damage::Number)),
    ("Min", Sabotage::Operation(4, Damage::Number)),
    ("Rem, operand 1", Sabotage::Operation(5, Damage::Number)),
];

/// Each rule of the table of derivatives is wrong in turn, in each way: cells or kinks notice it.
pub(crate) fn every_rule_is_noticed() -> String {
    let mut left: BTreeMap<(String, Sabotage), usize> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for seed in 0..CELLS_WITH_ALL_RULES {
        let cell = Derived::new(seed);
        for (rule, sabotage) in cell.possible() {
            if known.insert((rule.clone(), sabotage)) && !is_noticed_by_kinks(&rule, sabotage) {
                left.insert((rule, sabotage), 0);
            }
        }
        let rules = cell.rules.borrow();
        left.retain(|(rule, sabotage), tried| {
            let looks = *tried < PATIENCE_FOR_RULES && rules.contains_key(rule);
            *tried += usize::from(looks);
            !(looks && cell.notices(rule, *sabotage))
        });
    }
    let rules: BTreeSet<&String> = known.iter().map(|(rule, _)| rule).collect();
    let left: Vec<String> =
        left.iter().map(|((rule, sabotage), tried)| format!("{rule}: {sabotage} ({tried})")).collect();
    assert!(left.is_empty(), "of {}, nobody notices\n{}", known.len(), left.join("\n"));
    let noticed = known.len() - HARMLESS.len();
    format!("{noticed} sabotages of {} rules of derivatives noticed, {} are harmless", rules.len(), HARMLESS.len())
}

/// A cell and what differentiates it.
struct Derived {
    case: Case,
    data: Data,
    step: ir::Step,
    scan: Scan,
    recorded: Recorded,
    /// The rules that it needs, with all that can be done to them.
    rules: RefCell<BTreeMap<String, BTreeSet<Sabotage>>>,
}

impl Derived {
    fn new(seed: u64) -> Self {
        let case = Case::new(seed);
        let data = case.data();
        let step = ir::optimise(ir::lower(&case.cell));
        let (scan, recorded) = (Scan::new(&case, &data, &step), tape::record(&case, &data));
        Self { case, data, step, scan, recorded, rules: RefCell::default() }
    }

    fn possible(&self) -> Vec<(String, Sabotage)> {
        reverse_by(&self.step, &|site| {
            let (contribution, sabotages) = possible(site);
            self.rules.borrow_mut().entry(rule_name(site)).or_default().extend(sabotages);
            contribution
        });
        let rules = self.rules.borrow();
        rules.iter().flat_map(|(rule, all)| all.iter().map(|one| (rule.clone(), *one))).collect()
    }

    /// Whether the gradients differ by more than what differences and the tape allow.
    fn notices(&self, rule: &str, sabotage: Sabotage) -> bool {
        let backward = reverse_by(&self.step, &|site| wrong(site, rule, sabotage));
        let leaves: Vec<Leaf> = self.recorded.gradients.iter().map(|(leaf, _)| *leaf).collect();
        let found = gradients(&self.case, &self.data, &self.scan, &backward, &leaves);
        let found = found.iter().flat_map(|(_, gradient)| gradient);
        let expected = self.recorded.gradients.iter().flat_map(|(_, gradient)| gradient);
        // where there is no derivative, a wrong one is not noticed
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-5 * b.abs().max(1.0) || !b.is_finite();
        !found.zip(expected).all(is_near)
    }
}

fn is_noticed_by_kinks(rule: &str, sabotage: Sabotage) -> bool {
    kinks::disagreement(&|site| wrong(site, rule, sabotage)).is_some()
}

fn wrong(site: &Site<'_>, rule: &str, sabotage: Sabotage) -> crate::recurrent::diff::Contribution {
    if rule_name(site) == rule { derive_wrongly(site, sabotage) } else { derive(site) }
}
