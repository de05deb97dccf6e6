//! The instructions of each stage.

use super::{Pass, plus};
use crate::recurrent::ir::{Dim, NodeId, Op, Real};
use crate::recurrent::plan::arena::{Task, Term, When};
use crate::recurrent::plan::schedule::Unit;
use crate::recurrent::plan::{Block, Decision, Frequency, Instruction, Source, View, Weights};

impl Pass<'_, '_> {
    pub(super) fn write_instructions(&mut self) {
        let schedule = self.schedule;
        for (when, units) in &schedule.units {
            for unit in units {
                match unit {
                    Unit::Loop { extent, values } => {
                        let instruction = self.write_loop(extent, values);
                        self.push(*when, instruction);
                    }
                    Unit::Products(stack) => self.write_products(*when, stack),
                    Unit::Single(id) => self.write_single(*when, *id),
                }
            }
        }
        self.write_results();
        self.write_totals();
    }

    pub(super) fn push(&mut self, when: When, instruction: Instruction) {
        self.stages.entry(when).or_default().push(instruction);
    }

    fn write_products(&mut self, when: When, stack: &[NodeId]) {
        let (terms, accumulate) = match &self.arena.value(stack[0]).task {
            Task::Products { terms, onto } => (terms, onto.is_some()),
            Task::Op(op) => unreachable!("{op:?} is no product"),
        };
        // vectors in the order in which they stand in memory are read at once where they stand side by side
        let mut order: Vec<(usize, View)> = terms.iter().map(|term| self.view(term.vector)).enumerate().collect();
        order.sort_by_key(|(_, view)| (view.region, start_key(view)));
        let mut out = self.view(stack[0]);
        out.length = stack[1..].iter().fold(out.length, |sum, id| plus(&sum, &self.extent(*id)));
        let weights = self.write_weights(stack, &order);
        if self.arena.breaks(Decision::Order) {
            order.reverse();
        }
        let labels = stack.iter().map(|id| self.labels().products(self.arena, *id)).collect();
        let left = order.into_iter().map(|(_, view)| view).collect();
        self.push(when, Instruction::Product { weights, left, out, accumulate, labels });
    }

    /// One matrix for all products: a column of blocks for each of them, a row of blocks for each vector.
    fn write_weights(&mut self, stack: &[NodeId], order: &[(usize, View)]) -> usize {
        let mut blocks = Vec::new();
        let (mut column, mut row) = (Dim::number(0), Dim::number(0));
        for id in stack {
            let columns = self.extent(*id);
            row = Dim::number(0);
            for (at, vector) in order {
                let Task::Products { terms, .. } = &self.arena.value(*id).task else { continue };
                let Term { matrix, transposed, .. } = terms[*at];
                blocks.push(Block {
                    value: self.view(matrix),
                    transposed: !transposed,
                    row: row.clone(),
                    column: column.clone(),
                    rows: vector.length.clone(),
                    columns: columns.clone(),
                });
                row = plus(&row, &vector.length);
            }
            column = plus(&column, &columns);
        }
        self.memory.weights.push(Weights { rows: row, columns: column, blocks });
        self.memory.weights.len() - 1
    }

