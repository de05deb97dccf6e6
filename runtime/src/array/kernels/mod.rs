//! Loops over plain slices: closed lists of operations, one `match` each, generic over `f32` and `f64`.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

mod elementwise;
mod passes;
mod product;
mod reduce;
mod steps;
mod unary;
mod update;

pub use elementwise::{Binary, Compare, Operand, Target};
pub(crate) use elementwise::{pairs, rows};
pub(crate) use passes::{MANY, threads_for};
pub use passes::{Pass, Update};
pub use product::{Layout, Product};
pub use reduce::Reduce;
pub use unary::Unary;
pub(crate) use unary::{GELU_CUBIC, GELU_FACTOR, SELU_ALPHA, SELU_SCALE};
pub use update::{AdamFactors, Kind, Slots};

use elementwise::{accumulate, all_finite, binary, compare, gate, select};
use passes::{make_step, take_step};
use product::matmul;
use reduce::{norm, reduce};
use steps::{add_scaled, scale, subtract};
use unary::unary;

/// Makes a trait of signatures, and implements it for both element types by the functions with the same names.
macro_rules! kernels {
    (@impl $type:ty, $(fn $name:ident($($argument:ident: $of:ty),*) $(-> $result:ty)?;)*) => {
        impl Kernels for $type {
            $(fn $name($($argument: $of),*) $(-> $result)? {
                $name($($argument),*)
            })*
        }
    };
    ($($signatures:tt)*) => {
        /// Loops over elements, compiled in this crate for each type and so at this crate's optimisation level.
        #[doc(hidden)]
        pub trait Kernels: Sized {
            $($signatures)*
        }

        kernels!(@impl f32, $($signatures)*);
        kernels!(@impl f64, $($signatures)*);
    };
}

kernels! {
    fn unary(op: Unary, x: &[Self], out: &mut [Self]);
    fn binary(op: Binary, x: Operand<'_, Self>, y: Operand<'_, Self>, to: Target<'_, Self>);
    fn compare(op: Compare, x: Operand<'_, Self>, y: Operand<'_, Self>, to: Target<'_, bool>);
    fn select(mask: Operand<'_, bool>, x: Operand<'_, Self>, y: Operand<'_, Self>, to: Target<'_, Self>);
    fn reduce(op: Reduce, x: &[Self], outer: usize, length: usize, inner: usize, out: &mut [Self]);
    fn accumulate(x: &[Self], into: &mut [Self]);
    fn gate(x: &[Self], by: &[Self], out: &mut [Self]);
    fn matmul(product: Product<'_, Self>);
    fn all_finite(x: &[Self]) -> bool;
    fn norm(x: &[Self]) -> f64;
    fn add_scaled(into: &mut [Self], x: &[Self], factor: f64);
    fn scale(x: &mut [Self], factor: f64);
    fn subtract(into: &mut [Self], x: &[Self]);
    fn make_step(value: &[Self], step: &mut [Self], passes: Vec<Pass<'_, Self>>);
    fn take_step(value: &mut [Self], gradient: &[Self], passes: Vec<Pass<'_, Self>>);
}
