//! One pass of a scan, forward or backward, as one list of values with what is asked of them.

use super::{Decision, Source};
use crate::recurrent::diff::{Backward, Contribution, Rate};
use crate::recurrent::ir::{Depends, Dim, Element, Graph, NodeId, Op, Shape, Step};
use std::collections::{BTreeMap, BTreeSet};

/// All values of a pass, parts before the whole.
#[derive(Clone, Debug)]
pub(super) struct Arena {
    pub(super) values: Vec<Value>,
    pub(super) results: Vec<Asked>,
    /// By the numbers of [`Op::Total`].
    pub(super) totals: Vec<Total>,
    /// Values of the step that the backward pass reads, and where they are in this list.
    pub(super) kept: BTreeMap<NodeId, NodeId>,
    pub(super) is_backward: bool,
    /// A decision that is wrong.
    pub(super) broken: Option<Decision>,
}

#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) task: Task,
    pub(super) shape: Shape,
    pub(super) element: Element,
    pub(super) depends: Depends,
    pub(super) name: Option<String>,
    pub(super) when: When,
    /// The graph that it comes from.
    pub(super) rate: Rate,
}

/// How a value is computed. Operands are values of the arena.
#[derive(Clone, Debug)]
pub(super) enum Task {
    Op(Op),
    /// The sum of products of matrices and vectors; `onto` is added, and given up for it.
    Products {
        terms: Vec<Term>,
        onto: Option<NodeId>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) matrix: NodeId,
    /// Whether the transpose of the matrix is meant.
    pub(super) transposed: bool,
    pub(super) vector: NodeId,
}

/// The stage of a pass that computes a value, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    Once,
    Example,
    /// For all rows before the loop.
    Before,
    Step,
    /// For all rows after the loop.
    After,
    /// For each example, when the totals over its steps are known.
    ExampleAfter,
    OnceAfter,
}

/// A value that has to stand in a certain place.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) place: Source,
    /// None is zero.
    pub(super) value: Option<NodeId>,
}

/// A sum over rows.
#[derive(Clone, Debug)]
pub(super) struct Total {
    /// Whether there is one for each example.
    pub(super) by_example: bool,
    /// What is summed, and in which stage.
    pub(super) parts: Vec<(When, Contribution)>,
    /// The value whose adjoint it is a part of.
    pub(super) target: NodeId,
}

impl Arena {
    pub(super) fn forward(step: &Step, kept: &BTreeSet<NodeId>) -> Self {
        let places = without_stops(&step.graph);
        let value = |node: &crate::recurrent::ir::Node| {
            let mut op = node.op.clone();
            op.operands_mut().into_iter().for_each(|operand| *operand = places[operand.index()]);
            Value::new(node, op, Rate::Row)
        };
        let values = step.graph.nodes.iter().map(value).collect();
        let next = step.next.iter().enumerate().map(|(at, id)| (Source::Next(at), places[id.index()]));
        let outputs = step.outputs.iter().enumerate().filter(|(_, id)| !step.next.contains(id));
        let outputs = outputs.map(|(at, id)| (Source::Output(at), places[id.index()]));
        let results = next.chain(outputs).map(|(place, id)| Asked { place, value: Some(id) }).collect();
        Self {
            values,
            results,
            totals: Vec::new(),
            kept: kept.iter().map(|id| (*id, places[id.index()])).collect(),
            is_backward: false,
            broken: None,
        }
    }

