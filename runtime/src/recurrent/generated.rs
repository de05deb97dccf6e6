//! What the code that `recurrent!` writes calls: checks of shapes, initial values, and the few operations whose meaning
//! is not that of one method of a tensor.

use rand::Rng;

use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::check::check_first;
use crate::error::{Error, Result};
use crate::module::{Buffer, Param};
use crate::nn::Init;
use crate::ops;
use crate::tensor::Tensor;

/// A field with a shape.
pub trait Field {
    fn found(&self) -> Shape;
}

impl<F: Float> Field for Param<F> {
    fn found(&self) -> Shape {
        self.shape()
    }
}

impl<F: Float> Field for Buffer<F> {
    fn found(&self) -> Shape {
        self.shape()
    }
}

/// The size of an axis of a field, or 0, which no check accepts, if it has no such axis.
pub fn axis(field: &impl Field, axis: usize) -> usize {
    field.found().get(axis).copied().unwrap_or(0)
}

/// The size that only a context knows: `K` of `[B, K]`, whose name is `symbol`.
pub fn context_size<F: Float>(
    place: &'static str,
    name: &str,
    context: &Tensor<F>,
    batch: usize,
    symbol: &str,
) -> Result<usize> {
    match *context.shape() {
        [rows, size] if rows == batch => Ok(size),
        _ => Err(Error::shape(place, name, format_args!("[{batch}, {symbol}]"), context.shape())),
    }
}

/// `x` of `size = factor x + rest`, rounded down: the check of the shape finds out if it is not whole.
pub fn solve(size: usize, factor: usize, rest: usize) -> usize {
    size.saturating_sub(rest).checked_div(factor).unwrap_or(0)
}

/// Checks the first input, `[B, …]` with these sizes after the batch, and returns the batch.
pub fn check_input<F: Float>(place: &'static str, name: &str, input: &Tensor<F>, sizes: &[usize]) -> Result<usize> {
    check_first(place, name, input.shape(), sizes)
}

/// Panics for a cell without size.
#[track_caller]
pub fn check_sizes(place: &str, sizes: &[(&str, usize)]) {
    let found: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} {size}")).collect();
    let positive = sizes.iter().all(|(_, size)| *size > 0);
    assert!(positive, "{place}: sizes must not be 0, found {}", in_words(&found));
}

/// "input 3, hidden 0 and output 2"
fn in_words(parts: &[String]) -> String {
    match parts {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => parts.concat(),
    }
}

/// A parameter with its initial value.
#[track_caller]
pub fn parameter<F: Float, const N: usize>(init: Init, shape: [usize; N], rng: &mut (impl Rng + ?Sized)) -> Param<F> {
    Param::new(init.tensor(shape, rng))
}

/// An optional parameter that is there.
#[track_caller]
pub fn some_parameter<F: Float, const N: usize>(
    init: Init,
    shape: [usize; N],
    rng: &mut (impl Rng + ?Sized),
) -> Option<Param<F>> {
    Some(parameter(init, shape, rng))
}

/// A buffer with its initial value.
#[track_caller]
pub fn buffer<F: Float, const N: usize>(init: Init, shape: [usize; N], rng: &mut (impl Rng + ?Sized)) -> Buffer<F> {
    Buffer::new(init.tensor(shape, rng))
}

/// A size as a number.
pub fn size(size: usize) -> f64 {
    size as f64
}

/// A function of tensors on a number: it means the same on both.
pub fn constant(value: f64, function: impl FnOnce(&Tensor<f64>) -> Tensor<f64>) -> f64 {
    function(&Tensor::scalar(value)).item()
}

/// The tensor of an optional parameter.
pub fn optional<F: Float>(field: &Option<Param<F>>) -> Option<Tensor<F>> {
    field.as_ref().map(Param::get)
}

/// Another handle of a tensor, also where no trait is in scope.
pub fn same<F: Float>(tensor: &Tensor<F>) -> Tensor<F> {
    tensor.clone()
}

/// A field, or what is in it.
pub trait MaybeTensor<F: Float> {
    fn tensor(&self) -> Option<Tensor<F>>;
}

impl<F: Float> MaybeTensor<F> for Option<Param<F>> {
    fn tensor(&self) -> Option<Tensor<F>> {
        optional(self)
    }
}

impl<F: Float> MaybeTensor<F> for Option<Tensor<F>> {
    fn tensor(&self) -> Option<Tensor<F>> {
        self.clone()
    }
}

/// An optional parameter, or zeros.
pub fn or_zeros<F: Float, const N: usize>(value: &impl MaybeTensor<F>, shape: [usize; N]) -> Tensor<F> {
    value.tensor().unwrap_or_else(|| Tensor::zeros(shape))
}

/// A sum in which an absent parameter costs nothing.
pub fn add_optional<F: Float>(sum: &Tensor<F>, term: &impl MaybeTensor<F>) -> Tensor<F> {
    match term.tensor() {
        Some(term) => sum + &term,
        None => sum.clone(),
    }
}

/// Vectors joined at their last axis; all else about their shapes has been checked.
pub fn concat<F: Float>(vectors: &[&Tensor<F>]) -> Tensor<F> {
    ops::concat(vectors, -1).unwrap_or_else(|error| unreachable!("shapes are checked before a step: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{check_sizes, in_words, solve};

    #[test]
    fn sizes_follow_from_axes() {
        assert_eq!(solve(12, 4, 0), 3);
        assert_eq!(solve(7, 1, 3), 4);
        assert_eq!(solve(2, 1, 3), 0);
        assert_eq!(solve(2, 0, 0), 0);
    }

    #[test]
    fn sizes_are_listed() {
        let list = |parts: &[&str]| in_words(&parts.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(list(&["input 3"]), "input 3");
        assert_eq!(list(&["input 3", "hidden 0", "output 2"]), "input 3, hidden 0 and output 2");
        check_sizes("Cell", &[]);
    }
}
