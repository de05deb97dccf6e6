//! Operations that make one tensor of several.

use super::Op;
use super::axes::{Axis, around};
use super::layout::moved;
use crate::array::Array;
use crate::array::element::Element;
use crate::array::shape::{MAX_RANK, Shape};
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// Joins tensors along an existing axis; all other sizes agree.
///
/// # Errors
///
/// When there is no tensor, the axis does not exist, or another size differs.
///
/// ```
/// use recurve::{Tensor, concat};
///
/// let x = concat(&[&Tensor::<f32>::zeros([2, 3]), &Tensor::ones([2, 1])], 1)?;
/// assert_eq!(x.shape(), [2, 4]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "cat")]
#[doc(alias = "concatenate")]
pub fn concat<E: Element>(tensors: &[&Tensor<E>], axis: impl Axis) -> Result<Tensor<E>> {
    let Some(first) = tensors.first() else {
        return Err(Error::new(ErrorKind::Shape, "concat", "expected at least one tensor, found none"));
    };
    let number = axis.number();
    let Some(axis) = axis.resolve(first.rank()) else {
        let message = format!("axis {number} is outside of shape {:?}", first.shape());
        return Err(Error::new(ErrorKind::Shape, "concat", message));
    };
    let (mut size, mut starts) = (0, Vec::with_capacity(tensors.len()));
    for tensor in tensors {
        let fits =
            tensor.rank() == first.rank() && tensor.shape_value().with(axis, 0) == first.shape_value().with(axis, 0);
        if !fits {
            let (a, b) = (first.shape(), tensor.shape());
            let message = format!("shapes {a:?} and {b:?} differ outside of axis {axis}");
            return Err(Error::new(ErrorKind::Shape, "concat", message));
        }
        starts.push(size);
        size += tensor.shape()[axis];
    }
    let parts: Vec<&Array<E>> = tensors.iter().map(|tensor| &tensor.array).collect();
    let array = concatenated(&parts, axis, first.shape_value().with(axis, size));
    Ok(moved(Op::Concat { axis, starts: starts.into() }, tensors, array))
}

/// Joins tensors of one shape along a new axis.
///
/// # Errors
///
/// When there is no tensor, the axis is outside, the shapes differ, or they have [`MAX_RANK`] axes already.
///
/// ```
/// use recurve::{Tensor, stack};
///
/// let x = stack(&[&Tensor::<f32>::zeros([2, 3]), &Tensor::ones([2, 3])], 0)?;
/// assert_eq!(x.shape(), [2, 2, 3]);
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn stack<E: Element>(tensors: &[&Tensor<E>], axis: impl Axis) -> Result<Tensor<E>> {
    let Some(first) = tensors.first() else {
        return Err(Error::new(ErrorKind::Shape, "stack", "expected at least one tensor, found none"));
    };
    let rank = first.rank();
    if rank == MAX_RANK {
        let message = format!("expected at most {} axes, found shape {:?}", MAX_RANK - 1, first.shape());
        return Err(Error::new(ErrorKind::Shape, "stack", message));
    }
    let number = axis.number();
    let Some(axis) = axis.resolve(rank + 1) else {
        let message = format!("axis {number} is outside of {rank} axes and one more");
        return Err(Error::new(ErrorKind::Shape, "stack", message));
    };
    if let Some(other) = tensors.iter().find(|tensor| tensor.shape() != first.shape()) {
        let message = format!("shapes {:?} and {:?} differ", first.shape(), other.shape());
        return Err(Error::new(ErrorKind::Shape, "stack", message));
    }
    let raised: Vec<_> = tensors.iter().map(|tensor| tensor.unsqueeze(axis)).collect();
    concat(&raised.iter().collect::<Vec<_>>(), axis)
}

/// `outer` times the rows of each part in turn.
fn concatenated<E: Element>(parts: &[&Array<E>], axis: usize, shape: Shape) -> Array<E> {
    let (outer, _, _) = around(&shape, axis);
    Array::build(shape, |to| {
        let mut at = 0;
        for o in 0..outer {
            for part in parts {
                let (_, size, inner) = around(part.shape(), axis);
                let length = size * inner;
                to[at..at + length].copy_from_slice(&part.as_slice()[o * length..][..length]);
                at += length;
            }
        }
    })
}
