//! Operands of instructions that run together, checked so that they can be used without further checks.

use super::region::{Held, Operand};
use super::rows::RowLayout;

/// The rows that instructions run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// One row.
    Once,
    /// A row for each example.
    Examples,
    /// All rows of all steps.
    Rows,
    /// The rows of one step after those of the other.
    Steps,
}

impl Walk {
    /// How many rows can be shared among threads.
    pub(super) fn rows(self, layout: &RowLayout) -> usize {
        match self {
            Self::Once => 1,
            Self::Examples | Self::Steps => layout.batch(),
            Self::Rows => layout.rows(),
        }
    }

    /// Whether an operand has a row for each row of the walk, or one for all.
    pub(super) fn reads(self, held: Held, layout: &RowLayout) -> bool {
        held == Held::One || self.writes(held, layout)
    }

    fn writes(self, held: Held, layout: &RowLayout) -> bool {
        match self {
            Self::Once => held == Held::One,
            Self::Examples => held == Held::Examples,
            Self::Rows => held.at_all(layout).is_some(),
            Self::Steps => held != Held::One,
        }
    }
}

/// The operands of one instruction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) first: usize,
    pub(super) reads: usize,
    pub(super) writes: usize,
    /// Whether all rows are taken as one long row.
    pub(super) stretched: bool,
}

/// Operands of instructions that walk together.
#[derive(Debug)]
pub(super) struct Segment {
    walk: Walk,
    operands: Vec<Operand>,
    written: Vec<usize>,
    moving_operands: Vec<usize>,
    stretched: Vec<usize>,
}

impl Segment {
    pub(super) fn new(walk: Walk) -> Self {
        let (operands, written, moving_operands) = (Vec::new(), Vec::new(), Vec::new());
        Self { walk, operands, written, moving_operands, stretched: Vec::new() }
    }

    /// Adds the operands of an instruction: those that it reads, of which the first `scalars` are read once for each row,
    /// and those that it writes. With `stretch` it does the same to each element.
    ///
    /// # Panics
    ///
    /// When operands do not have the rows of the walk, or one that is written overlaps another one.
    pub(super) fn push(
        &mut self,
        layout: &RowLayout,
        scalars: usize,
        reads: &[Operand],
        writes: &[Operand],
        stretch: bool,
    ) -> Group {
        let fits = reads.iter().all(|read| self.walk.reads(read.held, layout))
            && writes.iter().all(|write| self.walk.writes(write.held, layout));
        assert!(fits, "the rows of a stage are not those of its operands");
        for (at, write) in writes.iter().enumerate() {
            let overlaps = reads.iter().chain(&writes[..at]).any(|other| write.overlaps(other));
            assert!(!overlaps, "an instruction writes over one of its operands");
        }
        let stretched = stretch
            && reads[..scalars].iter().all(|scalar| scalar.stride == 0)
            && reads[scalars..].iter().chain(writes).all(|operand| operand.stride == operand.length);
        let first = self.operands.len();
        for operand in reads.iter().chain(writes) {
            let at = self.operands.len();
            if operand.held.moves() {
                self.moving_operands.push(at);
            }
            if stretched && at >= first + scalars {
                self.stretched.push(at);
            }
            if at >= first + reads.len() {
                self.written.push(at);
            }
            self.operands.push(*operand);
        }
        Group { first, reads: reads.len(), writes: writes.len(), stretched }
    }

    pub(super) fn walk(&self) -> Walk {
        self.walk
    }

    pub(super) fn operands(&self) -> &[Operand] {
        &self.operands
    }

    pub(super) fn written(&self) -> impl Iterator<Item = &Operand> {
        self.written.iter().map(|&at| &self.operands[at])
    }

    pub(super) fn moving_operands(&self) -> &[usize] {
        &self.moving_operands
    }

    /// The operands that are taken as one long row.
    pub(super) fn stretched(&self) -> &[usize] {
        &self.stretched
    }
}
