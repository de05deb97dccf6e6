//! Models whose parameters live in one buffer, and losses as functions of a flat vector.
//!
//! [`Flat`] moves the parameters of a model into one contiguous buffer, of which they are views from then on;
//! [`Objective`] makes a loss a function of a vector, as optimisers beyond gradient descent want it.
//! [`Module::flatten`] makes a vector that is a copy.

mod members;
mod objective;
#[cfg(feature = "argmin")]
mod solvers;
#[cfg(test)]
mod tests;
mod views;

pub use objective::Objective;
pub use views::{View, ViewMut};

/// The solvers for an [`Objective`], in the version that it fits.
#[cfg(feature = "argmin")]
pub use argmin;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::array::Array;
use crate::array::element::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::module::{Cast, Caster, Layout, LayoutEntry, Listing, Mapper, Module, Parameter, Visitor, in_words};
use members::Members;

/// A model whose trainable parameters live in one contiguous buffer, 64-byte aligned, one for each element type.
///
/// The parameters stay what they are, with their identities, ties and names: forward passes, [`Module::trainables`],
/// files and optimisers see the live values, and so do handles that were shared before. What is new is the slice:
///
/// ```
/// use recurve::flat::Flat;
/// use recurve::optim::{Adam, Rule};
/// use recurve::{Module, Param, Tensor, value_and_grad};
///
/// #[derive(Module)]
/// struct Scale {
///     factor: Param,
///     shift: Param,
/// }
///
/// let scale = Scale { factor: Param::new(Tensor::from([1.0, 2.0])), shift: Param::new(Tensor::from([3.0])) };
/// let mut model = Flat::new(scale)?;
/// assert_eq!(*model.params::<f32>(), [1.0, 2.0, 3.0]);
/// model.params_mut::<f32>()[2] = 5.0;
/// assert_eq!(model.shift.get().item(), 5.0);
/// assert_eq!(model.layout().range("shift"), Some(2..3));
///
/// let mut optimizer = Adam::new(0.1).setup(&model)?;
/// for _ in 0..3 {
///     let (_, gradients) = value_and_grad(&model, |m| Ok::<_, recurve::Error>((m.factor.get() * m.shift.get()).sum()))?;
///     assert_eq!(gradients.as_slice::<f32>().map(<[f32]>::len), Some(3));
///     optimizer.update(&mut model, &gradients)?; // one pass over the slice
/// }
/// assert_eq!(model.copies(), 0);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// A tensor taken from a parameter shares the buffer. One that is kept while the model changes keeps its values, at the
/// cost of one copy of the buffer, which [`copies`](Self::copies) counts; a training loop makes none.
///
/// It dereferences to the model, but not mutably: another parameter put into a field would not be in the buffer. What
/// needs `&mut` works on the whole: [`Module::freeze`], [`Module::trainables_mut`], optimisers, loading, and handles
/// ([`Param::share`](crate::Param::share)). Parameters that are frozen when the model becomes flat stay outside of the
/// buffer; one that is frozen later keeps its range.
///
/// As a [`Module`] it is the model: names have no further segment. [`duplicate`](Module::duplicate) and
/// [`cast`](Module::cast) make a flat model with a buffer of its own, [`share`](Module::share) one with the same buffer.
#[doc(alias = "ComponentArray")]
#[doc(alias = "destructure")]
pub struct Flat<M> {
    model: M,
    places: Arc<Places>,
    /// None in a twin, whose parameters are tracked.
    members: Option<Arc<Members>>,
}

/// Which parameters are in the buffers, and where.
struct Places {
    layout: Layout,
    /// For each entry of the layout the place among all parameters of the model.
    among_all: Vec<usize>,
}

