//! Models as trees: the trait, what can be in a tree, and the functions that every tree has.

mod any;
mod buffers;
mod cast;
mod containers;
mod copies;
mod flatten;
mod freeze;
mod group;
mod layout;
mod names;
mod pairs;
mod param;
mod parameters;
mod summary;
#[cfg(test)]
mod tests;
mod traversal;
pub(crate) mod vector;

pub use any::{AnyParam, BufferRef, ParamRef};
pub(crate) use any::{EraseParam, each_param};
pub(crate) use buffers::{AnyBuffer, buffers};
pub(crate) use cast::cast_at;
pub use cast::{Cast, Caster};
pub use copies::Rebuilt;
pub use flatten::Restructure;
pub(crate) use flatten::{check_width, joined};
pub(crate) use freeze::covers_path;
pub(crate) use group::{Group, Place, Writing};
pub use layout::{Layout, LayoutEntry};
pub(crate) use names::{Names, Path, in_words};
pub(crate) use pairs::pairs;
pub use pairs::{Leaf, Pair};
pub use param::{Buffer, Id, Param};
pub(crate) use parameters::{Listed, Listing, Registry, same_path};
pub use parameters::{Parameter, ParameterMut};
pub use summary::Summary;
pub use traversal::{Mapper, Segment, Visitor};
pub(crate) use traversal::{map_each_type, rebuild_at, visit_at};
pub use vector::FlatVector;

use crate::array::element::Float;
use crate::error::Result;
use crate::files;
use crate::tensor::Tensor;

