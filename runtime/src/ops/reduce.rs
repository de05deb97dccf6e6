//! Reductions over axes: sum, mean, max, min, variance, norm.

use super::Op;
use super::axes::{Axes, axes_of};
use super::layout::reduced;
use crate::array::element::Float;
use crate::array::kernels::Reduce;
use crate::array::shape::Shape;
use crate::autodiff::node::record;
use crate::tensor::Tensor;

impl<F: Float> Tensor<F> {
    /// The sum of all elements, without axes.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([1.0_f32, 2.0]).sum().item(), 3.0);
    /// ```
    pub fn sum(&self) -> Self {
        self.sum_axes(..)
    }

    /// The mean of all elements, without axes; not a number if there are none.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([1.0_f32, 2.0]).mean().item(), 1.5);
    /// ```
    pub fn mean(&self) -> Self {
        self.mean_axes(..)
    }

    /// The largest of all elements, without axes. Not-a-number wins; ties share the gradient evenly.
    ///
    /// # Panics
    ///
    /// Without elements.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([1.0_f32, 2.0]).max().item(), 2.0);
    /// ```
    #[track_caller]
    pub fn max(&self) -> Self {
        self.max_axes(..)
    }

    /// The smallest of all elements, without axes. Not-a-number wins; ties share the gradient evenly.
    ///
    /// # Panics
    ///
    /// Without elements.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([1.0_f32, 2.0]).min().item(), 1.0);
    /// ```
    #[track_caller]
    pub fn min(&self) -> Self {
        self.min_axes(..)
    }

    /// The sum over `axes`, which disappear.
    ///
    /// # Panics
    ///
    /// When an axis does not exist or is named twice.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::<f32>::ones([2, 3, 4]);
    /// assert_eq!(x.sum_axes([0, -1]).to_vec(), [8.0; 3]);
    /// ```
    #[track_caller]
    pub fn sum_axes(&self, axes: impl Axes) -> Self {
        let axes = axes_of("sum", axes, self.shape());
        self.dropped(&axes, self.sum_to(&kept(self.shape_value(), &axes)))
    }

    /// The sum over `axes`, which stay with size 1, so that the result broadcasts against this tensor.
    ///
    /// # Panics
    ///
    /// When an axis does not exist or is named twice.
    #[track_caller]
    pub fn sum_keep(&self, axes: impl Axes) -> Self {
        let axes = axes_of("sum", axes, self.shape());
        self.sum_to(&kept(self.shape_value(), &axes))
    }

    /// The mean over `axes`, which disappear.
    ///
    /// # Panics
    ///
    /// When an axis does not exist or is named twice.
    #[track_caller]
    pub fn mean_axes(&self, axes: impl Axes) -> Self {
        let axes = axes_of("mean", axes, self.shape());
        self.dropped(&axes, self.mean_kept(&axes))
    }

    /// The mean over `axes`, which stay with size 1.
    ///
    /// # Panics
    ///
    /// When an axis does not exist or is named twice.
    #[track_caller]
    pub fn mean_keep(&self, axes: impl Axes) -> Self {
        self.mean_kept(&axes_of("mean", axes, self.shape()))
    }

    /// The largest element over `axes`, which disappear.
    ///
    /// # Panics
    ///
    /// When an axis does not exist, is named twice or has size 0.
    #[track_caller]
    pub fn max_axes(&self, axes: impl Axes) -> Self {
        let axes = axes_of("max", axes, self.shape());
        self.dropped(&axes, self.extreme(&axes, true))
    }

    /// The smallest element over `axes`, which disappear.
    ///
    /// # Panics
    ///
    /// When an axis does not exist, is named twice or has size 0.
    #[track_caller]
    pub fn min_axes(&self, axes: impl Axes) -> Self {
        let axes = axes_of("min", axes, self.shape());
        self.dropped(&axes, self.extreme(&axes, false))
    }

