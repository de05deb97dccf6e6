//! What walks over a tree: visitors that see it, mappers that rebuild it.

use std::fmt;

#[cfg(doc)]
use super::Rebuilt;
use super::{Buffer, BufferRef, Module, Param, ParamRef};

/// One part of a path; `Display` prints it as paths do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Segment<'a> {
    /// A field, or a variant and its field.
    Field(&'static str),
    /// A place in a tuple, an array or a `Vec`.
    Index(usize),
    /// A key of a map.
    Key(&'a str),
}

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

/// Sees a tree of parameters, depth first; passed to [`Module::visit`].
///
/// Each handle is seen, so a tied parameter several times: [`ParamRef::id`] tells which are the same. Most passes are
/// shorter over [`Module::parameters`], which lists each parameter once.
///
/// A pass that collects the paths of all buffers:
///
/// ```
/// use recurve::{Buffer, BufferRef, Module, Param, ParamRef, Segment, Tensor, Visitor};
///
/// #[derive(Default)]
/// struct BufferPaths {
///     open: Vec<String>,
///     found: Vec<String>,
/// }
///
/// impl Visitor for BufferPaths {
///     fn enter(&mut self, segment: Segment<'_>, _frozen: bool) {
///         self.open.push(segment.to_string());
///     }
///
///     fn leave(&mut self) {
///         self.open.pop();
///     }
///
///     fn param(&mut self, _: ParamRef<'_>) {}
///
///     fn buffer(&mut self, _: BufferRef<'_>) {
///         self.found.push(self.open.join("."));
///     }
/// }
///
/// #[derive(Module)]
/// struct Normalised {
///     gain: Param,
///     mean: Buffer,
/// }
///
/// let layer = || Normalised { gain: Param::new(Tensor::ones([3])), mean: Buffer::new(Tensor::zeros([3])) };
/// let mut paths = BufferPaths::default();
/// vec![layer(), layer()].visit(&mut paths);
/// assert_eq!(paths.found, ["0.mean", "1.mean"]);
/// ```
pub trait Visitor {
    /// A child begins. `frozen` if the field is marked `#[module(frozen)]`.
    fn enter(&mut self, _segment: Segment<'_>, _frozen: bool) {}
    /// The child that began last ends.
    fn leave(&mut self) {}
    /// A handle of a parameter.
    fn param(&mut self, param: ParamRef<'_>);
    /// A handle of a buffer.
    fn buffer(&mut self, _buffer: BufferRef<'_>) {}
}

/// Rebuilds a tree of parameters, depth first; passed to [`Module::rebuild`].
///
/// A tied parameter is met at each of its handles, and what stands for them should be tied again: [`Rebuilt`] sees to
/// it.
///
/// A pass that negates all parameters:
///
/// ```
/// use recurve::{Mapper, Module, Param, Rebuilt, Tensor};
///
/// #[derive(Default)]
/// struct Negate {
///     made: Rebuilt,
/// }
///
/// impl Mapper for Negate {
///     fn f32(&mut self, param: &Param<f32>) -> Param<f32> {
///         self.made.param(param, |value| -value)
///     }
///
///     fn f64(&mut self, param: &Param<f64>) -> Param<f64> {
///         self.made.param(param, |value| -value)
///     }
/// }
///
/// let weight = Param::new(Tensor::from([[1.0_f32, 2.0]]));
/// let model = (weight.share_transposed(), weight);
/// let negative = model.rebuild(&mut Negate::default());
/// assert_eq!(negative.1.get().to_vec(), [-1.0, -2.0]);
/// assert_eq!(negative.0.id(), negative.1.id());
/// ```
pub trait Mapper {
    /// A child begins. `frozen` if the field is marked `#[module(frozen)]`.
    fn enter(&mut self, _segment: Segment<'_>, _frozen: bool) {}
    /// The child that began last ends.
    fn leave(&mut self) {}
    /// What stands for a handle of a parameter of single precision.
    fn f32(&mut self, param: &Param<f32>) -> Param<f32>;
    /// What stands for a handle of a parameter of double precision.
    fn f64(&mut self, param: &Param<f64>) -> Param<f64>;
    /// What stands for a handle of a buffer of single precision; the same buffer unless said otherwise.
    fn buffer_f32(&mut self, buffer: &Buffer<f32>) -> Buffer<f32> {
        buffer.share()
    }
    /// What stands for a handle of a buffer of double precision; the same buffer unless said otherwise.
    fn buffer_f64(&mut self, buffer: &Buffer<f64>) -> Buffer<f64> {
        buffer.share()
    }
    /// Whether the parameters are tracked ones of the same identities, which live by themselves.
    #[doc(hidden)]
    fn makes_twins(&self) -> bool {
        false
    }
}

/// Shows one child to a visitor; `frozen` if it is a field with that mark.
pub(crate) fn visit_at<M: Module>(module: &M, segment: Segment<'_>, frozen: bool, visitor: &mut dyn Visitor) {
    visitor.enter(segment, frozen);
    module.visit(visitor);
    visitor.leave();
}

/// Rebuilds one child; `frozen` if it is a field with that mark.
pub(crate) fn rebuild_at<M: Module>(module: &M, segment: Segment<'_>, frozen: bool, mapper: &mut dyn Mapper) -> M {
    mapper.enter(segment, frozen);
    let rebuilt = module.rebuild(mapper);
    mapper.leave();
    rebuilt
}

/// Implements the typed methods of [`Mapper`] by the generic methods `param` and, if named, `buffer` of a type.
macro_rules! map_each_type {
    (param) => {
        fn f32(&mut self, param: &$crate::module::Param<f32>) -> $crate::module::Param<f32> {
            self.param(param)
        }
        fn f64(&mut self, param: &$crate::module::Param<f64>) -> $crate::module::Param<f64> {
            self.param(param)
        }
    };
    (param, buffer) => {
        map_each_type!(param);
        fn buffer_f32(&mut self, buffer: &$crate::module::Buffer<f32>) -> $crate::module::Buffer<f32> {
            self.buffer(buffer)
        }
        fn buffer_f64(&mut self, buffer: &$crate::module::Buffer<f64>) -> $crate::module::Buffer<f64> {
            self.buffer(buffer)
        }
    };
}
pub(crate) use map_each_type;
