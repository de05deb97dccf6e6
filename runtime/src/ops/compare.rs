//! Comparisons, masks and choices by mask.

use super::Op;
use super::arithmetic::broadcast;
use super::axes::{Axis, around, axis_of};
use crate::array::Array;
use crate::array::element::{Element, Float};
use crate::array::kernels::{Compare, Target, pairs};
use crate::autodiff::node::record;
use crate::tensor::Tensor;

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident, $op:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// The shapes broadcast. Has no derivative: the result is a mask.
        ///
        /// # Panics
        ///
        /// When the shapes do not broadcast.
        ///
        /// ```
        /// use recurve::Tensor;
        ///
        /// let (column, row) = (Tensor::from([[1.0_f32], [2.0]]), Tensor::from([1.0_f32, 2.0, 3.0]));
        #[doc = concat!("assert_eq!(column.", stringify!($name), "(&row).shape(), [2, 3]);")]
        /// ```
        #[track_caller]
        pub fn $name(&self, other: &Self) -> Tensor<bool> {
            self.compare(Compare::$op, other, stringify!($name))
        }
    )*};
}

impl<F: Float> Tensor<F> {
    comparisons! {
        /// Where elements are equal.
        equal, Equal;
        /// Where elements differ.
        not_equal, NotEqual;
        /// Where elements are smaller than the other's.
        less, Less;
        /// Where elements are smaller than or equal to the other's.
        less_equal, LessEqual;
        /// Where elements are larger than the other's.
        greater, Greater;
        /// Where elements are larger than or equal to the other's.
        greater_equal, GreaterEqual;
    }

    #[track_caller]
    fn compare(&self, op: Compare, other: &Self, name: &'static str) -> Tensor<bool> {
        let shape = broadcast(|| name, self.shape_value(), other.shape_value());
        Tensor::build(shape, |elements| {
            F::compare(op, self.array.operand(), other.array.operand(), Target { elements, shape: &shape });
        })
    }

    /// This tensor's elements where `mask` is true, `other`'s elsewhere; the three shapes broadcast. The branch that
    /// is not taken gets the gradient zero.
    ///
    /// # Panics
    ///
    /// When the three shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 2.0]);
    /// let y = x.select(&Tensor::from([true, false]), &Tensor::scalar(0.0));
    /// assert_eq!(y.to_vec(), [1.0, 0.0]);
    /// ```
    #[doc(alias = "where")]
    #[track_caller]
    pub fn select(&self, mask: &Tensor<bool>, other: &Self) -> Self {
        let name = || "select";
        let shape = broadcast(name, self.shape_value(), other.shape_value());
        let shape = broadcast(name, &shape, mask.shape_value());
        let array = Array::build(shape, |elements| {
            let target = Target { elements, shape: &shape };
            F::select(mask.array.operand(), self.array.operand(), other.array.operand(), target);
        });
        record(Op::Select { mask: Box::new(mask.clone()) }, &[self, other], array)
    }

    /// The index of the first largest element along `axis`, which disappears. Not-a-number counts as largest.
    /// Has no derivative.
    ///
    /// # Panics
    ///
    /// When the axis does not exist or has size 0.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 3.0, 2.0], [9.0, 1.0, 1.0]]);
    /// assert_eq!(x.argmax(-1).to_vec(), [1, 0]);
    /// ```
    #[track_caller]
    pub fn argmax(&self, axis: impl Axis) -> Tensor<usize> {
        let axis = axis_of("argmax", axis, self.shape());
        let (outer, length, inner) = around(self.shape_value(), axis);
        assert!(length > 0, "argmax: no elements to choose from in shape {:?}", self.shape());
        let x = self.as_slice();
        Tensor::build(self.shape_value().without(axis), |to| {
            for (at, to) in to.iter_mut().enumerate() {
                let (o, i) = (at / inner, at % inner);
                let value = |l: usize| x[(o * length + l) * inner + i];
                *to = (1..length).fold(0, |best, l| if exceeds(value(l), value(best)) { l } else { best });
            }
            debug_assert_eq!(to.len(), outer * inner);
        })
    }
}

fn exceeds<F: Float>(candidate: F, best: F) -> bool {
    candidate > best || (candidate.is_nan() && !best.is_nan())
}

impl Tensor<usize> {
    /// Where elements are equal; the shapes broadcast.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let mask = Tensor::from([1_usize, 2]).equal(&Tensor::from([1, 3]));
    /// assert_eq!(mask.to_vec(), [true, false]);
    /// ```
    #[track_caller]
    pub fn equal(&self, other: &Self) -> Tensor<bool> {
        paired("equal", self, other, |a, b| a == b)
    }
}

impl Tensor<bool> {
    /// Where both masks are true; the shapes broadcast.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let mask = Tensor::from([[true], [false]]).and(&Tensor::from([true, false]));
    /// assert_eq!(mask.to_vec(), [true, false, false, false]);
    /// ```
    #[doc(alias = "logical_and")]
    #[track_caller]
    pub fn and(&self, other: &Self) -> Self {
        paired("and", self, other, |a, b| a && b)
    }

    /// Where at least one mask is true; the shapes broadcast.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let mask = Tensor::from([[true], [false]]).or(&Tensor::from([true, false]));
    /// assert_eq!(mask.to_vec(), [true, true, true, false]);
    /// ```
    #[doc(alias = "logical_or")]
    #[track_caller]
    pub fn or(&self, other: &Self) -> Self {
        paired("or", self, other, |a, b| a || b)
    }

    /// Where the mask is false.
    #[allow(clippy::should_implement_trait)] // by reference, like every other operation
    pub fn not(&self) -> Self {
        Self::build(*self.shape_value(), |to| to.iter_mut().zip(self.as_slice()).for_each(|(to, a)| *to = !a))
    }

    /// The number of true elements.
    pub fn count_true(&self) -> usize {
        self.as_slice().iter().filter(|value| **value).count()
    }
}

#[track_caller]
fn paired<E: Element>(name: &'static str, x: &Tensor<E>, y: &Tensor<E>, f: impl Fn(E, E) -> bool) -> Tensor<bool> {
    let shape = broadcast(|| name, x.shape_value(), y.shape_value());
    Tensor::build(shape, |elements| {
        pairs(x.array.operand(), y.array.operand(), Target { elements, shape: &shape }, f);
    })
}