    /// The variance over `axes`, which disappear: the mean of the squared deviations from the mean, divided by
    /// `n - correction` instead of `n`. `correction` 0 is NumPy's (biased) variance, 1 PyTorch's default.
    ///
    /// # Panics
    ///
    /// When an axis does not exist or is named twice.
    ///
    /// ```
    /// let x = recurve::Tensor::from([1.0_f32, 2.0, 3.0]);
    /// assert_eq!(x.variance_axes(0, 1.0).item(), 1.0);
    /// ```
    #[track_caller]
    pub fn variance_axes(&self, axes: impl Axes, correction: f64) -> Self {
        let axes = axes_of("variance", axes, self.shape());
        let count = count_over(self.shape(), &axes);
        let squares = (self - self.mean_kept(&axes)).square();
        let total = self.dropped(&axes, squares.sum_to(&kept(self.shape_value(), &axes)));
        total / F::from_f64(count - correction)
    }

    /// The biased variance of all elements, without axes.
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([1.0_f32, 3.0]).variance().item(), 1.0);
    /// ```
    pub fn variance(&self) -> Self {
        self.variance_axes(.., 0.0)
    }

    /// The Euclidean norm of all elements, without axes: see [`norm_axes`](Self::norm_axes).
    ///
    /// ```
    /// assert_eq!(recurve::Tensor::from([3.0_f32, 4.0]).norm().item(), 5.0);
    /// ```
    pub fn norm(&self) -> Self {
        self.norm_axes(..)
    }

    /// The Euclidean norm `sqrt(sum x²)` over `axes`, which disappear; 0 for no elements. Derivative: `x / norm`, 0
    /// where all elements are 0, also in gradients of gradients.
    ///
    /// The squares are not rescaled: they overflow for elements above the square root of the largest number of the
    /// type (about 1e19 in f32), and elements below the square root of the smallest count as 0.
    ///
    /// # Panics
    ///
    /// When an axis does not exist or is named twice.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[3.0_f32, 4.0], [0.0, 0.0]]);
    /// assert_eq!(x.norm_axes(-1).to_vec(), [5.0, 0.0]);
    /// ```
    #[doc(alias = "l2")]
    #[track_caller]
    pub fn norm_axes(&self, axes: impl Axes) -> Self {
        let axes = axes_of("norm", axes, self.shape());
        let squares = self.dropped(&axes, self.square().sum_to(&kept(self.shape_value(), &axes)));
        let zero = Tensor::scalar(F::ZERO);
        let none = squares.equal(&zero);
        // Where the root has an infinite derivative it is never taken, or infinity times 0 would be not-a-number.
        zero.select(&none, &Tensor::scalar(F::ONE).select(&none, &squares).sqrt())
    }

    fn mean_kept(&self, axes: &[usize]) -> Self {
        let count = count_over(self.shape(), axes);
        self.sum_to(&kept(self.shape_value(), axes)) / F::from_f64(count)
    }

    #[track_caller]
    fn extreme(&self, axes: &[usize], largest: bool) -> Self {
        let op = Op::Extreme { largest };
        let some = axes.iter().all(|&axis| self.shape()[axis] > 0);
        assert!(some, "{}: no elements to choose from in shape {:?}", op.name(), self.shape());
        let mut array = self.array.clone();
        for &axis in axes {
            array = reduced(&array, if largest { Reduce::Max } else { Reduce::Min }, axis);
        }
        record(op, &[self], array)
    }

    /// `reduced` without the axes that were reduced.
    fn dropped(&self, axes: &[usize], reduced: Self) -> Self {
        let left = self.shape().iter().enumerate().filter(|(at, _)| !axes.contains(at));
        reduced.reshape(left.map(|(_, size)| *size).collect::<Shape>())
    }
}

fn kept(shape: &Shape, axes: &[usize]) -> Shape {
    axes.iter().fold(*shape, |shape, &axis| shape.with(axis, 1))
}

fn count_over(shape: &[usize], axes: &[usize]) -> f64 {
    axes.iter().map(|&axis| shape[axis]).product::<usize>() as f64
}
