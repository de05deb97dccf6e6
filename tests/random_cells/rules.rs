//! The table of derivatives is wrong on purpose, rule by rule: somebody must notice.

use crate::CELLS as CELLS_OF_SURVEY;
use crate::case::{Case, Data};
use crate::derivative::{Scan, gradients};
use crate::recurrent::diff::tests::kinks;
use crate::recurrent::diff::{Contribution, Site, derive, reverse_by};
use crate::recurrent::ir;
use crate::tape::{self, Leaf, Recorded};
use crate::wrong_rules::{Damage, Sabotage, derive_wrongly, possible, rule_name};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// How many cells with a rule are looked at before its sabotage counts as unnoticed by them.
const PATIENCE: usize = 40;
/// How many cells are looked at for rules: those of the survey, so that whatever it differentiates is sabotaged.
const CELLS: u64 = CELLS_OF_SURVEY.end;

/// What makes no difference: a weight for all extrema that is divided by their sum, and a number between two whole ones.
const HARMLESS: [(&str, Sabotage); 3] = [
    ("Max", Sabotage::Operation(4, Damage::Number)),
    ("Min", Sabotage::Operation(4, Damage::Number)),
    ("Rem, operand 1", Sabotage::Operation(5, Damage::Number)),
];

/// Each rule of the table of derivatives is wrong in turn, in each way: cells or kinks notice it.
pub(crate) fn every_wrong_rule_is_noticed() -> String {
    let mut left: BTreeMap<(String, Sabotage), usize> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for seed in 0..CELLS {
        let step = ir::optimise(ir::lower(&Case::new(seed).cell));
        let rules = rules(&step);
        for (rule, sabotage) in rules.iter().flat_map(|(rule, all)| all.iter().map(move |one| (rule, *one))) {
            if known.insert((rule.clone(), sabotage)) && !is_noticed_by_kinks(rule, sabotage) {
                left.insert((rule.clone(), sabotage), 0);
            }
        }
        let looks = |(rule, _): &(String, Sabotage), tried: usize| tried < PATIENCE && rules.contains_key(rule);
        if left.iter().any(|(sabotage, tried)| looks(sabotage, *tried)) {
            let cell = Derived::new(seed, step);
            left.retain(|sabotage, tried| {
                let looks = looks(sabotage, *tried);
                *tried += usize::from(looks);
                !(looks && cell.notices(&sabotage.0, sabotage.1))
            });
        }
    }
    let harmless = |rule: &str, sabotage| HARMLESS.contains(&(rule, sabotage));
    assert_eq!(left.keys().filter(|(rule, sabotage)| harmless(rule, *sabotage)).count(), HARMLESS.len());
    left.retain(|(rule, sabotage), _| !harmless(rule, *sabotage));
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
    recorded: Recorded,
}

/// The rules that a step needs, with all that can be done to them.
fn rules(step: &ir::Step) -> BTreeMap<String, BTreeSet<Sabotage>> {
    let rules = RefCell::new(BTreeMap::<String, BTreeSet<Sabotage>>::new());
    reverse_by(step, &|site| {
        let (contribution, sabotages) = possible(site);
        rules.borrow_mut().entry(rule_name(site)).or_default().extend(sabotages);
        contribution
    });
    rules.into_inner()
}

impl Derived {
    fn new(seed: u64, step: ir::Step) -> Self {
        let case = Case::new(seed);
        let data = case.data();
        let recorded = tape::record(&case, &data);
        Self { case, data, step, recorded }
    }

    /// Whether the gradients differ by more than what differences and the tape allow.
    fn notices(&self, rule: &str, sabotage: Sabotage) -> bool {
        let backward = reverse_by(&self.step, &|site| wrong(site, rule, sabotage));
        let scan = Scan::new(&self.case, &self.data, &self.step);
        let leaves: Vec<Leaf> = self.recorded.gradients.iter().map(|(leaf, _)| *leaf).collect();
        let found = gradients(&self.case, &self.data, &scan, &backward, &leaves);
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

fn wrong(site: &Site<'_>, rule: &str, sabotage: Sabotage) -> Contribution {
    if rule_name(site) == rule { derive_wrongly(site, sabotage) } else { derive(site) }
}
