//! The order of the work of a pass.
//!
//! Work that is not element by element is done as soon as it can be, and what is left then that is, and has one number of
//! elements, becomes one loop. A loop that has begun takes in all that it can, so there are few of them; what only a
//! later loop reads moves there, where it need not go through memory.

use super::arena::{Arena, Task, When};
use crate::recurrent::ir::{Dim, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// A pass with the order of its work.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) arena: Arena,
    /// By stage.
    pub(super) units: BTreeMap<When, Vec<Unit>>,
    /// Values that stand in memory.
    pub(super) stored: BTreeSet<NodeId>,
}

/// Work that is one instruction, or a few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// One loop over elements; its values in order.
    Loop { extent: Dim, values: Vec<NodeId> },
    /// Products of the same vectors, stacked.
    Products(Vec<NodeId>),
    /// Anything else.
    Single(NodeId),
}

const STAGES: [When; 7] =
    [When::Once, When::Example, When::Before, When::Step, When::After, When::ExampleAfter, When::OnceAfter];

pub(super) fn schedule(arena: Arena) -> Schedule {
    let mut stages = BTreeMap::new();
    let mut queue = Queue::new(&arena);
    for when in STAGES {
        let units = queue.stage(when);
        if !units.is_empty() {
            stages.insert(when, units);
        }
    }
    let mut schedule = Schedule { arena, units: stages, stored: BTreeSet::new() };
    schedule.postpone();
    schedule.stored = schedule.find_stored();
    schedule
}

/// What is done and what is left to do.
struct Queue<'a> {
    arena: &'a Arena,
    available: Vec<bool>,
    needed: Vec<bool>,
}

impl<'a> Queue<'a> {
    fn new(arena: &'a Arena) -> Self {
        let available = arena.ids().map(|id| arena.value(id).is_leaf()).collect();
        Self { arena, available, needed: arena.needed() }
    }

    fn stage(&mut self, when: When) -> Vec<Unit> {
        let is_left = |id: &NodeId| {
            let value = self.arena.value(*id);
            self.needed[id.index()] && value.when == when && !value.is_leaf()
        };
        let mut left: Vec<NodeId> = self.arena.ids().filter(is_left).collect();
        let mut units = Vec::new();
        while !left.is_empty() {
            let found = self.parts(&left) || self.others(&left, &mut units) || self.one_loop(&left, &mut units);
            assert!(found, "values only read values of their stage or of earlier ones");
            left.retain(|id| !self.available[id.index()]);
        }
        units
    }

    fn is_ready(&self, id: NodeId) -> bool {
        self.arena.value(id).operands().iter().all(|operand| self.available[operand.index()])
    }

    /// Parts of values in memory, which cost nothing.
    fn parts(&mut self, left: &[NodeId]) -> bool {
        let ready: Vec<NodeId> =
            left.iter().copied().filter(|id| self.arena.value(*id).is_part() && self.is_ready(*id)).collect();
        ready.iter().for_each(|id| self.available[id.index()] = true);
        !ready.is_empty()
    }

    fn others(&mut self, left: &[NodeId], units: &mut Vec<Unit>) -> bool {
        let ready: Vec<NodeId> =
            left.iter().copied().filter(|id| !self.arena.value(*id).is_pointwise() && self.is_ready(*id)).collect();
        let mut stacks: Vec<(Vec<NodeId>, Vec<NodeId>)> = Vec::new();
        for &id in &ready {
            match &self.arena.value(id).task {
                Task::Products { terms, onto: None } => {
                    let vectors: Vec<NodeId> = terms.iter().map(|term| term.vector).collect();
                    match stacks.iter_mut().find(|(others, _)| *others == vectors) {
                        Some((_, stack)) => stack.push(id),
                        None => stacks.push((vectors, vec![id])),
                    }
                }
                Task::Products { .. } => units.push(Unit::Products(vec![id])),
                Task::Op(_) => units.push(Unit::Single(id)),
            }
            self.available[id.index()] = true;
        }
        units.extend(stacks.into_iter().map(|(_, stack)| Unit::Products(stack)));
        !ready.is_empty()
    }