    fn write_single(&mut self, when: When, id: NodeId) {
        let out = self.view(id);
        let Some(op) = self.arena.value(id).op() else { unreachable!("products are written by themselves") };
        let axis = |pass: &Self, id: NodeId, at: usize| pass.arena.value(id).shape[at].clone();
        let instruction = match op {
            Op::MatMul { a, b, transpose_a, transpose_b } => {
                let (rows, inner) = (usize::from(*transpose_a), usize::from(!*transpose_a));
                let is_vector = self.arena.value(*b).shape.len() == 1;
                let columns = if is_vector { Dim::number(1) } else { axis(self, *b, usize::from(!*transpose_b)) };
                let sizes = [axis(self, *a, rows), axis(self, *a, inner), columns];
                let transposed = [*transpose_a, *transpose_b];
                Instruction::MatMul { left: self.view(*a), right: self.view(*b), sizes, transposed, out }
            }
            Op::Outer(a, b) => Instruction::Outer { left: self.view(*a), right: self.view(*b), out },
            Op::Transpose(a) => {
                let (rows, columns) = (axis(self, *a, 0), axis(self, *a, 1));
                Instruction::Transpose { value: self.view(*a), rows, columns, out }
            }
            Op::Diag(a) => Instruction::Diag { value: self.view(*a), out },
            Op::DiagonalOf(a) => Instruction::DiagonalOf { value: self.view(*a), out },
            Op::Identity(size) => Instruction::Identity { size: size.clone(), out },
            Op::Reduce(reduction, a) => {
                let length = self.arena.value(*a).shape.last().cloned();
                let length = length.unwrap_or_else(|| unreachable!("reductions are of vectors and matrices"));
                Instruction::Reduce { reduction: *reduction, value: self.view(*a), length, out }
            }
            Op::Stretch(a, length) => Instruction::Stretch { value: self.view(*a), length: length.clone(), out },
            Op::Concat(parts) => return self.write_parts(when, parts, &out),
            Op::Pad { value, start, .. } => {
                let place = View { start: plus(&out.start, start), length: self.extent(*value), ..out.clone() };
                self.push(when, Instruction::Fill { value: Real::new(0.0), out });
                Instruction::Copy { value: self.view(*value), out: place }
            }
            op => unreachable!("{op:?} is part of a loop or of another value"),
        };
        self.push(when, instruction);
    }

    /// Those that are not there yet.
    fn write_parts(&mut self, when: When, parts: &[NodeId], whole: &View) {
        let mut start = whole.start.clone();
        for part in parts {
            let value = self.view(*part);
            let out = View { region: whole.region, start: start.clone(), length: value.length.clone() };
            start = plus(&start, &value.length);
            if value != out {
                self.push(when, Instruction::Copy { value, out });
            }
        }
    }

    /// What is asked for elsewhere than it was computed.
    fn write_results(&mut self) {
        for asked in &self.arena.results {
            let Some(id) = asked.value else {
                let shape = match asked.place {
                    Source::StateAdjoint(at) => &self.memory.cell.states[at].shape,
                    _ => continue,
                };
                let out = self.memory.source(asked.place.clone(), &super::extent(shape));
                self.push(When::Step, Instruction::Fill { value: Real::new(0.0), out });
                continue;
            };
            let extent = self.extent(id);
            let (value, out) = (self.view(id), self.memory.source(asked.place.clone(), &extent));
            if value.region != out.region {
                self.push(self.stage_of_copy(&asked.place, id), Instruction::Copy { value, out });
            }
        }
    }

    fn stage_of_copy(&self, place: &Source, id: NodeId) -> When {
        let when = self.arena.value(id).when;
        match place {
            Source::Next(_) | Source::StateAdjoint(_) => When::Step,
            Source::ContextAdjoint(_) => When::ExampleAfter,
            Source::ParameterAdjoint(_) => When::OnceAfter,
            _ if when.is_row() => when,
            _ if self.arena.is_backward => When::After,
            _ => When::Before,
        }
    }
}

/// Views of one region in the order of their columns, as far as it is known.
fn start_key(view: &View) -> (usize, Dim) {
    (view.start.terms().map(|(_, count)| usize::try_from(count).unwrap_or(usize::MAX)).sum(), view.start.clone())
}

impl When {
    pub(in crate::recurrent::plan) fn frequency(self) -> Frequency {
        match self {
            Self::Once | Self::OnceAfter => Frequency::Once,
            Self::Example | Self::ExampleAfter => Frequency::Example,
            Self::Before | Self::After => Frequency::All,
            Self::Step => Frequency::Step,
        }
    }
}
