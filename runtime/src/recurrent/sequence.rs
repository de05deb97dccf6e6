//! Sequences: data over time, with what belongs to it.

mod contexts;
mod extent;

use std::sync::Arc;

use self::extent::{Extent, Layout};
use super::rows::{Move, Parts, count, each_shape};
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;
use crate::tensors::Tensors;

pub use self::contexts::AppendContext;

/// A batch of sequences: the data of all steps and, if the sequences differ, their lengths or a mask.
///
/// Scans take and return one, so lengths travel through stacked layers and pooling by themselves. The data is a tensor
/// or any value made of tensors ([`Tensors`]); inside it is time-major, `[T, B, …]`, and zero wherever a sequence has
/// no step, whatever stood there. A bare value converts into a time-major sequence. What is the same at all steps is a
/// context, `[B, …]`, which stands behind the data: see [`with_context`](Self::with_context).
///
/// ```
/// use recurve::{Cell, Gru, Sequence, Tensor, rand::{SeedableRng, rngs::StdRng}};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let (first, second) = (Gru::new(3, 4, &mut rng), Gru::new(4, 5, &mut rng));
/// let x = Tensor::normal([2, 7, 3], 0.0, 1.0, &mut rng); // [B, T, D]
/// let (ys, _) = first.scan(&Sequence::batch_major(x).lengths(&[7, 4])?, None)?;
/// let (ys, _) = second.scan(ys, None)?;
/// assert_eq!(ys.lengths_slice(), Some(&[7, 4][..]));
/// assert_eq!(ys.last()?.shape(), [2, 5]); // at steps 6 and 3
/// # Ok::<(), recurve::Error>(())
/// ```
///
/// Shapes that make no sequence are reported by the first method that returns a [`Result`]: [`checked`](Self::checked),
/// [`lengths`](Self::lengths), [`mask`](Self::mask), or the scan.
#[derive(Debug)]
pub struct Sequence<I> {
    data: I,
    extent: Result<Extent>,
    layout: Layout,
    valid: Valid,
    /// How many of the last tensors are contexts; `None` for bare data, of which only the cell that scans it knows.
    contexts: Option<usize>,
}

/// Which steps belong to a sequence; the masks are time-major.
#[derive(Clone, Debug)]
enum Valid {
    All,
    Lengths { lengths: Arc<[usize]>, mask: Tensor<bool> },
    Mask(Tensor<bool>),
}

impl<I: Tensors> Sequence<I> {
    /// Sequences from data `[T, B, …]`: time is the first axis of each tensor, the batch the second.
    ///
    /// A scan reads the last tensors as contexts `[B, …]`, as many as its cell has
    /// ([`Cell::CONTEXTS`](crate::Cell::CONTEXTS)). All other methods know no cell and take every tensor for one over
    /// time: append contexts by [`with_context`](Self::with_context) if the sequences get lengths or a mask.
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::time_major(Tensor::<f32>::zeros([7, 2, 3]));
    /// assert_eq!((xs.steps(), xs.batch()), (7, 2));
    /// ```
    pub fn time_major(data: I) -> Self {
        let layout = Layout::TimeMajor;
        Self { extent: Extent::of(&data, layout), data, layout, valid: Valid::All, contexts: None }
    }

    /// Sequences from data `[B, T, …]`: the batch is the first axis of each tensor, time the second. The first two
    /// axes are swapped here. Contexts are not among them: append them by [`with_context`](Self::with_context).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::batch_major(Tensor::<f32>::zeros([2, 7, 3]));
    /// assert_eq!(xs.data().shape(), [7, 2, 3]);
    /// ```
    #[doc(alias = "batch_first")]
    pub fn batch_major(data: I) -> Self {
        let layout = Layout::BatchMajor;
        let extent = Extent::of(&data, layout);
        let data = if extent.is_ok() { Move::Swap.of(&data) } else { data };
        Self { data, extent, layout, valid: Valid::All, contexts: Some(0) }
    }

