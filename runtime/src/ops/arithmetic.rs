//! Arithmetic with broadcasting: operators and elementwise operations on two tensors.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Op;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::kernels::{Binary, Target, Unary};
use crate::array::shape::Shape;
use crate::autodiff::node::record_with;
use crate::tensor::Tensor;

impl<F: Float> Tensor<F> {
    #[track_caller]
    pub(crate) fn binary(&self, op: Binary, other: &Self) -> Self {
        let (left, right) = (self.shape_value(), other.shape_value());
        let (x, y) = (self.array.operand(), other.array.operand());
        let array = if left.same(right) {
            self.array.build_alike(|elements| F::binary(op, x, y, Target { elements, shape: left }))
        } else {
            let shape = broadcast(|| Op::Binary(op).name(), left, right);
            Array::build(shape, |elements| F::binary(op, x, y, Target { elements, shape: &shape }))
        };
        record_with(|| Op::Binary(op), &[self, other], array)
    }

    /// As [`binary`](Self::binary), in the memory of a left operand that nobody else has, where that is possible.
    #[track_caller]
    fn binary_owned(mut self, op: Binary, other: &Self) -> Self {
        let (left, right) = (*self.shape_value(), other.shape_value());
        if op == Binary::Add
            && other.count() > 1
            && left.ends_with(right)
            && let Some(elements) = self.array.unique()
        {
            elements.chunks_exact_mut(other.count()).for_each(|row| F::accumulate(other.as_slice(), row));
            let array = self.array.clone();
            return record_with(|| Op::Binary(op), &[&self, other], array);
        }
        self.binary(op, other)
    }

    pub(crate) fn unary(&self, op: Unary) -> Self {
        let array = self.array.build_alike(|elements| F::unary(op, self.as_slice(), elements));
        record_with(|| Op::Unary(op), &[self], array)
    }

    /// The smaller of each pair of elements; not-a-number wins. At ties each side gets half of the gradient.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 5.0]).minimum(&Tensor::scalar(3.0));
    /// assert_eq!(x.to_vec(), [1.0, 3.0]);
    /// ```
    #[track_caller]
    pub fn minimum(&self, other: &Self) -> Self {
        self.binary(Binary::Minimum, other)
    }

    /// The larger of each pair of elements; not-a-number wins. At ties each side gets half of the gradient.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([1.0_f32, 5.0]).maximum(&Tensor::scalar(3.0));
    /// assert_eq!(x.to_vec(), [3.0, 5.0]);
    /// ```
    #[track_caller]
    pub fn maximum(&self, other: &Self) -> Self {
        self.binary(Binary::Maximum, other)
    }

    /// a^b for each pair of elements; the shapes broadcast. See [`powf`](Self::powf) for one number as the exponent.
    ///
    /// Derivatives: `b a^(b - 1)`, which is 0 where b is 0; and `a^b ln(a)`, which is 0 where a is 0 and b is not
    /// negative. A negative a gives not-a-number unless b is whole, and always as the derivative with respect to b.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([2.0_f32, 3.0]).pow(&Tensor::from([[2.0], [-1.0]]));
    /// assert_eq!(x.to_vec(), [4.0, 9.0, 0.5, 1.0 / 3.0]);
    /// ```
    #[doc(alias = "power")]
    #[track_caller]
    pub fn pow(&self, exponent: &Self) -> Self {
        self.binary(Binary::Pow, exponent)
    }

    /// The floored remainder `a - b floor(a / b)` of each pair of elements, which has the sign of b; the shapes
    /// broadcast. Rust's operator `%` truncates instead and has the sign of a; tensors do not have it.
    ///
    /// The result is exact before it is rounded once, so it does not leave the range from 0 to b, also where the
    /// quotient is large. Derivatives: `1` and `-floor(a / b)`, also where a is a multiple of b and the result jumps.
    ///
    /// # Panics
    ///
    /// When the shapes do not broadcast.
    ///
    /// ```
    /// use recurve::Tensor;
    ///
    /// let x = Tensor::from([5.0_f32, -5.0]).rem(&Tensor::scalar(3.0));
    /// assert_eq!(x.to_vec(), [2.0, 1.0]);
    /// ```
    #[doc(alias = "remainder")]
    #[doc(alias = "fmod")]
    #[doc(alias = "modulo")]
    #[allow(clippy::should_implement_trait)] // the operator truncates
    #[track_caller]
    pub fn rem(&self, other: &Self) -> Self {
        self.binary(Binary::Rem, other)
    }
}

