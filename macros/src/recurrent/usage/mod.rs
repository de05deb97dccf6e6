//! What is declared and has no effect.
//!
//! A thing is used if its value reaches an output of this step or a later one. What is unused only because something
//! else is unused is not reported: the mistake is elsewhere.

mod live;
mod mentions;
#[cfg(test)]
mod tests;

use super::messages::usage as messages;
use super::resolve::Names;
use super::{syntax, typed};
use crate::errors::Errors;
use crate::recurrent::syntax::bare;
use live::Live;
use mentions::Mentions;
use proc_macro2::Ident;

/// Something that can be unused. The numbers count the entries of [`Names`]; the order is that of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    State(usize),
    Parameter(usize),
    Buffer(usize),
    Hyper(usize),
    Context(usize),
    Helper(usize),
    Input(usize),
    Local(usize),
}

/// Reports everything that reaches no output over any number of steps.
pub(crate) fn check(errors: &mut Errors, cell: &syntax::Cell, names: &Names<'_>, typed: &typed::Cell) {
    let live = Live::of(names, typed);
    let mentions = Mentions::of(cell, names);
    let called = mentions.called_helpers(&live);
    let is_unused = |thing: &Thing| match thing {
        Thing::Helper(helper) => !called[*helper],
        other => !live.contains(*other),
    };
    let mut unused: Vec<Thing> = things(names).filter(is_unused).collect();
    unused.retain(|thing| !is_silenced(names, *thing));
    check_old_values(errors, names, &live);
    for thing in mentions.without_follow_ups(&unused) {
        let name = ident(names, thing);
        errors.error(name, message(thing, name));
    }
}

/// All things that the cell declares, states first: of things that need one another a state is reported.
fn things(names: &Names<'_>) -> impl Iterator<Item = Thing> {
    let states = (0..names.states.len()).map(Thing::State);
    let parameters = (0..names.parameters.len()).map(Thing::Parameter);
    let buffers = (0..names.buffers.len()).map(Thing::Buffer);
    let hypers = (0..names.hypers.len()).map(Thing::Hyper);
    let contexts = (0..names.contexts.len()).map(Thing::Context);
    let helpers = (0..names.helpers.len()).map(Thing::Helper);
    let inputs = (0..names.inputs.len()).map(Thing::Input);
    let locals = (0..names.locals.len()).map(Thing::Local);
    states.chain(parameters).chain(buffers).chain(hypers).chain(contexts).chain(helpers).chain(inputs).chain(locals)
}

/// `_x` says that a value is meant to be unused. Fields and arguments of Rust cannot say so.
fn is_silenced(names: &Names<'_>, thing: Thing) -> bool {
    matches!(thing, Thing::Input(_) | Thing::Local(_)) && bare(ident(names, thing)).starts_with('_')
}

fn ident<'a>(names: &Names<'a>, thing: Thing) -> &'a Ident {
    match thing {
        Thing::State(number) => names.states[number].0,
        Thing::Parameter(number) => names.parameters[number].0,
        Thing::Buffer(number) => names.buffers[number].0,
        Thing::Hyper(number) => names.hypers[number].0,
        Thing::Context(number) => names.contexts[number].0,
        Thing::Helper(number) => names.helpers[number].name,
        Thing::Input(number) => names.inputs[number].0,
        Thing::Local(number) => names.locals[number],
    }
}

fn message(thing: Thing, name: &Ident) -> String {
    match thing {
        Thing::State(_) => messages::unused_state(name),
        Thing::Parameter(_) => messages::unused_parameter(name),
        Thing::Buffer(_) => messages::unused_buffer(name),
        Thing::Hyper(_) => messages::unused_hyper(name),
        Thing::Context(_) => messages::unused_context(name),
        Thing::Helper(_) => messages::unused_helper(name),
        Thing::Input(_) => messages::unused_input(name, format!("_{}", bare(name))),
        Thing::Local(_) => messages::unused_let(name, format!("_{}", bare(name))),
    }
}

/// A state whose old value nobody reads, though its new value is used, is a `let`.
fn check_old_values(errors: &mut Errors, names: &Names<'_>, live: &Live) {
    for (number, (name, _, _)) in names.states.iter().enumerate() {
        if live.contains(Thing::State(number)) && !live.reads_old_value(number) {
            errors.error(name, messages::state_never_read(name));
        }
    }
}
