//! Values made of tensors whose first axes are time and batch: cut, chosen, joined and checked all at once.

use std::any::Any;

use crate::array::element::{Element, Float};
use crate::array::shape::Shape;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Path, Segment};
use crate::ops::concat;
use crate::tensor::Tensor;
use crate::tensors::{TensorMapper, TensorVisitor, Tensors, map_each_element, visit_each_element};

/// What is done to every tensor of a value. Real numbers keep their gradients.
pub(super) enum Move<'a> {
    /// Nothing.
    Keep,
    /// `[T, B, …]` → `[B, …]`, the step with this number.
    Step(usize),
    /// `[R, …]` → one row for each number.
    Pick(&'a Tensor<usize>),
    /// `[T, B, …]` → `[T·B, …]`.
    Merge,
    /// `[T·B, …]` → `[T, B, …]`.
    Split { steps: usize, batch: usize },
    /// `[T, B, …]` → `[B, T, …]` and back.
    Swap,
    /// `[R, …]` → a row of zeros `[1, …]`.
    ZeroRow,
    /// `[T, B, …]`, zeros where the mask `[T, B]` is false.
    Clean(&'a Tensor<bool>),
}

impl Move<'_> {
    pub(super) fn of<V: Tensors>(mut self, value: &V) -> V {
        value.map_tensors(&mut self)
    }

    fn real<F: Float>(&mut self, tensor: &Tensor<F>) -> Tensor<F> {
        match self {
            Self::Clean(mask) => tensor.select(&spread(mask, tensor.rank()), &Tensor::scalar(F::ZERO)),
            _ => self.any(tensor),
        }
    }

    fn plain<E: Element>(&mut self, tensor: &Tensor<E>) -> Tensor<E> {
        let Self::Clean(mask) = self else { return self.any(tensor) };
        let mut cleaned = tensor.clone();
        let inner = tensor.shape()[2..].iter().product::<usize>().max(1);
        for (row, &valid) in cleaned.as_mut_slice().chunks_exact_mut(inner).zip(mask.as_slice()) {
            if !valid {
                row.fill(E::default());
            }
        }
        cleaned
    }

    fn any<E: Element>(&self, tensor: &Tensor<E>) -> Tensor<E> {
        match self {
            Self::Keep => tensor.clone(),
            Self::Step(at) => tensor.select_index(0, *at),
            Self::Pick(rows) => tensor
                .index_select(0, rows)
                .unwrap_or_else(|error| unreachable!("rows are checked before they are picked: {error}")),
            Self::Merge => tensor.reshape(merged(tensor.shape_value())),
            Self::Split { steps, batch } => tensor.reshape(split(tensor.shape_value(), *steps, *batch)),
            Self::Swap => tensor.transpose(0, 1),
            Self::ZeroRow => Tensor::full(tensor.shape_value().with(0, 1), E::default()),
            Self::Clean(_) => unreachable!("padding is cleaned by element type"),
        }
    }
}

impl TensorMapper for Move<'_> {
    map_each_element!(real, plain);
}

/// What is done to the first tensors of a value, which run over time, and to the contexts behind them.
pub(super) struct Parts<'a> {
    /// How many tensors are still to come before the contexts.
    pub(super) over_time: usize,
    pub(super) steps: Move<'a>,
    pub(super) contexts: Move<'a>,
}

impl<'a> Parts<'a> {
    pub(super) fn of<V: Tensors>(mut self, value: &V) -> V {
        value.map_tensors(&mut self)
    }

    fn next(&mut self) -> &mut Move<'a> {
        match self.over_time.checked_sub(1) {
            Some(left) => {
                self.over_time = left;
                &mut self.steps
            }
            None => &mut self.contexts,
        }
    }

    fn real<F: Float>(&mut self, tensor: &Tensor<F>) -> Tensor<F> {
        self.next().real(tensor)
    }

    fn plain<E: Element>(&mut self, tensor: &Tensor<E>) -> Tensor<E> {
        self.next().plain(tensor)
    }
}

impl TensorMapper for Parts<'_> {
    map_each_element!(real, plain);
}

fn merged(shape: &Shape) -> Shape {
    [shape[0] * shape[1]].iter().chain(&shape[2..]).copied().collect()
}

fn split(shape: &Shape, steps: usize, batch: usize) -> Shape {
    [steps, batch].iter().chain(&shape[1..]).copied().collect()
}

/// A tensor with axes of size 1 behind it, so that it stretches over tensors of this rank: `[T, B]` as `[T, B, 1, …]`.
pub(super) fn spread<E: Element>(tensor: &Tensor<E>, rank: usize) -> Tensor<E> {
    let shape = tensor.shape().iter().copied().chain(std::iter::repeat_n(1, rank - tensor.rank()));
    tensor.reshape(shape.collect::<Shape>())
}

