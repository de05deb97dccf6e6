//! Operations that move elements without changing them: reshape, permute, slice, pad, split, broadcast.

use super::Op;
use super::axes::{Axis, around, axis_of};
use crate::array::Array;
use crate::array::element::{Element, Float};
use crate::array::kernels::{Reduce, rows};
use crate::array::shape::Shape;
use crate::autodiff::node::record;
use crate::error::{Error, ErrorKind, Result, or_panic};
use crate::tensor::Tensor;

// Any element type can be moved; only floating-point elements carry gradients.
impl<E: Element> Array<E> {
    pub(crate) fn narrowed(&self, axis: usize, start: usize, length: usize) -> Self {
        let shape = self.shape().with(axis, length);
        let (outer, size, inner) = around(self.shape(), axis);
        if outer == 1 {
            return self.range(start * inner, shape);
        }
        let from = self.as_slice();
        Self::build(shape, |to| {
            for o in 0..outer {
                let source = &from[(o * size + start) * inner..][..length * inner];
                to[o * length * inner..][..length * inner].copy_from_slice(source);
            }
        })
    }

    pub(crate) fn permuted(&self, axes: &Shape) -> Self {
        let shape: Shape = axes.iter().map(|&axis| self.shape()[axis]).collect();
        let strides = self.shape().strides();
        let steps: Shape = axes.iter().map(|&axis| strides[axis]).collect();
        Self::build(shape, |to| gather(self.as_slice(), &shape, &steps, to))
    }
}

/// Fills `to` of `shape` with the elements of `from` that `steps` lead to.
fn gather<E: Element>(from: &[E], shape: &Shape, steps: &Shape, to: &mut [E]) {
    rows(shape, &[*steps], |row, length, [at], [step]| {
        for (i, to) in to[row..row + length].iter_mut().enumerate() {
            *to = from[at + i * step];
        }
    });
}

/// Adds `value` into `whole` of `shape` at `start` along `axis`.
pub(super) fn add_part<F: Float>(value: &Tensor<F>, axis: usize, start: usize, whole: &mut [F], shape: &Shape) {
    let (outer, size, inner) = around(shape, axis);
    let length = value.shape()[axis] * inner;
    for o in 0..outer {
        F::accumulate(&value.as_slice()[o * length..][..length], &mut whole[(o * size + start) * inner..][..length]);
    }
}

pub(super) fn inverse_permutation(axes: &Shape) -> Shape {
    let mut inverse = *axes;
    for (to, &from) in axes.iter().enumerate() {
        inverse[from] = to;
    }
    inverse
}

/// The result of an operation that moves elements.
pub(super) fn moved<E: Element>(op: Op, inputs: &[&Tensor<E>], array: Array<E>) -> Tensor<E> {
    E::moved(op, inputs, Tensor::untracked(array))
}

/// How operations that move elements are recorded: for real numbers, which alone carry gradients.
#[doc(hidden)]
pub trait Moved: Sized {
    fn moved(op: Op, inputs: &[&Tensor<Self>], result: Tensor<Self>) -> Tensor<Self>
    where
        Self: Element;
}

macro_rules! moved {
    ($type:ty, |$op:pat_param, $inputs:pat_param, $result:ident| $recorded:expr) => {
        impl Moved for $type {
            fn moved($op: Op, $inputs: &[&Tensor<Self>], $result: Tensor<Self>) -> Tensor<Self> {
                $recorded
            }
        }
    };
}

moved!(f32, |op, inputs, result| record(op, inputs, result.array));
moved!(f64, |op, inputs, result| record(op, inputs, result.array));
moved!(usize, |_, _, result| result);
moved!(bool, |_, _, result| result);

impl<E: Element> Tensor<E> {
    /// The same elements in row-major order under another shape.
    ///
    /// # Panics
    ///
    /// When the number of elements differs; [`try_reshape`](Self::try_reshape) returns an error instead.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]).reshape([3, 2]);
    /// assert_eq!(x.at([1, 0]), 3.0);
    /// ```
    #[doc(alias = "view")]
    #[track_caller]
    pub fn reshape(&self, shape: impl Into<Shape>) -> Self {
        or_panic(self.try_reshape(shape))
    }

