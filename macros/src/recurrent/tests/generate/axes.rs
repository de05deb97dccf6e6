//! Sizes of axes, chosen and written.

use super::tree::Tree;
use super::{Builder, Place};
use crate::recurrent::typed::{Dim, Stage};

/// The number of the dimension that stands for any size in a helper, and of another one.
pub(super) const ANY: usize = 1000;
pub(super) const OTHER: usize = 1001;

impl Builder {
    /// A size that may stand in every shape.
    pub(super) fn axis(&mut self) -> Dim {
        let first = self.header_dimension();
        match self.random.below(20) {
            0 | 1 => sum(&first, &self.header_dimension()),
            2 => times(2, &first),
            3 => times(3, &first),
            4 => sum(&first, &Dim::number(1)),
            5 => Dim::number(self.random.between(1, 3) as u64),
            _ => first,
        }
    }

    /// A size that a vector may have here: there is a name of it, or it may be declared.
    pub(super) fn any_axis(&mut self, stage: Stage) -> Dim {
        let names = self.visible(|known| known.shape.len() == 1 && known.stage <= stage && !known.is_mask);
        if names.is_empty() || self.random.chance(0.4) {
            return self.axis();
        }
        self.random.pick(&names).shape[0].clone()
    }

    fn header_dimension(&mut self) -> Dim {
        let header = self.dimensions.iter().filter(|dimension| dimension.argument.is_some()).count();
        Dim::dimension(self.random.below(header))
    }

    /// Whether every dimension in it is an argument of `new`.
    pub(super) fn is_of_header(&self, axis: &Dim) -> bool {
        let is_argument = |at: usize| self.dimensions.get(at).is_some_and(|dimension| dimension.argument.is_some());
        axis.dimensions().into_iter().all(is_argument)
    }

    /// Whether it can be written at this place.
    pub(super) fn is_named(&self, axis: &Dim) -> bool {
        match self.place {
            Place::Step => true,
            Place::Helper { .. } => self.is_of_header(axis),
        }
    }

    pub(super) fn size(&self, axis: &Dim) -> usize {
        axis.value(&|at| self.dimensions.get(at).map_or(5, |dimension| dimension.size))
    }

    /// One of the ways to write it.
    pub(super) fn axis_tree(&mut self, axis: &Dim) -> Tree {
        let mut terms: Vec<Tree> = Vec::new();
        for (product, count) in axis.terms() {
            let names = product.iter().map(|at| Tree::name(&self.dimensions[*at].name));
            let mut factors: Vec<Tree> = names.collect();
            // a small multiple may be written as a sum
            let repeated = if count == 2 && !factors.is_empty() && self.random.chance(0.2) { 2 } else { 1 };
            if factors.is_empty() || count / repeated > 1 {
                factors.push(Tree::Whole(count / repeated));
            }
            self.random.shuffle(&mut factors);
            let term = joined("*", factors);
            terms.extend(std::iter::repeat_n(term, repeated as usize));
        }
        self.random.shuffle(&mut terms);
        joined("+", terms)
    }

    pub(super) fn shape_trees(&mut self, shape: &[Dim]) -> Vec<Tree> {
        shape.iter().map(|axis| self.axis_tree(axis)).collect()
    }
}

pub(super) fn sum(a: &Dim, b: &Dim) -> Dim {
    a.clone().plus(b).unwrap_or_else(|| unreachable!("the sizes of tests are small"))
}

pub(super) fn times(count: u64, axis: &Dim) -> Dim {
    Dim::number(count).times(axis).unwrap_or_else(|| unreachable!("the sizes of tests are small"))
}

fn joined(operator: &'static str, parts: Vec<Tree>) -> Tree {
    let joined = parts.into_iter().reduce(|left, right| Tree::infix(operator, left, right));
    joined.unwrap_or(Tree::Whole(0))
}
