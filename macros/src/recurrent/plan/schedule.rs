//! The order of the work of a pass.
//!
//! Work that is not element by element is done as soon as it can be, and what is left then that is, and has one number of
//! elements, becomes one loop. A loop that has begun takes in all that it can, so there are few of them; what only a
//! later loop reads moves there, where it need not go through memory.

use super::Decision;
use super::arena::{Arena, Task, Value, When};
use super::moves::Moves;
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

/// A unit of a stage.
pub(super) type Place = (When, usize);

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
    consumers: Vec<Vec<NodeId>>,
    needed: Vec<bool>,
    extents: Vec<Dim>,
    /// By value: how many of its operands are not there yet.
    missing: Vec<usize>,
    when: When,
    parts: BTreeSet<NodeId>,
    others: BTreeSet<NodeId>,
    /// Element-by-element work that can be done.
    pointwise: BTreeSet<NodeId>,
}

impl<'a> Queue<'a> {
    fn new(arena: &'a Arena) -> Self {
        let values = arena.values.iter();
        let mut queue = Self {
            arena,
            consumers: arena.consumers(),
            needed: arena.needed(),
            extents: values.clone().map(Value::extent).collect(),
            missing: values.map(|value| value.operands().len()).collect(),
            when: When::Once,
            parts: BTreeSet::new(),
            others: BTreeSet::new(),
            pointwise: BTreeSet::new(),
        };
        arena.ids().filter(|id| arena.value(*id).is_leaf()).for_each(|id| queue.count(id));
        queue
    }

    fn stage(&mut self, when: When) -> Vec<Unit> {
        self.when = when;
        self.arena.ids().for_each(|id| self.consider(id));
        let mut units = Vec::new();
        loop {
            if let Some(part) = self.parts.pop_first() {
                // it costs nothing
                self.finish(part);
            } else if !self.others.is_empty() {
                self.do_others(&mut units);
            } else if let Some(first) = self.pointwise.first() {
                let values = self.one_loop(*first);
                units.push(values);
            } else {
                return units;
            }
        }
    }

    /// Whether it is work of this stage that can be done.
    fn consider(&mut self, id: NodeId) {
        let value = self.arena.value(id);
        if self.missing[id.index()] > 0 || value.when != self.when || !self.needed[id.index()] || value.is_leaf() {
            return;
        }
        let ready = if value.is_part() {
            &mut self.parts
        } else if value.is_pointwise() {
            &mut self.pointwise
        } else {
            &mut self.others
        };
        ready.insert(id);
    }

    /// One operand less to wait for.
    fn count(&mut self, done: NodeId) {
        for reader in &self.consumers[done.index()] {
            self.missing[reader.index()] -= 1;
        }
    }

    fn finish(&mut self, id: NodeId) {
        self.count(id);
        let consumers = std::mem::take(&mut self.consumers[id.index()]);
        consumers.into_iter().for_each(|reader| self.consider(reader));
    }

    /// All that can be done now; products of the same vectors at once.
    fn do_others(&mut self, units: &mut Vec<Unit>) {
        let mut stacks: Vec<Vec<NodeId>> = Vec::new();
        let mut by_vectors: BTreeMap<Vec<NodeId>, usize> = BTreeMap::new();
        for id in std::mem::take(&mut self.others) {
            match &self.arena.value(id).task {
                Task::Products { terms, onto: None } => {
                    let mut vectors: Vec<NodeId> = terms.iter().map(|term| term.vector).collect();
                    if self.arena.breaks(Decision::Stack) {
                        vectors.fill(NodeId::new(0));
                    }
                    let stack = *by_vectors.entry(vectors).or_insert(stacks.len());
                    stacks.resize(stacks.len().max(stack + 1), Vec::new());
                    stacks[stack].push(id);
                }
                Task::Products { .. } => units.push(Unit::Products(vec![id])),
                Task::Op(_) => units.push(Unit::Single(id)),
            }
            self.finish(id);
        }
        units.extend(stacks.into_iter().map(Unit::Products));
    }

    /// The loop that begins with this value.
    fn one_loop(&mut self, first: NodeId) -> Unit {
        let extent = self.extents[first.index()].clone();
        let mut values = Vec::new();
        let mut from = first;
        // what follows from a value of the loop stands behind it
        let any = self.arena.breaks(Decision::Fuse);
        while let Some(id) = self.pointwise.range(from..).find(|id| any || self.extents[id.index()] == extent).copied()
        {
            self.pointwise.remove(&id);
            self.finish(id);
            values.push(id);
            from = id;
        }
        Unit::Loop { extent, values }
    }
}

impl Schedule {
    /// Moves values into the loop that alone reads them, where that stores no more than before.
    fn postpone(&mut self) {
        let mut moves = Moves::new(self);
        let mut left: BTreeSet<NodeId> = self.arena.ids().filter(|id| moves.places[id.index()].is_some()).collect();
        while let Some(id) = left.pop_last() {
            if let Some(to) = moves.target(id) {
                moves.apply(id, to, &mut left);
            }
        }
        let places = moves.places;
        for (when, units) in &mut self.units {
            for unit in units.iter_mut() {
                if let Unit::Loop { values, .. } = unit {
                    values.clear();
                }
            }
            for (at, place) in places.iter().enumerate() {
                if let Some(Unit::Loop { values, .. }) =
                    place.filter(|place| place.0 == *when).map(|place| &mut units[place.1])
                {
                    values.push(NodeId::new(at));
                }
            }
            units.retain(|unit| !matches!(unit, Unit::Loop { values, .. } if values.is_empty()));
        }
    }

    /// By value: the loop that computes it, if one does.
    pub(super) fn loops(&self) -> Vec<Option<Place>> {
        let mut loops = vec![None; self.arena.values.len()];
        for (when, units) in &self.units {
            for (at, unit) in units.iter().enumerate() {
                if let Unit::Loop { values, .. } = unit {
                    values.iter().for_each(|id| loops[id.index()] = Some((*when, at)));
                }
            }
        }
        loops
    }

    pub(super) fn asked(&self) -> impl Iterator<Item = NodeId> {
        let results = self.arena.results.iter().filter_map(|asked| asked.value);
        results.chain(self.arena.summed()).chain(self.arena.kept.values().copied())
    }

    /// All values that are read outside of the loop that computes them, and those that no loop computes.
    fn find_stored(&self) -> BTreeSet<NodeId> {
        let loops = self.loops();
        let needed = self.arena.needed();
        let mut stored: BTreeSet<NodeId> = self.asked().collect();
        for id in self.arena.ids().filter(|id| needed[id.index()]) {
            let place = loops[id.index()];
            if place.is_none() && !self.arena.value(id).is_leaf() {
                stored.insert(id);
            }
            for operand in self.arena.value(id).operands() {
                let value = self.arena.value(operand);
                let inside = place.is_some() && (loops[operand.index()] == place || value.is_number());
                if !inside {
                    stored.insert(operand);
                }
            }
        }
        stored
    }
}
