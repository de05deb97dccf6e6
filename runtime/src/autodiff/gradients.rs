//! The gradients of a model's parameters.

mod contiguous;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::array::element::{DType, Float};
use crate::array::kernels::Kernels;
use crate::array::shape::Shape;
use crate::autodiff::rooms::Rooms;
use crate::distinct::DistinctMap;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{
    Id, Listed, Listing, Mapper, Module, Names, Param, Rebuilt, check_width, in_words, joined, map_each_type, pairs,
    same_path,
};
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};
use contiguous::Contiguous;

/// The gradient of each trainable parameter of a model, by identity: tied parameters have one, the sum over their uses.
///
/// A parameter that the loss does not depend on has no gradient, which is not the same as a gradient of zero: an
/// optimiser with momentum still moves on a zero. Gradients are read by parameter ([`get`](Self::get)), by path, as a
/// list, as one flat vector or as a model-shaped tree, and are made from any of these, wherever the numbers come from.
///
/// ```
/// use recurve::{Error, Param, Tensor, grad};
///
/// let model = (Param::new(Tensor::from([1.0_f64, 2.0])), Param::new(Tensor::from([3.0_f64])));
/// let gradients = grad(&model, |m| Ok::<_, Error>(m.0.get().square().sum()))?;
/// assert_eq!(gradients.get(&model.0).unwrap().to_vec(), [2.0, 4.0]);
/// assert!(gradients.by_path("1")?.is_none());
/// assert_eq!(gradients.flatten::<f64>()?.to_vec(), [2.0, 4.0, 0.0]);
/// assert_eq!(gradients.to_model(&model).1.get().to_vec(), [0.0]);
/// # Ok::<(), Error>(())
/// ```
pub struct Gradients {
    names: Arc<Names>,
    entries: Vec<Entry>,
    index: DistinctMap<Id, usize>,
    /// Of a flat model, for each element type all gradients behind one another, of which those above are parts.
    flat: Vec<Contiguous>,
}

#[derive(Clone)]
struct Entry {
    name: Range<usize>,
    shape: Shape,
    dtype: DType,
    value: Option<AnyTensor>,
    finite: bool,
}

impl Gradients {
    /// The gradients of those parameters of the list that are trained, from a value or none for each of the list.
    pub(super) fn collect(listing: Listing, trained: impl Fn(usize) -> bool, values: Vec<Option<AnyTensor>>) -> Self {
        let values = values.into_iter().enumerate().filter(|(at, _)| trained(*at));
        let mut gradients = Self::without_values(listing, |at, _| trained(at));
        for (entry, (_, value)) in gradients.entries.iter_mut().zip(values) {
            entry.value = value;
        }
        gradients
    }

    /// Notes which gradients are finite, and puts those of a flat model behind one another, as the parameters are.
    pub(super) fn finish(&mut self, rooms: &mut Rooms) {
        let Self { entries, index, flat, .. } = self;
        if rooms.members.is_empty() {
            return entries.iter_mut().for_each(Entry::note);
        }
        let mut noted = vec![false; entries.len()];
        flat.extend(contiguous::gather::<f32>(entries, index, rooms, &mut noted));
        flat.extend(contiguous::gather::<f64>(entries, index, rooms, &mut noted));
        for (entry, _) in entries.iter_mut().zip(noted).filter(|(_, noted)| !noted) {
            entry.note();
        }
    }

    fn without_values(listing: Listing, keep: impl Fn(usize, &Listed) -> bool) -> Self {
        let Listing { names, entries, mut index } = listing;
        let mut kept = Vec::with_capacity(entries.len());
        for (at, entry) in entries.iter().enumerate() {
            if !keep(at, entry) {
                index.remove(&entry.handle.id());
                continue;
            }
            let (id, shape, dtype) = (entry.handle.id(), entry.handle.shape(), entry.handle.dtype());
            if kept.len() != at {
                index.insert(id, kept.len());
            }
            kept.push(Entry { name: entry.name.clone(), shape, dtype, value: None, finite: true });
        }
        Self { names: Arc::new(names), entries: kept, index, flat: Vec::new() }
    }

