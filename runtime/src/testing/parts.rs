//! Values made of tensors, taken apart: the tensors by name, their real numbers as parameters, and cuts along time and
//! batch.

use rand::rngs::StdRng;

use crate::array::element::{DType, Element, Float};
use crate::array::shape::Shape;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Param, Path, Segment};
use crate::tensor::Tensor;
use crate::tensors::{TensorMapper, TensorVisitor, Tensors, map_each_element};

/// One tensor of a value.
pub(super) struct Named {
    pub(super) path: String,
    pub(super) shape: Shape,
    pub(super) dtype: DType,
    pub(super) elements: Vec<f64>,
}

/// The tensors of a value in declaration order; paths begin with `name`.
pub(super) fn list<V: Tensors>(name: &'static str, value: &V) -> Vec<Named> {
    let mut list = List { path: Path::default(), tensors: Vec::new() };
    list.path.enter(Segment::Field(name), false);
    value.visit_tensors(&mut list);
    list.tensors
}

struct List {
    path: Path,
    tensors: Vec<Named>,
}

impl List {
    fn add<E: Element>(&mut self, tensor: &Tensor<E>, number: impl Fn(E) -> f64) {
        let elements = tensor.as_slice().iter().map(|value| number(*value)).collect();
        let (path, shape) = (self.path.as_str().to_owned(), *tensor.shape_value());
        self.tensors.push(Named { path, shape, dtype: E::DTYPE, elements });
    }
}

impl TensorVisitor for List {
    fn enter(&mut self, segment: Segment<'_>) {
        self.path.enter(segment, false);
    }
    fn leave(&mut self) {
        self.path.leave();
    }
    fn f32(&mut self, tensor: &Tensor<f32>) {
        self.add(tensor, Float::to_f64);
    }
    fn f64(&mut self, tensor: &Tensor<f64>) {
        self.add(tensor, Float::to_f64);
    }
    fn usize(&mut self, tensor: &Tensor<usize>) {
        self.add(tensor, |value| value as f64);
    }
    fn bool(&mut self, tensor: &Tensor<bool>) {
        self.add(tensor, |value| f64::from(u8::from(value)));
    }
}

/// Which two ways of computing the same thing are compared.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    pub(super) found: &'static str,
    pub(super) expected: &'static str,
}

/// Compares all tensors of two values up to `1e-12 (1 + |expected|)`; the error names the first that differs.
pub(super) fn same<V: Tensors>(place: &str, name: &'static str, ways: Ways, found: &V, expected: &V) -> Result<()> {
    let (left, right) = (list(name, found), list(name, expected));
    let Ways { found, expected } = ways;
    if left.len() != right.len() {
        let message = format!("`{name}` has {} tensors from {found}, but {} from {expected}", left.len(), right.len());
        return Err(Error::new(ErrorKind::Shape, place.to_owned(), message));
    }
    for (left, right) in left.iter().zip(&right) {
        let path = &left.path;
        if left.shape != right.shape {
            let message =
                format!("`{path}` has shape {} from {found}, but {} from {expected}", left.shape, right.shape);
            return Err(Error::new(ErrorKind::Shape, place.to_owned(), message));
        }
        if let Some((at, [a, b])) = first_difference(&left.elements, &right.elements, 1e-12) {
            let index = left.shape.index_of(at);
            let message = format!("`{path}` at {index:?} is {a} from {found}, but {b} from {expected}");
            return Err(Error::new(ErrorKind::Value, place.to_owned(), message));
        }
    }
    Ok(())
}

/// The first place where `|found - expected| <= tolerance (1 + |expected|)` does not hold, and both numbers.
pub(super) fn first_difference(found: &[f64], expected: &[f64], tolerance: f64) -> Option<(usize, [f64; 2])> {
    let pairs = found.iter().zip(expected).map(|(a, b)| [*a, *b]);
    pairs.enumerate().find(|(_, pair)| !is_close(*pair, tolerance))
}

pub(super) fn is_close([found, expected]: [f64; 2], tolerance: f64) -> bool {
    // Infinities are close to themselves only, and not-a-number to nothing.
    let difference = (found - expected).abs();
    found == expected || (difference.is_finite() && difference <= tolerance * (1.0 + expected.abs()))
}