impl<M: Module> Flat<M> {
    /// Moves the trainable parameters of `model` into one buffer for each element type, in the order of
    /// [`Module::trainables`].
    ///
    /// # Errors
    ///
    /// When a parameter lives in another flat model already or is tracked, and as [`Module::parameters`].
    pub fn new(model: M) -> Result<Self> {
        let all = model.parameters()?;
        let (among_all, chosen): (Vec<usize>, Vec<Parameter>) =
            all.into_iter().enumerate().filter(|(_, parameter)| !parameter.is_frozen()).unzip();
        let layout = Layout::by_type(&chosen);
        let members = Some(Arc::new(Members::gather(&layout, &chosen)?));
        Ok(Self { model, places: Arc::new(Places { layout, among_all }), members })
    }

    /// The elements of type `F`, in the order of [`layout`](Self::layout); none if there are no parameters of this type.
    ///
    /// Costs no copy, except inside of a gradient, where the elements of the twin are gathered.
    #[doc(alias = "as_slice")]
    pub fn params<F: Float>(&self) -> View<'_, F> {
        View::new(match &self.members {
            Some(members) => members.group::<F>().elements(),
            None => self.gathered(),
        })
    }

    /// The elements of type `F` for writing, in the order of [`layout`](Self::layout).
    ///
    /// While they are borrowed, a handle that was shared before panics when it is read on this thread; another thread
    /// waits. They are copied first if a tensor taken from the model is alive, see [`copies`](Self::copies).
    ///
    /// # Panics
    ///
    /// When this thread holds such a guard already, by another handle of this model; and when the model is the twin
    /// inside of a gradient.
    #[doc(alias = "as_mut_slice")]
    #[track_caller]
    pub fn params_mut<F: Float>(&mut self) -> ViewMut<'_, F> {
        let group = self.expect_members().group::<F>();
        let writing = group.writing();
        self.expect_members().touch::<F>();
        let count = writing.len();
        ViewMut::new(writing, 0..count)
    }

    /// The elements of the parameter whose first path is `path`, row-major, in the orientation in which it was made.
    ///
    /// # Errors
    ///
    /// When no parameter in the buffers has this path, or it has another element type.
    ///
    /// ```
    /// use recurve::{Param, Tensor, flat::Flat};
    ///
    /// let model = Flat::new(vec![Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([2.0_f64, 3.0]))])?;
    /// assert_eq!(*model.view::<f64>("1")?, [2.0, 3.0]);
    /// assert!(model.view::<f32>("1").is_err());
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn view<F: Float>(&self, path: &str) -> Result<View<'_, F>> {
        let (_, entry) = self.entry::<F>(path)?;
        let elements = match &self.members {
            Some(members) => members.group::<F>().elements(),
            None => self.gathered(),
        };
        Ok(View::new(elements.range(entry.range.start, entry.shape)))
    }

    /// The elements of the parameter whose first path is `path` for writing, see [`params_mut`](Self::params_mut).
    ///
    /// # Errors
    ///
    /// As [`view`](Self::view).
    ///
    /// # Panics
    ///
    /// As [`params_mut`](Self::params_mut).
    #[track_caller]
    pub fn view_mut<F: Float>(&mut self, path: &str) -> Result<ViewMut<'_, F>> {
        let (at, entry) = self.entry::<F>(path)?;
        let writing = self.expect_members().group::<F>().writing();
        self.expect_members().touch_at(at);
        Ok(ViewMut::new(writing, entry.range.clone()))
    }

    /// Where each parameter lies: its range among the elements of its type. Equal layouts have equal slices.
    pub fn layout(&self) -> &Layout {
        &self.places.layout
    }

    /// How often all elements were copied because a tensor that was taken from the model was kept while it changed.
    ///
    /// ```
    /// use recurve::{Param, Tensor, flat::Flat};
    ///
    /// let mut model = Flat::new(Param::new(Tensor::from([1.0_f32, 2.0])))?;
    /// let snapshot = model.get();
    /// model.params_mut::<f32>().fill(0.0);
    /// assert_eq!((snapshot.to_vec(), model.copies()), (vec![1.0, 2.0], 1));
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn copies(&self) -> u64 {
        self.members.as_ref().map_or(0, |members| members.copies())
    }

    /// The model with parameters that live by themselves again: their elements are copied. If this is one of several
    /// handles ([`Module::share`]), they stay in the buffers of the others.
    pub fn into_inner(self) -> M {
        self.model
    }

    #[track_caller]
    fn expect_members(&self) -> &Members {
        self.members.as_ref().expect("Flat: the twin inside of a gradient cannot be written")
    }

    fn entry<F: Float>(&self, path: &str) -> Result<(usize, &LayoutEntry)> {
        let entries = self.places.layout.entries();
        let Some(found) = entries.iter().enumerate().find(|(_, entry)| entry.path == path) else {
            let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
            let message =
                format!("no parameter in the buffer has this as its first path; there are {}", in_words(&paths));
            return Err(Error::new(ErrorKind::Name, path.to_owned(), message));
        };
        if found.1.dtype != F::DTYPE {
            let message = format!("expected elements of type {}, found a parameter of {}", F::DTYPE, found.1.dtype);
            return Err(Error::new(ErrorKind::Type, path.to_owned(), message));
        }
        Ok(found)
    }

    /// The elements of type `F` of parameters that are nowhere together, copied.
    fn gathered<F: Float>(&self) -> Array<F> {
        let Places { layout, among_all } = &*self.places;
        let all = Listing::lenient(&self.model);
        let of_type = layout.entries().iter().zip(among_all).filter(|(entry, _)| entry.dtype == F::DTYPE);
        let mut elements = Vec::new();
        for (_, &at) in of_type {
            if let Some(param) = all.entries.get(at).and_then(|listed| listed.handle.typed::<F>()) {
                elements.extend_from_slice(param.stored().as_slice());
            }
        }
        let count = elements.len();
        Array::moved(elements, [count].into())
    }
}

