//! Memory that is bound once and used many times.
#![allow(unsafe_code)]

use super::memory::{Block, Columns};
use crate::array::element::Float;

/// Memory, and where the operands of segments stand in it.
pub(super) struct Fixed<F: Float> {
    blocks: Vec<Block<F>>,
    columns: Vec<Columns<F>>,
}

// SAFETY: what columns point at are the blocks, which may move to another thread together with them.
unsafe impl<F: Float> Send for Fixed<F> {}
// SAFETY: who has the memory for reading can reach no columns, and reads elements only.
unsafe impl<F: Float> Sync for Fixed<F> {}

impl<F: Float> Fixed<F> {
    /// # Safety
    ///
    /// The columns point into these blocks and nowhere else, and what they write are writable ones.
    pub(super) unsafe fn new(blocks: Vec<Block<F>>, columns: Vec<Columns<F>>) -> Self {
        Self { blocks, columns }
    }

    /// The operands of a segment.
    #[inline]
    pub(super) fn columns(&mut self, segment: usize) -> &mut Columns<F> {
        &mut self.columns[segment]
    }

    pub(super) fn elements(&self, block: usize) -> &[F] {
        self.blocks[block].elements()
    }

    pub(super) fn elements_mut(&mut self, block: usize) -> &mut [F] {
        self.blocks[block].elements_mut()
    }
}
