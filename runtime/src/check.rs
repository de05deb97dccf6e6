//! Checks of shapes at the entry of layers, cells and losses.

use crate::error::{Error, ErrorKind, Result};

/// Checks that a tensor or parameter has exactly the shape that a layer or cell needs.
///
/// `place` names the layer, `argument` the tensor.
///
/// # Errors
///
/// When the shapes differ.
///
/// ```
/// use recurve::{Tensor, check_shape};
///
/// let h: Tensor = Tensor::zeros([2, 4]);
/// let error = check_shape("MyCell", "state.h", h.shape(), &[3, 4]).unwrap_err();
/// assert_eq!(error.to_string(), "MyCell: `state.h` should have shape [3, 4], found [2, 4]");
/// ```
pub fn check_shape(place: &'static str, argument: &str, found: &[usize], expected: &[usize]) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::shape(place, argument, format_args!("{expected:?}"), found))
}

/// Checks that the input of a step has the shape `[B, features]` and returns `B`.
///
/// # Errors
///
/// When it has another rank or another number of features.
///
/// ```
/// use recurve::{Tensor, check_batch};
///
/// let x: Tensor = Tensor::zeros([2, 4]);
/// assert_eq!(check_batch("MyCell", "x", x.shape(), 4)?, 2);
/// let error = check_batch("MyCell", "x", x.shape(), 5).unwrap_err();
/// assert_eq!(error.to_string(), "MyCell: `x` should have shape [B, 5], found [2, 4]");
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn check_batch(place: &'static str, argument: &str, found: &[usize], features: usize) -> Result<usize> {
    check_first(place, argument, found, &[features])
}

/// Checks that a tensor has the shape `[B, …]` with these sizes of one example, and returns `B`.
pub(crate) fn check_first(place: &'static str, argument: &str, found: &[usize], sizes: &[usize]) -> Result<usize> {
    if let [batch, rest @ ..] = found
        && rest == sizes
    {
        return Ok(*batch);
    }
    let sizes_text: String = sizes.iter().map(|size| format!(", {size}")).collect();
    let message = format!("`{argument}` should have shape [B{sizes_text}], found {found:?}");
    let advice = format!(
        "; give a single example {found:?} its batch axis with `unsqueeze(0)`, a single sequence [T{sizes_text}] with \
         `unsqueeze(1)`"
    );
    let advice = if found == sizes { advice } else { String::new() };
    Err(Error::new(ErrorKind::Shape, place, message + &advice))
}