    pub(super) fn backward(step: &Step, backward: &Backward) -> Self {
        let [scan, example, row] = Rate::ALL.map(|rate| backward.graph(rate));
        let starts = [row.nodes.len() + example.nodes.len(), row.nodes.len(), 0];
        let at = |rate: Rate, id: NodeId| NodeId::new(starts[rate as usize] + id.index());
        let values = [(row, Rate::Row), (example, Rate::Example), (scan, Rate::Scan)];
        let values = values.into_iter().flat_map(|(graph, rate)| moved(graph, rate, starts[rate as usize])).collect();
        let states = backward.states.iter().enumerate();
        let states = states.map(|(state, id)| (Source::StateAdjoint(state), id.map(|id| at(Rate::Row, id))));
        let results = [
            listed(&backward.inputs, Source::InputAdjoint, &|id| at(Rate::Row, id)),
            listed(&backward.contexts, Source::ContextAdjoint, &|id| at(Rate::Example, id)),
            listed(&backward.parameters, Source::ParameterAdjoint, &|id| at(Rate::Scan, id)),
        ];
        let results = states.chain(results.into_iter().flatten()).map(|(place, value)| Asked { place, value });
        let total = |total: &crate::recurrent::diff::Total| {
            let target = step.graph.node(total.target);
            let mut parts: Vec<_> = total.parts.iter().map(|part| part_of(part, &at)).collect();
            parts.sort_by_key(|(when, _)| *when);
            let by_example = Rate::of(target.depends) == Rate::Example;
            Total { by_example, parts, target: total.target }
        };
        Self {
            values,
            results: results.collect(),
            totals: backward.totals.iter().map(total).collect(),
            kept: BTreeMap::new(),
            is_backward: true,
            broken: None,
        }
    }

    pub(super) fn breaking(self, broken: Option<Decision>) -> Self {
        Self { broken, ..self }
    }

    /// Whether this decision shall be wrong.
    pub(super) fn breaks(&self, decision: Decision) -> bool {
        self.broken == Some(decision)
    }

    pub(super) fn value(&self, id: NodeId) -> &Value {
        &self.values[id.index()]
    }

    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.values.len()).map(NodeId::new)
    }

    /// The values of all parts of all totals.
    pub(super) fn summed(&self) -> impl Iterator<Item = NodeId> {
        self.totals.iter().flat_map(|total| &total.parts).flat_map(|(_, part)| nodes(*part))
    }

    /// By value: those that read it, in order.
    pub(super) fn consumers(&self) -> Vec<Vec<NodeId>> {
        let mut consumers = vec![Vec::new(); self.values.len()];
        for id in self.ids() {
            for operand in self.value(id).operands() {
                consumers[operand.index()].push(id);
            }
        }
        consumers
    }

    /// By value: whether it, or a part of it, is read after the loop.
    pub(super) fn read_after(&self) -> Vec<bool> {
        let needed = self.needed();
        let later = self.ids().filter(|id| needed[id.index()] && self.value(*id).when == When::After);
        let read = later.flat_map(|id| self.value(id).operands());
        self.with_wholes(read.chain(self.summed()))
    }

    /// By value: whether it is one of these, or one of these is a part of it.
    pub(super) fn with_wholes(&self, ids: impl Iterator<Item = NodeId>) -> Vec<bool> {
        let mut found = vec![false; self.values.len()];
        ids.for_each(|id| found[id.index()] = true);
        for id in self.ids().rev().filter(|id| self.value(*id).is_part()) {
            if found[id.index()] {
                self.value(id).operands().into_iter().for_each(|whole| found[whole.index()] = true);
            }
        }
        found
    }

    /// By value: whether something asked for needs it.
    pub(super) fn needed(&self) -> Vec<bool> {
        let mut needed = vec![false; self.values.len()];
        let asked = self.results.iter().filter_map(|asked| asked.value);
        let roots = asked.chain(self.summed()).chain(self.kept.values().copied());
        roots.for_each(|root| needed[root.index()] = true);
        for id in self.ids().rev() {
            if needed[id.index()] {
                self.value(id).operands().into_iter().for_each(|operand| needed[operand.index()] = true);
            }
        }
        needed
    }
}

impl Value {
    fn new(node: &crate::recurrent::ir::Node, op: Op, rate: Rate) -> Self {
        Self {
            task: Task::Op(op),
            shape: node.shape.clone(),
            element: node.element,
            depends: node.depends,
            name: node.name.clone(),
            when: When::Step,
            rate,
        }
    }

