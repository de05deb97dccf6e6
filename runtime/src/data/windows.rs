//! Windows that slide over a series.

use crate::array::element::Element;
use crate::array::shape::{MAX_RANK, Shape};
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// All windows of `length` steps of a series `[T, …]`, each beginning `stride` steps after the one before: a batch
/// `[length, N, …]` with `N = ⌊(T - length)/stride⌋ + 1`, time first, as scans take it.
///
/// To predict the steps that follow, make windows that hold them too, and cut along the first axis. The values are copied;
/// nothing is recorded for a gradient.
///
/// # Errors
///
/// When the series has no axis or as many as a tensor can have, `length` or `stride` is 0, or `length` is above `T`.
///
/// ```
/// use recurve::Tensor;
/// use recurve::data::windows;
///
/// let series = Tensor::from([1.0_f32, 2.0, 3.0, 4.0, 5.0]);
/// let both = windows(&series, 2 + 1, 1)?;
/// let (inputs, targets) = (both.slice(0, 0..2), both.slice(0, 2..3));
/// assert_eq!(inputs, Tensor::from([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])); // [T, B]
/// assert_eq!(targets, Tensor::from([[3.0, 4.0, 5.0]]));
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "unfold")]
#[doc(alias = "sliding window")]
pub fn windows<E: Element>(series: &Tensor<E>, length: usize, stride: usize) -> Result<Tensor<E>> {
    let (Some((&steps, step)), true) = (series.shape().split_first(), series.rank() < MAX_RANK) else {
        let expected = format!("[T, ..] of 1 to {} axes", MAX_RANK - 1);
        return Err(Error::shape("data::windows", "series", expected, series.shape()));
    };
    for (name, value) in [("length", length), ("stride", stride)] {
        if value == 0 {
            let message = format!("the {name} of the windows should be at least 1, found 0");
            return Err(Error::new(ErrorKind::Value, "data::windows", message));
        }
    }
    if length > steps {
        let message =
            format!("expected windows of at most the {steps} steps of the series, found a length of {length}");
        return Err(Error::new(ErrorKind::Value, "data::windows", message));
    }
    let count = (steps - length) / stride + 1;
    let size = Shape::from(step).count();
    let shape: Shape = [length, count].iter().chain(step).copied().collect();
    let from = series.as_slice();
    Ok(Tensor::build(shape, |to| {
        for (at, row) in to.chunks_exact_mut(size.max(1)).enumerate() {
            let (step, window) = (at / count, at % count);
            row.copy_from_slice(&from[(window * stride + step) * size..][..size]);
        }
    }))
}
