//! Models with another element type.

use std::marker::PhantomData;

use super::names::Path;
use super::{Buffer, Id, Mapper, Param, Rebuilt, Segment, map_each_type};
use crate::array::element::{DType, Float};
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// A module that exists with other element types: `Model<F>` becomes `Model<U>`.
///
/// `#[derive(Module)]` implements it for types with one type parameter that is bounded by [`Float`]. Fields whose type
/// does not mention that parameter keep their type.
///
/// ```
/// use recurve::{Float, Module, Param, Tensor};
///
/// #[derive(Module)]
/// struct Scale<F: Float = f32> {
///     factor: Param<F>,
/// }
///
/// let single = Scale { factor: Param::new(Tensor::from([0.5_f32])) };
/// let double: Scale<f64> = single.cast::<f64>()?;
/// assert_eq!(double.factor.get().item(), 0.5);
/// # Ok::<(), recurve::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cast to elements of type `{U}`",
    note = "casting needs one type parameter bounded by `Float`, as in `struct Model<F: Float = f32>`, that all \
            parameters use, and no bound on another that holds for one float only, as `C: Cell<Input = Tensor<F>>` does"
)]
pub trait Cast<U: Float>: Sized {
    /// The same type with `U` in the place of the element type.
    type Output;

    /// Rebuilds the tree through `caster`, which keeps ties. Called by [`Module::cast`](crate::Module::cast).
    fn cast_with(&self, caster: &mut Caster) -> Self::Output;
}

pub(super) fn cast<M: Cast<U>, U: Float>(model: &M) -> Result<M::Output> {
    let mut caster = Caster::default();
    let output = model.cast_with(&mut caster);
    match caster.path.take_problem().or(caster.problem) {
        Some(problem) => Err(problem),
        None => Ok(output),
    }
}

/// Rebuilds one child with another element type; `frozen` if it is a field with that mark.
pub(crate) fn cast_at<M: Cast<U>, U: Float>(
    module: &M,
    segment: Segment<'_>,
    frozen: bool,
    caster: &mut Caster,
) -> M::Output {
    caster.enter(segment, frozen);
    let cast = module.cast_with(caster);
    caster.leave();
    cast
}

/// Makes each parameter and buffer anew once, in the type asked for, and hands out further handles of the new one.
#[derive(Debug, Default)]
pub struct Caster {
    made: Rebuilt,
    /// The first path of each parameter and buffer, and the type that it got there.
    first: DistinctMap<Id, (String, DType)>,
    path: Path,
    problem: Option<Error>,
}

impl Caster {
    fn convert<F: Float, U: Float>(&mut self, param: &Param<F>) -> Param<U> {
        let value = |value: Tensor<F>| value.cast::<U>();
        self.note::<U>(param.id());
        self.made
            .param_as(param, value)
            .unwrap_or_else(|| param.renewed(value(param.stored())).oriented(param.is_transposed()))
    }

    fn convert_buffer<F: Float, U: Float>(&mut self, buffer: &Buffer<F>) -> Buffer<U> {
        let value = |value: Tensor<F>| value.cast::<U>();
        self.note::<U>(buffer.id());
        self.made.buffer_as(buffer, value).unwrap_or_else(|| buffer.renewed(value(buffer.get())))
    }

    /// Finds ties between two places of which only one follows the element type.
    fn note<U: Float>(&mut self, id: Id) {
        let path = self.path.as_str();
        let (first, dtype) = self.first.entry(id).or_insert_with(|| (path.to_owned(), U::DTYPE));
        if *dtype != U::DTYPE && self.problem.is_none() {
            let message = format!(
                "would become {} here and {dtype} at `{first}`, so the tie cannot be kept; give both fields the same \
                 element type",
                U::DTYPE,
            );
            self.problem = Some(Error::new(ErrorKind::Sharing, path.to_owned(), message));
        }
    }

    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        self.convert(param)
    }

    fn buffer<F: Float>(&mut self, buffer: &Buffer<F>) -> Buffer<F> {
        self.convert_buffer(buffer)
    }
}

impl Mapper for Caster {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.path.enter(segment, frozen);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    map_each_type!(param, buffer);
}

impl<F: Float, U: Float> Cast<U> for Param<F> {
    type Output = Param<U>;

    fn cast_with(&self, caster: &mut Caster) -> Param<U> {
        caster.convert(self)
    }
}

impl<F: Float, U: Float> Cast<U> for Buffer<F> {
    type Output = Buffer<U>;

    fn cast_with(&self, caster: &mut Caster) -> Buffer<U> {
        caster.convert_buffer(self)
    }
}

impl<F: Float, U: Float> Cast<U> for Tensor<F> {
    type Output = Tensor<U>;

    fn cast_with(&self, _: &mut Caster) -> Tensor<U> {
        self.cast::<U>()
    }
}

impl<T: ?Sized + CastMarker<U>, U: Float> Cast<U> for PhantomData<T> {
    type Output = PhantomData<T::Output>;

    fn cast_with(&self, _: &mut Caster) -> PhantomData<T::Output> {
        PhantomData
    }
}

/// What a type parameter in a `PhantomData` becomes.
#[doc(hidden)]
pub trait CastMarker<U> {
    type Output: ?Sized;
}

impl<U> CastMarker<U> for f32 {
    type Output = U;
}

impl<U> CastMarker<U> for f64 {
    type Output = U;
}
