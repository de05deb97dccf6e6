//! From sequences to one value each: last, mean, max, attention. Steps that are not valid take no part.

use super::rows::{Move, join, spread};
use super::sequence::Sequence;
use crate::array::element::Float;
use crate::check::check_shape;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;
use crate::tensors::Tensors;

impl<I: Tensors> Sequence<I> {
    /// The data at each sequence's own last valid step: `[T, B, H]` → `[B, H]`, each tensor of a tuple for itself. Zeros
    /// for a sequence without steps.
    ///
    /// # Errors
    ///
    /// When the data is no sequence, see [`checked`](Self::checked), or has contexts, which have no last step.
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]); // T = 3, B = 2
    /// let last = Sequence::time_major(xs).lengths(&[3, 1])?.last()?;
    /// assert_eq!(last.to_vec(), [5.0_f32, 2.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn last(&self) -> Result<I> {
        let [steps, batch] = self.sizes()?;
        self.check_no_contexts("Sequence::last")?;
        if steps > 0 && self.mask_tensor().is_none() {
            return Ok(Move::Step(steps - 1).of(self.data()));
        }
        let rows = Move::Merge.of(self.data());
        let none = steps * batch;
        let last = |row| (0..steps).rev().map(|step| step * batch + row).find(|&at| self.is_valid(at)).unwrap_or(none);
        let order: Vec<usize> = (0..batch).map(last).collect();
        if order.iter().all(|&at| at < none) {
            return Ok(Move::Pick(&order.into()).of(&rows));
        }
        let zero = Move::ZeroRow.of(&rows);
        let both = join("Sequence::last", "data", &[rows, zero])?;
        Ok(Move::Pick(&order.into()).of(&both))
    }

    /// Whether the step and sequence at this place of `[T·B]` is valid.
    fn is_valid(&self, at: usize) -> bool {
        self.mask_tensor().is_none_or(|mask| mask.as_slice()[at])
    }

    fn count_valid(&self, row: usize) -> usize {
        let batch = self.batch();
        (0..self.steps()).filter(|step| self.is_valid(step * batch + row)).count()
    }
}

impl<F: Float> Sequence<Tensor<F>> {
    /// The mean over each sequence's valid steps: `[T, B, H]` → `[B, H]`. Zeros for a sequence without steps.
    ///
    /// # Errors
    ///
    /// When the data is no sequence, see [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Tensor::from([[1.0, 2.0], [3.0, 4.0]]); // T = 2, B = 2
    /// let mean = Sequence::time_major(xs).lengths(&[2, 1])?.mean()?;
    /// assert_eq!(mean.to_vec(), [2.0_f32, 2.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn mean(&self) -> Result<Tensor<F>> {
        let [_, batch] = self.sizes()?;
        // Zeros stand where a step is not valid.
        let total = self.data().sum_axes(0);
        let counts = Tensor::build([batch].into(), |counts| {
            for (row, count) in counts.iter_mut().enumerate() {
                *count = F::from_f64(self.count_valid(row).max(1) as f64);
            }
        });
        Ok(&total / spread(&counts, total.rank()))
    }

    /// The largest value of each feature over each sequence's valid steps: `[T, B, H]` → `[B, H]`. Zeros for a
    /// sequence without steps. Ties share the gradient evenly.
    ///
    /// # Errors
    ///
    /// When the data is no sequence, see [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Tensor::from([[-1.0, -4.0], [-3.0, -2.0]]); // T = 2, B = 2
    /// let max = Sequence::time_major(xs).lengths(&[2, 1])?.max()?;
    /// assert_eq!(max.to_vec(), [-1.0_f32, -4.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn max(&self) -> Result<Tensor<F>> {
        let [steps, batch] = self.sizes()?;
        if steps == 0 {
            return self.mean();
        }
        let Some(mask) = self.mask_tensor() else { return Ok(self.data().max_axes(0)) };
        let lowest = Tensor::scalar(-F::INFINITY);
        let max = self.data().select(&spread(mask, self.data().rank()), &lowest).max_axes(0);
        let some: Vec<bool> = (0..batch).map(|row| self.count_valid(row) > 0).collect();
        Ok(max.select(&spread(&some.into(), max.rank()), &Tensor::scalar(F::ZERO)))
    }

    /// Softmax over each sequence's valid steps: from scores `[T, B]` to weights `[T, B]` with the sum 1, which are 0
    /// elsewhere. All are 0 for a sequence without steps.
    ///
    /// # Errors
    ///
    /// When the scores have another shape, and when the data is no sequence, see [`checked`](Self::checked).
    ///
    /// ```
    /// use recurve::{Sequence, Tensor};
    ///
    /// let xs = Sequence::time_major(Tensor::<f32>::zeros([2, 2, 3])).lengths(&[2, 1])?;
    /// let weights = xs.attention_weights(&Tensor::zeros([2, 2]))?;
    /// assert_eq!(weights.to_vec(), [0.5, 1.0, 0.5, 0.0]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn attention_weights(&self, scores: &Tensor<F>) -> Result<Tensor<F>> {
        let [steps, batch] = self.sizes()?;
        check_scores(scores.shape(), steps, batch)?;
        let Some(mask) = self.mask_tensor() else { return Ok(scores.softmax(0)) };
        // A column of -inf alone has no softmax.
        let other = Tensor::build([batch].into(), |other| {
            for (row, other) in other.iter_mut().enumerate() {
                *other = if self.count_valid(row) > 0 { -F::INFINITY } else { F::ZERO };
            }
        });
        Ok(scores.select(mask, &other).softmax(0).select(mask, &Tensor::scalar(F::ZERO)))
    }

    /// The sum over time of the data weighted by [`attention_weights`](Self::attention_weights): scores `[T, B]`,
    /// `[T, B, H]` → `[B, H]`. Zeros for a sequence without steps.
    ///
    /// # Errors
    ///
    /// As [`attention_weights`](Self::attention_weights).
    ///
    /// ```
    /// use recurve::nn::Linear;
    /// use recurve::{Forward, Sequence, Tensor, rand::{SeedableRng, rngs::StdRng}};
    ///
    /// let xs = Sequence::time_major(Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]])).lengths(&[2, 1])?;
    /// let pooled = xs.attention(&Tensor::zeros([2, 2]))?;
    /// assert_eq!(pooled.to_vec(), [2.0, 2.0]);
    ///
    /// let ys = Sequence::time_major(Tensor::<f32>::ones([7, 2, 3])).lengths(&[7, 4])?;
    /// let scorer = Linear::new(3, 1, &mut StdRng::seed_from_u64(1));
    /// let scores = scorer.forward(ys.data())?.squeeze(-1); // [T, B, 1] → [T, B]
    /// assert_eq!(ys.attention(&scores)?.shape(), [2, 3]);
    /// # Ok::<(), recurve::Error>(())
    /// ```
    pub fn attention(&self, scores: &Tensor<F>) -> Result<Tensor<F>> {
        let weights = self.attention_weights(scores)?;
        Ok((self.data() * spread(&weights, self.data().rank())).sum_axes(0))
    }
}

/// Refuses scores of another shape, those of a layer with one output `[T, B, 1]` with advice.
fn check_scores(found: &[usize], steps: usize, batch: usize) -> Result<()> {
    if found == [steps, batch, 1] {
        let message = format!(
            "`scores` should have shape [{steps}, {batch}], found {found:?}; drop the last axis with `squeeze(-1)`"
        );
        return Err(Error::new(ErrorKind::Shape, "Sequence::attention", message));
    }
    check_shape("Sequence::attention", "scores", found, &[steps, batch])
}
