//! What passes execute and allocate. It is counted in tests only.

#[cfg(test)]
mod counting;

#[cfg(test)]
pub(super) use counting::{Counters, Counts, take};
#[cfg(not(test))]
pub(super) use silent::Counters;

#[cfg(not(test))]
mod silent {
    use super::super::bind::Bound;
    use super::super::memory::Columns;
    use crate::array::element::Float;
    use crate::recurrent::plan::Plan;

    /// No counts.
    pub(in crate::recurrent::engine) struct Counters;

    #[allow(clippy::unused_self)]
    impl Counters {
        pub(in crate::recurrent::engine) fn new(_plan: &Plan) -> Self {
            Self
        }

        /// An instruction on the rows of a frame.
        #[inline(always)]
        pub(in crate::recurrent::engine) fn instruction<F: Float>(&self, _frame: &Columns<F>, _instruction: &Bound) {}

        /// Products over rows.
        pub(in crate::recurrent::engine) fn total_product(&self, _calls: usize, _flops: usize) {}

        /// Additions of rows.
        pub(in crate::recurrent::engine) fn total_sum(&self, _operations: usize) {}

        /// Memory for values.
        pub(in crate::recurrent::engine) fn elements(&self, _elements: usize) {}

        /// Memory for weights.
        pub(in crate::recurrent::engine) fn packed(&self, _elements: usize) {}

        /// A task in so many parts.
        pub(in crate::recurrent::engine) fn shared(&self, _parts: usize) {}

        /// The pass is over.
        pub(in crate::recurrent::engine) fn finish(&self, _plan: &Plan) {}
    }
}
