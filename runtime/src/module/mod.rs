//! Models as trees: the trait, what can be in a tree, and the functions that every tree has.

mod cast;
mod containers;
mod flatten;
mod freeze;
mod map;
mod names;
mod param;
mod parameters;
mod summary;

pub use cast::{Cast, Caster};
pub(crate) use flatten::check_width;
pub use flatten::{Layout, LayoutEntry, Restructure};
pub use map::Rebuilt;
pub(crate) use names::{Names, Path};
pub(crate) use param::each_param;
pub use param::{AnyParam, Buffer, BufferRef, Id, Param, ParamRef};
pub(crate) use parameters::{Listed, Listing, Registry};
pub use parameters::{Parameter, ParameterMut};
pub use summary::Summary;

use std::fmt;

use crate::array::element::Float;
use crate::error::Result;
use crate::tensor::Tensor;

/// A tree of parameters. Write `#[derive(Module)]` on a struct or enum; its fields are the children.
///
/// The derive implements two primitives, [`visit`](Self::visit) and [`map`](Self::map); everything else is a function
/// over them and works with identities: tied parameters count once, in the order of their first path.
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// #[derive(Module)]
/// struct Scale {
///     factor: Param,
///     shift: Option<Param>,
/// }
///
/// let model = Scale { factor: Param::new(Tensor::ones([3])), shift: None };
/// assert_eq!(model.count(), 3);
/// assert_eq!(model.parameters()?[0].path(), "factor");
/// # Ok::<(), recurve::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "not a module",
    note = "add `#[derive(Module)]` to `{Self}`, or mark the field `#[module(skip)]`",
    note = "a tensor becomes a module as `Param` (trained) or `Buffer` (saved, not trained)"
)]
pub trait Module: Sized {
    /// Shows each child with its name to `visitor`, in declaration order.
    fn visit(&self, visitor: &mut dyn Visitor);

    /// The same tree with every parameter and buffer replaced by what `mapper` makes of it.
    #[must_use]
    fn map(&self, mapper: &mut dyn Mapper) -> Self;

    /// All parameters, each once, in declaration order and depth first, named by its first path.
    ///
    /// # Errors
    ///
    /// When two parameters have the same path, a map key is empty or has a dot, or a parameter with several handles is
    /// frozen by an attribute at some of them only.
    fn parameters(&self) -> Result<Vec<Parameter>> {
        Ok(Listing::strict(self)?.into_parameters(|_| true))
    }

    /// The parameters that are not frozen.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters).
    fn trainables(&self) -> Result<Vec<Parameter>> {
        Ok(Listing::strict(self)?.into_parameters(|parameter| !parameter.is_frozen()))
    }

    /// The parameters that are not frozen, for writing.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters).
    fn trainables_mut(&mut self) -> Result<Vec<ParameterMut<'_>>> {
        Ok(self.trainables()?.into_iter().map(ParameterMut::new).collect())
    }

    /// The number of elements of all parameters, each counted once.
    #[doc(alias = "num_params")]
    fn count(&self) -> usize {
        Listing::lenient(self).count()
    }

    /// A deep copy: new parameters with the same values. What was tied in the original is tied in the copy, and nothing
    /// is tied between the two.
    #[doc(alias = "clone")]
    #[doc(alias = "deepcopy")]
    #[must_use]
    fn duplicate(&self) -> Self {
        map::duplicate(self)
    }

    /// A second handle of the whole module: each of its parameters is the same parameter.
    #[doc(alias = "tie")]
    #[must_use]
    fn share(&self) -> Self {
        map::share(self)
    }

    /// A deep copy with the elements of another type. Ties survive.
    ///
    /// # Errors
    ///
    /// When a parameter is tied between a place that follows the type parameter and one with a fixed type.
    fn cast<U: Float>(&self) -> Result<Self::Output>
    where
        Self: Cast<U>,
    {
        cast::cast(self)
    }

    /// A table of all parameters: path, shape, elements, sharing, frozen marks, and the total.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters).
    fn summary(&self) -> Result<Summary> {
        Summary::new(self)
    }

    /// Makes training skip the parameters whose path matches `pattern`, through all their handles.
    ///
    /// A pattern is a path in which `*` stands for one name and `**` for any number of names; a path stands for
    /// everything below it. Returns the number of parameters.
    ///
    /// # Errors
    ///
    /// When nothing matches, and as [`parameters`](Self::parameters).
    fn freeze(&mut self, pattern: &str) -> Result<usize> {
        freeze::set(self, pattern, true)
    }

    /// Makes training include the parameters whose path matches `pattern` again, see [`freeze`](Self::freeze).
    ///
    /// # Errors
    ///
    /// When nothing matches, when a match is marked `#[module(frozen)]`, and as [`parameters`](Self::parameters).
    fn thaw(&mut self, pattern: &str) -> Result<usize> {
        freeze::set(self, pattern, false)
    }

    /// All trainable parameters as one vector, each once, and the way back.
    ///
    /// # Errors
    ///
    /// When a parameter's elements do not fit into `F` without loss, and as [`parameters`](Self::parameters).
    fn flatten<F: Float>(&self) -> Result<(Tensor<F>, Restructure<Self>)> {
        flatten::flatten(self)
    }

    /// Writes all trainable parameters into `buffer`, in the order of [`flatten`](Self::flatten).
    ///
    /// # Errors
    ///
    /// When `buffer` has another length, and as [`flatten`](Self::flatten).
    fn flatten_into<F: Float>(&self, buffer: &mut [F]) -> Result<()> {
        flatten::flatten_into(self, buffer)
    }
}

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

/// Rebuilds a tree of parameters, depth first; passed to [`Module::map`].
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
/// let negative = model.map(&mut Negate::default());
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

impl<F: Float> Module for Param<F> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.param(F::param(self));
    }

    fn map(&self, mapper: &mut dyn Mapper) -> Self {
        F::map_param(self, mapper)
    }
}

impl<F: Float> Module for Buffer<F> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.buffer(F::buffer(self));
    }

    fn map(&self, mapper: &mut dyn Mapper) -> Self {
        F::map_buffer(self, mapper)
    }
}