/// A tree of parameters. Write `#[derive(Module)]` on a struct or enum; its fields are the children.
///
/// The derive implements two primitives, [`visit`](Self::visit) and [`rebuild`](Self::rebuild); everything else is a function
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
    /// Shows each child with its name to `visitor`, in declaration order; see [`Visitor`] for an example.
    fn visit(&self, visitor: &mut dyn Visitor);

    /// The same tree with every parameter and buffer replaced by what `mapper` makes of it; see [`Mapper`] for an
    /// example.
    #[must_use]
    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self;

    /// All parameters, each once, in declaration order and depth first, named by its first path.
    ///
    /// # Errors
    ///
    /// When two parameters have the same path, a map key is empty or has a dot, or a parameter with several handles is
    /// frozen by an attribute at some of them only.
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let weight = Param::new(Tensor::<f32>::zeros([3, 2]));
    /// let model = (weight.share(), vec![weight, Param::new(Tensor::zeros([4]))]);
    /// let parameters = model.parameters()?;
    /// let paths: Vec<&str> = parameters.iter().map(|parameter| parameter.path()).collect();
    /// assert_eq!(paths, ["0", "1.1"]);
    /// assert_eq!(parameters[0].aliases(), ["1.0"]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "named_parameters")]
    #[doc(alias = "params")]
    fn parameters(&self) -> Result<Vec<Parameter>> {
        Ok(Listing::strict(self)?.into_parameters(|_| true))
    }

    /// The parameters that are not frozen, in the order of [`parameters`](Self::parameters).
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let mut model = (Param::new(Tensor::<f32>::zeros([3])), Param::new(Tensor::<f32>::ones([2])));
    /// model.freeze("0")?;
    /// assert_eq!(model.trainables()?[0].path(), "1");
    /// # Ok::<(), recurve::Error>(())
    /// ```
    fn trainables(&self) -> Result<Vec<Parameter>> {
        Ok(Listing::strict(self)?.into_parameters(|parameter| !parameter.is_frozen()))
    }

    /// The parameters that are not frozen, for writing.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let mut model = vec![Param::new(Tensor::<f32>::zeros([3]))];
    /// for mut parameter in model.trainables_mut()? {
    ///     parameter.set(Tensor::<f32>::ones([3]))?;
    /// }
    /// assert_eq!(model[0].get().to_vec(), [1.0; 3]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    fn trainables_mut(&mut self) -> Result<Vec<ParameterMut<'_>>> {
        Ok(self.trainables()?.into_iter().map(ParameterMut::new).collect())
    }

    /// The number of elements of all parameters, frozen ones too, each counted once.
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let weight = Param::new(Tensor::<f32>::zeros([3, 2]));
    /// assert_eq!((weight.share_transposed(), weight).count(), 6);
    /// ```
    #[doc(alias = "num_params")]
    fn count(&self) -> usize {
        Listing::lenient(self).count()
    }

    /// A deep copy: new parameters and buffers with the same values. What was tied in the original is tied in the copy,
    /// and nothing is tied between the two.
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let mut weight = Param::new(Tensor::<f32>::zeros([2]));
    /// let copy = (weight.share(), weight.share()).duplicate();
    /// weight.set(Tensor::ones([2]))?;
    /// assert_eq!(copy.0.get().to_vec(), [0.0, 0.0]);
    /// assert_eq!(copy.0.id(), copy.1.id());
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "clone")]
    #[doc(alias = "deepcopy")]
    #[must_use]
    fn duplicate(&self) -> Self {
        copies::duplicate(self)
    }

    /// A second handle of the whole module: each of its parameters is the same parameter, each buffer the same buffer.
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let layer = vec![Param::new(Tensor::<f32>::zeros([3, 3])), Param::new(Tensor::zeros([3]))];
    /// let twice = (layer.share(), layer);
    /// assert_eq!(twice.count(), 12);
    /// ```
    #[doc(alias = "tie")]
    #[must_use]
    fn share(&self) -> Self {
        copies::share(self)
    }

    /// A deep copy with the elements of another type, each rounded to it; see [`Cast`] for an example. Ties and frozen
    /// marks survive.
    ///
    /// # Errors
    ///
    /// When a parameter or a buffer is tied between a place that follows the type parameter and one with a fixed type,
    /// or a map key is empty or has a dot.
    #[doc(alias = "to")]
    #[doc(alias = "astype")]
    fn cast<U: Float>(&self) -> Result<Self::Output>
    where
        Self: Cast<U>,
    {
        cast::cast(self)
    }

    /// A table of all parameters and buffers: path, shape, elements, sharing, frozen marks, and the total; see
    /// [`Summary`] for an example.
    ///
    /// # Errors
    ///
    /// As [`parameters`](Self::parameters).
    fn summary(&self) -> Result<Summary> {
        Summary::new(self)
    }

    /// Shows each parameter and buffer with its path, depth first in declaration order, a tied one at each of its handles.
    ///
    /// # Errors
    ///
    /// When a map key is empty or has a dot; everything was shown then.
    ///
    /// ```
    /// use recurve::{Buffer, Leaf, Module, Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::<f32>::zeros([3])), vec![Buffer::new(Tensor::<f32>::zeros([2]))]);
    /// let mut buffers = Vec::new();
    /// model.walk(|path, leaf| {
    ///     if let Leaf::BufferHandle(_) = leaf {
    ///         buffers.push(path.to_owned());
    ///     }
    /// })?;
    /// assert_eq!(buffers, ["1.0"]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "tree_map_with_path")]
    fn walk(&self, mut see: impl FnMut(&str, Leaf<'_>)) -> Result<()> {
        pairs::walk(self, &mut see)
    }

    /// The same model with other values: each parameter once, with its path, in the orientation in which it was made. Ties
    /// and frozen marks survive, frozen parameters are changed too, and buffers are shared with this model. Tracked in a
    /// twin, as all arithmetic.
    ///
    /// # Errors
    ///
    /// When a parameter has other elements than `F` or a value gets another shape, and as [`parameters`](Self::parameters).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::from([1.0_f32, 2.0])), Param::new(Tensor::from([3.0_f32])));
    /// let pruned = model.map_params(|path, value: &Tensor| if path == "1" { value * 0.0 } else { value.clone() })?;
    /// assert_eq!((pruned.0.get().to_vec(), pruned.1.get().to_vec()), (vec![1.0, 2.0], vec![0.0]));
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "fmap")]
    fn map_params<F: Float>(&self, change: impl FnMut(&str, &Tensor<F>) -> Tensor<F>) -> Result<Self> {
        pairs::map_params(self, change)
    }

    /// The parameters of this model and of another of the same type, in pairs, each once.
    ///
    /// # Errors
    ///
    /// When the models have other paths, ties, shapes or element types, and as [`parameters`](Self::parameters).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let model = vec![Param::new(Tensor::from([1.0_f64, 2.0])), Param::new(Tensor::from([3.0_f64]))];
    /// let mut trained = model.duplicate();
    /// trained[1].set(Tensor::from([7.0]))?;
    /// let mut distance = 0.0;
    /// for pair in model.zip(&trained)? {
    ///     let (before, after) = pair.values::<f64>().unwrap();
    ///     distance += (after - before).square().sum().item();
    /// }
    /// assert_eq!(distance, 16.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    fn zip(&self, other: &Self) -> Result<Vec<Pair>> {
        pairs::zip(self, other)
    }

    /// A model of the same type whose values are made from those of this and of another, as
    /// [`map_params`](Self::map_params) does from one. Ties, frozen marks and buffers are those of this model.
    ///
    /// # Errors
    ///
    /// As [`zip`](Self::zip) and [`map_params`](Self::map_params).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let (zero, one) = (Param::new(Tensor::from([0.0_f32])), Param::new(Tensor::from([1.0_f32])));
    /// let between = zero.zip_with(&one, |_, a: &Tensor, b: &Tensor| a * 0.75 + b * 0.25)?;
    /// assert_eq!(between.get().to_vec(), [0.25]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "lerp")]
    #[doc(alias = "tree_map")]
    fn zip_with<F: Float>(
        &self,
        other: &Self,
        combine: impl FnMut(&str, &Tensor<F>, &Tensor<F>) -> Tensor<F>,
    ) -> Result<Self> {
        pairs::zip_with(self, other, combine)
    }

    /// Makes training skip the parameters whose path matches `pattern`, through all their handles.
    ///
    /// A pattern is a path in which `*` stands for one name, or in a name for any characters (`bias_*`), and `**` for any
    /// number of names; a path stands for everything below it. Returns the number of parameters.
    ///
    /// # Errors
    ///
    /// When nothing matches, and as [`parameters`](Self::parameters).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let layer = || vec![Param::new(Tensor::<f32>::zeros([2, 2])), Param::new(Tensor::zeros([2]))];
    /// let mut model = (layer(), layer());
    /// assert_eq!(model.freeze("0")?, 2);
    /// assert_eq!(model.freeze("*.1")?, 2);
    /// assert_eq!(model.trainables()?.len(), 1);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "requires_grad")]
    fn freeze(&mut self, pattern: &str) -> Result<usize> {
        freeze::set(self, pattern, true)
    }

    /// Makes training include the parameters whose path matches `pattern` again, see [`freeze`](Self::freeze).
    ///
    /// # Errors
    ///
    /// When nothing matches, when a match is marked `#[module(frozen)]`, and as [`parameters`](Self::parameters).
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let mut model = (Param::new(Tensor::<f32>::zeros([2])), Param::new(Tensor::<f32>::zeros([3])));
    /// model.freeze("**")?;
    /// model.thaw("1")?;
    /// assert_eq!(model.trainables()?[0].path(), "1");
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "unfreeze")]
    fn thaw(&mut self, pattern: &str) -> Result<usize> {
        freeze::set(self, pattern, false)
    }

    /// All trainable parameters as one vector, each once, row-major, and the way back; [`Restructure`] has an example.
    ///
    /// In the twin that [`value_and_grad`](crate::value_and_grad) passes on the vector is tracked.
    ///
    /// # Errors
    ///
    /// When a parameter's elements do not fit into `F` without loss, and as [`parameters`](Self::parameters).
    #[doc(alias = "destructure")]
    #[doc(alias = "ravel")]
    fn flatten<F: Float>(&self) -> Result<(Tensor<F>, Restructure<Self>)> {
        flatten::flatten(self)
    }

    /// Writes all trainable parameters into `buffer`, in the order of [`flatten`](Self::flatten).
    ///
    /// # Errors
    ///
    /// When `buffer` has another length, and as [`flatten`](Self::flatten); `buffer` is unchanged then.
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::from([1.0_f32, 2.0])), Param::new(Tensor::from([3.0_f64])));
    /// let mut buffer = [0.0_f64; 3];
    /// model.flatten_into(&mut buffer)?;
    /// assert_eq!(buffer, [1.0, 2.0, 3.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    fn flatten_into<F: Float>(&self, buffer: &mut [F]) -> Result<()> {
        flatten::flatten_into(self, buffer)
    }

    /// Writes all parameters and buffers to a file, each once with all its names; see [`files`] for an
    /// example.
    ///
    /// # Errors
    ///
    /// As [`files::save`]. The old file stays then.
    fn save(&self, path: impl AsRef<std::path::Path>) -> Result<()> {
        files::save(self, path)
    }

    /// Reads all parameters and buffers from a file that fits the model exactly; see [`files`] for what else can be loaded.
    ///
    /// # Errors
    ///
    /// As [`files::load`]. The model is unchanged then.
    fn load(&mut self, path: impl AsRef<std::path::Path>) -> Result<()> {
        files::load(self, path)
    }
}

impl<F: Float> Module for Param<F> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.param(F::param(self));
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        F::map_param(self, mapper)
    }
}

impl<F: Float> Module for Buffer<F> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        visitor.buffer(F::buffer(self));
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        F::map_buffer(self, mapper)
    }
}
