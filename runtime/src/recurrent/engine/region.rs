//! Which rows of a region there are in memory.

use std::ops::Range;

use super::rows::RowLayout;
use super::segment::Walk;
use crate::recurrent::plan::Source;

/// Which rows there are, and which of them a step uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// One for all.
    One,
    /// One for each example.
    Examples,
    /// One for each step of each example.
    Rows,
    /// One for each example before the first step, then one for each step of each example: a step uses those that the
    /// step before left.
    Before,
    /// As `Before`: a step uses its own.
    After,
    /// Two for each example, which steps use in turns: the first in even steps.
    Even,
    /// As `Even`: the first in odd steps.
    Odd,
}

impl Held {
    /// In their order.
    pub(super) const ALL: [Self; 7] =
        [Self::One, Self::Examples, Self::Rows, Self::Before, Self::After, Self::Even, Self::Odd];

    /// How many there are.
    pub(super) fn rows(self, layout: &RowLayout) -> usize {
        match self {
            Self::One => 1,
            Self::Examples => layout.batch(),
            Self::Rows => layout.rows(),
            Self::Before | Self::After => layout.batch() + layout.rows(),
            Self::Even | Self::Odd => 2 * layout.batch(),
        }
    }

    /// The row of the first example at a step.
    #[inline(always)]
    pub(super) fn at_step(self, step: usize, layout: &RowLayout) -> usize {
        match self {
            Self::One | Self::Examples => 0,
            Self::Rows => layout.offset(step),
            Self::Before if step == 0 => 0,
            Self::Before => layout.batch() + layout.offset(step - 1),
            Self::After => layout.batch() + layout.offset(step),
            Self::Even => step % 2 * layout.batch(),
            Self::Odd => (step + 1) % 2 * layout.batch(),
        }
    }

    /// The row from which on the rows of all steps stand one after the other, if they do.
    pub(super) fn at_all(self, layout: &RowLayout) -> Option<usize> {
        match self {
            Self::Rows => Some(0),
            Self::After => Some(layout.batch()),
            Self::Before if layout.is_full() => Some(0),
            Self::One | Self::Examples | Self::Before | Self::Even | Self::Odd => None,
        }
    }

    /// Whether steps use different rows.
    pub(super) fn moves(self) -> bool {
        !matches!(self, Self::One | Self::Examples)
    }
}

/// A region of the plan in one pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub(super) source: Source,
    pub(super) width: usize,
    pub(super) held: Held,
    /// Whether it is absent: one row of zeros.
    pub(super) zero: bool,
}

/// Columns of a region, with known sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) region: usize,
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) held: Held,
    /// Elements from one row to the next.
    pub(super) stride: usize,
}

impl Operand {
    /// # Panics
    ///
    /// When the columns are not within the region.
    pub(super) fn new(regions: &[Region], region: usize, start: usize, length: usize) -> Self {
        let Region { width, held, .. } = regions[region];
        assert!(start + length <= width, "a view of {start} + {length} columns leaves a region with {width}");
        Self { region, start, length, held, stride: if held == Held::One { 0 } else { width } }
    }

    /// Whether the rows of a walk stand one after the other.
    pub(super) fn stands(&self, walk: Walk, layout: &RowLayout) -> bool {
        match walk {
            Walk::Rows => self.held.at_all(layout).is_some(),
            Walk::Once | Walk::Examples | Walk::Steps => self.held != Held::One || layout.batch() == 1,
        }
    }

    /// The rows of a walk, where they stand one after the other, or are one.
    pub(super) fn rows_of(&self, walk: Walk, layout: &RowLayout) -> Range<usize> {
        let first = if walk == Walk::Rows { self.held.at_all(layout).unwrap_or(0) } else { 0 };
        first..first + walk.rows(layout)
    }

    /// Whether both have an element in common in rows of one number.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.region == other.region && self.start < other.start + other.length && other.start < self.start + self.length
    }
}
