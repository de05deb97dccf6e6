//! The order of values that stand side by side, such that as many products as possible find their vectors side by side.

use crate::recurrent::diff::Contribution;
use crate::recurrent::ir::NodeId;
use crate::recurrent::plan::arena::{Arena, Task, When};
use std::collections::{BTreeMap, BTreeSet};

/// More kinds of values are left in their order: there are too many orders.
const MOST_KINDS: usize = 6;

/// Groups of values in the order in which they should stand.
pub(super) fn groups(arena: &Arena, is_free: &dyn Fn(NodeId) -> bool) -> Vec<Vec<NodeId>> {
    let sets = wanted(arena, is_free);
    let mut groups = Vec::new();
    let mut left: BTreeSet<NodeId> = sets.iter().flatten().copied().collect();
    while let Some(first) = left.first().copied() {
        let group = connected(&sets, first);
        left.retain(|id| !group.contains(id));
        let within: Vec<&BTreeSet<NodeId>> = sets.iter().filter(|set| !set.is_disjoint(&group)).collect();
        groups.push(ordered(&group, &within));
    }
    groups
}

/// The sets of values that would be read at once if they stood side by side.
fn wanted(arena: &Arena, is_free: &dyn Fn(NodeId) -> bool) -> Vec<BTreeSet<NodeId>> {
    let needed = arena.needed();
    let mut sets: BTreeMap<(bool, Vec<NodeId>), BTreeSet<NodeId>> = BTreeMap::new();
    for id in arena.ids().filter(|id| needed[id.index()]) {
        if let Task::Products { terms, .. } = &arena.value(id).task {
            let vectors: Vec<NodeId> = terms.iter().map(|term| term.vector).collect();
            sets.entry((true, vectors.clone())).or_default().extend(vectors);
        }
    }
    for total in &arena.totals {
        if let Some((When::After, Contribution::Outer(left, right))) = total.parts.first() {
            sets.entry((false, vec![*right])).or_default().insert(*left);
        }
    }
    let by_stage = |set: BTreeSet<NodeId>| {
        let mut stages: BTreeMap<When, BTreeSet<NodeId>> = BTreeMap::new();
        for id in set.into_iter().filter(|id| is_free(*id)) {
            stages.entry(arena.value(id).when).or_default().insert(id);
        }
        stages.into_values()
    };
    sets.into_values().flat_map(by_stage).filter(|set| set.len() > 1).collect()
}

/// All values that share a set with this one, or with one that does, …
fn connected(sets: &[BTreeSet<NodeId>], first: NodeId) -> BTreeSet<NodeId> {
    let mut group = BTreeSet::from([first]);
    loop {
        let more: BTreeSet<NodeId> =
            sets.iter().filter(|set| !set.is_disjoint(&group)).flatten().copied().chain(group.clone()).collect();
        if more.len() == group.len() {
            return group;
        }
        group = more;
    }
}

/// Values that are in the same sets are alike: orders of kinds are tried.
fn ordered(group: &BTreeSet<NodeId>, sets: &[&BTreeSet<NodeId>]) -> Vec<NodeId> {
    let mut kinds: BTreeMap<Vec<bool>, Vec<NodeId>> = BTreeMap::new();
    for id in group {
        kinds.entry(sets.iter().map(|set| set.contains(id)).collect()).or_default().push(*id);
    }
    let kinds: Vec<Vec<NodeId>> = kinds.into_values().collect();
    if kinds.len() > MOST_KINDS {
        return kinds.concat();
    }
    let mut best = (0, Vec::new());
    let mut order: Vec<usize> = (0..kinds.len()).collect();
    each_order(&mut order, 0, &mut |order| {
        let values: Vec<NodeId> = order.iter().flat_map(|kind| kinds[*kind].clone()).collect();
        let score = 1 + sets.iter().filter(|set| is_together(set, &values)).count();
        if score > best.0 {
            best = (score, values);
        }
    });
    best.1
}

fn is_together(set: &BTreeSet<NodeId>, values: &[NodeId]) -> bool {
    let places = values.iter().enumerate().filter(|(_, id)| set.contains(id)).map(|(at, _)| at);
    let (first, last) = (places.clone().min(), places.max());
    first.zip(last).is_some_and(|(first, last)| last - first + 1 == set.len())
}

/// All orders of what stands behind the fixed places, the given one first.
fn each_order(order: &mut Vec<usize>, fixed: usize, see: &mut dyn FnMut(&[usize])) {
    if fixed == order.len() {
        return see(order);
    }
    for next in fixed..order.len() {
        order.swap(fixed, next);
        each_order(order, fixed + 1, see);
        order.swap(fixed, next);
    }
}
