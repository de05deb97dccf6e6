//! Choosing rows by number, and its transpose.

use super::Op;
use super::layout::{Axis, around, moved};
use crate::array::Array;
use crate::array::element::{Element, Float};
use crate::array::shape::Shape;
use crate::autodiff::node::record;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

impl<E: Element> Tensor<E> {
    /// The elements of `axis` with the given numbers; the axis is replaced by the axes of `indices`.
    ///
    /// For the weight `[V, D]` of an embedding and `indices [T, B]` along axis 0 the result is `[T, B, D]`. The
    /// gradients of an element chosen several times are summed.
    ///
    /// # Errors
    ///
    /// When the axis does not exist or an index lies outside.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let y = x.index_select(0, &Tensor::from([1, 1, 0]))?;
    /// assert_eq!(y.to_vec(), [3.0, 4.0, 3.0, 4.0, 1.0, 2.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "gather")]
    #[doc(alias = "take")]
    pub fn index_select(&self, axis: impl Axis, indices: &Tensor<usize>) -> Result<Self> {
        let number = axis.number();
        let Some(axis) = axis.resolve(self.rank()) else {
            let message = format!("axis {number} is outside of shape {:?}", self.shape());
            return Err(Error::new(ErrorKind::Shape, "index_select", message));
        };
        let size = self.shape()[axis];
        if let Some(index) = indices.as_slice().iter().find(|&&index| index >= size) {
            let message = format!("index {index} is outside of axis {axis} of shape {:?}", self.shape());
            return Err(Error::new(ErrorKind::Value, "index_select", message));
        }
        let (outer, _, inner) = around(self.shape_value(), axis);
        let shape = self.shape()[..axis].iter().chain(indices.shape()).chain(&self.shape()[axis + 1..]).copied();
        let from = self.as_slice();
        let array = Array::build(shape.collect(), |to| {
            let mut rows = to.chunks_exact_mut(inner.max(1));
            for o in 0..outer {
                for (&index, row) in indices.as_slice().iter().zip(&mut rows) {
                    row.copy_from_slice(&from[(o * size + index) * inner..][..inner]);
                }
            }
        });
        Ok(moved(Op::IndexSelect { axis, indices: indices.clone() }, &[self], array))
    }
}

impl<F: Float> Tensor<F> {
    /// The transpose of [`index_select`](Self::index_select): zeros with `size` elements along `axis`, to which the
    /// elements of this tensor are added at `indices`.
    pub(crate) fn index_add(&self, axis: usize, indices: &Tensor<usize>, size: usize) -> Self {
        let rest = &self.shape()[axis + indices.rank()..];
        let shape: Shape = self.shape()[..axis].iter().chain(&[size]).chain(rest).copied().collect();
        let array = Array::build(shape, |to| {
            to.fill(F::ZERO);
            add_rows(self, axis, indices, to, &shape);
        });
        record(Op::IndexAdd { axis, indices: indices.clone() }, &[self], array)
    }
}

/// Adds the rows of `value` to the rows `indices` of `whole`.
pub(super) fn add_rows<F: Float>(
    value: &Tensor<F>,
    axis: usize,
    indices: &Tensor<usize>,
    whole: &mut [F],
    shape: &Shape,
) {
    let (outer, size, inner) = around(shape, axis);
    let mut rows = value.as_slice().chunks_exact(inner.max(1));
    for o in 0..outer {
        for (&index, row) in indices.as_slice().iter().zip(&mut rows) {
            F::accumulate(row, &mut whole[(o * size + index) * inner..][..inner]);
        }
    }
}
