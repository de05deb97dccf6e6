//! From the results of a step back to what it reads.

use super::{Backward, Contribution, Part, Rate, Site, Total, derive};
use crate::recurrent::ir::{Binary, Depends, Dim, Element, Graph, NodeId, Op, Reduction, Step, Unary};
use std::cell::RefCell;

/// The derivative of a step.
pub(crate) fn reverse(step: &Step) -> Backward {
    reverse_by(step, &derive)
}

/// With another table of rules.
pub(crate) fn reverse_by(step: &Step, rules: &dyn Fn(&Site<'_>) -> Contribution) -> Backward {
    let mut sweep = Sweep::new(step);
    let outputs = step.outputs.iter().enumerate().map(|(at, id)| (*id, Op::OutputAdjoint(at), Depends::OUTPUT_ADJOINT));
    let next = step.next.iter().enumerate().map(|(at, id)| (*id, Op::NextAdjoint(at), Depends::NEXT_ADJOINT));
    outputs.chain(next).for_each(|(id, op, depends)| sweep.seed(id, op, depends));
    for id in step.graph.ids().rev() {
        if let Some(adjoint) = sweep.adjoint(id) {
            sweep.visit(id, adjoint, rules);
        }
    }
    sweep.finish()
}

/// All adjoints so far. A value is visited after everything that reads it.
struct Sweep<'a> {
    step: &'a Step,
    /// By node of the step: whether a derivative with respect to it is asked for.
    needed: Vec<bool>,
    /// By node of the step.
    pending: Vec<Pending>,
    graphs: [RefCell<Graph>; 3],
    totals: Vec<Total>,
    states: Vec<Option<NodeId>>,
    inputs: Vec<Option<NodeId>>,
    contexts: Vec<Option<NodeId>>,
    parameters: Vec<Option<NodeId>>,
}

/// What a value has got so far from those that read it.
#[derive(Clone, Debug, Default)]
struct Pending {
    /// A sum in each graph.
    whole: [Option<NodeId>; 3],
    outer: Vec<(Rate, NodeId, NodeId)>,
}

impl<'a> Sweep<'a> {
    fn new(step: &'a Step) -> Self {
        Self {
            step,
            needed: needed(&step.graph),
            pending: vec![Pending::default(); step.graph.nodes.len()],
            graphs: Default::default(),
            totals: Vec::new(),
            states: vec![None; step.next.len()],
            inputs: Vec::new(),
            contexts: Vec::new(),
            parameters: Vec::new(),
        }
    }

    fn rate(&self, id: NodeId) -> Rate {
        Rate::of(self.step.graph.node(id).depends)
    }

    /// Each row has an adjoint of each result.
    fn seed(&mut self, id: NodeId, op: Op, depends: Depends) {
        if self.needed[id.index()] {
            let node = self.step.graph.node(id);
            let mut rows = self.graphs[Rate::Row as usize].borrow_mut();
            let seed = rows.leaf(op, node.shape.clone(), Element::Real, depends);
            drop(rows);
            self.add(id, Rate::Row, Contribution::Whole(seed));
        }
    }

    /// Adds to the adjoint of a value something from a graph that runs as often as it or more often.
    fn add(&mut self, to: NodeId, rate: Rate, contribution: Contribution) {
        let node = self.step.graph.node(to);
        let own = self.rate(to);
        let mut graph = self.graphs[rate as usize].borrow_mut();
        let pending = &mut self.pending[to.index()];
        let mut whole = match contribution {
            Contribution::Outer(left, right) if own < rate => return pending.outer.push((rate, left, right)),
            Contribution::Outer(left, right) => graph.push(Op::Outer(left, right)),
            Contribution::Whole(whole) => whole,
        };
        // a scalar was stretched: it gets the sum over all elements
        while graph.rank(whole) > node.shape.len() {
            whole = graph.push(Op::Reduce(Reduction::Sum, whole));
        }
        let sum = &mut pending.whole[rate as usize];
        *sum = Some(match *sum {
            Some(sum) => graph.push(Op::Binary(Binary::Add, sum, whole)),
            None => whole,
        });
    }

