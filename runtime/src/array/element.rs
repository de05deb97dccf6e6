//! Element types.
//!
//! Code that is generic over [`Float`] knows nothing but the traits named here, so each layer that treats the types
//! differently has a hidden trait of its own in their lists, implemented in that layer.

use std::cell::RefCell;
use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Rem, Sub, SubAssign};

use super::kernels::Kernels;
use super::storage::{Pool, PoolKey};

mod sealed {
    pub trait Sealed {}
}

/// The name of an element type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DType {
    /// 32-bit floating point.
    F32,
    /// 64-bit floating point.
    F64,
    /// Whole numbers for indices and labels.
    Usize,
    /// Truth values: the results of comparisons.
    Bool,
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Usize => "usize",
            Self::Bool => "bool",
        })
    }
}

/// What a [`Tensor`](crate::Tensor) can hold: `f32`, `f64`, `usize` and `bool`. Sealed.
#[diagnostic::on_unimplemented(
    message = "tensors do not have elements of type `{Self}`",
    label = "no element type of tensors",
    note = "the element types are `f32`, `f64`, `usize` and `bool`"
)]
pub trait Element:
    sealed::Sealed
    + crate::ops::Moved
    + crate::tensors::Shown
    + Copy
    + Default
    + PartialEq
    + PartialOrd
    + fmt::Debug
    + fmt::Display
    + Send
    + Sync
    + 'static
{
    /// The type's name as a value.
    const DTYPE: DType;

    #[doc(hidden)]
    fn pool() -> PoolKey<Self>;
}

/// Real numbers in which models compute: `f32` and `f64`. Sealed.
///
/// Learning rates and other constants are given as `f64` and rounded once to the element type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `f32` or `f64`",
    label = "no type of real numbers",
    note = "models, gradients and losses have elements of type `f32` or `f64`: write `1.0` for `1`, and `Tensor::cast` for a \
            tensor of another type"
)]
pub trait Float:
    Element
    + Kernels
    + crate::simd::Bits
    + crate::simd::Constants
    + crate::tensor::any::Erase
    + crate::module::EraseParam
    + crate::recurrent::engine::Choice
    + ndarray::ScalarOperand
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// Not a number.
    const NAN: Self;
    /// Positive infinity.
    const INFINITY: Self;

    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The value as `f64`, exactly.
    fn to_f64(self) -> f64;
    /// Whether the value is not a number.
    fn is_nan(self) -> bool;
    /// Whether the value is neither infinite nor not a number.
    fn is_finite(self) -> bool;
    #[doc(hidden)]
    fn sqrt(self) -> Self;
    #[doc(hidden)]
    fn abs(self) -> Self;
    #[doc(hidden)]
    fn floor(self) -> Self;
    #[doc(hidden)]
    fn powf(self, exponent: Self) -> Self;
    #[doc(hidden)]
    fn sin(self) -> Self;
    #[doc(hidden)]
    fn cos(self) -> Self;
}

macro_rules! element {
    ($type:ty, $dtype:ident) => {
        impl sealed::Sealed for $type {}

        impl Element for $type {
            const DTYPE: DType = DType::$dtype;

            fn pool() -> PoolKey<Self> {
                thread_local! {
                    static POOL: RefCell<Pool<$type>> = const { RefCell::new(Pool::new()) };
                }
                &POOL
            }
        }
    };
}

element!(f32, F32);
element!(f64, F64);
element!(usize, Usize);
element!(bool, Bool);

macro_rules! float {
    ($type:ident) => {
        impl Float for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const NAN: Self = $type::NAN;
            const INFINITY: Self = $type::INFINITY;

            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $type
            }
            #[inline]
            fn to_f64(self) -> f64 {
                self.into()
            }
            #[inline]
            fn is_nan(self) -> bool {
                $type::is_nan(self)
            }
            #[inline]
            fn is_finite(self) -> bool {
                $type::is_finite(self)
            }
            #[inline]
            fn sqrt(self) -> Self {
                $type::sqrt(self)
            }
            #[inline]
            fn abs(self) -> Self {
                $type::abs(self)
            }
            #[inline]
            fn floor(self) -> Self {
                $type::floor(self)
            }
            #[inline]
            fn powf(self, exponent: Self) -> Self {
                $type::powf(self, exponent)
            }
            #[inline]
            fn sin(self) -> Self {
                $type::sin(self)
            }
            #[inline]
            fn cos(self) -> Self {
                $type::cos(self)
            }
        }
    };
}

float!(f32);
float!(f64);
