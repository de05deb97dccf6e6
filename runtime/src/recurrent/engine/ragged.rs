//! Sequences of different lengths, or with holes, as rows without gaps.
//!
//! A state is held where a sequence has no step, so a sequence with holes is one with fewer steps. Sorted by their
//! numbers of steps, the sequences that take part in a step are always the first ones.

use std::cmp::Reverse;

use super::rows::RowLayout;
use crate::array::Array;
use crate::array::element::Float;
use crate::array::shape::Shape;
use crate::tensor::Tensor;

/// Where the rows of a batch stand in data `[T, B, …]`.
#[derive(Clone)]
pub(crate) struct Ragged {
    pub(crate) layout: RowLayout,
    /// The sequence that stands at each place of the layout.
    order: Array<usize>,
    /// The place of each sequence.
    places: Array<usize>,
    /// The row of data `[T·B, …]` that is each row of the layout.
    rows: Array<usize>,
}

impl Ragged {
    /// `mask` is `[T, B]`.
    pub(crate) fn new(mask: &Tensor<bool>, [steps, batch]: [usize; 2]) -> Self {
        let valid = mask.as_slice();
        let sequences = |row: usize| (0..batch).filter(move |sequence| valid[row * batch + sequence]);
        let lengths = Array::build([batch].into(), |lengths| {
            lengths.fill(0);
            (0..steps).flat_map(sequences).for_each(|sequence| lengths[sequence] += 1);
        });
        let lengths = lengths.as_slice();
        let order = Array::build([batch].into(), |order: &mut [usize]| {
            order.iter_mut().enumerate().for_each(|(at, sequence)| *sequence = at);
            order.sort_unstable_by_key(|&sequence| (Reverse(lengths[sequence]), sequence));
        });
        let places = Array::build([batch].into(), |places| {
            order.as_slice().iter().enumerate().for_each(|(place, &sequence)| places[sequence] = place);
        });
        let longest = order.as_slice().first().map_or(0, |&sequence| lengths[sequence]);
        let counts = Array::build([longest].into(), |counts: &mut [usize]| {
            counts.fill(0);
            lengths.iter().for_each(|&length| counts[..length].iter_mut().for_each(|count| *count += 1));
        });
        let layout = RowLayout::packed(counts.as_slice(), batch);
        let mut taken = Array::filled([batch].into(), 0);
        let taken = taken.make_mut();
        let rows = Array::build([layout.rows()].into(), |rows| {
            for (step, sequence) in (0..steps).flat_map(|step| sequences(step).map(move |sequence| (step, sequence))) {
                rows[layout.offset(taken[sequence]) + places.as_slice()[sequence]] = step * batch + sequence;
                taken[sequence] += 1;
            }
        });
        Self { layout, order, places, rows }
    }

    /// Data in the order of the layout: `[T, B, …]` if it is over time, or else `[B, …]`.
    pub(crate) fn place<F: Float>(&self, data: &Array<F>, over_time: bool) -> Array<F> {
        if over_time { self.pack(data) } else { self.sort(data) }
    }

    /// The rows of data `[T, B, …]` in the order of the layout: `[R, …]`.
    pub(crate) fn pack<F: Float>(&self, data: &Array<F>) -> Array<F> {
        let shape: Shape = [self.rows.count()].iter().chain(&data.shape()[2..]).copied().collect();
        pick(data.as_slice(), self.rows.as_slice(), shape)
    }

    /// The other way, with zeros elsewhere; `shape` is that of the data.
    pub(crate) fn unpack<F: Float>(&self, rows: &Array<F>, shape: Shape) -> Array<F> {
        let width = shape[2..].iter().product::<usize>();
        Array::build(shape, |data| {
            data.fill(F::ZERO);
            for (from, &row) in rows.as_slice().chunks_exact(width.max(1)).zip(self.rows.as_slice()) {
                data[row * width..][..width].copy_from_slice(from);
            }
        })
    }

    /// `[B, …]` in the order of the layout.
    pub(crate) fn sort<F: Float>(&self, data: &Array<F>) -> Array<F> {
        pick(data.as_slice(), self.order.as_slice(), *data.shape())
    }

    /// The other way.
    pub(crate) fn unsort<F: Float>(&self, rows: &Array<F>) -> Array<F> {
        pick(rows.as_slice(), self.places.as_slice(), *rows.shape())
    }
}

fn pick<F: Float>(from: &[F], rows: &[usize], shape: Shape) -> Array<F> {
    let width = shape[1..].iter().product::<usize>();
    Array::build(shape, |to| {
        for (to, &row) in to.chunks_exact_mut(width.max(1)).zip(rows) {
            to.copy_from_slice(&from[row * width..][..width]);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_to_the_layout_and_back() {
        let mask = Tensor::from([[true, false, false], [false, false, true], [true, false, true], [true, false, true]]);
        let ragged = Ragged::new(&mask, [4, 3]);
        assert_eq!(ragged.order.as_slice(), [0, 2, 1]);
        assert_eq!([0, 1, 2].map(|place| ragged.layout.steps_of(place)), [3, 3, 0]);
        let data = Tensor::<f64>::build([4, 3, 2].into(), |data| {
            data.iter_mut().enumerate().for_each(|(at, element)| *element = at as f64);
        });
        let packed = ragged.pack(&data.array);
        assert_eq!(packed.as_slice(), [0.0, 1.0, 10.0, 11.0, 12.0, 13.0, 16.0, 17.0, 18.0, 19.0, 22.0, 23.0]);
        let back = ragged.unpack(&packed, *data.shape_value());
        let valid = |at: usize| mask.as_slice()[at / 2];
        let expected: Vec<f64> = (0..24).map(|at| if valid(at) { at as f64 } else { 0.0 }).collect();
        assert_eq!(back.as_slice(), expected);
        let states = Array::copied(&[1.0, 2.0, 3.0], [3].into());
        assert_eq!(ragged.sort(&states).as_slice(), [1.0, 3.0, 2.0]);
        assert_eq!(ragged.unsort(&ragged.sort(&states)).as_slice(), [1.0, 2.0, 3.0]);
    }
}