    /// The adjoint of a value, when nothing is to be added any more: a node of the graph with its own rate.
    fn adjoint(&mut self, id: NodeId) -> Option<NodeId> {
        let node = self.step.graph.node(id);
        let rate = self.rate(id);
        let Pending { mut whole, outer } = std::mem::take(&mut self.pending[id.index()]);
        let own = whole[rate as usize].take();
        let whole = Rate::ALL.into_iter().zip(whole);
        let whole = whole.filter_map(|(rate, id)| Some(Part { rate, contribution: Contribution::Whole(id?) }));
        let outer = outer.into_iter();
        let outer = outer.map(|(rate, left, right)| Part { rate, contribution: Contribution::Outer(left, right) });
        let parts: Vec<Part> = whole.chain(outer).collect();
        let mut graph = self.graphs[rate as usize].borrow_mut();
        let total = (!parts.is_empty()).then(|| {
            self.totals.push(Total { target: id, parts });
            let depends = if rate == Rate::Scan { Depends::PARAMETER } else { Depends::CONTEXT };
            let op = Op::Total(self.totals.len() - 1);
            graph.leaf(op, node.shape.clone(), Element::Real, depends)
        });
        let adjoint = match (total, own) {
            (Some(total), Some(own)) => graph.push(Op::Binary(Binary::Add, total, own)),
            (total, own) => total.or(own)?,
        };
        let named = &mut graph.nodes[adjoint.index()];
        if named.name.is_none() && !named.op.is_leaf() {
            named.name = node.name.as_ref().map(|name| format!("d {name}"));
        }
        Some(adjoint)
    }

    /// Hands the adjoint of a value on to its operands, or to the caller.
    fn visit(&mut self, id: NodeId, adjoint: NodeId, rules: &dyn Fn(&Site<'_>) -> Contribution) {
        let rate = self.rate(id);
        let op = &self.step.graph.node(id).op;
        let (results, at) = match *op {
            Op::State(at) => (&mut self.states, at),
            Op::Input(at) => (&mut self.inputs, at),
            Op::Context(at) => (&mut self.contexts, at),
            Op::Parameter(at) => (&mut self.parameters, at),
            _ => {
                let forward = &self.step.graph;
                let mut before = Dim::number(0);
                for (operand, x) in op.operands().into_iter().enumerate() {
                    if self.needed[x.index()] {
                        let graph = &self.graphs[rate as usize];
                        let site = Site { forward, graph, node: id, operand, before: &before, adjoint };
                        let contribution = rules(&site);
                        self.add(x, rate, contribution);
                    }
                    before = forward.shape(x).first().map_or(before.clone(), |length| before.joined(length));
                }
                return;
            }
        };
        results.resize(results.len().max(at + 1), None);
        let mut graph = self.graphs[rate as usize].borrow_mut();
        // a leaf may have several nodes as long as equal ones are not merged
        results[at] = match results[at] {
            Some(sum) => Some(graph.push(Op::Binary(Binary::Add, sum, adjoint))),
            None => Some(adjoint),
        };
    }

    fn finish(self) -> Backward {
        let Self { graphs, totals, states, inputs, contexts, parameters, .. } = self;
        Backward { graphs: graphs.map(RefCell::into_inner), totals, states, inputs, contexts, parameters }
    }
}

/// By node: whether it changes with something that the caller may differentiate by, and has a derivative.
fn needed(graph: &Graph) -> Vec<bool> {
    let mut needed: Vec<bool> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let one = match &node.op {
            Op::Parameter(_) | Op::Input(_) | Op::Context(_) | Op::State(_) => true,
            Op::StopGradient(_) | Op::Unary(Unary::Floor | Unary::Sign, _) => false,
            op => node.element == Element::Real && op.operands().iter().any(|operand| needed[operand.index()]),
        };
        needed.push(one);
    }
    needed
}
