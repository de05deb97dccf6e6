//! What a cell means, number by number: one walk over its nodes for one example and one step, in f64.
//!
//! It is written from the description of the language and shares no arithmetic with the library, so that the two can be
//! compared. It also checks the phases before it: every value must have the shape that its node claims, and what claims
//! to be the same for all examples is computed before there is one.

pub(crate) mod array;
mod formulas;
mod operations;

pub(crate) use array::{Array, Shape};
pub(crate) use formulas::unary;
pub(crate) use operations::operation;

use super::random::Random;
use crate::recurrent::typed::{Cell, Dim, Element, Node, NodeId, Op, Stage, Start, State};
use std::rc::Rc;

/// A cell whose dimensions have sizes.
pub(crate) struct Evaluator<'a> {
    cell: &'a Cell,
    sizes: Vec<usize>,
    /// Of all nodes.
    shapes: Vec<Shape>,
    change: Change,
}

/// What is done to results on purpose.
enum Change {
    Nothing,
    /// Those of these nodes are wrong.
    Wrong(Vec<bool>),
    /// All have other errors of rounding, some hundred times as large; the number chooses them. With 0 all have a few bits
    /// less.
    Rounding(u64),
}

/// Operations in which large numbers may cancel each other.
const CANCELLING: [&str; 10] = ["+", "-", "@", "sum", "mean", "dot", "log_softmax", "logsumexp", "layer_norm", "rem"];

/// What is the same for all examples and steps, in the order of the cell's lists.
#[derive(Clone, Debug)]
pub(crate) struct Fixed {
    /// `None` counts as zeros.
    pub(crate) parameters: Vec<Option<Array>>,
    pub(crate) buffers: Vec<Array>,
    pub(crate) hypers: Vec<f64>,
}

/// The values of `stop_gradient`, in the order in which they are computed.
///
/// A finite difference that replays those of the point in the middle sees no derivative through them.
#[derive(Clone, Debug)]
pub(crate) enum Stops {
    Record(Vec<Array>),
    Replay { values: Rc<[Array]>, next: usize },
}

/// Steps with the same parameters.
pub(crate) struct Run<'a> {
    evaluator: &'a Evaluator<'a>,
    fixed: &'a Fixed,
    /// The values that do not depend on an example.
    shared: Vec<Option<Array>>,
    stops: Stops,
}

/// What one step of one example gives.
#[derive(Clone, Debug)]
pub(crate) struct Stepped {
    pub(crate) outputs: Vec<Array>,
    pub(crate) next: Vec<Array>,
}

/// What one step of one example reads.
#[derive(Clone, Copy)]
struct Example<'a> {
    inputs: &'a [Array],
    contexts: &'a [Array],
    states: &'a [Array],
}

impl<'a> Evaluator<'a> {
    /// `sizes` has the size of each dimension.
    pub(crate) fn new(cell: &'a Cell, sizes: &[usize]) -> Self {
        let shapes = cell.nodes.iter().map(|node| shape(&node.ty.shape, sizes)).collect();
        Self { cell, sizes: sizes.to_vec(), shapes, change: Change::Nothing }
    }

    /// The same with a slightly wrong formula wherever this operation occurs: values grow by 0.1 %, masks are negated.
    pub(crate) fn altering(mut self, name: &str) -> Self {
        self.change = Change::Wrong(self.cell.nodes.iter().map(|node| operation(&node.op) == name).collect());
        self
    }

    /// The same with other errors of rounding. What then differs much stands at a jump, as `floor` of a sum that should
    /// be 0 does, and says nothing.
    pub(crate) fn rounding(mut self, choice: u64) -> Self {
        self.change = Change::Rounding(choice);
        self
    }

    /// The sizes of something declared.
    pub(crate) fn shape_of(&self, shape_of: &[Dim]) -> Shape {
        shape(shape_of, &self.sizes)
    }

    /// Computes what does not depend on an example.
    pub(crate) fn run(&'a self, fixed: &'a Fixed, stops: Stops) -> Run<'a> {
        let shared = vec![None; self.cell.nodes.len()];
        let mut run = Run { evaluator: self, fixed, shared, stops };
        for (at, node) in self.cell.nodes.iter().enumerate() {
            if node.ty.stage < Stage::Example {
                let value = run.checked(at, node, None, &[]);
                run.shared[at] = Some(value);
            }
        }
        run
    }
}

