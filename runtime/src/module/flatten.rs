//! Models as flat vectors, and back.

use std::fmt;

use super::vector::check_length;
use super::{AnyParam, FlatVector, Id, Layout, LayoutEntry, Mapper, Module, Param, Rebuilt, each_param, map_each_type};
use crate::array::element::{DType, Float};
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::concat;
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

pub(super) fn flatten<M: Module, F: Float>(model: &M) -> Result<(Tensor<F>, Restructure<M>)> {
    let (layout, handles) = lay_out::<M, F>(model)?;
    let parts: Vec<Tensor<F>> = handles.iter().map(|handle| handle.get().cast().flatten()).collect();
    let flat = joined(&parts)?;
    let places = handles.iter().enumerate().map(|(at, handle)| (handle.id(), at)).collect();
    Ok((flat, Restructure { model: model.share(), layout, places }))
}

pub(super) fn flatten_into<M: Module, F: Float>(model: &M, buffer: &mut [F]) -> Result<()> {
    let (layout, handles) = lay_out::<M, F>(model)?;
    check_length("flatten_into", layout.count(), buffer.len())?;
    for (entry, handle) in layout.entries().iter().zip(&handles) {
        let to = &mut buffer[entry.range.clone()];
        match handle.typed::<F>() {
            Some(param) => to.copy_from_slice(param.stored().as_slice()),
            None => each_param!(AnyParam, handle, param => {
                for (to, from) in to.iter_mut().zip(param.stored().as_slice()) {
                    *to = F::from_f64(from.to_f64());
                }
            }),
        }
    }
    Ok(())
}

/// The trainable parameters in order with their ranges in a vector of `F`.
fn lay_out<M: Module, F: Float>(model: &M) -> Result<(Layout, Vec<AnyParam>)> {
    let parameters = model.trainables()?;
    parameters.iter().try_for_each(|parameter| check_width::<F>(parameter.path(), parameter.dtype()))?;
    let layout = Layout::behind_one_another(&parameters);
    Ok((layout, parameters.iter().map(|parameter| parameter.handle().share()).collect()))
}

/// Parts of a flat vector behind one another.
pub(crate) fn joined<F: Float>(parts: &[Tensor<F>]) -> Result<Tensor<F>> {
    if parts.is_empty() {
        return Ok(Tensor::zeros([0]));
    }
    concat(&parts.iter().collect::<Vec<_>>(), 0)
}

/// A vector of f32 holds no parameter of f64: its values would lose digits on the way there, its gradient on the way back.
pub(crate) fn check_width<F: Float>(path: &str, dtype: DType) -> Result<()> {
    if dtype != DType::F64 || F::DTYPE != DType::F32 {
        return Ok(());
    }
    let message =
        "the parameter has elements of type f64, for which a vector of f32 is too narrow; use a vector of f64";
    Err(Error::new(ErrorKind::Type, path.to_owned(), message))
}

/// Makes models from flat vectors, from [`Module::flatten`]. Holds handles of the model's parameters, not their values.
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// let weight = Param::new(Tensor::from([1.0_f32, 2.0]));
/// let model = (weight.share(), Param::new(Tensor::from([3.0_f32])), weight);
/// let (flat, restructure) = model.flatten::<f32>()?;
/// assert_eq!(flat.to_vec(), [1.0, 2.0, 3.0]);
///
/// let twin = restructure.restructure(&(flat * 2.0))?;
/// assert_eq!(twin.2.get().to_vec(), [2.0, 4.0]);
/// assert_eq!(twin.0.id(), twin.2.id());
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// A vector can be a parameter itself: the gradient of the loss of the model that it becomes.
///
/// ```
/// use recurve::{Error, Module, Param, Tensor, grad};
///
/// let model = (Param::new(Tensor::from([1.0_f64, 2.0])), Param::new(Tensor::from([3.0_f64])));
/// let (flat, restructure) = model.flatten::<f64>()?;
/// let vector = Param::new(flat);
/// let gradients = grad(&vector, |v| {
///     let model = restructure.restructure(&v.get())?;
///     Ok::<_, Error>((model.0.get() * model.1.get()).sum())
/// })?;
/// assert_eq!(gradients.get(&vector).unwrap().to_vec(), [3.0, 3.0, 3.0]);
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "unravel")]
pub struct Restructure<M> {
    model: M,
    layout: Layout,
    places: DistinctMap<Id, usize>,
}

impl<M: Module> Restructure<M> {
    /// The model whose trainable parameters are the ranges of `flat`: new parameters, tied where the original's are.
    ///
    /// `flat` is a [`FlatVector`]: `&tensor`, `&vec`, a slice. Of a tensor the parameters share the elements, and if it is
    /// tracked, so are they: the gradient flows back to the vector. From a slice they are copied. Frozen parameters and
    /// buffers are those of the original, shared; [`duplicate`](Module::duplicate) the result to have them apart. Each
    /// parameter has the element type that it has in the original. Nothing is looked up by name.
    ///
    /// # Errors
    ///
    /// When `flat` is not a vector of the layout's length, or its elements are f32 and a parameter's are f64.
    ///
    /// ```
    /// use recurve::{Module, Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::<f32>::zeros([2])), Param::new(Tensor::<f32>::zeros([1])));
    /// let (_, restructure) = model.flatten::<f32>()?;
    /// let twin = restructure.restructure(&[1.0_f32, 2.0, 3.0])?;
    /// assert_eq!(twin.1.get().to_vec(), [3.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn restructure<V: FlatVector + ?Sized>(&self, flat: &V) -> Result<M> {
        flat.check("restructure", self.layout.count())?;
        self.layout.entries().iter().try_for_each(|entry| check_width::<V::Element>(&entry.path, entry.dtype))?;
        let mut fill = Fill { flat, restructure: self, made: Rebuilt::default() };
        Ok(self.model.rebuild(&mut fill))
    }

    /// Where each parameter lies in the vector.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// The layout; the model's type need not implement `Debug`.
impl<M> fmt::Debug for Restructure<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restructure").field("layout", &self.layout).finish_non_exhaustive()
    }
}

struct Fill<'a, M, V: ?Sized> {
    flat: &'a V,
    restructure: &'a Restructure<M>,
    made: Rebuilt,
}

impl<M, V: FlatVector + ?Sized> Fill<'_, M, V> {
    fn param<G: Float>(&mut self, param: &Param<G>) -> Param<G> {
        let Some(&at) = self.restructure.places.get(&param.id()) else { return param.share() };
        let LayoutEntry { range, shape, .. } = &self.restructure.layout.entries()[at];
        self.made.param(param, |_| AnyTensor::from(self.flat.part(range.clone(), *shape)).cast())
    }
}

impl<M, V: FlatVector + ?Sized> Mapper for Fill<'_, M, V> {
    map_each_type!(param);
}
