//! Which examples take part in which step, and where their rows stand.

use crate::array::Array;

/// The rows of all steps, one step after the other.
///
/// Examples are sorted by their numbers of steps, longest first, so that the first `count(t)` of them take part in step
/// t. Row `offset(t) + b` belongs to example b.
#[derive(Clone)]
pub(crate) struct RowLayout {
    batch: usize,
    steps: usize,
    /// For each step, how many take part in it, and the number of rows of the steps before; nothing where all always do.
    ragged: Option<Array<usize>>,
}

impl RowLayout {
    /// All `batch` examples take part in all `steps`.
    pub(crate) fn full(steps: usize, batch: usize) -> Self {
        Self { batch, steps, ragged: None }
    }

    /// `counts` says how many of the examples take part in each step; it never increases.
    pub(crate) fn packed(counts: &[usize], batch: usize) -> Self {
        assert!(counts.is_sorted_by(|before, after| before >= after), "the longest example comes first");
        assert!(counts.first().is_none_or(|&first| first <= batch), "no more examples take part than there are");
        if counts.iter().all(|&count| count == batch) {
            return Self::full(counts.len(), batch);
        }
        let ragged = Array::build([counts.len(), 2].into(), |steps| {
            let mut offset = 0;
            for (step, &count) in steps.chunks_exact_mut(2).zip(counts) {
                step.copy_from_slice(&[count, offset]);
                offset += count;
            }
        });
        Self { batch, steps: counts.len(), ragged: Some(ragged) }
    }

    pub(crate) fn batch(&self) -> usize {
        self.batch
    }

    pub(crate) fn steps(&self) -> usize {
        self.steps
    }

    /// Of all steps together.
    pub(crate) fn rows(&self) -> usize {
        match &self.ragged {
            None => self.steps * self.batch,
            Some(_) => self.steps.checked_sub(1).map_or(0, |last| self.count(last) + self.offset(last)),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.ragged.is_none()
    }

    /// How many examples take part in a step.
    #[inline]
    pub(crate) fn count(&self, step: usize) -> usize {
        self.ragged.as_ref().map_or(self.batch, |steps| steps.as_slice()[2 * step])
    }

    /// The row of the first example in a step.
    #[inline]
    pub(crate) fn offset(&self, step: usize) -> usize {
        self.ragged.as_ref().map_or(self.batch * step, |steps| steps.as_slice()[2 * step + 1])
    }

    /// The first example such that the examples before it have at least so many rows together.
    pub(crate) fn first_with(&self, rows: usize) -> usize {
        let mut before = 0;
        let reached = |example: &usize| {
            let reached = before >= rows;
            before += self.steps_of(*example);
            reached
        };
        (0..self.batch).find(reached).unwrap_or(self.batch)
    }

    /// How many steps an example takes part in.
    pub(crate) fn steps_of(&self, example: usize) -> usize {
        match &self.ragged {
            None => self.steps,
            Some(steps) => {
                let (steps, _) = steps.as_slice().as_chunks::<2>();
                steps[..self.steps].partition_point(|&[count, _]| count > example)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_ragged_batch_stand_one_step_after_the_other() {
        let layout = RowLayout::packed(&[3, 2, 2], 4);
        assert_eq!([0, 1, 2].map(|step| layout.offset(step)), [0, 3, 5]);
        assert_eq!([0, 1, 2, 3].map(|example| layout.steps_of(example)), [3, 3, 1, 0]);
        assert_eq!((layout.rows(), layout.is_full()), (7, false));
    }

    #[test]
    fn examples_are_counted_by_their_rows() {
        let layout = RowLayout::packed(&[4, 2, 1, 1], 5);
        assert_eq!([0, 1, 4, 5, 6, 8].map(|rows| layout.first_with(rows)), [0, 1, 1, 2, 2, 4]);
    }

    #[test]
    fn full_batches_are_recognised() {
        let layout = RowLayout::packed(&[2, 2, 2], 2);
        assert!(layout.is_full());
        assert_eq!((layout.rows(), layout.offset(2), layout.count(2), layout.steps_of(1)), (6, 4, 2, 3));
    }
}
