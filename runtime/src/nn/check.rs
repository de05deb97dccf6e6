//! What layers and losses check before they compute.

use std::fmt;

use crate::array::element::{Element, Float};
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// Checks that all elements of an argument are `allowed`; the error shows the first that is not, and where it is.
pub(super) fn elements<E: Element>(
    place: &'static str,
    argument: &str,
    values: &Tensor<E>,
    expected: impl fmt::Display,
    allowed: impl Fn(E) -> bool,
) -> Result<()> {
    let Some(flat) = values.as_slice().iter().position(|&value| !allowed(value)) else {
        return Ok(());
    };
    let (value, position) = (values.as_slice()[flat], values.position(flat));
    let message = format!("`{argument}` should be {expected}, found {value} at position {position:?}");
    Err(Error::new(ErrorKind::Value, place, message))
}

/// The sizes of the leading axes of a tensor whose last axis should have `features` elements.
pub(super) fn leading<'a, F: Float>(place: &'static str, x: &'a Tensor<F>, features: usize) -> Result<&'a [usize]> {
    match x.shape() {
        [leading @ .., last] if *last == features => Ok(leading),
        found => Err(Error::shape(place, "x", format_args!("[.., {features}]"), found)),
    }
}

/// Panics for a layer without size.
#[track_caller]
pub(super) fn size(place: &str, name: &str, size: usize) {
    assert!(size > 0, "{place}: `{name}` should be at least 1, found 0");
}
