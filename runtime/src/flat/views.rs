//! Borrowed elements of a flat model.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Range};

use crate::array::Array;
use crate::array::element::Float;
use crate::module::{Writing, vector};

/// Elements of a [`Flat`](super::Flat) model for reading; dereferences to a slice.
///
/// While it lives the flat model cannot be written. A handle that was shared before can, and then writes to a copy, which
/// is counted: the elements here stay as they are.
pub struct View<'a, F: Float> {
    elements: Array<F>,
    model: PhantomData<&'a ()>,
}

impl<F: Float> View<'_, F> {
    pub(super) fn new(elements: Array<F>) -> Self {
        Self { elements, model: PhantomData }
    }
}

impl<F: Float> Deref for View<'_, F> {
    type Target = [F];

    #[inline]
    fn deref(&self) -> &[F] {
        self.elements.as_slice()
    }
}

impl<F: Float> fmt::Debug for View<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

vector::as_slice!([F: Float] View<'_, F>);

/// Elements of a [`Flat`](super::Flat) model for writing; dereferences to a slice.
///
/// While it lives nobody else reads or writes them: other threads wait, and a handle that was shared before panics on this
/// thread, or returns an error where it can.
///
/// ```compile_fail
/// use recurve::{Param, Tensor, flat::Flat};
///
/// let mut model = Flat::new(Param::new(Tensor::from([1.0_f32])))?;
/// let mut elements = model.params_mut::<f32>();
/// model.get(); // the model is borrowed
/// elements[0] = 2.0;
/// # Ok::<(), recurve::Error>(())
/// ```
pub struct ViewMut<'a, F: Float> {
    elements: Writing<'a, F>,
    range: Range<usize>,
}

impl<'a, F: Float> ViewMut<'a, F> {
    pub(super) fn new(elements: Writing<'a, F>, range: Range<usize>) -> Self {
        Self { elements, range }
    }
}

impl<F: Float> Deref for ViewMut<'_, F> {
    type Target = [F];

    #[inline]
    fn deref(&self) -> &[F] {
        &self.elements[self.range.clone()]
    }
}

impl<F: Float> DerefMut for ViewMut<'_, F> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [F] {
        &mut self.elements[self.range.clone()]
    }
}

impl<F: Float> fmt::Debug for ViewMut<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

vector::as_slice!([F: Float] ViewMut<'_, F>);