impl<M: Module> Flat<M> {
    /// A flat model around what a traversal made of this one: with the same buffers if it has the same parameters, with
    /// its own if it has others, and without if they cannot be moved.
    fn around<N: Module>(model: N, like: &Places, members: Option<&Arc<Members>>) -> Flat<N> {
        let all = Listing::lenient(&model).into_parameters(|_| true);
        let mut all: Vec<Option<Parameter>> = all.into_iter().map(Some).collect();
        let chosen: Option<Vec<Parameter>> =
            like.among_all.iter().map(|&at| all.get_mut(at).and_then(Option::take)).collect();
        let chosen = chosen.unwrap_or_default();
        let layout = Layout::by_type(&chosen);
        let is_same = |members: &&Arc<Members>| members.ids().eq(chosen.iter().map(Parameter::id));
        let members = match members.filter(is_same) {
            Some(same) => Some(same.clone()),
            None => Members::gather(&layout, &chosen).ok().map(Arc::new),
        };
        let among_all = like.among_all[..chosen.len()].to_vec();
        Flat { model, places: Arc::new(Places { layout, among_all }), members }
    }
}

impl<M: Module> Module for Flat<M> {
    fn visit(&self, visitor: &mut dyn Visitor) {
        self.model.visit(visitor);
    }

    fn rebuild(&self, mapper: &mut dyn Mapper) -> Self {
        let model = self.model.rebuild(mapper);
        match &self.members {
            Some(members) if !mapper.makes_twins() => Self::around(model, &self.places, Some(members)),
            _ => Self { model, places: self.places.clone(), members: None },
        }
    }
}

impl<M: Cast<U> + Module, U: Float> Cast<U> for Flat<M>
where
    M::Output: Module,
{
    type Output = Flat<M::Output>;

    fn cast_with(&self, caster: &mut Caster) -> Self::Output {
        Self::around(self.model.cast_with(caster), &self.places, None)
    }
}

impl<M> Deref for Flat<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.model
    }
}

/// The layout, not the values; the model's type need not implement `Debug`.
impl<M> fmt::Debug for Flat<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flat").field("layout", &self.places.layout).finish_non_exhaustive()
    }
}
