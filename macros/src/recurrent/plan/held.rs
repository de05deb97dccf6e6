//! The derivatives that steps hand to each other stand in memory for one step. What is computed after the loop reads a
//! copy that has a row for each step.

use super::Decision;
use super::arena::{Arena, Task, Value, When};
use crate::recurrent::ir::{NodeId, Op};

/// The same with copies.
pub(super) fn hold(mut arena: Arena) -> Arena {
    let later = arena.read_after();
    let is_held = |id: &NodeId| later[id.index()] && matches!(arena.value(*id).op(), Some(Op::NextAdjoint(_)));
    let held: Vec<NodeId> = arena.ids().filter(is_held).collect();
    if held.is_empty() || arena.breaks(Decision::Hold) {
        return arena;
    }
    let mut places: Vec<NodeId> = Vec::with_capacity(arena.values.len());
    let mut copies: Vec<NodeId> = Vec::with_capacity(arena.values.len());
    let mut values: Vec<Value> = Vec::with_capacity(arena.values.len() + held.len());
    for (at, mut value) in std::mem::take(&mut arena.values).into_iter().enumerate() {
        let from = if value.when == When::After || value.is_part() { &copies } else { &places };
        if let Task::Op(op) = &mut value.task {
            op.operands_mut().into_iter().for_each(|operand| *operand = from[operand.index()]);
        }
        let place = NodeId::new(values.len());
        values.push(value);
        places.push(place);
        copies.push(place);
        if held.contains(&NodeId::new(at)) {
            copies[at] = NodeId::new(values.len());
            let leaf = &values[place.index()];
            values.push(Value { task: Task::Op(Op::StopGradient(place)), when: When::Step, ..leaf.clone() });
        }
    }
    arena.values = values;
    arena.results.iter_mut().filter_map(|asked| asked.value.as_mut()).for_each(|id| *id = places[id.index()]);
    for (_, part) in arena.totals.iter_mut().flat_map(|total| &mut total.parts) {
        part.nodes_mut().into_iter().for_each(|id| *id = copies[id.index()]);
    }
    arena
}