    /// The same elements in row-major order under another shape.
    ///
    /// # Errors
    ///
    /// When the number of elements differs.
    ///
    /// ```
    /// let error = recurve::Tensor::<f32>::zeros([2, 3]).try_reshape([4]).unwrap_err();
    /// assert_eq!(error.to_string(), "reshape: shape [2, 3] has 6 elements, shape [4] has 4");
    /// ```
    pub fn try_reshape(&self, shape: impl Into<Shape>) -> Result<Self> {
        let (from, to) = (*self.shape_value(), shape.into());
        if from == to {
            return Ok(self.clone());
        }
        if from.count() != to.count() {
            let message = format!("shape {from} has {} elements, shape {to} has {}", from.count(), to.count());
            return Err(Error::new(ErrorKind::Shape, "reshape", message));
        }
        Ok(moved(Op::Reshape, &[self], self.array.reshaped(to)))
    }

    /// All elements along one axis.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::<f32>::zeros([2, 3]).flatten().shape(), [6]);
    /// ```
    pub fn flatten(&self) -> Self {
        self.reshape([self.count()])
    }

    /// Inserts an axis of size 1 at `axis`, which may be the rank itself (or -1) to append.
    ///
    /// # Panics
    ///
    /// When `axis` is further out.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::<f32>::zeros([2, 3]).unsqueeze(1).shape(), [2, 1, 3]);
    /// ```
    #[doc(alias = "expand_dims")]
    #[track_caller]
    pub fn unsqueeze(&self, axis: impl Axis) -> Self {
        let number = axis.number();
        let Some(axis) = axis.resolve(self.rank() + 1) else {
            panic!("unsqueeze: axis {number} is outside of shape {:?} and one more", self.shape());
        };
        self.reshape(self.shape_value().inserted(axis, 1))
    }

    /// Removes an axis of size 1.
    ///
    /// # Panics
    ///
    /// When the axis does not exist or has another size.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::<f32>::zeros([2, 1, 3]).squeeze(1).shape(), [2, 3]);
    /// ```
    #[track_caller]
    pub fn squeeze(&self, axis: impl Axis) -> Self {
        let axis = axis_of("squeeze", axis, self.shape());
        assert!(self.shape()[axis] == 1, "squeeze: axis {axis} of shape {:?} has not size 1", self.shape());
        self.reshape(self.shape_value().without(axis))
    }

    /// Axis `i` of the result is axis `axes[i]` of this tensor.
    ///
    /// # Panics
    ///
    /// When `axes` is not a permutation of all axes.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::<f32>::zeros([2, 3, 4]).permute([2, 0, 1]).shape(), [4, 2, 3]);
    /// ```
    #[track_caller]
    pub fn permute<const N: usize>(&self, axes: [usize; N]) -> Self {
        let mut seen = axes;
        seen.sort_unstable();
        let valid = N == self.rank() && seen.iter().enumerate().all(|(at, &axis)| at == axis);
        assert!(valid, "permute: {axes:?} is not an order of the axes of shape {:?}", self.shape());
        self.permute_to(axes.into())
    }

    pub(crate) fn permute_to(&self, axes: Shape) -> Self {
        let array = self.array.permuted(&axes);
        moved(Op::Permute { axes: Box::new(axes) }, &[self], array)
    }

    /// Swaps two axes.
    ///
    /// # Panics
    ///
    /// When an axis does not exist.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::<f32>::zeros([2, 3]).transpose(0, 1).shape(), [3, 2]);
    /// ```
    #[track_caller]
    pub fn transpose(&self, first: impl Axis, second: impl Axis) -> Self {
        let first = axis_of("transpose", first, self.shape());
        let second = axis_of("transpose", second, self.shape());
        let mut axes: Shape = (0..self.rank()).collect();
        axes.swap(first, second);
        self.permute_to(axes)
    }

    /// The elements `range` of `axis`.
    ///
    /// # Panics
    ///
    /// When the axis does not exist or the range leaves it.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 2.0, 3.0]).slice(0, 1..3);
    /// assert_eq!(x.to_vec(), [2.0, 3.0]);
    /// ```
    #[doc(alias = "narrow")]
    #[track_caller]
    pub fn slice(&self, axis: impl Axis, range: std::ops::Range<usize>) -> Self {
        let axis = axis_of("slice", axis, self.shape());
        let inside = range.start <= range.end && range.end <= self.shape()[axis];
        assert!(inside, "slice: {range:?} leaves axis {axis} of shape {:?}", self.shape());
        self.narrow(axis, range.start, range.end - range.start)
    }

