//! The sizes of a plan as numbers.

use std::ops::Index;

use crate::array::shape::Shape;
use crate::recurrent::plan::{Plan, SizeId};

/// The value of each size.
#[derive(Clone, Debug)]
pub(super) struct Sizes(Vec<usize>);

impl Sizes {
    pub(super) fn new(plan: &Plan, dimensions: &[usize]) -> Self {
        Self(plan.sizes.iter().map(|size| size.at(dimensions)).collect())
    }

    /// The number of elements of a shape.
    pub(super) fn count(&self, shape: &[SizeId]) -> usize {
        shape.iter().map(|&size| self[size]).product()
    }

    /// A shape, behind an axis for rows.
    pub(super) fn rows_of(&self, rows: usize, shape: &[SizeId]) -> Shape {
        [rows].into_iter().chain(shape.iter().map(|&size| self[size])).collect()
    }

    pub(super) fn shape(&self, shape: &[SizeId]) -> Shape {
        shape.iter().map(|&size| self[size]).collect()
    }
}

impl Index<SizeId> for Sizes {
    type Output = usize;

    fn index(&self, SizeId(at): SizeId) -> &usize {
        &self.0[at]
    }
}