    /// Says where each of the `B` sequences ends: after `lengths[b]` steps, from 0 to `T`.
    ///
    /// # Errors
    ///
    /// When the number of lengths is not `B`, a length is above `T`, the sequences have lengths or a mask already, and
    /// as [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::time_major(Tensor::<f32>::ones([5, 2])).lengths(&[5, 3])?;
    /// assert_eq!(xs.data().sum().item(), 8.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[doc(alias = "pack_padded_sequence")]
    pub fn lengths(self, lengths: &[usize]) -> Result<Self> {
        let Extent { steps, batch } = self.unmarked_extent("Sequence::lengths")?;
        if lengths.len() != batch {
            let message = format!("expected one length for each of {batch} sequences, found {}", lengths.len());
            return Err(Error::new(ErrorKind::Shape, "Sequence::lengths", message));
        }
        if let Some((at, length)) = lengths.iter().enumerate().find(|(_, length)| **length > steps) {
            let message = format!("length {length} of sequence {at} is above the {steps} steps of the data");
            return Err(Error::new(ErrorKind::Value, "Sequence::lengths", message));
        }
        let mask = Tensor::build([steps, batch].into(), |mask| {
            for (step, row) in mask.chunks_exact_mut(batch.max(1)).enumerate() {
                row.iter_mut().zip(lengths).for_each(|(valid, &length)| *valid = step < length);
            }
        });
        Ok(self.marked(Valid::Lengths { lengths: lengths.into(), mask }))
    }