    pub(crate) fn narrow(&self, axis: usize, start: usize, length: usize) -> Self {
        if start == 0 && length == self.shape()[axis] {
            return self.clone();
        }
        moved(Op::Slice { axis, start }, &[self], self.array.narrowed(axis, start, length))
    }

    /// The element `at` of `axis`, without that axis: of `[T, B, D]` the step `[B, D]`.
    ///
    /// # Panics
    ///
    /// When the axis does not exist or is shorter.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]).select_index(0, 1);
    /// assert_eq!(x.to_vec(), [3.0, 4.0]);
    /// ```
    #[track_caller]
    pub fn select_index(&self, axis: impl Axis, at: usize) -> Self {
        let axis = axis_of("select_index", axis, self.shape());
        assert!(at < self.shape()[axis], "select_index: {at} leaves axis {axis} of shape {:?}", self.shape());
        self.narrow(axis, at, 1).reshape(self.shape_value().without(axis))
    }

    /// Cuts `axis` into `count` equal parts.
    ///
    /// # Panics
    ///
    /// When the axis does not exist or `count` does not divide its size.
    ///
    /// ```
    /// let parts = recurve::Tensor::<f32>::zeros([2, 6]).split(1, 3);
    /// assert_eq!(parts.len(), 3);
    /// assert_eq!(parts[0].shape(), [2, 2]);
    /// ```
    #[doc(alias = "chunk")]
    #[track_caller]
    pub fn split(&self, axis: impl Axis, count: usize) -> Vec<Self> {
        let axis = axis_of("split", axis, self.shape());
        let size = self.shape()[axis];
        let divides = count > 0 && size.is_multiple_of(count);
        assert!(divides, "split: {count} parts do not divide axis {axis} of shape {:?}", self.shape());
        let length = size / count;
        (0..count).map(|part| self.narrow(axis, part * length, length)).collect()
    }

    /// Repeats the elements along axes of size 1 and missing leading axes until the shape is `shape`.
    ///
    /// # Panics
    ///
    /// When the shape does not stretch to `shape`.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 2.0]).broadcast_to([3, 2]);
    /// assert_eq!(x.sum().item(), 9.0);
    /// ```
    #[doc(alias = "expand")]
    #[track_caller]
    pub fn broadcast_to(&self, shape: impl Into<Shape>) -> Self {
        let (from, to) = (*self.shape_value(), shape.into());
        if from == to {
            return self.clone();
        }
        assert!(from.broadcasts_to(&to), "broadcast_to: shape {from} does not stretch to {to}");
        let steps = from.strides_as(&to);
        let array = Array::build(to, |elements| gather(self.as_slice(), &to, &steps, elements));
        moved(Op::BroadcastTo, &[self], array)
    }
}

impl<F: Float> Tensor<F> {
    /// This tensor at `start` along `axis`, which grows to `size`; zeros around it.
    pub(crate) fn pad_to(&self, axis: usize, start: usize, size: usize) -> Self {
        let shape = self.shape_value().with(axis, size);
        let array = Array::build(shape, |to| {
            to.fill(F::ZERO);
            add_part(self, axis, start, to, &shape);
        });
        record(Op::Pad { axis, start }, &[self], array)
    }

    /// Undoes a broadcast: sums the axes that stretch from `shape` to this tensor's shape.
    pub(crate) fn sum_to(&self, shape: &Shape) -> Self {
        if self.shape_value() == shape {
            return self.clone();
        }
        let lead = self.rank() - shape.rank();
        let mut array = self.array.clone();
        for axis in 0..self.rank() {
            let kept = axis >= lead && (shape[axis - lead] != 1 || self.shape()[axis] == 1);
            if !kept {
                array = reduced(&array, Reduce::Sum, axis);
            }
        }
        record(Op::SumTo, &[self], array.reshaped(*shape))
    }
}

/// Reduces one axis to size 1.
pub(super) fn reduced<F: Float>(array: &Array<F>, op: Reduce, axis: usize) -> Array<F> {
    let (outer, length, inner) = around(array.shape(), axis);
    Array::build(array.shape().with(axis, 1), |to| F::reduce(op, array.as_slice(), outer, length, inner, to))
}
