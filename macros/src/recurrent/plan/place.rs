//! The stage that computes each value.
//!
//! Products of matrices that all rows share are what costs. Those that do not wait for the step before leave the loop for
//! the front, where one product does all rows; those that no later step waits for leave it for the back. What they
//! read or what reads them goes with them. Everything else stays in the loop, next to what reads it.

use super::Decision;
use super::arena::{Arena, Task, When};
use crate::recurrent::diff::Rate;
use crate::recurrent::ir::{Depends, NodeId, Op};

/// The same with the right stages.
pub(super) fn place(mut arena: Arena) -> Arena {
    let needed = arena.needed();
    let feeds = feeding(&arena);
    for id in arena.ids() {
        let when = first_choice(&arena, id, feeds[id.index()]);
        arena.values[id.index()].when = when;
    }
    follow_backwards(&mut arena);
    follow_forwards(&mut arena);
    leave_the_loop(&mut arena, &feeds, &needed);
    arena
}

/// By value: whether another step needs it.
fn feeding(arena: &Arena) -> Vec<bool> {
    let mut feeds = vec![false; arena.values.len()];
    for asked in &arena.results {
        let carried = matches!(asked.place, super::Source::Next(_) | super::Source::StateAdjoint(_));
        if let Some(value) = asked.value.filter(|_| carried) {
            feeds[value.index()] = true;
        }
    }
    for id in arena.ids().rev() {
        if feeds[id.index()] {
            arena.value(id).operands().into_iter().for_each(|operand| feeds[operand.index()] = true);
        }
    }
    feeds
}

/// Whether a value waits for another step.
fn waits(arena: &Arena, id: NodeId) -> bool {
    let carried = if arena.is_backward { Depends::NEXT_ADJOINT } else { Depends::STATE };
    arena.value(id).depends.contains(carried)
}

fn first_choice(arena: &Arena, id: NodeId, feeds: bool) -> When {
    let value = arena.value(id);
    let feeds = feeds && !arena.breaks(Decision::Sink);
    let waits = waits(arena, id) && !arena.breaks(Decision::Hoist);
    match (value.rate, Rate::of(value.depends)) {
        (Rate::Scan, _) => When::OnceAfter,
        (Rate::Row, Rate::Scan) => When::Once,
        (Rate::Row, Rate::Example) => When::Example,
        (Rate::Example, Rate::Scan) if !reads_total(arena, id) => When::Once,
        (Rate::Example, _) => When::ExampleAfter,
        (Rate::Row, Rate::Row) => match (waits, feeds) {
            (false, true) if is_product(arena, id) => When::Before,
            (false, false) => {
                if arena.is_backward {
                    When::After
                } else {
                    When::Before
                }
            }
            (true, false) if is_product(arena, id) => When::After,
            _ => When::Step,
        },
    }
}

fn reads_total(arena: &Arena, id: NodeId) -> bool {
    matches!(arena.value(id).op(), Some(Op::Total(_)))
}

/// Whether it is a product of a matrix that all rows share and a vector of a row.
pub(super) fn is_product(arena: &Arena, id: NodeId) -> bool {
    match &arena.value(id).task {
        Task::Op(Op::MatMul { a, b, .. }) => {
            let (matrix, vector) = (arena.value(*a), arena.value(*b));
            matrix.depends.is_shared() && !vector.depends.is_shared() && vector.shape.len() == 1
        }
        Task::Op(_) => false,
        Task::Products { .. } => true,
    }
}

/// What a value before the loop reads is computed before the loop.
fn follow_backwards(arena: &mut Arena) {
    for id in arena.ids().rev() {
        if arena.value(id).when == When::Before {
            for operand in arena.value(id).operands() {
                let operand = &mut arena.values[operand.index()];
                if operand.when.is_row() {
                    operand.when = When::Before;
                }
            }
        }
    }
}

/// What reads a value from after the loop is computed after the loop.
fn follow_forwards(arena: &mut Arena) {
    for id in arena.ids() {
        let value = arena.value(id);
        let after = |operand: &NodeId| arena.value(*operand).when == When::After;
        if value.when.is_row() && !value.is_leaf() && value.operands().iter().any(after) {
            arena.values[id.index()].when = When::After;
        }
    }
}

/// What only work after the loop reads is computed there, from what is kept anyway.
fn leave_the_loop(arena: &mut Arena, feeds: &[bool], needed: &[bool]) {
    let consumers = arena.consumers();
    let mut asked = vec![false; arena.values.len()];
    let results = arena.results.iter().filter_map(|asked| asked.value);
    results.chain(arena.kept.values().copied()).for_each(|id| asked[id.index()] = true);
    for id in arena.ids().rev() {
        let value = arena.value(id);
        let free = value.when == When::Step && !feeds[id.index()] && !value.is_leaf() && !asked[id.index()];
        let is_after = |consumer: &NodeId| !needed[consumer.index()] || arena.value(*consumer).when == When::After;
        let readers = &consumers[id.index()];
        if free && (readers.iter().all(is_after) || arena.breaks(Decision::Follow)) {
            arena.values[id.index()].when = When::After;
        }
    }
}
