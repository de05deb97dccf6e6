//! Names of initial values, which are no names of the cell.

use super::foreign;
use super::walk::Walk;
use super::words::{expected_arguments, found_arguments};
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::Initialiser;
use crate::recurrent::syntax::bare;

/// How an initialiser is written, and the smallest and largest number of its arguments.
struct Rule {
    name: &'static str,
    usage: &'static str,
    arguments: (usize, usize),
}

const fn rule(name: &'static str, usage: &'static str, smallest: usize, largest: usize) -> Rule {
    Rule { name, usage, arguments: (smallest, largest) }
}

/// The closed list of initialisers.
const RULES: &[Rule] = &[
    rule("zeros", "zeros", 0, 0),
    rule("ones", "ones", 0, 0),
    rule("constant", "constant(c)", 1, 1),
    rule("uniform", "uniform(a)` or `uniform(low, high)", 1, 2),
    rule("normal", "normal(s)", 1, 1),
    rule("glorot_uniform", "glorot_uniform", 0, 0),
    rule("glorot_normal", "glorot_normal", 0, 0),
    rule("kaiming_uniform", "kaiming_uniform", 0, 0),
    rule("kaiming_normal", "kaiming_normal", 0, 0),
    rule("orthogonal", "orthogonal", 0, 0),
    rule("identity", "identity", 0, 0),
];

/// Those that are the start of a state as they are.
const STARTS: &[&str] = &["zeros", "ones", "constant"];

const LEARNED: &str = "learned";

impl Walk<'_, '_> {
    /// The first value of a parameter, a buffer or a learned start.
    pub(super) fn initialiser(&mut self, initialiser: &Initialiser) {
        let name = &initialiser.name;
        match named(&bare(name)) {
            Some(rule) if accepts(rule, initialiser) => {}
            Some(rule) => {
                let (expected, found) = counts(rule, initialiser);
                let message = messages::initialiser_arguments(name, expected, found, rule.usage);
                self.errors.error(initialiser.place, message);
            }
            None if bare(name) == LEARNED => self.errors.error(name, messages::learned_as_initialiser(known())),
            None => {
                let message = match self.near_initialiser(&bare(name)) {
                    Some(guess) => messages::unknown_initialiser_guess(name, guess, known()),
                    None => messages::unknown_initialiser(name, known()),
                };
                self.errors.error(name, message);
            }
        }
        self.initialiser_arguments(initialiser);
    }

    /// What a state is before the first step, if it is not learned.
    pub(super) fn fixed_start(&mut self, start: &Initialiser) {
        let name = &start.name;
        match named(&bare(name)) {
            Some(rule) if !STARTS.contains(&rule.name) => {
                let message = messages::start_is_initialiser(name, example(rule));
                self.errors.error(start.place, message);
            }
            Some(rule) if accepts(rule, start) => {}
            Some(rule) => {
                let (expected, found) = counts(rule, start);
                self.errors.error(start.place, messages::start_arguments(name, expected, found, rule.usage));
            }
            None => {
                let starts: Vec<&str> = STARTS.iter().copied().chain([LEARNED]).collect();
                let foreign = foreign::initialiser(&bare(name)).filter(|guess| STARTS.contains(guess));
                let guess = foreign.map(str::to_owned).or_else(|| self.suggest.nearest(&bare(name), &starts));
                let message = match guess {
                    Some(guess) => messages::unknown_start_guess(name, guess),
                    None => messages::unknown_start(name),
                };
                self.errors.error(name, message);
            }
        }
        self.initialiser_arguments(start);
    }

    fn near_initialiser(&mut self, word: &str) -> Option<String> {
        if let Some(foreign) = foreign::initialiser(word) {
            return Some(foreign.to_owned());
        }
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        self.suggest.nearest(word, &names)
    }
}

fn named(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

fn accepts(rule: &Rule, initialiser: &Initialiser) -> bool {
    (rule.arguments.0..=rule.arguments.1).contains(&initialiser.arguments.len())
}

fn counts(rule: &Rule, initialiser: &Initialiser) -> (String, String) {
    (expected_arguments(rule.arguments), found_arguments(initialiser.arguments.len()))
}

/// The rule as it can stand for a vector, with a number where it has an argument.
fn example(rule: &Rule) -> String {
    match rule.name {
        // these make matrices, and a state is none
        "orthogonal" | "identity" => "normal(0.1)".to_owned(),
        name if rule.arguments.1 == 0 => name.to_owned(),
        name => format!("{name}(0.1)"),
    }
}

/// All initialisers, as they are written.
fn known() -> String {
    let usages: Vec<String> = RULES.iter().map(|rule| format!("`{}`", rule.usage.replace("` or `", "`, `"))).collect();
    usages.join(", ")
}
