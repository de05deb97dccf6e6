//! Loops over elements: their operands, and what they compute.

use super::Pass;
use crate::recurrent::ir::{Dim, Graph, NodeId, Op};
use crate::recurrent::plan::{Instruction, Kernel, View};
use std::collections::{BTreeMap, BTreeSet};

/// The operands of a loop, each once.
#[derive(Default)]
struct Operands {
    scalars: Vec<NodeId>,
    inputs: Vec<NodeId>,
}

impl Pass<'_, '_> {
    pub(super) fn write_loop(&mut self, extent: &Dim, values: &[NodeId]) -> Instruction {
        let operands = self.operands(extent, values);
        let (body, places) = self.body(&operands, values);
        let stored: Vec<NodeId> = values.iter().copied().filter(|id| self.schedule.stored.contains(id)).collect();
        let outputs = stored.iter().map(|id| places[id]).collect();
        let [scalars, inputs, results] = [&operands.scalars, &operands.inputs, &stored].map(|ids| self.views_of(ids));
        let kernel = Kernel {
            extent: extent.clone(),
            scalars: scalars.len(),
            operands: scalars.len() + inputs.len(),
            body,
            outputs,
            labels: stored.iter().map(|id| self.labels().value(self.arena, *id)).collect(),
        };
        self.memory.kernels.push(kernel);
        Instruction::Kernel { kernel: self.memory.kernels.len() - 1, scalars, inputs, outputs: results }
    }

    fn views_of(&mut self, ids: &[NodeId]) -> Vec<View> {
        ids.iter().map(|id| self.view(*id)).collect()
    }

    fn operands(&self, extent: &Dim, values: &[NodeId]) -> Operands {
        let mut operands = Operands::default();
        let mut known: BTreeSet<NodeId> = values.iter().copied().collect();
        let is_one = extent.as_number() == Some(1);
        for operand in values.iter().flat_map(|id| self.arena.value(*id).operands()) {
            let value = self.arena.value(operand);
            if value.is_number() || !known.insert(operand) {
                continue;
            }
            let is_scalar = if is_one { value.depends.is_shared() } else { value.extent().as_number() == Some(1) };
            let list = if is_scalar { &mut operands.scalars } else { &mut operands.inputs };
            list.push(operand);
        }
        operands
    }

    /// The values in terms of the operands, as a graph, and where the values are in it.
    fn body(&self, operands: &Operands, values: &[NodeId]) -> (Graph, BTreeMap<NodeId, NodeId>) {
        let mut body = Graph::default();
        let mut places = BTreeMap::new();
        for (at, id) in operands.scalars.iter().chain(&operands.inputs).enumerate() {
            let value = self.arena.value(*id);
            let leaf = body.leaf(Op::Input(at), value.shape.clone(), value.element, value.depends);
            body.nodes[leaf.index()].name.clone_from(&value.name);
            places.insert(*id, leaf);
        }
        for id in values {
            let value = self.arena.value(*id);
            let Some(op) = value.op() else { unreachable!("products are no part of a loop") };
            let mut op = op.clone();
            for operand in op.operands_mut() {
                *operand = *places.entry(*operand).or_insert_with(|| self.number(&mut body, *operand));
            }
            let place = body.push(op);
            body.nodes[place.index()].name.clone_from(&value.name);
            places.insert(*id, place);
        }
        (body, places)
    }

    fn number(&self, body: &mut Graph, id: NodeId) -> NodeId {
        let value = self.arena.value(id);
        let Some(op @ Op::Number(_)) = value.op() else { unreachable!("operands come first") };
        body.leaf(op.clone(), value.shape.clone(), value.element, value.depends)
    }
}
