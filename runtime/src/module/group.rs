//! One buffer in which several parameters live.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;

/// The elements of several parameters behind one another. Whoever reads gets an array that shares them; whoever writes
/// while such an array is alive copies all of them first, and the copy is counted.
pub(crate) struct Group<F: Float> {
    count: usize,
    elements: RwLock<Array<F>>,
    /// The thread that holds a [`Writing`], or 0: waiting for itself it would wait for ever.
    writer: AtomicUsize,
    copies: AtomicU64,
}

impl<F: Float> Group<F> {
    pub(crate) fn zeros(count: usize) -> Self {
        let elements = RwLock::new(Array::filled([count].into(), F::ZERO));
        Self { count, elements, writer: AtomicUsize::new(0), copies: AtomicU64::new(0) }
    }

    /// All elements.
    #[track_caller]
    pub(crate) fn elements(&self) -> Array<F> {
        self.refuse_own_writer();
        self.elements.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The elements from `start` under `shape`.
    #[inline]
    #[track_caller]
    pub(crate) fn view(&self, start: usize, shape: Shape) -> Array<F> {
        self.refuse_own_writer();
        self.elements.read().unwrap_or_else(PoisonError::into_inner).range(start, shape)
    }

    /// The elements for writing; others wait until they are given back.
    #[track_caller]
    pub(crate) fn writing(&self) -> Writing<'_, F> {
        self.refuse_own_writer();
        let mut elements = self.elements.write().unwrap_or_else(PoisonError::into_inner);
        if elements.unique().is_none() {
            self.copies.fetch_add(1, Ordering::Relaxed);
            elements.make_mut();
        }
        self.writer.store(this_thread(), Ordering::Relaxed);
        Writing { elements, writer: &self.writer }
    }

    /// How often all elements were copied because somebody kept the old ones.
    pub(crate) fn copies(&self) -> u64 {
        self.copies.load(Ordering::Relaxed)
    }

    /// The place of a parameter that starts at `start`.
    pub(crate) fn place(self: &Arc<Self>, start: usize) -> Place {
        Place { group: Arc::as_ptr(self).addr(), start, length: self.count }
    }

    /// Whether this thread is writing now.
    pub(crate) fn is_lent(&self) -> bool {
        // Only this thread stores its own number, so no order with other threads is needed.
        let writer = self.writer.load(Ordering::Relaxed);
        writer != 0 && writer == this_thread()
    }

    #[inline]
    #[track_caller]
    fn refuse_own_writer(&self) {
        assert!(!self.is_lent(), "{LENT}");
    }
}

/// Where a parameter starts in a [`Group`], which is told by its address, and the number of elements there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) group: usize,
    pub(crate) start: usize,
    pub(crate) length: usize,
}

pub(crate) const LENT: &str = "the parameter lives in a flat buffer that is borrowed by `params_mut` on this thread; drop \
                               the guard first";

/// A number other than 0 that no other living thread has.
fn this_thread() -> usize {
    thread_local! {
        static MARK: u8 = const { 0 };
    }
    MARK.try_with(|mark| std::ptr::from_ref(mark).addr()).unwrap_or(usize::MAX)
}

/// The elements of a [`Group`] for writing.
pub(crate) struct Writing<'a, F: Float> {
    elements: RwLockWriteGuard<'a, Array<F>>,
    writer: &'a AtomicUsize,
}

impl<F: Float> Deref for Writing<'_, F> {
    type Target = [F];

    #[inline]
    fn deref(&self) -> &[F] {
        self.elements.as_slice()
    }
}

impl<F: Float> DerefMut for Writing<'_, F> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [F] {
        // Nobody can have taken an array since the lock was taken.
        self.elements.make_mut()
    }
}

impl<F: Float> Drop for Writing<'_, F> {
    fn drop(&mut self) {
        self.writer.store(0, Ordering::Relaxed);
    }
}
