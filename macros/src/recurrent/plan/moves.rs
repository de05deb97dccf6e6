//! Which element-by-element work goes from one loop to a later one.

use super::Decision;
use super::schedule::{Place, Schedule, Unit};
use crate::recurrent::ir::{Dim, NodeId};
use std::collections::BTreeSet;

/// The loops of all values while some move.
pub(super) struct Moves<'a> {
    schedule: &'a Schedule,
    /// By value: the loop that computes it.
    pub(super) places: Vec<Option<Place>>,
    /// By value: those that need it.
    readers: Vec<Vec<NodeId>>,
    /// By value: how often it is read outside of its loop.
    outside: Vec<usize>,
    asked: Vec<bool>,
}

impl<'a> Moves<'a> {
    pub(super) fn new(schedule: &'a Schedule) -> Self {
        let arena = &schedule.arena;
        let needed = arena.needed();
        let mut readers = arena.consumers();
        readers.iter_mut().for_each(|readers| readers.retain(|reader| needed[reader.index()]));
        let places = schedule.loops();
        let outside = arena.ids().map(|id| {
            let is_outside = |reader: &&NodeId| places[reader.index()] != places[id.index()];
            readers[id.index()].iter().filter(is_outside).count()
        });
        let outside = outside.collect();
        let mut asked = vec![false; arena.values.len()];
        schedule.asked().for_each(|id| asked[id.index()] = true);
        Self { schedule, places, readers, outside, asked }
    }

    /// A later loop that alone reads the value, if no more values have to be stored when it moves there.
    pub(super) fn target(&self, id: NodeId) -> Option<Place> {
        let from = self.places[id.index()]?;
        let (first, rest) = self.readers[id.index()].split_first()?;
        let to = self.places[first.index()]?;
        let fits = to.0 == from.0 && to.1 > from.1 && self.extent(to) == self.extent(from);
        if self.schedule.arena.breaks(Decision::Postpone) {
            return rest.iter().filter_map(|reader| self.places[reader.index()]).max().filter(|to| fits && *to > from);
        }
        if !fits || self.asked[id.index()] || rest.iter().any(|reader| self.places[reader.index()] != Some(to)) {
            return None;
        }
        let operands: BTreeSet<NodeId> = self.schedule.arena.value(id).operands().into_iter().collect();
        let new = operands.into_iter().filter(|operand| self.is_inside(*operand, from));
        (new.count() <= 1).then_some(to)
    }

    /// Whether it is computed in this loop and not stored.
    fn is_inside(&self, id: NodeId, place: Place) -> bool {
        self.places[id.index()] == Some(place) && self.outside[id.index()] == 0 && !self.asked[id.index()]
    }

    /// `left` gets all values that may move now.
    pub(super) fn apply(&mut self, id: NodeId, to: Place, left: &mut BTreeSet<NodeId>) {
        let from = self.places[id.index()].replace(to);
        self.outside[id.index()] = 0;
        for operand in self.schedule.arena.value(id).operands() {
            if self.places[operand.index()].is_none() || self.places[operand.index()] != from {
                continue;
            }
            if self.outside[operand.index()] == 0 {
                left.extend(&self.readers[operand.index()]);
            }
            self.outside[operand.index()] += 1;
            left.insert(operand);
        }
    }

    fn extent(&self, (when, at): Place) -> Option<&Dim> {
        match &self.schedule.units[&when][at] {
            Unit::Loop { extent, .. } => Some(extent),
            Unit::Products(_) | Unit::Single(_) => None,
        }
    }
}
