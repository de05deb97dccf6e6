//! Parameters and buffers: handles of values that live in a model.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::group::{Group, LENT, Place};
use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::check::check_shape;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;

/// The identity of a parameter or buffer: equal for all handles of one value, different for all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u64);

impl Id {
    fn new() -> Self {
        static IDS: AtomicU64 = AtomicU64::new(1);
        Self(IDS.fetch_add(1, Ordering::Relaxed))
    }
}

/// The value behind one or several handles.
pub(crate) struct Shared<F: Float> {
    id: Id,
    version: AtomicU64,
    frozen: AtomicBool,
    /// That of the value, which changes keep: read without the lock.
    shape: Shape,
    value: RwLock<Home<F>>,
}

/// Where a value lives: by itself, or from `start` in a buffer with others.
enum Home<F: Float> {
    Own(Tensor<F>),
    Member { group: Arc<Group<F>>, start: usize },
}

impl<F: Float> Shared<F> {
    #[inline]
    fn new(id: Id, value: Tensor<F>, frozen: bool) -> Arc<Self> {
        let (version, frozen) = (AtomicU64::new(0), AtomicBool::new(frozen));
        Arc::new(Self { id, version, frozen, shape: *value.shape_value(), value: RwLock::new(Home::Own(value)) })
    }

    #[inline]
    #[track_caller]
    fn get(&self) -> Tensor<F> {
        match &*self.home() {
            Home::Own(value) => value.clone(),
            Home::Member { group, start } => Tensor::untracked(group.view(*start, self.shape)),
        }
    }

    fn shape(&self) -> Shape {
        self.shape
    }

    fn home(&self) -> RwLockReadGuard<'_, Home<F>> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn home_mut(&self) -> RwLockWriteGuard<'_, Home<F>> {
        self.value.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the value changes.
    fn touch(&self) {
        self.version.fetch_add(1, Ordering::Relaxed);
    }

    /// Changes the elements where they are.
    #[track_caller]
    fn write<R>(&self, change: impl FnOnce(&mut [F]) -> R) -> R {
        self.touch();
        if let Home::Member { group, start } = &*self.home() {
            return change(&mut group.writing()[*start..][..self.shape.count()]);
        }
        match &mut *self.home_mut() {
            Home::Own(value) => change(value.as_mut_slice()),
            // Moved there by another thread in between.
            Home::Member { group, start } => change(&mut group.writing()[*start..][..self.shape.count()]),
        }
    }

    /// Puts a value of the same shape: the tensor itself, or its elements if the value lives with others.
    #[track_caller]
    fn replace(&self, value: Tensor<F>) {
        self.touch();
        match &mut *self.home_mut() {
            Home::Own(current) => *current = value,
            Home::Member { group, start } => {
                group.writing()[*start..][..value.count()].copy_from_slice(value.as_slice());
            }
        }
    }
}

/// A trainable tensor with an identity.
///
/// `Param` is **not** `Clone`. A second use of the *same* weights is [`share`](Self::share) (that is how weights are
/// tied); separate weights with the same values come from [`Module::duplicate`](crate::Module::duplicate). Every
/// consumer works with identities: a parameter with several handles is counted, trained and flattened once, and
/// its gradients are summed.
///
/// ```
/// use recurve::{Param, Tensor};
///
/// let embedding = Param::new(Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
/// let mut output = embedding.share();
/// output.set(Tensor::from([[5.0, 6.0], [7.0, 8.0]]))?;
/// assert_eq!(embedding.get().at([0, 0]), 5.0_f32);
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// A copy by `clone` is refused, because it would have to guess which of the two is meant:
///
/// ```compile_fail
/// # let weight = recurve::Param::new(recurve::Tensor::<f32>::zeros([2]));
/// let copy = weight.clone();
/// ```
pub struct Param<F: Float = f32> {
    shared: Arc<Shared<F>>,
    transposed: bool,
}

impl<F: Float> Param<F> {
    /// A new parameter that starts with `value`.
    ///
    /// ```
    /// use recurve::{Param, Tensor};
    ///
    /// let weight = Param::new(Tensor::<f64>::zeros([3, 2]));
    /// assert_eq!(&*weight.shape(), [3, 2]);
    /// ```
    pub fn new(value: Tensor<F>) -> Self {
        Self { shared: Shared::new(Id::new(), value, false), transposed: false }
    }

    /// The parameter's tensor; a tracked one in the twin that [`value_and_grad`](crate::value_and_grad) passes on.
    ///
    /// Arithmetic is on tensors: `x.matmul_transposed(&weight.get())`.
    ///
    /// Costs no copy, except that a transposed handle makes the transposed matrix. A tensor that is kept while an
    /// optimiser runs keeps its old values, at the cost of one copy: of the parameter, or of the whole buffer in which it
    /// lives with others ([`Flat`](crate::flat::Flat)).
    ///
    /// # Panics
    ///
    /// When the parameter lives in a flat buffer that this thread has borrowed for writing
    /// ([`Flat::params_mut`](crate::flat::Flat::params_mut)).
    pub fn get(&self) -> Tensor<F> {
        let value = self.shared.get();
        if self.transposed { value.transpose(0, 1) } else { value }
    }

