//! Contexts: what a cell reads besides the sequences, the same at all steps.

use super::super::rows::count;
use super::Sequence;
use super::extent::{Extent, in_words};
use crate::array::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;
use crate::tensors::Tensors;

impl<I: Tensors> Sequence<I> {
    /// The same sequences with a context behind their data: `[B, …]`, one row for each sequence, the same at all
    /// steps. The data becomes a tuple with one more element, which is what a cell reads whose last
    /// [`CONTEXTS`](crate::Cell::CONTEXTS) inputs are contexts; for several contexts, append one after the other.
    ///
    /// It makes no difference whether a context is appended before or after [`lengths`](Self::lengths) or
    /// [`mask`](Self::mask). A context has no time axis: neither [`batch_major`](Self::batch_major) nor padding
    /// changes it.
    ///
    /// A bare time-major value may hold its contexts itself, `cell.scan(&(xs, m), None)`, since then the scan reads it
    /// as the cell does. All other sequences need this method: a scan refuses any whose number of contexts is not the
    /// cell's. A context with another number of rows is reported as data that is no sequence
    /// ([`checked`](Self::checked)).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let (x, speaker) = (Tensor::<f32>::ones([2, 7, 3]), Tensor::<f32>::ones([2, 5])); // [B, T, D] and [B, K]
    /// let xs = Sequence::batch_major(x).lengths(&[7, 4])?.with_context(speaker);
    /// assert_eq!((xs.steps(), xs.batch()), (7, 2));
    /// assert_eq!(xs.data().0.shape(), [7, 2, 3]);
    /// assert_eq!(xs.data().1.shape(), [2, 5]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[must_use]
    pub fn with_context<C: Tensors>(self, context: C) -> Sequence<I::With<C>>
    where
        I: AppendContext,
    {
        let (over_time, contexts) = (self.over_time(), self.contexts.unwrap_or(0) + count(&context));
        let data = self.data.append(context);
        let extent = self.extent.and_then(|extent| extent.check_contexts(&data, over_time).map(|()| extent));
        Sequence { data, extent, layout: self.layout, valid: self.valid, contexts: Some(contexts) }
    }

    /// This sequence as a cell with so many contexts reads it.
    ///
    /// Only bare data is read in the cell's way: elsewhere a context that was taken for a tensor over time has been
    /// swapped or cleaned already, and where shapes happen to fit nothing else would tell.
    pub(in crate::recurrent) fn read_with(self, place: &str, contexts: usize) -> Result<Self> {
        match self.contexts {
            None => {
                let extent = Ok(Extent::before_contexts(&self.data, contexts)?);
                Ok(Self { extent, contexts: Some(contexts), ..self })
            }
            Some(found) if found == contexts => self.checked(),
            Some(found) => {
                self.extent?;
                Err(other_contexts(place, contexts, found))
            }
        }
    }

    pub(super) fn check_no_contexts(&self, place: &'static str) -> Result<()> {
        let contexts = self.contexts.unwrap_or(0);
        if contexts == 0 {
            return Ok(());
        }
        let message = format!(
            "expected sequences with no contexts, found {contexts}; a layer acts on what runs over time, so append \
             contexts by `.with_context(..)` to its result"
        );
        Err(Error::new(ErrorKind::Value, place, message))
    }
}

fn other_contexts(place: &str, expected: usize, found: usize) -> Error {
    let cure = if found < expected {
        "leave what is the same at all steps out of the data and append each such context by `.with_context(..)`"
    } else {
        "append by `.with_context(..)` only what the cell reads as a context, and leave the rest in the data"
    };
    let expected = in_words(expected);
    let found = if found == 0 { "none".to_owned() } else { found.to_string() };
    let message = format!("expected sequences with {expected}, found {found}; {cure}");
    Error::new(ErrorKind::Value, place.to_owned(), message)
}

mod sealed {
    pub trait Sealed {}
}

/// Data behind which a context can be put: a tensor, or a tuple of up to 7 elements. Sealed.
///
/// [`Sequence::with_context`] needs it.
///
/// ```
/// use recurve::{Sequence, Tensor};
///
/// let (x, dt) = (Tensor::<f32>::ones([7, 2, 3]), Tensor::<f32>::ones([7, 2])); // [T, B, D] and [T, B]
/// let (one, two) = (Tensor::<f32>::ones([2, 5]), Tensor::from([0_usize, 4])); // [B, K] and [B]
/// let xs = Sequence::time_major((x, dt)).with_context(one).with_context(two);
/// let (x, dt, one, two) = xs.into_data();
/// assert_eq!((x.shape(), dt.shape()), (&[7, 2, 3][..], &[7, 2][..]));
/// assert_eq!((one.shape(), two.shape()), (&[2, 5][..], &[2][..]));
/// ```
#[diagnostic::on_unimplemented(
    message = "a context cannot be appended to `{Self}`",
    note = "it can be appended to a tensor or a tuple of up to 7 elements, and makes a tuple with one more"
)]
pub trait AppendContext: Tensors + sealed::Sealed {
    /// The tuple with one more element.
    type With<C: Tensors>: Tensors;

    #[doc(hidden)]
    fn append<C: Tensors>(self, context: C) -> Self::With<C>;
}

impl<E: Element> sealed::Sealed for Tensor<E> {}

impl<E: Element> AppendContext for Tensor<E> {
    type With<C: Tensors> = (Self, C);

    fn append<C: Tensors>(self, context: C) -> (Self, C) {
        (self, context)
    }
}

macro_rules! tuple {
    ($($part:ident $index:tt),+) => {
        impl<$($part: Tensors),+> sealed::Sealed for ($($part,)+) {}

        impl<$($part: Tensors),+> AppendContext for ($($part,)+) {
            type With<Context: Tensors> = ($($part,)+ Context);

            fn append<Context: Tensors>(self, context: Context) -> Self::With<Context> {
                ($(self.$index,)+ context)
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
