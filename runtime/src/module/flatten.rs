//! Models as flat vectors, and back.

use std::fmt;
use std::ops::Range;

use super::parameters::Listing;
use super::{AnyParam, Id, Mapper, Module, Param, Rebuilt, each_param, map_each_type};
use crate::array::element::{DType, Float};
use crate::array::shape::Shape;
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
    if buffer.len() != layout.count() {
        return Err(wrong_length("flatten_into", layout.count(), buffer.len()));
    }
    for (entry, handle) in layout.entries.iter().zip(&handles) {
        let to = &mut buffer[entry.range.clone()];
        each_param!(AnyParam, handle, param => {
            for (to, from) in to.iter_mut().zip(param.stored().as_slice()) {
                *to = F::from_f64(from.to_f64());
            }
        });
    }
    Ok(())
}

/// The trainable parameters in order with their ranges in a vector of `F`.
fn lay_out<M: Module, F: Float>(model: &M) -> Result<(Layout, Vec<AnyParam>)> {
    let listing = Listing::strict(model)?;
    let (mut layout, mut handles, mut start) = (Layout { entries: Vec::new() }, Vec::new(), 0);
    for parameter in listing.into_parameters(|parameter| !parameter.is_frozen()) {
        let (shape, dtype) = (parameter.shape(), parameter.dtype());
        check_width::<F>(parameter.path(), dtype)?;
        let range = start..start + shape.count();
        start = range.end;
        layout.entries.push(LayoutEntry { path: parameter.path().to_owned(), range, shape, dtype });
        handles.push(parameter.handle().share());
    }
    Ok((layout, handles))
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

fn wrong_length(place: &'static str, expected: usize, found: usize) -> Error {
    let message = format!("the model has {expected} trainable elements, found a vector of {found}");
    Error::new(ErrorKind::Shape, place, message)
}

/// Where each trainable parameter lies in a flat vector, from [`Restructure::layout`]. Two models whose vectors can be
/// exchanged have equal layouts.
///
/// ```
/// use recurve::{Module, Param, Tensor};
///
/// let model = (Param::new(Tensor::<f32>::zeros([2, 3])), Param::new(Tensor::<f32>::zeros([4])));
/// let (mut flat, restructure) = model.flatten::<f32>()?;
/// let layout = restructure.layout();
/// assert_eq!((layout.range("1"), layout.count()), (Some(6..10), 10));
///
/// flat.as_mut_slice()[layout.range("1").unwrap()].fill(1.0);
/// assert_eq!(restructure.restructure(&flat)?.1.get().to_vec(), [1.0; 4]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    entries: Vec<LayoutEntry>,
}

/// One parameter in a flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LayoutEntry {
    /// The first path.
    pub path: String,
    /// The elements in the vector.
    pub range: Range<usize>,
    /// The shape, in the orientation in which the parameter was made.
    pub shape: Shape,
    /// The element type in the model.
    pub dtype: DType,
}

impl Layout {
    /// The parameters in the order of the vector.
    pub fn entries(&self) -> &[LayoutEntry] {
        &self.entries
    }

    /// The range of the parameter whose first path is `path`.
    pub fn range(&self, path: &str) -> Option<Range<usize>> {
        self.entries.iter().find(|entry| entry.path == path).map(|entry| entry.range.clone())
    }

    /// The length of the vector.
    pub fn count(&self) -> usize {
        self.entries.last().map_or(0, |entry| entry.range.end)
    }
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
    /// Frozen parameters and buffers are those of the original, shared. If `flat` is tracked, so are the parameters:
    /// the gradient flows back to the vector. Each parameter has the element type that it has in the original.
    ///
    /// # Errors
    ///
    /// When `flat` is not a vector of the layout's length, or its elements are f32 and a parameter's are f64.
    pub fn restructure<F: Float>(&self, flat: &Tensor<F>) -> Result<M> {
        let expected = self.layout.count();
        if flat.rank() != 1 {
            return Err(Error::shape("restructure", "flat", format_args!("[{expected}]"), flat.shape()));
        }
        if flat.count() != expected {
            return Err(wrong_length("restructure", expected, flat.count()));
        }
        self.layout.entries.iter().try_for_each(|entry| check_width::<F>(&entry.path, entry.dtype))?;
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

struct Fill<'a, M, F: Float> {
    flat: &'a Tensor<F>,
    restructure: &'a Restructure<M>,
    made: Rebuilt,
}

impl<M, F: Float> Fill<'_, M, F> {
    fn param<G: Float>(&mut self, param: &Param<G>) -> Param<G> {
        let Some(&at) = self.restructure.places.get(&param.id()) else { return param.share() };
        let LayoutEntry { range, shape, .. } = &self.restructure.layout.entries[at];
        self.made.param(param, |_| AnyTensor::from(self.flat.slice(0, range.clone()).reshape(*shape)).cast())
    }
}

impl<M, F: Float> Mapper for Fill<'_, M, F> {
    map_each_type!(param);
}