    /// Room for the gradients of the trainable parameters of `model`, none of them present yet.
    ///
    /// # Errors
    ///
    /// As [`Module::parameters`].
    pub fn none(model: &impl Module) -> Result<Self> {
        Ok(Self::without_values(Listing::strict(model)?, |_, entry| !entry.is_frozen()))
    }

    /// Gradients from a list in the order of [`Module::trainables`]; `None` where there is no gradient.
    ///
    /// # Errors
    ///
    /// When the number, a shape or an element type differs, and as [`Module::parameters`].
    ///
    /// ```
    /// use recurve::{Gradients, Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::from([1.0_f32])), Param::new(Tensor::from([2.0_f32, 3.0])));
    /// let gradients = Gradients::from_list(&model, [None, Some(Tensor::from([0.1_f32, 0.2]).into())])?;
    /// assert!(gradients.get(&model.0).is_none());
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn from_list(model: &impl Module, list: impl IntoIterator<Item = Option<AnyTensor>>) -> Result<Self> {
        let mut gradients = Self::none(model)?;
        let list: Vec<_> = list.into_iter().collect();
        if list.len() != gradients.len() {
            let message = format!(
                "expected one entry for each of {} trainable parameters, found {}",
                gradients.len(),
                list.len()
            );
            return Err(Error::new(ErrorKind::Shape, "Gradients::from_list", message));
        }
        for (at, value) in list.into_iter().enumerate() {
            gradients.put(at, value)?;
        }
        Ok(gradients)
    }