    /// Says which steps belong to a sequence, holes included. The mask is laid out as the data was given: `[T, B]`,
    /// or `[B, T]` for [`batch_major`](Self::batch_major).
    ///
    /// # Errors
    ///
    /// When the mask has another shape, the sequences have lengths or a mask already, and as
    /// [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let mask = Tensor::from([[true, true], [false, true], [true, false]]);
    /// let xs = Sequence::time_major(Tensor::<f32>::ones([3, 2])).mask(mask)?;
    /// assert_eq!(xs.data().sum().item(), 4.0);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn mask(self, mask: Tensor<bool>) -> Result<Self> {
        let Extent { steps, batch } = self.unmarked_extent("Sequence::mask")?;
        let (expected, data) = match self.layout {
            Layout::TimeMajor => ([steps, batch], "time-major"),
            Layout::BatchMajor => ([batch, steps], "batch-major"),
        };
        if mask.shape() != expected {
            let expected = format!("{expected:?} beside {data} data");
            return Err(Error::shape("Sequence::mask", "mask", expected, mask.shape()));
        }
        let mask = if self.layout == Layout::BatchMajor { Move::Swap.of(&mask) } else { mask };
        Ok(self.marked(Valid::Mask(mask)))
    }

    /// This sequence if its data is one, and otherwise the error that a scan would return: for functions that take
    /// `impl Into<Sequence<_>>`.
    ///
    /// # Errors
    ///
    /// When the data holds no tensor, a tensor has less than two axes, two tensors differ in `T` or `B`, or a context
    /// has not `B` rows. Only a scan finds contexts inside of bare data.
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let error = Sequence::time_major(Tensor::<f32>::zeros([7])).checked().unwrap_err();
    /// assert_eq!(error.to_string(), "Sequence: `data` should have shape [T, B, ..], found [7]");
    /// ```
    pub fn checked(self) -> Result<Self> {
        match &self.extent {
            Ok(_) => Ok(self),
            Err(error) => Err(error.clone()),
        }
    }

    /// The data, time-major: `[T, B, …]`, zero where a sequence has no step. Contexts `[B, …]` stand behind it.
    pub fn data(&self) -> &I {
        &self.data
    }

    /// The data, time-major: `[T, B, …]`, zero where a sequence has no step. Contexts `[B, …]` stand behind it.
    pub fn into_data(self) -> I {
        self.data
    }

    /// The data with the batch first: `[B, T, …]`. Contexts, `[B, …]`, stay as they are.
    ///
    /// # Panics
    ///
    /// When the data is no sequence, with the message of [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::time_major(Tensor::<f32>::zeros([7, 2, 3]));
    /// assert_eq!(xs.to_batch_major().shape(), [2, 7, 3]);
    /// ```
    #[track_caller]
    pub fn to_batch_major(&self) -> I {
        let _ = self.known_extent();
        self.moved(Move::Swap)
    }

    /// The number of steps `T`.
    ///
    /// # Panics
    ///
    /// When the data is no sequence, with the message of [`checked`](Self::checked).
    #[track_caller]
    pub fn steps(&self) -> usize {
        self.known_extent().steps
    }

    /// The number of sequences `B`.
    ///
    /// # Panics
    ///
    /// When the data is no sequence, with the message of [`checked`](Self::checked).
    #[track_caller]
    pub fn batch(&self) -> usize {
        self.known_extent().batch
    }

    /// The length of each sequence, if lengths were given.
    pub fn lengths_slice(&self) -> Option<&[usize]> {
        match &self.valid {
            Valid::Lengths { lengths, .. } => Some(lengths),
            Valid::All | Valid::Mask(_) => None,
        }
    }

    /// Which steps belong to a sequence, `[T, B]`, if lengths or a mask were given.
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::time_major(Tensor::<f32>::ones([2, 2])).lengths(&[2, 1])?;
    /// assert_eq!(xs.mask_tensor(), Some(&Tensor::from([[true, true], [true, false]])));
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn mask_tensor(&self) -> Option<&Tensor<bool>> {
        match &self.valid {
            Valid::All => None,
            Valid::Lengths { mask, .. } | Valid::Mask(mask) => Some(mask),
        }
    }

    /// Applies a layer to the data of all steps at once, as in `ys.map(|y| linear.forward(y))`; `T`, `B`, lengths and
    /// mask stay.
    ///
    /// # Errors
    ///
    /// What `layer` returns as an error; when its result has not `T` and `B` as first axes; when the sequences have
    /// contexts, which belong behind the layer's result; and as [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::time_major(Tensor::<f32>::zeros([2, 2, 3])).lengths(&[2, 1])?;
    /// let ys = xs.map(|x| Ok(x.sum_axes(2) + 1.0))?;
    /// assert_eq!(ys.data().to_vec(), [1.0, 1.0, 1.0, 0.0]); // zero past the end again
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn map<J: Tensors>(&self, layer: impl FnOnce(&I) -> Result<J>) -> Result<Sequence<J>> {
        let Extent { steps, batch } = self.extent.clone()?;
        self.check_no_contexts("Sequence::map")?;
        let data = layer(&self.data)?;
        each_shape(&data, "result", |path, shape| match shape {
            [t, b, ..] if (*t, *b) == (steps, batch) => Ok(()),
            _ => Err(Error::shape("Sequence::map", path, format_args!("[{steps}, {batch}, ..]"), shape)),
        })?;
        Ok(self.with_outputs(data).marked(self.valid.clone()))
    }

    /// Data of the same steps, which is zero already where a sequence has no step.
    pub(super) fn with_outputs<O>(&self, data: O) -> Sequence<O> {
        let (extent, valid) = (self.extent.clone(), self.valid.clone());
        Sequence { data, extent, layout: Layout::TimeMajor, valid, contexts: Some(0) }
    }

    /// How many of the tensors run over time: all but the contexts behind them.
    pub(super) fn over_time(&self) -> usize {
        count(&self.data) - self.contexts.unwrap_or(0)
    }

    /// The data with its tensors over time moved, and contexts as they are.
    fn moved(&self, steps: Move<'_>) -> I {
        Parts { over_time: self.over_time(), steps, contexts: Move::Keep }.of(&self.data)
    }

    fn marked(self, valid: Valid) -> Self {
        let contexts = Some(self.contexts.unwrap_or(0));
        let marked = Self { valid, contexts, ..self };
        let data = marked.mask_tensor().map(|mask| marked.moved(Move::Clean(mask)));
        match data {
            Some(data) => Self { data, ..marked },
            None => marked,
        }
    }

    fn unmarked_extent(&self, place: &'static str) -> Result<Extent> {
        let extent = self.extent.clone()?;
        let present = match &self.valid {
            Valid::All => return Ok(extent),
            Valid::Lengths { .. } => "lengths",
            Valid::Mask(_) => "a mask",
        };
        let message = format!("the sequences have {present} already; say which steps are valid once, by one mask");
        Err(Error::new(ErrorKind::Value, place, message))
    }

    /// `T` and `B`.
    pub(super) fn sizes(&self) -> Result<[usize; 2]> {
        let Extent { steps, batch } = self.extent.clone()?;
        Ok([steps, batch])
    }

    #[track_caller]
    fn known_extent(&self) -> Extent {
        match &self.extent {
            Ok(extent) => *extent,
            Err(error) => panic!("{error}"),
        }
    }
}

impl<I: Tensors> Clone for Sequence<I> {
    fn clone(&self) -> Self {
        let data = Move::Keep.of(&self.data);
        let (extent, valid) = (self.extent.clone(), self.valid.clone());
        Self { data, extent, layout: self.layout, valid, contexts: self.contexts }
    }
}

/// Reads the data as time-major.
impl<I: Tensors> From<I> for Sequence<I> {
    fn from(data: I) -> Self {
        Self::time_major(data)
    }
}

/// Reads the data as time-major; costs no copy.
impl<I: Tensors> From<&I> for Sequence<I> {
    fn from(data: &I) -> Self {
        Self::time_major(Move::Keep.of(data))
    }
}

/// Costs no copy.
impl<I: Tensors> From<&Self> for Sequence<I> {
    fn from(sequence: &Self) -> Self {
        sequence.clone()
    }
}