    /// The parameter's shape, as [`get`](Self::get) returns it.
    pub fn shape(&self) -> Shape {
        let shape = self.shared.shape();
        if self.transposed { [shape[1], shape[0]].into() } else { shape }
    }

    /// Replaces the value for all handles of this parameter.
    ///
    /// # Errors
    ///
    /// When the shape differs; the parameter is unchanged then.
    ///
    /// ```
    /// use recurve::{Param, Tensor};
    ///
    /// let mut weight = Param::new(Tensor::<f32>::zeros([3, 2]));
    /// let error = weight.set(Tensor::zeros([2, 3])).unwrap_err();
    /// assert_eq!(error.to_string(), "Param::set: `value` should have shape [3, 2], found [2, 3]");
    /// ```
    pub fn set(&mut self, value: Tensor<F>) -> Result<()> {
        check_shape("Param::set", "value", value.shape(), &self.shape())?;
        self.check_not_lent("Param::set")?;
        let value = if self.transposed { value.transpose(0, 1) } else { value };
        self.shared.replace(value.detach());
        Ok(())
    }

    /// A second handle of the same parameter: this is how weights are tied.
    #[doc(alias = "tie")]
    #[doc(alias = "clone")]
    #[must_use]
    pub fn share(&self) -> Self {
        Self { shared: self.shared.clone(), transposed: self.transposed }
    }

    /// A second handle that sees the same matrix transposed.
    ///
    /// Names, shapes and flat vectors keep the orientation in which the parameter was made.
    ///
    /// # Panics
    ///
    /// When the parameter is not a matrix.
    ///
    /// ```
    /// use recurve::{Param, Tensor};
    ///
    /// let encoder = Param::new(Tensor::<f32>::zeros([3, 2]));
    /// let decoder = encoder.share_transposed();
    /// assert_eq!(&*decoder.shape(), [2, 3]);
    /// assert_eq!(encoder.id(), decoder.id());
    /// ```
    #[must_use]
    #[track_caller]
    pub fn share_transposed(&self) -> Self {
        let shape = self.shared.shape();
        assert!(shape.rank() == 2, "share_transposed: expected a matrix, found shape {shape}");
        Self { shared: self.shared.clone(), transposed: !self.transposed }
    }

    /// The identity: equal for all handles of one parameter.
    pub fn id(&self) -> Id {
        self.shared.id
    }

