//! The gradients of a flat model in one slice.

use std::ops::Range;

use super::Entry;
use crate::array::Array;
use crate::array::element::Float;
use crate::distinct::DistinctMap;
use crate::module::{Id, Place};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// Gradients of one element type behind one another, as the parameters are in their buffer.
pub(super) struct Contiguous {
    pub(super) values: AnyTensor,
    /// Whether these are all gradients of the model, in its order and without gaps.
    pub(super) is_whole: bool,
}

/// Elements that are copied and looked at while they are in the cache.
const CHUNK: usize = 4096;

/// Puts the gradients of type `F` of parameters that live in one buffer behind one another, and notes whether they are
/// finite. `noted` says for which entries that is done.
pub(super) fn gather<F: Float>(
    entries: &mut [Entry],
    index: &DistinctMap<Id, usize>,
    places: &[(Id, Place)],
    noted: &mut [bool],
) -> Option<Contiguous> {
    let placed = places.iter().filter_map(|(id, place)| Some((*index.get(id)?, place)));
    let placed: Vec<(usize, &Place)> = placed.filter(|(at, _)| entries[*at].dtype == F::DTYPE).collect();
    let (_, first) = placed.first()?;
    let is_tracked =
        |at: usize| entries[at].value.as_ref().and_then(AnyTensor::get::<F>).is_some_and(Tensor::is_tracked);
    if placed.iter().any(|(at, place)| place.group != first.group || is_tracked(*at)) {
        return None;
    }
    let array = Array::build([first.length].into(), |to| {
        let ranges = placed.iter().map(|&(at, place)| place.start..place.start + entries[at].shape.count());
        zero_gaps(to, ranges.collect());
        for &(at, place) in &placed {
            let entry = &mut entries[at];
            let part = &mut to[place.start..][..entry.shape.count()];
            entry.finite = match entry.value.as_ref().and_then(AnyTensor::get::<F>) {
                Some(gradient) => copy_finite(gradient.as_slice(), part),
                None => {
                    part.fill(F::ZERO);
                    true
                }
            };
            noted[at] = true;
        }
    });
    let mut end = 0;
    for &(at, place) in &placed {
        let entry = &mut entries[at];
        if entry.value.is_some() {
            entry.value = Some(Tensor::untracked(array.range(place.start, entry.shape)).into());
        }
        end = if place.start == end { end + entry.shape.count() } else { usize::MAX };
    }
    let is_whole = placed.len() == entries.len() && end == first.length;
    Some(Contiguous { values: Tensor::untracked(array).into(), is_whole })
}

/// Writes zeros between the ranges.
fn zero_gaps<F: Float>(to: &mut [F], mut ranges: Vec<Range<usize>>) {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut end = 0;
    for range in ranges {
        to[end..range.start.max(end)].fill(F::ZERO);
        end = range.end.max(end);
    }
    to[end..].fill(F::ZERO);
}

/// Copies, and says whether all elements are finite.
fn copy_finite<F: Float>(from: &[F], to: &mut [F]) -> bool {
    let mut finite = true;
    for (from, to) in from.chunks(CHUNK).zip(to.chunks_mut(CHUNK)) {
        to.copy_from_slice(from);
        finite &= F::all_finite(to);
    }
    finite
}