/// The f64 tensors of a value as parameters, so that they have gradients.
pub(super) fn leaves<V: Tensors>(value: &V) -> Vec<Param<f64>> {
    reals(value).into_iter().map(Param::new).collect()
}

/// The f64 tensors of a value.
fn reals<V: Tensors>(value: &V) -> Vec<Tensor<f64>> {
    let mut reals = Vec::new();
    // The way through a visitor would need four methods for the one that is wanted.
    let _ = with_reals(value, |tensor| {
        reals.push(tensor.clone());
        tensor.clone()
    });
    reals
}

/// The value with what `change` makes of its f64 tensors, in declaration order.
pub(super) fn with_reals<V: Tensors>(value: &V, change: impl FnMut(&Tensor<f64>) -> Tensor<f64>) -> V {
    value.map_tensors(&mut Change(change))
}

/// The value with the tensors of parameters from [`leaves`] in place of its own.
pub(super) fn grown<V: Tensors>(value: &V, leaves: &[Param<f64>]) -> V {
    let mut leaves = leaves.iter();
    with_reals(value, |tensor| leaves.next().map_or_else(|| tensor.clone(), Param::get))
}

struct Change<F>(F);

impl<F: FnMut(&Tensor<f64>) -> Tensor<f64>> TensorMapper for Change<F> {
    fn f32(&mut self, tensor: &Tensor<f32>) -> Tensor<f32> {
        tensor.clone()
    }
    fn f64(&mut self, tensor: &Tensor<f64>) -> Tensor<f64> {
        (self.0)(tensor)
    }
    fn usize(&mut self, tensor: &Tensor<usize>) -> Tensor<usize> {
        tensor.clone()
    }
    fn bool(&mut self, tensor: &Tensor<bool>) -> Tensor<bool> {
        tensor.clone()
    }
}

/// The sum of all elements of all f64 tensors, each with a random weight of its own.
pub(super) fn weighted<V: Tensors>(value: &V, rng: &mut StdRng) -> Tensor<f64> {
    let mut sum = Tensor::scalar(0.0);
    for real in reals(value) {
        sum = sum + (&real * Tensor::normal(*real.shape_value(), 0.0, 1.0, rng)).sum();
    }
    sum
}

/// A part of each tensor of a value.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Whole,
    /// `[T, B, …]` → `[B, …]`.
    Step(usize),
    /// `[T, B, …]` → `[length, 1, …]`: the first steps of one sequence.
    Alone {
        row: usize,
        length: usize,
    },
    /// `[T, B, …]` → `[T - length, 1, …]`: what comes behind them.
    Padding {
        row: usize,
        length: usize,
    },
    /// `[B, …]` → `[1, …]`.
    Row(usize),
}

impl Part {
    pub(super) fn of<V: Tensors>(mut self, value: &V) -> V {
        value.map_tensors(&mut self)
    }

    fn cut<E: Element>(&mut self, tensor: &Tensor<E>) -> Tensor<E> {
        match *self {
            Self::Whole => tensor.clone(),
            Self::Step(step) => tensor.select_index(0, step),
            Self::Alone { row, length } => tensor.slice(0, 0..length).slice(1, row..row + 1),
            Self::Padding { row, length } => tensor.slice(0, length..tensor.shape()[0]).slice(1, row..row + 1),
            Self::Row(row) => tensor.slice(0, row..row + 1),
        }
    }
}

impl TensorMapper for Part {
    map_each_element!(cut);
}

/// A part of each tensor of inputs: those over time are cut in one way, the contexts behind them in another.
pub(super) struct InputPart {
    /// How many tensors are still to come before the contexts.
    over_time: usize,
    steps: Part,
    contexts: Part,
}

impl InputPart {
    /// For inputs whose last `contexts` tensors are contexts.
    pub(super) fn cut<V: Tensors>(inputs: &V, contexts: usize, steps: Part, context: Part) -> V {
        let over_time = list("inputs", inputs).len().saturating_sub(contexts);
        inputs.map_tensors(&mut Self { over_time, steps, contexts: context })
    }

    fn next<E: Element>(&mut self, tensor: &Tensor<E>) -> Tensor<E> {
        match self.over_time.checked_sub(1) {
            Some(left) => {
                self.over_time = left;
                self.steps.cut(tensor)
            }
            None => self.contexts.cut(tensor),
        }
    }
}

impl TensorMapper for InputPart {
    map_each_element!(next);
}
