//! What a graph computes, node by node for one example, in f64.
//!
//! Apart from small arrays it shares nothing with the walk over a checked cell: functions are those by which the compiler
//! itself folds numbers.

use super::evaluate::{Array, Shape};
use crate::recurrent::ir::{Comparison, Element, Graph, Node, NodeId, Op, Reduction};
use crate::recurrent::shapes::fold;
use crate::recurrent::typed::Dim;

/// The values of all nodes. `leaf` gives those of parameters, inputs and the like.
pub(crate) fn interpret(graph: &Graph, sizes: &[usize], leaf: &dyn Fn(&Op) -> Array) -> Vec<Array> {
    let mut values: Vec<Array> = Vec::with_capacity(graph.nodes.len());
    for (at, node) in graph.nodes.iter().enumerate() {
        let value = Interpreter { sizes, leaf, values: &values }.compute(&node.op);
        check(at, node, &value, sizes);
        values.push(value);
    }
    values
}

/// A value has the shape and the kind of element that its node claims.
fn check(at: usize, node: &Node, value: &Array, sizes: &[usize]) {
    let axes: Vec<usize> = node.shape.iter().map(|axis| axis.value(&|dimension| sizes[dimension])).collect();
    assert_eq!(value.shape, Shape::of(&axes), "%{at} = {:?} claims another shape than it has", node.op);
    let is_mask = value.data.iter().all(|x| *x == 0.0 || *x == 1.0);
    assert!(node.element == Element::Real || is_mask, "%{at} = {:?} is no mask", node.op);
}

struct Interpreter<'a> {
    sizes: &'a [usize],
    leaf: &'a dyn Fn(&Op) -> Array,
    values: &'a [Array],
}

impl Interpreter<'_> {
    fn get(&self, id: NodeId) -> &Array {
        &self.values[id.index()]
    }

    fn size(&self, dim: &Dim) -> usize {
        dim.value(&|dimension| self.sizes[dimension])
    }

    fn compute(&self, op: &Op) -> Array {
        let get = |id: &NodeId| self.get(*id);
        match op {
            Op::Number(value) => Array::scalar(value.value()),
            Op::Size(dim) => Array::scalar(self.size(dim) as f64),
            Op::Hyper(_)
            | Op::Parameter(_)
            | Op::Buffer(_)
            | Op::Input(_)
            | Op::Context(_)
            | Op::State(_)
            | Op::Forward(_)
            | Op::OutputAdjoint(_)
            | Op::NextAdjoint(_)
            | Op::Total(_) => (self.leaf)(op),
            Op::Unary(function, a) => get(a).map(|x| fold::unary(*function, x)),
            Op::Binary(function, a, b) => get(a).zip(get(b), |a, b| fold::binary(*function, a, b)),
            Op::Compare(comparison, a, b) => get(a).zip(get(b), |a, b| f64::from(compare(*comparison, a, b))),
            Op::And(a, b) => get(a).zip(get(b), f64::min),
            Op::Or(a, b) => get(a).zip(get(b), |a, b| f64::from(a + b > 0.0)),
            Op::Not(a) => get(a).map(|x| f64::from(x == 0.0)),
            Op::Select { mask, first, second } => get(mask).select(get(first), get(second)),
            Op::MatMul { a, b, transpose_a, transpose_b } => {
                let turned = |id, transpose| if transpose { self.get(id).transpose() } else { self.get(id).clone() };
                turned(*a, *transpose_a).product(&turned(*b, *transpose_b))
            }
            Op::Outer(a, b) => get(a).outer(get(b)),
            Op::Transpose(a) => get(a).transpose(),
            Op::Diag(a) => get(a).diagonal(),
            Op::DiagonalOf(a) => diagonal_of(get(a)),
            Op::Identity(dim) => Array::filled(Shape::Vector(self.size(dim)), 1.0).diagonal(),
            Op::Reduce(reduction, a) => get(a).reduce(|row| reduce(*reduction, row)),
            Op::Stretch(a, dim) => stretched(get(a), self.size(dim)),
            Op::Concat(parts) => {
                assert!(parts.iter().all(|part| matches!(get(part).shape, Shape::Vector(_))), "vectors are joined");
                Array::concat(parts.iter().map(get))
            }
            Op::Slice { value, start, length } => get(value).slice(self.size(start), self.size(length)),
            Op::Pad { value, start, length } => padded(get(value), self.size(start), self.size(length)),
            Op::StopGradient(a) => get(a).clone(),
        }
    }
}

fn compare(comparison: Comparison, a: f64, b: f64) -> bool {
    match comparison {
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
    }
}

fn reduce(reduction: Reduction, row: &[f64]) -> f64 {
    match reduction {
        Reduction::Sum => row.iter().rev().sum(),
        Reduction::Min => row.iter().copied().reduce(f64::min).expect("rows have elements"),
        Reduction::Max => row.iter().copied().reduce(f64::max).expect("rows have elements"),
    }
}

fn diagonal_of(a: &Array) -> Array {
    let Shape::Matrix(n, columns) = a.shape else { panic!("a matrix, not {:?}", a.shape) };
    assert_eq!(n, columns, "a square matrix");
    Array::new(Shape::Vector(n), a.data.iter().copied().step_by(n + 1).collect())
}

fn stretched(a: &Array, size: usize) -> Array {
    let axes: Vec<usize> = a.shape.axes().into_iter().chain([size]).collect();
    Array::new(Shape::of(&axes), a.data.iter().flat_map(|x| std::iter::repeat_n(*x, size)).collect())
}

fn padded(a: &Array, start: usize, length: usize) -> Array {
    let mut data = vec![0.0; length];
    data[start..start + a.data.len()].copy_from_slice(&a.data);
    Array::new(Shape::Vector(length), data)
}
