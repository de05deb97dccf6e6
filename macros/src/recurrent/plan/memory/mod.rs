//! Where values stand, and with that the instructions.

mod instructions;
mod kernels;
mod layout;
mod totals;

use super::arena::{Arena, Task, When, extent};
use super::labels::Labels;
use super::schedule::{Schedule, Unit};
use super::{Decision, Instruction, Kernel, Plan, Region, Rows, Source, Stage, View, Weights};
use crate::recurrent::ir::{Dim, NodeId, Op, Step};
use crate::recurrent::typed::Cell;
use std::collections::BTreeMap;

/// The memory of both passes.
pub(super) struct Memory<'a> {
    cell: &'a Cell,
    step: &'a Step,
    regions: Vec<Region>,
    /// Regions that there is one of.
    sources: BTreeMap<Source, usize>,
    weights: Vec<Weights>,
    kernels: Vec<Kernel>,
    /// Values of the step that the backward pass reads.
    kept: BTreeMap<NodeId, View>,
}

/// One pass while its values get their places.
struct Pass<'a, 'm> {
    memory: &'m mut Memory<'a>,
    schedule: &'m Schedule,
    arena: &'m Arena,
    /// By value: whether it, or a part of it, is read after the loop.
    later: Vec<bool>,
    /// By value: whether the backward pass reads it, or a part of it.
    kept: Vec<bool>,
    views: BTreeMap<NodeId, View>,
    stages: BTreeMap<When, Vec<Instruction>>,
}

impl<'a> Memory<'a> {
    pub(super) fn new(cell: &'a Cell, step: &'a Step) -> Self {
        Self {
            cell,
            step,
            regions: Vec::new(),
            sources: BTreeMap::new(),
            weights: Vec::new(),
            kernels: Vec::new(),
            kept: BTreeMap::new(),
        }
    }

    /// The instructions of a pass; the forward pass comes first.
    pub(super) fn assign(&mut self, schedule: &Schedule) -> Vec<Stage> {
        let arena = &schedule.arena;
        let mut pass = Pass {
            later: arena.read_after(),
            kept: arena.with_wholes(arena.kept.values().copied()),
            memory: self,
            schedule,
            arena,
            views: BTreeMap::new(),
            stages: BTreeMap::new(),
        };
        pass.stack_products();
        pass.claim_results();
        pass.claim_parts();
        pass.stand_together();
        pass.place_the_rest();
        pass.write_instructions();
        let kept: Vec<(NodeId, View)> = arena.kept.iter().map(|(id, place)| (*id, pass.view(*place))).collect();
        let stages = pass.finish();
        self.kept.extend(kept);
        stages
    }

    pub(super) fn finish(self, forward: Vec<Stage>, backward: Vec<Stage>) -> Plan {
        let state_of = |id: &NodeId| self.step.next.iter().position(|next| next == id);
        let outputs = self.step.outputs.iter().map(state_of).collect();
        Plan { regions: self.regions, weights: self.weights, kernels: self.kernels, outputs, forward, backward }
    }

    fn region(&mut self, source: Source, width: Dim) -> usize {
        self.regions.push(Region { source, width });
        self.regions.len() - 1
    }

    /// All columns of the only region with this source.
    fn source(&mut self, source: Source, width: &Dim) -> View {
        let region = match self.sources.get(&source) {
            Some(region) => *region,
            None => {
                let region = self.region(source.clone(), width.clone());
                self.sources.insert(source, region);
                region
            }
        };
        View { region, start: Dim::number(0), length: width.clone() }
    }
}