impl Run<'_> {
    /// The states before the first step, where the caller gives none.
    pub(crate) fn start(&self) -> Vec<Array> {
        let cell = self.evaluator.cell;
        let start = |state: &State| {
            let shape = self.evaluator.shape_of(&state.shape);
            match &state.start {
                Start::Zeros => Array::filled(shape, 0.0),
                Start::Ones => Array::filled(shape, 1.0),
                Start::Constant(node) => Array::filled(shape, self.value(&[], *node).data[0]),
                Start::Learned(parameter) => self.parameter(*parameter),
            }
        };
        cell.states.iter().map(start).collect()
    }

    /// One step of one example.
    pub(crate) fn step(&mut self, inputs: &[Array], contexts: &[Array], states: &[Array]) -> Stepped {
        let cell = self.evaluator.cell;
        let example = Example { inputs, contexts, states };
        let mut values = vec![None; cell.nodes.len()];
        for (at, node) in cell.nodes.iter().enumerate() {
            if node.ty.stage == Stage::Example {
                values[at] = Some(self.checked(at, node, Some(example), &values));
            }
        }
        let outputs = cell.outputs.iter().map(|output| self.value(&values, output.value).clone()).collect();
        let next = cell.next.iter().map(|next| self.value(&values, *next).clone()).collect();
        Stepped { outputs, next }
    }

    /// What was stopped so far.
    pub(crate) fn into_stops(self) -> Vec<Array> {
        match self.stops {
            Stops::Record(values) => values,
            Stops::Replay { values, .. } => values.to_vec(),
        }
    }

    /// The value of a node, with the shape and the kind of element that it claims.
    fn checked(&mut self, at: usize, node: &Node, example: Option<Example<'_>>, values: &[Option<Array>]) -> Array {
        let computed = self.compute(node, example, values);
        let claimed = self.evaluator.shapes[at];
        assert_eq!(computed.shape, claimed, "%{at} = {:?} claims another shape than it has", node.op);
        let is_mask = node.ty.element == Element::Mask;
        assert!(!is_mask || computed.data.iter().all(|x| *x == 0.0 || *x == 1.0), "%{at} is no mask");
        match &self.evaluator.change {
            Change::Nothing => computed,
            Change::Wrong(nodes) if !nodes[at] => computed,
            Change::Wrong(_) if is_mask => computed.map(|x| 1.0 - x),
            Change::Wrong(_) => computed.map(|x| 1.001 * x),
            // what should be equal, as a number and the mean of several such, then is
            Change::Rounding(0) => computed.map(|x| f64::from_bits((x.to_bits() + (1 << 8)) & !0x1ff)),
            Change::Rounding(choice) => {
                let random = Random::new(choice.wrapping_mul(1 << 32) ^ at as u64);
                self.rounded(random, &node.op, computed, values)
            }
        }
    }

    /// Whole numbers are meant to be exact, and so are masks; but not what others that cancel each other leave.
    fn rounded(&self, mut random: Random, op: &Op, computed: Array, values: &[Option<Array>]) -> Array {
        let is_whole = |x: &f64| x.fract() == 0.0;
        let cancels = CANCELLING.contains(&operation(op))
            && op.operands().into_iter().any(|id| !self.value(values, id).data.iter().all(is_whole));
        let mut error = |size: f64| size * random.uniform(-1e-13, 1e-13);
        let data = computed.data.iter().map(|x| match is_whole(x) {
            true if cancels => x + error(1.0),
            true => *x,
            false => x + error(*x),
        });
        Array::new(computed.shape, data.collect())
    }

    fn compute(&mut self, node: &Node, example: Option<Example<'_>>, values: &[Option<Array>]) -> Array {
        let cell = self.evaluator.cell;
        let example = || example.unwrap_or_else(|| panic!("{:?} is not the same for all examples", node.op));
        match &node.op {
            Op::Number(value) => Array::scalar(*value),
            Op::Size(dim) => Array::scalar(self.size(dim) as f64),
            Op::Hyper(at) => Array::scalar(self.fixed.hypers[*at]),
            Op::Parameter(at) => self.parameter(*at),
            Op::Buffer(at) => self.fixed.buffers[*at].clone(),
            Op::Input(at) => example().inputs[*at].clone(),
            Op::Context(at) => example().contexts[*at].clone(),
            Op::State(at) => example().states[*at].clone(),
            Op::Next(at) => self.value(values, cell.next[*at]).clone(),
            Op::Local(at) => self.value(values, cell.locals[*at].value).clone(),
            Op::StopGradient(a) => {
                let value = self.value(values, *a).clone();
                self.stops.pass(value)
            }
            Op::Identity(dim) => Array::filled(Shape::Vector(self.size(dim)), 1.0).diagonal(),
            Op::Slice { value, start, length } => self.value(values, *value).slice(self.size(start), self.size(length)),
            computed => operations::compute(computed, &|id| self.value(values, id)),
        }
    }

    fn value<'v>(&'v self, values: &'v [Option<Array>], id: NodeId) -> &'v Array {
        let at = id.0 as usize;
        let own = values.get(at).and_then(Option::as_ref);
        own.or(self.shared[at].as_ref()).unwrap_or_else(|| panic!("{id} is read before it is computed"))
    }

    fn parameter(&self, at: usize) -> Array {
        let shape = self.evaluator.shape_of(&self.evaluator.cell.parameters[at].shape);
        self.fixed.parameters[at].clone().unwrap_or_else(|| Array::filled(shape, 0.0))
    }

    fn size(&self, dim: &Dim) -> usize {
        dim.value(&|dimension| self.evaluator.sizes[dimension])
    }
}

impl Stops {
    pub(crate) fn replay(values: &Rc<[Array]>) -> Self {
        Self::Replay { values: Rc::clone(values), next: 0 }
    }

    fn pass(&mut self, value: Array) -> Array {
        match self {
            Self::Record(values) => {
                values.push(value.clone());
                value
            }
            Self::Replay { values, next } => {
                *next += 1;
                values[*next - 1].clone()
            }
        }
    }
}

fn shape(shape: &[Dim], sizes: &[usize]) -> Shape {
    let axes: Vec<usize> = shape.iter().map(|axis| axis.value(&|dimension| sizes[dimension])).collect();
    Shape::of(&axes)
}
