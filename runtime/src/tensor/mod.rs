//! The tensor: an array, and the record of how it was computed while a gradient is wanted.

pub(crate) mod any;
mod convert;
mod display;
mod random;

use crate::array::Array;
use crate::array::element::{DType, Element, Float};
use crate::array::shape::Shape;
use crate::autodiff::link::Link;
use crate::error::{Error, ErrorKind, Result};

/// An array of any rank with elements `f32` (the default), `f64`, `usize` or `bool`.
///
/// Cloning is cheap: clones share the elements, and writing copies them first when they are shared. Elements are
/// row-major. Operations are methods and operators; binary ones broadcast as NumPy does: sizes are aligned from the
/// right, and an axis of size 1 (or a missing one) stretches.
///
/// Inside [`value_and_grad`](crate::value_and_grad) tensors that depend on a parameter are *tracked*: they remember
/// how they were computed. Everywhere else nothing is recorded.
///
/// # Operations without a derivative
///
/// [`sign`](Self::sign) and [`floor`](Self::floor): a gradient that is needed through one of them is an error, never a
/// silent zero; write `x.detach().sign()`. The results of [`equal`](Self::equal), [`not_equal`](Self::not_equal),
/// [`less`](Self::less), [`less_equal`](Self::less_equal), [`greater`](Self::greater),
/// [`greater_equal`](Self::greater_equal) and [`argmax`](Self::argmax) are masks and indices, which are never tracked.
/// Every other operation has a derivative, and at a kink the one that its documentation names.
///
/// # Panics
///
/// Operators and methods that return a tensor panic on misuse, at the caller's line, naming the operation and both
/// shapes. Constructors that meet data return a [`Result`].
///
/// ```
/// use recurve::Tensor;
///
/// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
/// let y = (&x * 2.0 + Tensor::from([10.0, 20.0])).tanh();
/// assert_eq!(y.shape(), [2, 2]);
/// assert_eq!(x.sum().item(), 10.0_f32);
/// ```
#[doc(alias = "array")]
#[doc(alias = "ndarray")]
pub struct Tensor<E: Element = f32> {
    pub(crate) array: Array<E>,
    pub(crate) node: Link,
}

impl<E: Element> Tensor<E> {
    pub(crate) fn untracked(array: Array<E>) -> Self {
        Self { array, node: Link::NONE }
    }

    pub(crate) fn build(shape: Shape, fill: impl FnOnce(&mut [E])) -> Self {
        Self::untracked(Array::build(shape, fill))
    }

    /// A tensor with `shape` whose elements are all `value`.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// assert_eq!(Tensor::full([2, 2], 0.5).to_vec(), [0.5_f32; 4]);
    /// ```
    pub fn full(shape: impl Into<Shape>, value: E) -> Self {
        Self::untracked(Array::filled(shape.into(), value))
    }

    /// A tensor without axes that holds one number.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// assert_eq!(Tensor::scalar(3_usize).rank(), 0);
    /// ```
    pub fn scalar(value: E) -> Self {
        Self::full(Shape::SCALAR, value)
    }

