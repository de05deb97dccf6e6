//! Names that become fields, methods and arguments of Rust.

use super::words::kind;
use super::{Meaning, Names};
use crate::errors::Errors;
use crate::recurrent::messages::names as messages;
use crate::recurrent::syntax::bare;
use crate::recurrent::syntax::{Cell, Start};
use proc_macro2::Ident;
use std::collections::{BTreeMap, BTreeSet};

/// What the generated type and the traits that it implements call their functions: a size with such a name would hide
/// one, or could not be told from it.
pub(crate) const METHODS: &[&str] = &[
    "cast",
    "cast_with",
    "clone",
    "count",
    "default",
    "drop",
    "duplicate",
    "flatten",
    "flatten_into",
    "fmt",
    "forward",
    "freeze",
    "from",
    "initial_state",
    "input_at",
    "into",
    "load",
    "map_params",
    "new",
    "parameters",
    "plan",
    "rebuild",
    "save",
    "scan",
    "scan_steps",
    "share",
    "step",
    "stepper",
    "stepper_with_sizes",
    "summary",
    "thaw",
    "trainables",
    "trainables_mut",
    "visit",
    "walk",
    "with_dtype",
    "zip",
    "zip_with",
];

/// The last argument of `new`.
const GENERATOR: &str = "rng";

/// The generic parameter of every cell.
const TYPE_OF_FLOATS: &str = "F";

/// The longest tuple that can be an input.
const MOST_INPUTS: usize = 8;

/// Says which names of arguments, fields and labels cannot stand beside one another.
pub(super) fn check(errors: &mut Errors, cell: &Cell, names: &Names<'_>) {
    check_arguments_of_new(errors, cell);
    check_number_of_inputs(errors, names);
    let arguments: BTreeSet<String> = cell.header.iter().map(|argument| bare(&argument.name)).collect();
    let starts = learned_starts(names);
    for (name, meaning) in fields(names) {
        if arguments.contains(&bare(name)) {
            errors.error(name, messages::field_is_argument_of_new(name, kind(meaning)));
        } else if let Some(state) = starts.get(&bare(name)) {
            errors.error(name, messages::field_is_learned_start(name, kind(meaning), state));
        }
    }
    for argument in &cell.header {
        if let Some(state) = starts.get(&bare(&argument.name)) {
            let name = &argument.name;
            errors.error(name, messages::field_is_learned_start(name, "an argument of `new`", state));
        }
    }
    check_labels(errors, cell);
    if bare(&cell.name) == TYPE_OF_FLOATS {
        errors.error(&cell.name, messages::cell_is_type_of_floats());
    }
}

/// Inputs and contexts are one tuple.
fn check_number_of_inputs(errors: &mut Errors, names: &Names<'_>) {
    let count = names.inputs.len() + names.contexts.len();
    if count > MOST_INPUTS {
        let last = names.inputs.last().map(|(name, _)| *name);
        let place = names.inputs.get(MOST_INPUTS).map(|(name, _)| *name).or(last);
        place.into_iter().for_each(|name| errors.error(name, messages::too_many_inputs(count)));
    }
}

fn check_arguments_of_new(errors: &mut Errors, cell: &Cell) {
    let mut seen = BTreeSet::new();
    for argument in &cell.header {
        let name = &argument.name;
        let text = bare(name);
        if text == GENERATOR {
            errors.error(name, messages::argument_of_new_is_generator());
        } else if METHODS.contains(&text.as_str()) {
            errors.error(name, messages::argument_of_new_is_method(name));
        } else if !seen.insert(text) {
            errors.error(name, messages::argument_of_new_twice(name));
        }
    }
}

fn fields<'a>(names: &Names<'a>) -> impl Iterator<Item = (&'a Ident, Meaning)> {
    let parameters = names.parameters.iter().enumerate().map(|(i, (name, _))| (*name, Meaning::Parameter(i)));
    let buffers = names.buffers.iter().enumerate().map(|(i, (name, _))| (*name, Meaning::Buffer(i)));
    let hypers = names.hypers.iter().enumerate().map(|(i, (name, _))| (*name, Meaning::Hyper(i)));
    parameters.chain(buffers).chain(hypers)
}

/// The fields that hold learned starts, with their states.
fn learned_starts<'a>(names: &Names<'a>) -> BTreeMap<String, &'a Ident> {
    let learned = names.states.iter().filter(|(_, _, start)| matches!(start, Some(Start::Learned { .. })));
    learned.map(|(name, _, _)| (format!("initial_{}", bare(name)), *name)).collect()
}

fn check_labels(errors: &mut Errors, cell: &Cell) {
    let mut seen = BTreeSet::new();
    for label in cell.step.outputs.iter().filter_map(|output| output.label.as_ref()) {
        if !seen.insert(bare(label)) {
            errors.error(label, messages::label_twice(label));
        }
    }
}