/// The common shape of two operands.
#[track_caller]
pub(super) fn broadcast(name: impl Fn() -> &'static str, left: &Shape, right: &Shape) -> Shape {
    match left.broadcast(right) {
        Some(shape) => shape,
        None => panic!("{}: shapes {left} and {right} do not broadcast", name()),
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, |$tensor:ident, $number:ident| $scalar:expr) => {
        impl<F: Float> $trait<&Tensor<F>> for &Tensor<F> {
            type Output = Tensor<F>;
            #[track_caller]
            fn $method(self, other: &Tensor<F>) -> Tensor<F> {
                self.binary(Binary::$trait, other)
            }
        }
        impl<F: Float> $trait<Tensor<F>> for &Tensor<F> {
            type Output = Tensor<F>;
            #[track_caller]
            fn $method(self, other: Tensor<F>) -> Tensor<F> {
                self.binary(Binary::$trait, &other)
            }
        }
        impl<F: Float> $trait<&Tensor<F>> for Tensor<F> {
            type Output = Tensor<F>;
            #[track_caller]
            fn $method(self, other: &Tensor<F>) -> Tensor<F> {
                self.binary_owned(Binary::$trait, other)
            }
        }
        impl<F: Float> $trait<Tensor<F>> for Tensor<F> {
            type Output = Tensor<F>;
            #[track_caller]
            fn $method(self, other: Tensor<F>) -> Tensor<F> {
                self.binary_owned(Binary::$trait, &other)
            }
        }
        impl<F: Float> $trait<F> for &Tensor<F> {
            type Output = Tensor<F>;
            fn $method(self, $number: F) -> Tensor<F> {
                let $tensor = self;
                $scalar
            }
        }
        impl<F: Float> $trait<F> for Tensor<F> {
            type Output = Tensor<F>;
            fn $method(self, number: F) -> Tensor<F> {
                $trait::$method(&self, number)
            }
        }
        operator!(@left $trait, $method, f32);
        operator!(@left $trait, $method, f64);
    };
    (@left $trait:ident, $method:ident, $float:ty) => {
        impl $trait<&Tensor<$float>> for $float {
            type Output = Tensor<$float>;
            fn $method(self, other: &Tensor<$float>) -> Tensor<$float> {
                Tensor::scalar(self).binary(Binary::$trait, other)
            }
        }
        impl $trait<Tensor<$float>> for $float {
            type Output = Tensor<$float>;
            fn $method(self, other: Tensor<$float>) -> Tensor<$float> {
                Tensor::scalar(self).binary(Binary::$trait, &other)
            }
        }
    };
}

operator!(Add, add, |tensor, number| tensor.unary(Unary::Offset { term: number.to_f64() }));
operator!(Sub, sub, |tensor, number| tensor.unary(Unary::Offset { term: -number.to_f64() }));
operator!(Mul, mul, |tensor, number| tensor.unary(Unary::Scale { factor: number.to_f64() }));
// Not a product with the reciprocal, which would round twice.
operator!(Div, div, |tensor, number| tensor.binary(Binary::Div, &Tensor::scalar(number)));

impl<F: Float> Neg for &Tensor<F> {
    type Output = Tensor<F>;
    fn neg(self) -> Tensor<F> {
        self.unary(Unary::Neg)
    }
}

impl<F: Float> Neg for Tensor<F> {
    type Output = Self;
    fn neg(self) -> Self {
        self.unary(Unary::Neg)
    }
}
