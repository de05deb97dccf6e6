//! Mini-batches.

use rand::Rng;

use super::shuffled;
use crate::error::{Error, ErrorKind, Result};

/// The numbers of the examples of each mini-batch of an epoch, from [`batches`] or [`shuffled_batches`].
#[derive(Clone, Debug)]
pub struct Batches {
    order: Vec<usize>,
    size: usize,
    at: usize,
}

impl Batches {
    /// Leaves the last batch out if it is smaller than the others.
    ///
    /// ```
    /// use recurve::data::batches;
    ///
    /// assert_eq!(batches(7, 3)?.without_rest().collect::<Vec<_>>(), [[0, 1, 2], [3, 4, 5]]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "drop_last")]
    pub fn without_rest(mut self) -> Self {
        let rest = (self.order.len() - self.at) % self.size;
        self.order.truncate(self.order.len() - rest);
        self
    }
}

impl Iterator for Batches {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let batch = self.order[self.at..].chunks(self.size).next()?;
        self.at += batch.len();
        Some(batch.to_vec())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.order.len() - self.at).div_ceil(self.size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches {}

/// Mini-batches of `size` of the examples `0..count` in their order; the last one may be smaller.
///
/// # Errors
///
/// When `size` is 0.
///
/// ```
/// use recurve::Tensor;
/// use recurve::data::batches;
///
/// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]]); // [B, D]
/// let sums = batches(3, 2)?.map(|batch| Ok(x.index_select(0, &Tensor::from(batch))?.sum().item()));
/// assert_eq!(sums.collect::<recurve::Result<Vec<f32>>>()?, [10.0, 11.0]);
/// # Ok::<(), recurve::Error>(())
/// ```
pub fn batches(count: usize, size: usize) -> Result<Batches> {
    Batches::new("data::batches", (0..count).collect(), size)
}

/// Mini-batches of `size` of the examples `0..count`, shuffled: each example once. Call it once for each epoch.
///
/// # Errors
///
/// When `size` is 0.
///
/// ```
/// use recurve::data::shuffled_batches;
/// use recurve::rand::{SeedableRng, rngs::StdRng};
///
/// let epoch = |seed| shuffled_batches(10, 4, &mut StdRng::seed_from_u64(seed));
/// let batches: Vec<Vec<usize>> = epoch(1)?.collect();
/// assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
/// assert_eq!(batches, epoch(1)?.collect::<Vec<_>>());
/// assert_ne!(batches, epoch(2)?.collect::<Vec<_>>());
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "DataLoader")]
pub fn shuffled_batches(count: usize, size: usize, rng: &mut (impl Rng + ?Sized)) -> Result<Batches> {
    Batches::new("data::shuffled_batches", shuffled(count, rng), size)
}

impl Batches {
    fn new(place: &'static str, order: Vec<usize>, size: usize) -> Result<Self> {
        if size == 0 {
            return Err(Error::new(ErrorKind::Value, place, "the size of a batch should be at least 1, found 0"));
        }
        Ok(Self { order, size, at: 0 })
    }
}