    /// Takes over `elements` in row-major order as a tensor with `shape`.
    ///
    /// # Errors
    ///
    /// When the number of elements is not the product of the sizes.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from_vec(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3])?;
    /// assert_eq!(x.shape(), [2, 3]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn from_vec(elements: Vec<E>, shape: impl Into<Shape>) -> Result<Self> {
        let shape = shape.into();
        check_count("from_vec", elements.len(), &shape)?;
        Ok(Self::untracked(Array::moved(elements, shape)))
    }

    /// Copies `elements` in row-major order into a tensor with `shape`.
    ///
    /// # Errors
    ///
    /// When the number of elements is not the product of the sizes.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from_slice(&[1_usize, 2, 3], [3])?;
    /// assert_eq!(x.to_vec(), [1, 2, 3]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn from_slice(elements: &[E], shape: impl Into<Shape>) -> Result<Self> {
        let shape = shape.into();
        check_count("from_slice", elements.len(), &shape)?;
        Ok(Self::untracked(Array::copied(elements, shape)))
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    pub(crate) fn shape_value(&self) -> &Shape {
        self.array.shape()
    }

    /// The number of axes.
    #[doc(alias = "ndim")]
    pub fn rank(&self) -> usize {
        self.array.shape().rank()
    }

    /// The number of elements.
    #[doc(alias = "numel")]
    #[doc(alias = "size")]
    pub fn count(&self) -> usize {
        self.array.count()
    }

    /// The element type as a value.
    pub fn dtype(&self) -> DType {
        E::DTYPE
    }

    /// The elements in row-major order.
    #[doc(alias = "data")]
    pub fn as_slice(&self) -> &[E] {
        self.array.as_slice()
    }

    /// The elements in row-major order, copied.
    pub fn to_vec(&self) -> Vec<E> {
        self.as_slice().to_vec()
    }

    /// The only element of a tensor that has exactly one.
    ///
    /// # Panics
    ///
    /// When the tensor has no or several elements.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// assert_eq!(Tensor::scalar(2.5).item(), 2.5_f32);
    /// ```
    #[track_caller]
    pub fn item(&self) -> E {
        let [value] = self.as_slice() else {
            panic!("item: expected a tensor with one element, found shape {:?}", self.shape());
        };
        *value
    }

    /// The element at `index`, one number per axis.
    ///
    /// # Panics
    ///
    /// When `index` has another length than the rank or lies outside.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// assert_eq!(Tensor::from([[1.0, 2.0], [3.0, 4.0]]).at([1, 0]), 3.0_f32);
    /// ```
    #[track_caller]
    pub fn at<const N: usize>(&self, index: [usize; N]) -> E {
        let shape = self.array.shape();
        let inside = N == shape.rank() && index.iter().zip(shape.iter()).all(|(at, size)| at < size);
        assert!(inside, "at: index {index:?} is outside of shape {:?}", self.shape());
        let flat = index.iter().zip(shape.strides().iter()).map(|(at, stride)| at * stride).sum::<usize>();
        self.as_slice()[flat]
    }

    /// The index of the element with this number in row-major order.
    pub(crate) fn position(&self, flat: usize) -> Vec<usize> {
        let shape = self.array.shape();
        shape.strides().iter().zip(shape.iter()).map(|(stride, size)| flat / stride % size).collect()
    }

    /// The elements for writing. Copies them first if another tensor shares them; the copy is no longer tracked.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let mut x = Tensor::from([1.0_f32, 2.0]);
    /// let snapshot = x.clone();
    /// x.as_mut_slice()[0] = 9.0;
    /// assert_eq!((x.at([0]), snapshot.at([0])), (9.0, 1.0));
    /// ```
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        self.node = Link::NONE;
        self.array.make_mut()
    }

    /// The same values, without the record of how they were computed: no gradient flows through the result.
    #[doc(alias = "stop_gradient")]
    #[must_use]
    pub fn detach(&self) -> Self {
        Self::untracked(self.array.clone())
    }

    /// Whether the tensor depends on a parameter of a surrounding [`value_and_grad`](crate::value_and_grad).
    #[doc(alias = "requires_grad")]
    pub fn is_tracked(&self) -> bool {
        self.node.is_some()
    }
}

impl<F: Float> Tensor<F> {
    /// A tensor of zeros.
    ///
    /// ```
    /// let x: recurve::Tensor = recurve::Tensor::zeros([2, 3]);
    /// assert_eq!(x.sum().item(), 0.0);
    /// ```
    pub fn zeros(shape: impl Into<Shape>) -> Self {
        Self::full(shape, F::ZERO)
    }

    /// A tensor of ones.
    ///
    /// ```
    /// let x: recurve::Tensor = recurve::Tensor::ones([2, 3]);
    /// assert_eq!(x.sum().item(), 6.0);
    /// ```
    pub fn ones(shape: impl Into<Shape>) -> Self {
        Self::full(shape, F::ONE)
    }

    /// The square matrix `[size, size]` with ones on the diagonal.
    ///
    /// ```
    /// let x: recurve::Tensor = recurve::Tensor::identity(3);
    /// assert_eq!(x.sum().item(), 3.0);
    /// ```
    #[doc(alias = "eye")]
    pub fn identity(size: usize) -> Self {
        Self::build([size, size].into(), |elements| {
            elements.fill(F::ZERO);
            elements.iter_mut().step_by(size + 1).for_each(|element| *element = F::ONE);
        })
    }

    /// Whether no element is infinite or not a number.
    pub fn is_finite(&self) -> bool {
        F::all_finite(self.as_slice())
    }
}

impl<E: Element> Clone for Tensor<E> {
    fn clone(&self) -> Self {
        Self { array: self.array.clone(), node: self.node.clone() }
    }
}

/// Equal shapes and equal elements; how a tensor was computed does not matter.
impl<E: Element> PartialEq for Tensor<E> {
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape() && self.as_slice() == other.as_slice()
    }
}

fn check_count(place: &'static str, found: usize, shape: &Shape) -> Result<()> {
    let expected = shape.count();
    if found == expected {
        return Ok(());
    }
    let message = format!("expected {expected} elements for shape {shape}, found {found}");
    Err(Error::new(ErrorKind::Shape, place, message))
}