    pub(super) fn operands(&self) -> Vec<NodeId> {
        match &self.task {
            Task::Op(op) => op.operands(),
            Task::Products { terms, onto } => {
                terms.iter().flat_map(|term| [term.matrix, term.vector]).chain(*onto).collect()
            }
        }
    }

    /// The number of elements of one example.
    pub(super) fn extent(&self) -> Dim {
        extent(&self.shape)
    }

    pub(super) fn op(&self) -> Option<&Op> {
        match &self.task {
            Task::Op(op) => Some(op),
            Task::Products { .. } => None,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.op(), Some(Op::Number(_)))
    }

    /// Whether it is read from somewhere and not computed in this pass.
    pub(super) fn is_leaf(&self) -> bool {
        self.op().is_some_and(|op| op.is_leaf() && !matches!(op, Op::Identity(_)))
    }

    /// Whether it is part of another value in memory.
    pub(super) fn is_part(&self) -> bool {
        matches!(self.op(), Some(Op::Slice { .. }))
    }

    /// Whether each element follows from elements at the same place.
    pub(super) fn is_pointwise(&self) -> bool {
        match self.op() {
            Some(
                Op::Unary(..)
                | Op::Binary(..)
                | Op::Compare(..)
                | Op::And(..)
                | Op::Or(..)
                | Op::Not(_)
                | Op::Select { .. }
                | Op::StopGradient(_),
            ) => true,
            Some(Op::Stretch(..)) => self.shape.len() == 1,
            _ => false,
        }
    }
}

impl When {
    /// Whether there is another value for each step of each example.
    pub(super) fn is_row(self) -> bool {
        matches!(self, Self::Before | Self::Step | Self::After)
    }
}

pub(super) fn nodes(part: Contribution) -> Vec<NodeId> {
    match part {
        Contribution::Whole(value) => vec![value],
        Contribution::Outer(left, right) => vec![left, right],
    }
}

/// The product of the sizes of all axes.
pub(super) fn extent(shape: &[Dim]) -> Dim {
    shape.iter().fold(Dim::number(1), |product, size| product.repeated(size))
}

/// By value: itself, or the value that it is the same as when all is differentiated.
fn without_stops(graph: &Graph) -> Vec<NodeId> {
    let mut places: Vec<NodeId> = Vec::with_capacity(graph.nodes.len());
    for (at, node) in graph.nodes.iter().enumerate() {
        places.push(match node.op {
            Op::StopGradient(value) => places[value.index()],
            _ => NodeId::new(at),
        });
    }
    places
}

/// The values of a graph that stands at this place of an arena.
fn moved(graph: &Graph, rate: Rate, start: usize) -> impl Iterator<Item = Value> {
    graph.nodes.iter().map(move |node| {
        let mut op = node.op.clone();
        op.operands_mut().into_iter().for_each(|operand| *operand = NodeId::new(operand.index() + start));
        Value::new(node, op, rate)
    })
}

fn listed(
    adjoints: &[Option<NodeId>],
    place: fn(usize) -> Source,
    at: &dyn Fn(NodeId) -> NodeId,
) -> Vec<(Source, Option<NodeId>)> {
    let there = adjoints.iter().enumerate().filter_map(|(number, id)| Some((number, (*id)?)));
    there.map(|(number, id)| (place(number), Some(at(id)))).collect()
}

fn part_of(part: &crate::recurrent::diff::Part, at: &dyn Fn(Rate, NodeId) -> NodeId) -> (When, Contribution) {
    let when = if part.rate == Rate::Row { When::After } else { When::ExampleAfter };
    let contribution = match part.contribution {
        Contribution::Whole(value) => Contribution::Whole(at(part.rate, value)),
        Contribution::Outer(left, right) => Contribution::Outer(at(part.rate, left), at(part.rate, right)),
    };
    (when, contribution)
}
