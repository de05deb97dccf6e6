//! The gradients of a flat model in one slice.

use std::ops::Range;

use super::Entry;
use crate::array::element::Float;
use crate::autodiff::rooms::{Member, Rooms};
use crate::distinct::DistinctMap;
use crate::module::Id;
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

/// Puts the gradients of type `F` of parameters that live in one buffer behind one another, where they are not yet, and
/// notes whether they are finite. `noted` says for which entries that is done.
pub(super) fn gather<F: Float>(
    entries: &mut [Entry],
    index: &DistinctMap<Id, usize>,
    rooms: &mut Rooms,
    noted: &mut [bool],
) -> Option<Contiguous> {
    let of_type = |member: &&Member| member.dtype == F::DTYPE;
    let is_tracked =
        |at: usize| entries[at].value.as_ref().and_then(AnyTensor::get::<F>).is_some_and(Tensor::is_tracked);
    if rooms.members.iter().filter(of_type).any(|member| index.get(&member.id).is_some_and(|at| is_tracked(*at))) {
        return None;
    }
    let mut array = rooms.take::<F>()?;
    let placed = rooms.members.iter().filter(of_type);
    let placed: Vec<(usize, &Member)> = placed.filter_map(|member| Some((*index.get(&member.id)?, member))).collect();
    let to = array.unique().unwrap_or_else(|| unreachable!("a buffer that nobody has seen yet"));
    zero_gaps(to, placed.iter().map(|(_, member)| member.place.start..member.place.start + member.count).collect());
    for &(at, member) in &placed {
        let entry = &mut entries[at];
        let part = &mut to[member.place.start..][..member.count];
        entry.finite = match entry.value.as_ref().and_then(AnyTensor::get::<F>) {
            _ if member.is_written => F::all_finite(part),
            Some(gradient) => copy_finite(gradient.as_slice(), part),
            None => {
                part.fill(F::ZERO);
                true
            }
        };
        noted[at] = true;
    }
    let length = array.count();
    let mut end = 0;
    for &(at, member) in &placed {
        let entry = &mut entries[at];
        if member.is_written || entry.value.is_some() {
            entry.value = Some(Tensor::untracked(array.range(member.place.start, entry.shape)).into());
        }
        end = if member.place.start == end { end + member.count } else { usize::MAX };
    }
    let is_whole = placed.len() == entries.len() && end == length;
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