    /// The number of changes so far: equal versions of one parameter mean equal values.
    #[inline]
    pub fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Relaxed)
    }

    /// Whether training skips this parameter.
    pub fn is_frozen(&self) -> bool {
        self.shared.frozen.load(Ordering::Relaxed)
    }

    /// Makes training skip this parameter, through all its handles, or include it again.
    ///
    /// ```
    /// use recurve::{Param, Tensor};
    ///
    /// let weight = Param::new(Tensor::<f32>::zeros([2]));
    /// weight.share().set_frozen(true);
    /// assert!(weight.is_frozen());
    /// ```
    #[doc(alias = "requires_grad")]
    pub fn set_frozen(&mut self, frozen: bool) {
        self.freeze(frozen);
    }

    pub(crate) fn freeze(&self, frozen: bool) {
        self.shared.frozen.store(frozen, Ordering::Relaxed);
    }

    pub(crate) fn is_transposed(&self) -> bool {
        self.transposed
    }

    /// The handle in the orientation in which the parameter was made.
    pub(crate) fn upright(&self) -> Self {
        Self { shared: self.shared.clone(), transposed: false }
    }

    /// The value in the orientation in which the parameter was made.
    pub(crate) fn stored(&self) -> Tensor<F> {
        self.shared.get()
    }

    /// Changes the stored elements in place; copies them first if a tensor taken from the parameter is alive.
    #[track_caller]
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut [F]) -> R) -> R {
        self.shared.write(change)
    }

    /// Exchanges the values of two parameters of one shape: without a copy if both live by themselves.
    pub(crate) fn exchange(&self, other: &Self) {
        if self.id() == other.id() {
            return;
        }
        if let (Home::Own(own), Home::Own(others)) = (&mut *self.shared.home_mut(), &mut *other.shared.home_mut()) {
            self.shared.touch();
            other.shared.touch();
            return std::mem::swap(own, others);
        }
        let (ours, theirs) = (self.copied(), other.copied());
        self.replace(theirs);
        other.replace(ours);
    }

    /// The stored value in memory of its own.
    fn copied(&self) -> Tensor<F> {
        Tensor::untracked(Array::copied(self.stored().as_slice(), self.shared.shape()))
    }

    /// Puts a value of the same shape, in the orientation in which the parameter was made.
    #[track_caller]
    pub(crate) fn replace(&self, value: Tensor<F>) {
        self.shared.replace(value);
    }

    /// Refuses a parameter that this thread would wait for because it holds the buffer in which it lives.
    pub(crate) fn check_not_lent(&self, place: &str) -> Result<()> {
        match &*self.shared.home() {
            Home::Member { group, .. } if group.is_lent() => {
                Err(Error::new(ErrorKind::Sharing, place.to_owned(), LENT))
            }
            _ => Ok(()),
        }
    }

    /// The value in the orientation in which the parameter was made, and its place in a buffer with others.
    #[inline]
    pub(crate) fn stored_at(&self) -> (Tensor<F>, Option<Place>) {
        match &*self.shared.home() {
            Home::Own(value) => (value.clone(), None),
            Home::Member { group, start } => {
                (Tensor::untracked(group.view(*start, self.shared.shape)), Some(group.place(*start)))
            }
        }
    }

    /// The buffer with others in which the value lives, and its place there.
    pub(crate) fn group(&self) -> Option<(Arc<Group<F>>, usize)> {
        match &*self.shared.home() {
            Home::Own(_) => None,
            Home::Member { group, start } => Some((group.clone(), *start)),
        }
    }

    /// Moves the value into a buffer with others.
    pub(crate) fn join(&self, group: &Arc<Group<F>>, start: usize) {
        let value = self.stored();
        let mut home = self.shared.home_mut();
        group.writing()[start..][..value.count()].copy_from_slice(value.as_slice());
        *home = Home::Member { group: group.clone(), start };
    }

    /// Moves the value out of a buffer with others, if anybody but the caller is there to read it.
    pub(crate) fn leave(&self) {
        if Arc::strong_count(&self.shared) > 1 {
            let value = self.copied();
            *self.shared.home_mut() = Home::Own(value);
        }
    }

    /// Notes that the value has changed in the buffer in which it lives.
    pub(crate) fn touch(&self) {
        self.shared.touch();
    }

    /// Another value with the same identity and frozen mark, upright: the parameter of a twin.
    #[inline]
    pub(crate) fn twin(&self, value: Tensor<F>) -> Self {
        Self { shared: Shared::new(self.id(), value, self.is_frozen()), transposed: false }
    }

    /// A new parameter with the same frozen mark that holds `value`, in the stored orientation.
    pub(crate) fn renewed<G: Float>(&self, value: Tensor<G>) -> Param<G> {
        Param { shared: Shared::new(Id::new(), value, self.is_frozen()), transposed: false }
    }

    /// This handle's orientation for another parameter.
    pub(crate) fn oriented(&self, transposed: bool) -> Self {
        Self { shared: self.shared.clone(), transposed }
    }
}

/// Shape, element type and marks, not the values.
impl<F: Float> fmt::Debug for Param<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Param<{}> {}", F::DTYPE, self.shape())?;
        if self.transposed {
            f.write_str(" transposed")?;
        }
        if self.is_frozen() {
            f.write_str(" frozen")?;
        }
        Ok(())
    }
}

/// A tensor that belongs to the model, is saved, copied and cast with it, and is never trained: running statistics, fixed
/// tables.
///
/// Like [`Param`] it is a handle with an identity, and not `Clone`.
///
/// ```
/// use recurve::{Buffer, Tensor};
///
/// let mut mean = Buffer::new(Tensor::<f32>::zeros([3]));
/// mean.set(Tensor::ones([3]))?;
/// assert_eq!(mean.get().sum().item(), 3.0);
/// # Ok::<(), recurve::Error>(())
/// ```
pub struct Buffer<F: Float = f32> {
    shared: Arc<Shared<F>>,
}

impl<F: Float> Buffer<F> {
    /// A new buffer that holds `value`.
    pub fn new(value: Tensor<F>) -> Self {
        Self { shared: Shared::new(Id::new(), value.detach(), true) }
    }

    /// The buffer's tensor, never tracked.
    pub fn get(&self) -> Tensor<F> {
        self.shared.get()
    }

    /// The buffer's shape.
    pub fn shape(&self) -> Shape {
        self.shared.shape()
    }

    /// Replaces the value for all handles of this buffer.
    ///
    /// # Errors
    ///
    /// When the shape differs; the buffer is unchanged then.
    pub fn set(&mut self, value: Tensor<F>) -> Result<()> {
        check_shape("Buffer::set", "value", value.shape(), &self.shape())?;
        self.shared.replace(value.detach());
        Ok(())
    }

    /// A second handle of the same buffer.
    #[must_use]
    pub fn share(&self) -> Self {
        Self { shared: self.shared.clone() }
    }

    /// The identity: equal for all handles of one buffer.
    pub fn id(&self) -> Id {
        self.shared.id
    }

    /// The number of changes so far.
    pub(crate) fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Relaxed)
    }

    pub(crate) fn renewed<G: Float>(&self, value: Tensor<G>) -> Buffer<G> {
        Buffer { shared: Shared::new(Id::new(), value, true) }
    }
}

/// Shape and element type, not the values.
impl<F: Float> fmt::Debug for Buffer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer<{}> {}", F::DTYPE, self.shape())
    }
}
