//! Where the gradients of a flat model belong: behind one another in one slice, as the parameters are in theirs. Large
//! ones are computed there, so that nothing is copied.

use crate::array::Array;
use crate::array::element::{DType, Float};
use crate::module::{Id, Place};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// A parameter that lives in a buffer with others.
pub(super) struct Member {
    pub(super) id: Id,
    pub(super) place: Place,
    pub(super) dtype: DType,
    pub(super) count: usize,
    /// Its number among all parameters.
    slot: usize,
    /// Whether its room holds its gradient.
    pub(super) is_written: bool,
}

impl Member {
    pub(super) fn new<F: Float>(id: Id, place: Place, value: &Tensor<F>, slot: usize) -> Self {
        Self { id, place, dtype: F::DTYPE, count: value.count(), slot, is_written: false }
    }
}

/// The members of a model, in the order of their slots, and for each element type a buffer with room for the gradients.
#[derive(Default)]
pub(super) struct Rooms {
    pub(super) members: Vec<Member>,
    /// Made when the first room is needed.
    buffers: Vec<AnyTensor>,
}

impl Rooms {
    /// The elements where the gradient of the parameter in `slot` belongs, unspecified: from now on they are the gradient.
    /// `None` if it has no room or one that holds a gradient.
    pub(super) fn open<F: Float>(&mut self, slot: usize) -> Option<&mut [F]> {
        let at = self.members.binary_search_by_key(&slot, |member| member.slot).ok()?;
        let Self { members, buffers } = self;
        if members[at].is_written || members[at].dtype != F::DTYPE {
            return None;
        }
        if !buffers.iter().any(|buffer| buffer.dtype() == F::DTYPE) {
            buffers.push(Tensor::untracked(new_buffer::<F>(members)?).into());
        }
        let elements = buffers.iter_mut().find_map(F::peel_mut)?.array.unique()?;
        let member = &mut members[at];
        member.is_written = true;
        Some(&mut elements[member.place.start..][..member.count])
    }

    /// Adds to the gradient in a room; whether there is one.
    pub(super) fn add(&mut self, slot: usize, gradient: &AnyTensor) -> bool {
        match gradient {
            AnyTensor::F32(gradient) => self.add_typed(slot, gradient),
            AnyTensor::F64(gradient) => self.add_typed(slot, gradient),
        }
    }

    fn add_typed<F: Float>(&mut self, slot: usize, gradient: &Tensor<F>) -> bool {
        let found = self.members.iter().find(|member| member.slot == slot && member.is_written);
        let (Some(member), Some(buffer)) = (found, self.buffers.iter_mut().find_map(F::peel_mut)) else { return false };
        let Some(elements) = buffer.array.unique() else { return false };
        F::accumulate(gradient.as_slice(), &mut elements[member.place.start..][..member.count]);
        true
    }

    /// Whether some room holds a gradient.
    pub(super) fn is_used(&self) -> bool {
        self.members.iter().any(|member| member.is_written)
    }

    /// The buffer, whose elements are unspecified where nothing was written. `None` if the parameters of this type live in
    /// several buffers, or there are none.
    pub(super) fn take<F: Float>(&mut self) -> Option<Array<F>> {
        match self.buffers.iter_mut().find_map(F::peel_mut) {
            Some(buffer) => Some(std::mem::replace(buffer, Tensor::zeros([0])).array),
            None => new_buffer(&self.members),
        }
    }
}

/// Unspecified elements, as many as the buffer has that all members of this type live in.
fn new_buffer<F: Float>(members: &[Member]) -> Option<Array<F>> {
    let mut places = members.iter().filter(|member| member.dtype == F::DTYPE).map(|member| member.place);
    let first = places.next()?;
    places.all(|place| place.group == first.group).then(|| Array::build([first.length].into(), |_unspecified| {}))
}
