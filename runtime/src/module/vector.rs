//! What can be read as a flat vector.

use std::ops::Range;

use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::error::{Error, Result};
use crate::tensor::Tensor;

/// What [`Restructure::restructure`](crate::Restructure::restructure) makes models of: a [`Tensor`] with one axis, a slice,
/// a `Vec`, an array, or a [`View`](crate::flat::View) of a flat model. Sealed.
///
/// Of a tensor the model's parameters share the elements, and are tracked if the tensor is; from everything else they are
/// copied once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no flat vector",
    note = "a flat vector is a `Tensor<F>` with one axis, a `[F]`, a `Vec<F>` or an array, where `F` is `f32` or `f64`"
)]
pub trait FlatVector: Sealed {
    /// The element type of the vector; the model's parameters keep their own.
    type Element: Float;

    /// Refuses a vector that is none or has another length.
    #[doc(hidden)]
    fn check(&self, place: &'static str, expected: usize) -> Result<()>;

    /// A range of the elements under `shape`.
    #[doc(hidden)]
    fn part(&self, range: Range<usize>, shape: Shape) -> Tensor<Self::Element>;
}

pub trait Sealed {}

impl<F: Float> Sealed for Tensor<F> {}

impl<F: Float> FlatVector for Tensor<F> {
    type Element = F;

    fn check(&self, place: &'static str, expected: usize) -> Result<()> {
        if self.rank() != 1 {
            return Err(Error::shape(place, "flat", format_args!("[{expected}]"), self.shape()));
        }
        check_length(place, expected, self.count())
    }

    fn part(&self, range: Range<usize>, shape: Shape) -> Tensor<F> {
        if self.is_tracked() {
            return self.slice(0, range).reshape(shape);
        }
        Tensor::untracked(self.array.range(range.start, shape))
    }
}

impl<F: Float> Sealed for [F] {}

impl<F: Float> FlatVector for [F] {
    type Element = F;

    fn check(&self, place: &'static str, expected: usize) -> Result<()> {
        check_length(place, expected, self.len())
    }

    fn part(&self, range: Range<usize>, shape: Shape) -> Tensor<F> {
        let part = &self[range];
        Tensor::build(shape, |to| to.copy_from_slice(part))
    }
}

/// A vector that dereferences to a slice.
macro_rules! as_slice {
    ([$($generics:tt)*] $type:ty) => {
        impl<$($generics)*> $crate::module::vector::Sealed for $type {}

        impl<$($generics)*> $crate::module::FlatVector for $type {
            type Element = F;

            fn check(&self, place: &'static str, expected: usize) -> $crate::Result<()> {
                self[..].check(place, expected)
            }

            fn part(&self, range: std::ops::Range<usize>, shape: $crate::Shape) -> $crate::Tensor<F> {
                self[..].part(range, shape)
            }
        }
    };
}
pub(crate) use as_slice;

as_slice!([F: Float] Vec<F>);
as_slice!([F: Float, const N: usize] [F; N]);

pub(super) fn check_length(place: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    let message = format!("the model has {expected} trainable elements, found a vector of {found}");
    Err(Error::new(crate::ErrorKind::Shape, place, message))
}