impl Pass<'_, '_> {
    fn labels(&self) -> Labels<'_> {
        Labels { cell: self.memory.cell, step: self.memory.step }
    }

    fn extent(&self, id: NodeId) -> Dim {
        self.arena.value(id).extent()
    }

    /// How often a value is kept, by who reads it.
    fn rows(&self, id: NodeId) -> Rows {
        match self.arena.value(id).when {
            When::Once | When::OnceAfter => Rows::Once,
            When::Example | When::ExampleAfter => Rows::Example,
            When::Before | When::After => Rows::All,
            When::Step if self.later[id.index()] => Rows::All,
            When::Step => Rows::Step { saved: self.kept[id.index()] && !self.arena.breaks(Decision::Save) },
        }
    }

    /// Columns for these values, one after the other, that instructions write.
    fn side_by_side(&mut self, values: &[NodeId]) -> View {
        let rows = values.iter().map(|id| self.rows(*id)).max();
        let rows = rows.unwrap_or_else(|| unreachable!("a region is for some values"));
        let width = values.iter().fold(Dim::number(0), |sum, id| plus(&sum, &self.extent(*id)));
        let region = self.memory.region(Source::Value(rows), width.clone());
        self.divide(&View { region, start: Dim::number(0), length: width.clone() }, values);
        View { region, start: Dim::number(0), length: width }
    }

    /// Gives these columns to the values, one after the other.
    fn divide(&mut self, view: &View, values: &[NodeId]) {
        let mut start = view.start.clone();
        for id in values {
            let length = self.extent(*id);
            let next = plus(&start, &length);
            self.views.insert(*id, View { region: view.region, start: start.clone(), length });
            if !self.arena.breaks(Decision::Beside) {
                start = next;
            }
        }
    }

    fn is_placed(&self, id: NodeId) -> bool {
        self.views.contains_key(&id)
    }

    /// Products of the same vectors are one product, whose result is all of theirs.
    fn stack_products(&mut self) {
        for unit in self.schedule.units.values().flatten() {
            if let Unit::Products(stack) = unit
                && stack.len() > 1
            {
                self.side_by_side(stack);
            }
        }
    }

    /// Values that are asked for are computed where they are asked for, once.
    fn claim_results(&mut self) {
        let results: Vec<_> = self.arena.results.iter().filter_map(|a| Some((a.place.clone(), a.value?))).collect();
        for (place, id) in results {
            if !self.is_placed(id) && self.can_be(&place, id) {
                let view = self.memory.source(place, &self.extent(id));
                self.claim(id, view);
            }
        }
    }

    /// With what the value is added onto.
    fn claim(&mut self, id: NodeId, view: View) {
        if let Task::Products { onto: Some(onto), .. } = self.arena.value(id).task {
            self.views.insert(onto, view.clone());
        }
        self.views.insert(id, view);
    }

    fn can_be(&self, place: &Source, id: NodeId) -> bool {
        let value = self.arena.value(id);
        let total = matches!(value.op(), Some(Op::Total(_)));
        if (value.is_leaf() && !total) || value.is_part() {
            return false;
        }
        match place {
            Source::Next(_) => value.when == When::Step,
            // there are no rows of steps
            Source::StateAdjoint(_) => value.when == When::Step && !self.later[id.index()],
            Source::Output(_) | Source::InputAdjoint(_) => value.when.is_row(),
            Source::ContextAdjoint(_) => value.when == When::ExampleAfter,
            Source::ParameterAdjoint(_) => value.when == When::OnceAfter,
            _ => false,
        }
    }

    /// Parts of a vector are computed at their place in it.
    fn claim_parts(&mut self) {
        for id in self.arena.ids() {
            let stored = self.schedule.stored.contains(&id);
            let Some(Op::Concat(parts)) = self.arena.value(id).op().filter(|_| stored) else { continue };
            if !self.is_placed(id) {
                self.place_with_parts(id, parts);
            }
            let whole = self.views[&id].clone();
            let mut start = whole.start.clone();
            for part in parts {
                let length = self.extent(*part);
                if self.can_stand_in(*part, id, &whole) {
                    self.claim(*part, View { region: whole.region, start: start.clone(), length: length.clone() });
                }
                if self.arena.breaks(Decision::Inside) {
                    continue;
                }
                start = plus(&start, &length);
            }
        }
    }

    /// A place for a vector that lasts as long as its parts have to.
    fn place_with_parts(&mut self, id: NodeId, parts: &[NodeId]) {
        let when = self.arena.value(id).when;
        let inside = parts.iter().filter(|part| self.arena.value(**part).when == when && !self.is_placed(**part));
        let rows = inside.chain([&id]).map(|id| self.rows(*id)).max();
        let rows = rows.unwrap_or_else(|| unreachable!("the vector itself is one of them"));
        let width = self.extent(id);
        let region = self.memory.region(Source::Value(rows), width.clone());
        self.views.insert(id, View { region, start: Dim::number(0), length: width });
    }

    fn can_stand_in(&self, part: NodeId, whole: NodeId, view: &View) -> bool {
        let value = self.arena.value(part);
        let long_enough = match &self.memory.regions[view.region].source {
            Source::Value(rows) => *rows >= self.rows(part),
            _ => false,
        };
        !self.is_placed(part)
            && !value.is_leaf()
            && !value.is_part()
            && value.when == self.arena.value(whole).when
            && long_enough
    }

    /// Values that one product reads side by side.
    fn stand_together(&mut self) {
        for values in layout::groups(self.arena, &|id| self.is_free(id)) {
            if values.len() > 1 {
                self.side_by_side(&values);
            }
        }
    }

    /// Whether a loop writes it, to wherever it likes.
    fn is_free(&self, id: NodeId) -> bool {
        !self.is_placed(id) && self.schedule.stored.contains(&id) && self.arena.value(id).is_pointwise()
    }

    fn place_the_rest(&mut self) {
        let stored: Vec<NodeId> = self.schedule.stored.iter().rev().copied().collect();
        for id in stored {
            let value = self.arena.value(id);
            let written = !value.is_leaf() || matches!(value.op(), Some(Op::Total(_)));
            if written && !value.is_part() && !self.is_placed(id) {
                let width = value.extent();
                let region = self.memory.region(Source::Value(self.rows(id)), width.clone());
                self.claim(id, View { region, start: Dim::number(0), length: width });
            }
        }
    }

    /// Where a value stands.
    fn view(&mut self, id: NodeId) -> View {
        if let Some(view) = self.views.get(&id) {
            return view.clone();
        }
        let value = self.arena.value(id);
        let Some(op) = value.op() else { unreachable!("products are placed") };
        let extent = value.extent();
        let view = match op {
            Op::Slice { value, start, length } => {
                let whole = self.view(*value);
                View { region: whole.region, start: plus(&whole.start, start), length: length.clone() }
            }
            Op::Number(number) => {
                let region = self.memory.region(Source::Value(Rows::Once), extent.clone());
                let out = View { region, start: Dim::number(0), length: extent };
                let fill = Instruction::Fill { value: *number, out: out.clone() };
                self.stages.entry(When::Once).or_default().insert(0, fill);
                out
            }
            Op::Forward(id) => self.forward_view(*id),
            op => self.memory.source(source(op), &extent),
        };
        self.views.insert(id, view.clone());
        view
    }

    /// Where the forward pass left a value.
    fn forward_view(&mut self, id: NodeId) -> View {
        if let Some(view) = self.memory.kept.get(&id) {
            return view.clone();
        }
        let node = self.memory.step.graph.node(id);
        self.memory.source(source(&node.op), &extent(&node.shape))
    }

    fn finish(self) -> Vec<Stage> {
        self.stages
            .into_iter()
            .map(|(when, instructions)| Stage { frequency: when.frequency(), instructions })
            .collect()
    }
}

/// The region of a leaf.
fn source(op: &Op) -> Source {
    match op {
        Op::Size(dim) => Source::Size(dim.clone()),
        Op::Hyper(at) => Source::Hyper(*at),
        Op::Parameter(at) => Source::Parameter(*at),
        Op::Buffer(at) => Source::Buffer(*at),
        Op::Input(at) => Source::Input(*at),
        Op::Context(at) => Source::Context(*at),
        Op::State(at) => Source::State(*at),
        Op::OutputAdjoint(at) => Source::OutputAdjoint(*at),
        Op::NextAdjoint(at) => Source::NextAdjoint(*at),
        op => unreachable!("{op:?} has a place of its own"),
    }
}

fn plus(a: &Dim, b: &Dim) -> Dim {
    a.clone().joined(b)
}
