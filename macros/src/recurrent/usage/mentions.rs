//! Who speaks of whom, so that one mistake is one error.

use super::Thing;
use super::live::Live;
use crate::recurrent::resolve::{Meaning, Names};
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{Cell, ExpressionId, Statement};
use std::collections::BTreeMap;

/// The names in each formula of `step` and of the helpers.
pub(super) struct Mentions {
    /// By the number of the formula: lines of `step`, the output, helpers.
    formulas: Vec<Vec<Thing>>,
    /// The number of the formula that gives something its value.
    formula_of: BTreeMap<Thing, usize>,
    /// The number of the formula that is the output.
    output: usize,
}

impl Mentions {
    pub(super) fn of(cell: &Cell, names: &Names<'_>) -> Self {
        let statements = &cell.step.statements;
        let mut mentions = Self { formulas: Vec::new(), formula_of: BTreeMap::new(), output: statements.len() };
        let states = names.states.iter().enumerate();
        let states: BTreeMap<String, Thing> = states.map(|(i, (name, _, _))| (bare(name), Thing::State(i))).collect();
        let mut local = 0;
        for (line, statement) in statements.iter().enumerate() {
            let value = match statement {
                Statement::Let { value, .. } | Statement::LetTuple { value, .. } => *value,
                Statement::Assign { name, value } => {
                    mentions.formula_of.extend(states.get(&bare(name)).map(|state| (*state, line)));
                    *value
                }
            };
            for _ in statement.locals() {
                mentions.formula_of.insert(Thing::Local(local), line);
                local += 1;
            }
            mentions.formulas.push(mentioned(cell, names, value));
        }
        mentions.formulas.push(mentioned(cell, names, cell.step.tail));
        for (number, helper) in names.helpers.iter().enumerate() {
            mentions.formula_of.insert(Thing::Helper(number), mentions.formulas.len());
            mentions.formulas.push(mentioned(cell, names, helper.body));
        }
        mentions
    }

    /// By the number of the helper: whether a call of it stands in something that reaches an output.
    pub(super) fn called_helpers(&self, live: &Live) -> Vec<bool> {
        let helpers = self.formulas.len() - self.output - 1;
        let mut called = vec![false; helpers];
        let lines = self.formula_of.iter().filter(|(thing, _)| live.contains(**thing));
        let mut waiting: Vec<usize> = lines.map(|(_, formula)| *formula).chain([self.output]).collect();
        let mut seen = vec![false; self.formulas.len()];
        while let Some(formula) = waiting.pop() {
            if std::mem::replace(&mut seen[formula], true) {
                continue;
            }
            for thing in &self.formulas[formula] {
                if let Thing::Helper(helper) = thing {
                    called[*helper] = true;
                    waiting.push(self.formula_of[thing]);
                }
            }
        }
        called
    }

    /// Those of the unused things that are not unused only because of others, in the order of `unused`.
    ///
    /// A thing that is finished last, on the way from each thing to what it mentions, is mentioned by no other that is
    /// unused, or only by such as it mentions itself. Once it is reported, all that it mentions is its follow-up.
    pub(super) fn without_follow_ups(&self, unused: &[Thing]) -> Vec<Thing> {
        let mut walk = Walk::new(self, unused);
        let mut finished = Vec::new();
        (0..unused.len()).for_each(|first| walk.finish(first, &mut finished));
        let mut walk = Walk::new(self, unused);
        let mut reported: Vec<usize> = Vec::new();
        for first in finished.into_iter().rev() {
            if !walk.seen[first] {
                reported.push(first);
                walk.finish(first, &mut Vec::new());
            }
        }
        reported.sort_unstable();
        reported.into_iter().map(|number| unused[number]).collect()
    }
}

/// A way through unused things, deep before broad.
struct Walk<'m> {
    mentions: &'m Mentions,
    unused: &'m [Thing],
    numbers: BTreeMap<Thing, usize>,
    seen: Vec<bool>,
    /// Two names of one line have one formula, which is looked at once.
    looked_at: Vec<usize>,
}

impl<'m> Walk<'m> {
    fn new(mentions: &'m Mentions, unused: &'m [Thing]) -> Self {
        let numbers = unused.iter().enumerate().map(|(number, thing)| (*thing, number)).collect();
        let looked_at = vec![0; mentions.formulas.len()];
        Self { mentions, unused, numbers, seen: vec![false; unused.len()], looked_at }
    }

    /// Visits a thing and all that it mentions, and notes each when all that it mentions was noted.
    fn finish(&mut self, first: usize, finished: &mut Vec<usize>) {
        if std::mem::replace(&mut self.seen[first], true) {
            return;
        }
        let mut way = vec![first];
        while let Some(last) = way.last() {
            match self.next(self.unused[*last]) {
                Some(next) => way.push(next),
                None => finished.extend(way.pop()),
            }
        }
    }

    /// An unused thing that this one mentions and that was not visited before.
    fn next(&mut self, thing: Thing) -> Option<usize> {
        let formula = *self.mentions.formula_of.get(&thing)?;
        while let Some(other) = self.mentions.formulas[formula].get(self.looked_at[formula]) {
            self.looked_at[formula] += 1;
            let number = self.numbers.get(other).copied();
            if let Some(number) = number.filter(|number| !std::mem::replace(&mut self.seen[*number], true)) {
                return Some(number);
            }
        }
        None
    }
}

/// What is mentioned in a formula.
fn mentioned(cell: &Cell, names: &Names<'_>, root: ExpressionId) -> Vec<Thing> {
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        found.extend(names.meanings[id.index()].and_then(thing));
        waiting.extend(cell.expressions[id].kind.parts());
    }
    found
}

fn thing(meaning: Meaning) -> Option<Thing> {
    match meaning {
        Meaning::Parameter(number) => Some(Thing::Parameter(number)),
        Meaning::Buffer(number) => Some(Thing::Buffer(number)),
        Meaning::Hyper(number) => Some(Thing::Hyper(number)),
        Meaning::State(number) => Some(Thing::State(number)),
        Meaning::Input(number) => Some(Thing::Input(number)),
        Meaning::Context(number) => Some(Thing::Context(number)),
        Meaning::Local(number) => Some(Thing::Local(number)),
        Meaning::Helper(number) => Some(Thing::Helper(number)),
        Meaning::Dimension(_) | Meaning::Argument(_) | Meaning::Function(_) | Meaning::Constant(_) => None,
    }
}