/// Puts the rows of several values of the same structure below one another; there is at least one value.
///
/// `what` and `place` name the values when their shapes do not fit.
pub(super) fn join<V: Tensors>(place: &str, what: &'static str, values: &[V]) -> Result<V> {
    let mut lists: Vec<_> = values.iter().map(|value| list(value).into_iter()).collect();
    let counts: Vec<usize> = lists.iter().map(ExactSizeIterator::len).collect();
    if let Some(other) = counts.iter().find(|count| **count != counts[0]) {
        let message = format!("the {what} has {} tensors at one step and {other} at another", counts[0]);
        return Err(Error::new(ErrorKind::Shape, place.to_owned(), message));
    }
    let mut join = Join { place, what, lists: &mut lists, failure: None };
    let joined = values[0].map_tensors(&mut join);
    join.failure.map_or(Ok(joined), Err)
}

struct Join<'a> {
    place: &'a str,
    what: &'static str,
    lists: &'a mut [std::vec::IntoIter<Box<dyn Any>>],
    failure: Option<Error>,
}

impl Join<'_> {
    /// This tensor of all values.
    fn column<E: Element>(&mut self, first: &Tensor<E>) -> Vec<Tensor<E>> {
        let mut column = Vec::with_capacity(self.lists.len());
        for list in self.lists.iter_mut() {
            let tensor = list.next().and_then(|tensor| tensor.downcast::<Tensor<E>>().ok());
            match tensor {
                Some(tensor) if tensor.shape()[1..] == first.shape()[1..] => column.push(*tensor),
                other => {
                    let found = other.map(|tensor| format!("{:?}", &tensor.shape()[1..]));
                    let found = found.unwrap_or_else(|| "another element type".to_owned());
                    let (what, expected) = (self.what, &first.shape()[1..]);
                    let message = format!("the {what} has rows of shape {expected:?} at one step, {found} at another");
                    let place = self.place;
                    self.failure.get_or_insert_with(|| Error::new(ErrorKind::Shape, place.to_owned(), message));
                }
            }
        }
        column
    }

    fn tensor<E: Element>(&mut self, first: &Tensor<E>) -> Tensor<E> {
        let column = self.column(first);
        concat(&column.iter().collect::<Vec<_>>(), 0).unwrap_or_else(|_| first.clone())
    }
}

impl TensorMapper for Join<'_> {
    map_each_element!(tensor);
}

/// The tensors of a value in declaration order.
fn list<V: Tensors>(value: &V) -> Vec<Box<dyn Any>> {
    let mut list = List(Vec::new());
    value.visit_tensors(&mut list);
    list.0
}

struct List(Vec<Box<dyn Any>>);

impl List {
    fn add<E: Element>(&mut self, tensor: &Tensor<E>) {
        self.0.push(Box::new(tensor.clone()));
    }
}

impl TensorVisitor for List {
    visit_each_element!(add);
}

/// How many tensors a value is made of.
pub(super) fn count<V: Tensors>(value: &V) -> usize {
    let mut count = Count(0);
    value.visit_tensors(&mut count);
    count.0
}

struct Count(usize);

impl Count {
    fn add<E: Element>(&mut self, _: &Tensor<E>) {
        self.0 += 1;
    }
}

impl TensorVisitor for Count {
    visit_each_element!(add);
}

/// Calls `see` with the path (which begins with `name`) and the shape of each tensor until it returns an error.
pub(super) fn each_shape<V: Tensors>(
    value: &V,
    name: &'static str,
    mut see: impl FnMut(&str, &[usize]) -> Result<()>,
) -> Result<()> {
    let mut shapes = Shapes { path: Path::default(), see: &mut see, result: Ok(()) };
    shapes.path.enter(Segment::Field(name), false);
    value.visit_tensors(&mut shapes);
    shapes.result
}

struct Shapes<'a> {
    path: Path,
    see: &'a mut dyn FnMut(&str, &[usize]) -> Result<()>,
    result: Result<()>,
}

impl Shapes<'_> {
    fn shape<E: Element>(&mut self, tensor: &Tensor<E>) {
        if self.result.is_ok() {
            self.result = (self.see)(self.path.as_str(), tensor.shape());
        }
    }
}

impl TensorVisitor for Shapes<'_> {
    fn enter(&mut self, segment: Segment<'_>) {
        self.path.enter(segment, false);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    visit_each_element!(shape);
}

/// Checks that every tensor has this number of rows.
pub(super) fn check_rows<V: Tensors>(place: &str, name: &'static str, value: &V, rows: usize) -> Result<()> {
    each_shape(value, name, |path, shape| match shape.first() {
        Some(&size) if size == rows => Ok(()),
        _ => Err(Error::shape(place.to_owned(), path, format_args!("[{rows}, ..]"), shape)),
    })
}
