//! Tensors from and to ndarray, vectors and literals.

use ndarray::{ArrayBase, ArrayD, ArrayViewD, Data, Dimension, IxDyn};

use super::Tensor;
use crate::array::Array;
use crate::array::element::Element;
use crate::array::shape::Shape;

impl<E: Element> Tensor<E> {
    /// A view of the elements as an ndarray of any rank, without copying.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.view()[[1, 0]], 3.0_f32);
    /// ```
    pub fn view(&self) -> ArrayViewD<'_, E> {
        ArrayViewD::from_shape(IxDyn(self.shape()), self.as_slice())
            .unwrap_or_else(|_| unreachable!("a tensor is row-major and complete"))
    }

    /// The elements as an owned ndarray. Elements that were moved in from a vector are moved out again; others are
    /// copied once.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 2.0]).into_ndarray();
    /// assert_eq!(x.sum(), 3.0);
    /// ```
    pub fn into_ndarray(self) -> ArrayD<E> {
        let shape = IxDyn(self.shape());
        ArrayD::from_shape_vec(shape, self.array.into_vec())
            .unwrap_or_else(|_| unreachable!("a tensor is row-major and complete"))
    }
}

/// Copies the elements of an ndarray or of a view, whatever its strides.
///
/// # Panics
///
/// With more axes than [`MAX_RANK`](crate::MAX_RANK).
impl<E: Element, S: Data<Elem = E>, D: Dimension> From<&ArrayBase<S, D>> for Tensor<E> {
    #[track_caller]
    fn from(array: &ArrayBase<S, D>) -> Self {
        let shape = Shape::from(array.shape());
        match array.as_slice() {
            Some(elements) => Self::untracked(Array::copied(elements, shape)),
            None => Self::build(shape, |to| to.iter_mut().zip(array.iter()).for_each(|(to, from)| *to = *from)),
        }
    }
}

/// Takes over an ndarray, without a copy if it is row-major and large.
///
/// # Panics
///
/// With more axes than [`MAX_RANK`](crate::MAX_RANK).
impl<E: Element, D: Dimension> From<ndarray::Array<E, D>> for Tensor<E> {
    #[track_caller]
    fn from(array: ndarray::Array<E, D>) -> Self {
        let shape = Shape::from(array.shape());
        let count = shape.count();
        if !array.is_standard_layout() {
            return Self::from(&array);
        }
        match array.into_raw_vec_and_offset() {
            (elements, None | Some(0)) if elements.len() == count => Self::untracked(Array::moved(elements, shape)),
            (elements, offset) => {
                let start = offset.unwrap_or(0);
                Self::untracked(Array::copied(&elements[start..start + count], shape))
            }
        }
    }
}

/// A vector becomes a tensor with one axis.
impl<E: Element> From<Vec<E>> for Tensor<E> {
    fn from(elements: Vec<E>) -> Self {
        let shape = Shape::from([elements.len()]);
        Self::untracked(Array::moved(elements, shape))
    }
}

/// A slice becomes a tensor with one axis.
impl<E: Element> From<&[E]> for Tensor<E> {
    fn from(elements: &[E]) -> Self {
        Self::untracked(Array::copied(elements, Shape::from([elements.len()])))
    }
}

/// A number becomes a tensor without axes.
impl<E: Element> From<E> for Tensor<E> {
    fn from(value: E) -> Self {
        Self::scalar(value)
    }
}

impl<E: Element, const N: usize> From<[E; N]> for Tensor<E> {
    fn from(elements: [E; N]) -> Self {
        Self::untracked(Array::copied(&elements, Shape::from([N])))
    }
}

impl<E: Element, const N: usize, const M: usize> From<[[E; N]; M]> for Tensor<E> {
    fn from(rows: [[E; N]; M]) -> Self {
        Self::untracked(Array::copied(rows.as_flattened(), Shape::from([M, N])))
    }
}

impl<E: Element, const N: usize, const M: usize, const K: usize> From<[[[E; N]; M]; K]> for Tensor<E> {
    fn from(blocks: [[[E; N]; M]; K]) -> Self {
        Self::untracked(Array::copied(blocks.as_flattened().as_flattened(), Shape::from([K, M, N])))
    }
}