    /// Gradients from one vector in the order of [`Module::flatten`]; every parameter gets one.
    ///
    /// # Errors
    ///
    /// When `flat` is not a vector of the right length, or its elements are f32 and a parameter's are f64; and as
    /// [`Module::parameters`].
    ///
    /// ```
    /// use recurve::{Gradients, Param, Tensor};
    ///
    /// let model = (Param::new(Tensor::<f32>::zeros([2])), Param::new(Tensor::<f32>::zeros([1])));
    /// let gradients = Gradients::from_flat(&model, &Tensor::from([1.0_f32, 2.0, 3.0]))?;
    /// assert_eq!(gradients.get(&model.1).unwrap().to_vec(), [3.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn from_flat<F: Float>(model: &impl Module, flat: &Tensor<F>) -> Result<Self> {
        let mut gradients = Self::none(model)?;
        let expected: usize = gradients.entries.iter().map(|entry| entry.shape.count()).sum();
        if flat.rank() != 1 || flat.count() != expected {
            return Err(Error::shape("Gradients::from_flat", "flat", format_args!("[{expected}]"), flat.shape()));
        }
        let mut start = 0;
        for entry in &mut gradients.entries {
            check_width::<F>(gradients.names.get(&entry.name), entry.dtype)?;
            let end = start + entry.shape.count();
            let part = AnyTensor::from(flat.slice(0, start..end).reshape(entry.shape));
            start = end;
            entry.set(Some(part.cast_to(entry.dtype)));
        }
        Ok(gradients)
    }

    /// Gradients from a model of the same type whose parameters hold the gradients.
    ///
    /// # Errors
    ///
    /// When the models have other parameters or sharing, a shape or an element type differs, and as
    /// [`Module::parameters`].
    ///
    /// ```
    /// use recurve::{Gradients, Module, Param, Tensor};
    ///
    /// let model = vec![Param::new(Tensor::from([1.0_f64, 2.0]))];
    /// let decay = Gradients::from_model(&model, &model.duplicate())?;
    /// assert_eq!(decay.get(&model[0]).unwrap().to_vec(), [1.0, 2.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn from_model<M: Module>(model: &M, values: &M) -> Result<Self> {
        let mut gradients = Self::none(model)?;
        let pairs = pairs(model, values, "Gradients::from_model", "the model of gradients")?;
        for (at, pair) in pairs.iter().filter(|pair| !pair.first().is_frozen()).enumerate() {
            gradients.put(at, Some(pair.second_value()))?;
        }
        Ok(gradients)
    }

    /// Sets or removes the gradient of the parameter whose first path is `path`.
    ///
    /// # Errors
    ///
    /// When there is no such trainable parameter or more than one, or the shape or the element type differs.
    pub fn set(&mut self, path: &str, value: Option<AnyTensor>) -> Result<()> {
        let at = self.find(path)?;
        self.put(at, value)
    }

    /// The number of trainable parameters, with or without a gradient.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the model has no trainable parameter.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The gradient of a parameter of the model, in the orientation of the handle; `None` if there is none.
    pub fn get<F: Float>(&self, param: &Param<F>) -> Option<Tensor<F>> {
        let gradient = self.by_id(param.id())?.get::<F>()?;
        Some(if param.is_transposed() { gradient.transpose(0, 1) } else { gradient.clone() })
    }

    /// The gradient of the parameter with this identity, in the orientation in which the parameter was made.
    pub fn by_id(&self, id: Id) -> Option<&AnyTensor> {
        self.entries[*self.index.get(&id)?].value.as_ref()
    }

    /// The gradient of the parameter whose first path is `path`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// When there is no such trainable parameter or more than one.
    pub fn by_path(&self, path: &str) -> Result<Option<&AnyTensor>> {
        Ok(self.entries[self.find(path)?].value.as_ref())
    }

    /// Paths and gradients, in the order of [`Module::trainables`].
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Option<&AnyTensor>)> {
        self.entries.iter().map(|entry| (self.names.get(&entry.name), entry.value.as_ref()))
    }

    /// All gradients as one vector in the order of [`Module::flatten`]; zeros where there is none.
    ///
    /// # Errors
    ///
    /// When a parameter's elements do not fit into `F` without loss.
    pub fn flatten<F: Float>(&self) -> Result<Tensor<F>> {
        let part = |entry: &Entry| {
            check_width::<F>(self.names.get(&entry.name), entry.dtype)?;
            Ok(match &entry.value {
                None => Tensor::zeros([entry.shape.count()]),
                Some(value) => value.cast::<F>().flatten(),
            })
        };
        if let Some(whole) = self.flat.iter().find(|flat| flat.is_whole).and_then(|flat| flat.values.get::<F>()) {
            return Ok(whole.clone());
        }
        let parts = self.entries.iter().map(part).collect::<Result<Vec<Tensor<F>>>>()?;
        joined(&parts)
    }

    /// The gradients of a [`Flat`](crate::flat::Flat) model as one slice, element for element those of
    /// [`Flat::params`](crate::flat::Flat::params); zeros where there is no gradient, and of frozen parameters.
    ///
    /// `None` if the model is not flat or several ones, if a surrounding gradient tracks these, and after
    /// [`set`](Self::set).
    ///
    /// ```
    /// use recurve::{Error, Param, Tensor, flat::Flat, grad};
    ///
    /// let mut model = Flat::new(vec![Param::new(Tensor::from([1.0_f64, 2.0])), Param::new(Tensor::from([3.0_f64]))])?;
    /// let gradients = grad(&model, |m| Ok::<_, Error>((m[0].get() * m[1].get()).sum()))?;
    /// assert_eq!(gradients.as_slice::<f64>(), Some(&[3.0, 3.0, 3.0][..]));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn as_slice<F: Float>(&self) -> Option<&[F]> {
        self.flat.iter().find_map(|flat| flat.values.get::<F>()).map(Tensor::as_slice)
    }

    /// The gradients in the shape of the model: its parameters hold the gradients, zeros where there is none. Frozen
    /// parameters hold zeros; buffers are those of `model`, shared.
    pub fn to_model<M: Module>(&self, model: &M) -> M {
        model.rebuild(&mut Fill { gradients: self, made: Rebuilt::default() })
    }

    /// The Euclidean norm `sqrt(sum g²)` over all elements of all gradients, summed in f64; tied parameters count once.
    ///
    /// ```
    /// use recurve::{Gradients, Param, Tensor};
    ///
    /// let model = Param::new(Tensor::<f32>::zeros([2]));
    /// assert_eq!(Gradients::from_flat(&model, &Tensor::from([3.0_f32, 4.0]))?.norm(), 5.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn norm(&self) -> f64 {
        Self::norm_of(self.entries.iter().filter_map(|entry| entry.value.as_ref()))
    }

    /// Whether all gradients are finite.
    pub fn is_finite(&self) -> bool {
        self.entries.iter().all(|entry| entry.finite)
    }

    /// The Euclidean norm of all elements of some gradients.
    pub(crate) fn norm_of<'a>(gradients: impl Iterator<Item = &'a AnyTensor>) -> f64 {
        let norms = gradients.map(|any| each_type!(any, gradient => Kernels::norm(gradient.as_slice())));
        Kernels::norm(&norms.collect::<Vec<f64>>())
    }

    pub(crate) fn path(&self, at: usize) -> &str {
        self.names.get(&self.entries[at].name)
    }

    /// Whether the parameter with this identity was trainable in the model of these gradients.
    pub(crate) fn covers(&self, id: Id) -> bool {
        self.index.contains_key(&id)
    }

    /// Whether the gradient of the parameter with this identity is finite or missing; noted when it was made.
    pub(crate) fn is_finite_at(&self, id: Id) -> bool {
        self.index.get(&id).is_none_or(|&at| self.entries[at].finite)
    }

    /// Refuses a gradient that has another shape or element type than its parameter.
    pub(crate) fn check_fit(path: &str, shape: Shape, dtype: DType, gradient: &AnyTensor) -> Result<()> {
        if gradient.shape() != &*shape {
            return Err(Error::shape(path.to_owned(), "gradient", shape, gradient.shape()));
        }
        if gradient.dtype() != dtype {
            let message = format!("expected a gradient of type {dtype}, found {}", gradient.dtype());
            return Err(Error::new(ErrorKind::Type, path.to_owned(), message));
        }
        Ok(())
    }

    fn find(&self, path: &str) -> Result<usize> {
        let mut found = self.entries.iter().enumerate().filter(|(_, entry)| self.names.get(&entry.name) == path);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            (None, _) => {
                let paths: Vec<&str> = self.iter().map(|(path, _)| path).collect();
                let message =
                    format!("no trainable parameter has this as its first path; there are {}", in_words(&paths));
                Err(Error::new(ErrorKind::Name, path.to_owned(), message))
            }
            (Some(_), Some(_)) => Err(same_path(path)),
        }
    }

    fn put(&mut self, at: usize, value: Option<AnyTensor>) -> Result<()> {
        if let Some(value) = &value {
            let Entry { shape, dtype, .. } = self.entries[at];
            Self::check_fit(self.path(at), shape, dtype, value)?;
        }
        self.entries[at].set(value);
        let dtype = self.entries[at].dtype;
        self.flat.retain(|flat| flat.values.dtype() != dtype);
        Ok(())
    }
}

impl Entry {
    fn set(&mut self, value: Option<AnyTensor>) {
        self.value = value;
        self.note();
    }

    fn note(&mut self) {
        self.finite = self.value.as_ref().is_none_or(AnyTensor::is_finite);
    }
}

impl fmt::Debug for Gradients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

struct Fill<'a> {
    gradients: &'a Gradients,
    made: Rebuilt,
}

impl Fill<'_> {
    fn param<F: Float>(&mut self, param: &Param<F>) -> Param<F> {
        let gradient = self.gradients.by_id(param.id()).and_then(|value| value.get::<F>().cloned());
        self.made.param(param, |value| gradient.unwrap_or_else(|| Tensor::zeros(*value.shape_value())))
    }
}

impl Mapper for Fill<'_> {
    map_each_type!(param);
}
