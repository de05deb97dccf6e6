//! Sequences of different lengths as one batch, and back.

use std::borrow::Borrow;

use crate::array::element::Element;
use crate::array::shape::{MAX_RANK, Shape};
use crate::error::{Error, ErrorKind, Result};
use crate::recurrent::Sequence;
use crate::tensor::Tensor;

/// One batch of sequences `[Tᵦ, …]` of different lengths: `[T, B, …]` with their lengths, where `T` is the longest. Zero,
/// or false, past the end of each.
///
/// Elements may be features `[Tᵦ, D]`, or of any type and rank: `[Tᵦ]` of `usize` for words. A length may be 0. The
/// values are copied; nothing is recorded for a gradient.
///
/// # Errors
///
/// When there is no sequence, a tensor has no axis or as many as a tensor can have, or the axes behind the first differ.
///
/// ```
/// use recurve::Tensor;
/// use recurve::data::pad;
///
/// let long = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]]);
/// let short = Tensor::from([[7.0_f32, 8.0]]);
/// let xs = pad([&long, &short])?;
/// assert_eq!(xs.data().shape(), [3, 2, 2]);
/// assert_eq!(xs.data().to_vec(), [1.0, 2.0, 7.0, 8.0, 3.0, 4.0, 0.0, 0.0, 5.0, 6.0, 0.0, 0.0]);
/// assert_eq!(xs.lengths_slice(), Some(&[3, 1][..]));
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "pad_sequence")]
#[doc(alias = "pack_sequence")]
pub fn pad<E: Element>(sequences: impl IntoIterator<Item = impl Borrow<Tensor<E>>>) -> Result<Sequence<Tensor<E>>> {
    let sequences: Vec<_> = sequences.into_iter().collect();
    let each = || sequences.iter().map(Borrow::borrow);
    let step = step_shape(each())?;
    let lengths: Vec<usize> = each().map(|sequence| sequence.shape()[0]).collect();
    let (steps, batch) = (lengths.iter().copied().max().unwrap_or(0), lengths.len());
    let size = Shape::from(step).count();
    let shape: Shape = [steps, batch].iter().chain(step).copied().collect();
    let data = Tensor::build(shape, |to| {
        to.fill(E::default());
        for (at, sequence) in each().enumerate() {
            for (step, row) in sequence.as_slice().chunks_exact(size.max(1)).enumerate() {
                to[(step * batch + at) * size..][..size].copy_from_slice(row);
            }
        }
    });
    Sequence::time_major(data).lengths(&lengths)
}

/// The axes of one step, which all sequences have in common.
fn step_shape<'a, E: Element>(sequences: impl Iterator<Item = &'a Tensor<E>>) -> Result<&'a [usize]> {
    let mut common: Option<&[usize]> = None;
    for (at, sequence) in sequences.enumerate() {
        let argument = format!("sequences[{at}]");
        let (Some(step), true) = (sequence.shape().get(1..), sequence.rank() < MAX_RANK) else {
            let expected = format!("[T, ..] of 1 to {} axes", MAX_RANK - 1);
            return Err(Error::shape("data::pad", &argument, expected, sequence.shape()));
        };
        let expected = common.get_or_insert(step);
        if step != *expected {
            let axes: String = expected.iter().map(|size| format!(", {size}")).collect();
            return Err(Error::shape(
                "data::pad",
                &argument,
                format!("[T{axes}], as the first one has"),
                sequence.shape(),
            ));
        }
    }
    common.ok_or_else(|| {
        let message = "expected at least one sequence, found none; nothing says what the shape of a step is";
        Error::new(ErrorKind::Value, "data::pad", message)
    })
}

/// The sequences of a batch, each `[Tᵦ, …]` with its own length: the inverse of [`pad`]. Gradients flow through it.
///
/// # Errors
///
/// When the sequences have a mask, which may have holes, and as [`Sequence::checked`].
///
/// ```
/// use recurve::Tensor;
/// use recurve::data::{pad, unpad};
///
/// let sequences = [Tensor::from([1.0_f64, 2.0, 3.0]), Tensor::from([4.0])];
/// assert_eq!(unpad(&pad(&sequences)?)?, sequences);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "pad_packed_sequence")]
pub fn unpad<E: Element>(sequences: &Sequence<Tensor<E>>) -> Result<Vec<Tensor<E>>> {
    let sequences = sequences.clone().checked()?;
    let (steps, batch) = (sequences.steps(), sequences.batch());
    let lengths = match (sequences.lengths_slice(), sequences.mask_tensor()) {
        (Some(lengths), _) => lengths.to_vec(),
        (None, None) => vec![steps; batch],
        (None, Some(_)) => {
            let message = "the sequences have a mask, which may have holes; give them lengths instead";
            return Err(Error::new(ErrorKind::Value, "data::unpad", message));
        }
    };
    let data = sequences.data();
    let shape = |length: usize| std::iter::once(length).chain(data.shape()[2..].iter().copied()).collect::<Shape>();
    let one = |(at, &length): (usize, &usize)| data.slice(0, 0..length).slice(1, at..at + 1).reshape(shape(length));
    Ok(lengths.iter().enumerate().map(one).collect())
}