    /// The loop that begins with the first element-by-element work that can be done.
    fn one_loop(&mut self, left: &[NodeId], units: &mut Vec<Unit>) -> bool {
        let first = left.iter().find(|id| self.arena.value(**id).is_pointwise() && self.is_ready(**id));
        let Some(first) = first else { return false };
        let extent = self.arena.value(*first).extent();
        let mut values = Vec::new();
        for &id in left {
            let value = self.arena.value(id);
            if value.is_pointwise() && value.extent() == extent && self.is_ready(id) {
                self.available[id.index()] = true;
                values.push(id);
            }
        }
        units.push(Unit::Loop { extent, values });
        true
    }
}

impl Schedule {
    /// Moves values into the loop that alone reads them, where that stores no more than before.
    fn postpone(&mut self) {
        let consumers = self.arena.consumers();
        let needed = self.arena.needed();
        loop {
            let stored = self.find_stored();
            let loops = self.loops();
            let moves = self.arena.ids().rev().find_map(|id| {
                let from = loops.get(&id)?;
                let readers = consumers[id.index()].iter().filter(|reader| needed[reader.index()]);
                let mut to = readers.map(|reader| loops.get(reader)).collect::<Option<BTreeSet<_>>>()?.into_iter();
                let (Some(to), None) = (to.next(), to.next()) else { return None };
                let fits = to.0 == from.0 && to.1 > from.1 && self.extent_at(*to) == self.extent_at(*from);
                let new = self
                    .arena
                    .value(id)
                    .operands()
                    .into_iter()
                    .filter(|operand| !stored.contains(operand) && loops.get(operand) == Some(from));
                let asked = self.asked().any(|asked| asked == id);
                (fits && !asked && new.count() <= 1).then_some((id, *from, *to))
            });
            let Some((id, from, to)) = moves else { break };
            self.values_at(from).retain(|value| *value != id);
            let values = self.values_at(to);
            values.push(id);
            values.sort_unstable();
        }
        for units in self.units.values_mut() {
            units.retain(|unit| !matches!(unit, Unit::Loop { values, .. } if values.is_empty()));
        }
    }

    fn extent_at(&self, (when, at): (When, usize)) -> Option<&Dim> {
        match &self.units[&when][at] {
            Unit::Loop { extent, .. } => Some(extent),
            Unit::Products(_) | Unit::Single(_) => None,
        }
    }

    fn values_at(&mut self, (when, at): (When, usize)) -> &mut Vec<NodeId> {
        match self.units.get_mut(&when).map(|units| &mut units[at]) {
            Some(Unit::Loop { values, .. }) => values,
            _ => unreachable!("a loop stays where it is"),
        }
    }

    /// The loop that computes a value, for all that loops compute.
    fn loops(&self) -> BTreeMap<NodeId, (When, usize)> {
        let mut loops = BTreeMap::new();
        for (when, units) in &self.units {
            for (at, unit) in units.iter().enumerate() {
                if let Unit::Loop { values, .. } = unit {
                    loops.extend(values.iter().map(|id| (*id, (*when, at))));
                }
            }
        }
        loops
    }

    fn asked(&self) -> impl Iterator<Item = NodeId> {
        let results = self.arena.results.iter().filter_map(|asked| asked.value);
        results.chain(self.arena.summed()).chain(self.arena.kept.values().copied())
    }

    /// All values that are read outside of the loop that computes them, and those that no loop computes.
    fn find_stored(&self) -> BTreeSet<NodeId> {
        let loops = self.loops();
        let needed = self.arena.needed();
        let mut stored: BTreeSet<NodeId> = self.asked().collect();
        for id in self.arena.ids().filter(|id| needed[id.index()]) {
            let place = loops.get(&id);
            if place.is_none() && !self.arena.value(id).is_leaf() {
                stored.insert(id);
            }
            for operand in self.arena.value(id).operands() {
                let value = self.arena.value(operand);
                let inside = place.is_some() && (loops.get(&operand) == place || value.is_number());
                if !inside {
                    stored.insert(operand);
                }
            }
        }
        stored
    }
}
