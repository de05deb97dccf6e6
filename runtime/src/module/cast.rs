//! Models with another element type.

use std::collections::HashMap;
use std::marker::PhantomData;

use super::names::Path;
use super::{AnyParam, Buffer, Id, Mapper, Param, Segment, map_each_type};
use crate::array::element::Float;
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
    note = "casting needs a type parameter bounded by `Float`, as in `struct {Self}<F: Float = f32>`, that all \
            parameters use"
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

/// Makes each parameter and buffer anew once, in the type asked for, and hands out further handles of the new one.
#[derive(Default)]
pub struct Caster {
    params: HashMap<Id, (AnyParam, String)>,
    buffers_f32: HashMap<Id, Buffer<f32>>,
    buffers_f64: HashMap<Id, Buffer<f64>>,
    path: Path,
    problem: Option<Error>,
}

impl Caster {
    fn convert<F: Float, U: Float>(&mut self, param: &Param<F>) -> Param<U> {
        let path = &self.path;
        let fresh = || (U::wrap_param(param.renewed(param.stored().cast::<U>())), path.as_str().to_owned());
        let (made, first) = self.params.entry(param.id()).or_insert_with(fresh);
        if let Some(made) = U::peel_param(made) {
            return made.oriented(param.is_transposed());
        }
        let message = format!(
            "the parameter becomes {} at `{first}` and {} here, so the tie cannot be kept; give both fields the same \
             element type",
            made.dtype(),
            U::DTYPE,
        );
        self.problem.get_or_insert(Error::new(ErrorKind::Sharing, path.as_str().to_owned(), message));
        param.renewed(param.stored().cast::<U>()).oriented(param.is_transposed())
    }

    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        self.convert(param)
    }

    pub(crate) fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.path.enter(segment, frozen);
    }

    pub(crate) fn leave(&mut self) {
        self.path.leave();
    }
}

impl Mapper for Caster {
    fn enter(&mut self, segment: Segment<'_>, frozen: bool) {
        self.path.enter(segment, frozen);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    map_each_type!(param);

    fn buffer_f32(&mut self, buffer: &Buffer<f32>) -> Buffer<f32> {
        self.buffers_f32.entry(buffer.id()).or_insert_with(|| buffer.renewed(buffer.get())).share()
    }

    fn buffer_f64(&mut self, buffer: &Buffer<f64>) -> Buffer<f64> {
        self.buffers_f64.entry(buffer.id()).or_insert_with(|| buffer.renewed(buffer.get())).share()
    }
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
        // One handle per buffer: made in the new type first, then shared by the mapper's memory of that type.
        let made = U::recall_buffer(caster, self.id(), || self.renewed(self.get().cast::<U>()));
        made.share()
    }
}

/// The caster's memory of buffers by element type.
#[doc(hidden)]
pub trait RecallBuffer: Sized {
    fn recall_buffer(caster: &mut Caster, id: Id, make: impl FnOnce() -> Buffer<Self>) -> &Buffer<Self>
    where
        Self: Float;
}

impl RecallBuffer for f32 {
    fn recall_buffer(caster: &mut Caster, id: Id, make: impl FnOnce() -> Buffer<Self>) -> &Buffer<Self> {
        caster.buffers_f32.entry(id).or_insert_with(make)
    }
}

impl RecallBuffer for f64 {
    fn recall_buffer(caster: &mut Caster, id: Id, make: impl FnOnce() -> Buffer<Self>) -> &Buffer<Self> {
        caster.buffers_f64.entry(id).or_insert_with(make)
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
