//! Loops over plain slices: closed lists of operations, one `match` each, generic over `f32` and `f64`.
#![allow(unreachable_pub)] // in the signatures of hidden, sealed traits

mod elementwise;
mod product;
mod reduce;
mod unary;

pub use elementwise::{Binary, Compare, Operand, Target};
pub(crate) use elementwise::{accumulate, all_finite, binary, compare, select};
pub(crate) use product::matmul;
pub use product::{Layout, Product};
pub use reduce::Reduce;
pub(crate) use reduce::reduce;
pub use unary::Unary;
pub(crate) use unary::{GELU_CUBIC, GELU_FACTOR, SELU_ALPHA, SELU_SCALE, unary};
