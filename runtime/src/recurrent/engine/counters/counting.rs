//! Counts, for tests.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::super::bind::{Bound, Operation};
use super::super::memory::Columns;
use crate::array::element::Float;
use crate::recurrent::plan::Plan;

/// What the passes that a thread began have executed and allocated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::recurrent::engine) struct Counts {
    pub(in crate::recurrent::engine) passes: usize,
    /// Calls of products with packed weights, by each thread.
    pub(in crate::recurrent::engine) products: usize,
    /// Calls of products over rows.
    pub(in crate::recurrent::engine) total_products: usize,
    /// Two for each multiplication and addition, in all products.
    pub(in crate::recurrent::engine) flops: usize,
    /// Of these, in products over rows.
    pub(in crate::recurrent::engine) total_flops: usize,
    pub(in crate::recurrent::engine) operations: usize,
    pub(in crate::recurrent::engine) transcendentals: usize,
    /// Elements of values that got memory of their own, by pass.
    pub(in crate::recurrent::engine) elements: Vec<usize>,
    /// Elements of packed weights, by pass.
    pub(in crate::recurrent::engine) packed: Vec<usize>,
    /// Tasks that several threads shared, by pass.
    pub(in crate::recurrent::engine) shared: Vec<usize>,
}

/// Counts of one pass. Threads add to them while they run.
#[derive(Default)]
pub(in crate::recurrent::engine) struct Counters {
    counts: [AtomicUsize; 7],
    shared: AtomicUsize,
    /// By loop.
    loops: Vec<AtomicUsize>,
}

thread_local! {
    static COUNTS: RefCell<Counts> = RefCell::default();
}

/// What this thread's passes have executed since it was last asked.
pub(in crate::recurrent::engine) fn take() -> Counts {
    COUNTS.take()
}

impl Counters {
    pub(in crate::recurrent::engine) fn new(plan: &Plan) -> Self {
        Self { loops: plan.kernels.iter().map(|_| AtomicUsize::new(0)).collect(), ..Self::default() }
    }

    fn add(&self, at: usize, count: usize) {
        self.counts[at].fetch_add(count, Relaxed);
    }

    pub(in crate::recurrent::engine) fn instruction<F: Float>(
        &self,
        frame: &Columns<F>,
        Bound { operation, group }: &Bound,
    ) {
        let rows = frame.rows();
        let (read, written) = frame.elements(*group);
        match operation {
            Operation::Loop(number) => _ = self.loops[*number].fetch_add(written, Relaxed),
            Operation::Product { starts, whole, flops, .. } => {
                self.add(0, starts.len() * if *whole { 1 } else { rows });
                self.add(2, rows * flops);
            }
            Operation::MatMul { sizes: [m, k, n], .. } => self.add(2, 2 * m * k * n * rows),
            Operation::Reduce { .. } => self.add(4, read),
            Operation::Outer => self.add(4, written),
            Operation::Copy
            | Operation::Fill(_)
            | Operation::Stretch { .. }
            | Operation::Transpose { .. }
            | Operation::Diag
            | Operation::DiagonalOf
            | Operation::Identity { .. } => {}
        }
    }

    pub(in crate::recurrent::engine) fn total_product(&self, calls: usize, flops: usize) {
        self.add(1, calls);
        self.add(3, flops);
    }

    pub(in crate::recurrent::engine) fn total_sum(&self, operations: usize) {
        self.add(4, operations);
    }

    pub(in crate::recurrent::engine) fn elements(&self, elements: usize) {
        self.add(5, elements);
    }

    pub(in crate::recurrent::engine) fn packed(&self, elements: usize) {
        self.add(6, elements);
    }

    pub(in crate::recurrent::engine) fn shared(&self, parts: usize) {
        self.shared.fetch_add(usize::from(parts > 1), Relaxed);
    }

    pub(in crate::recurrent::engine) fn finish(&self, plan: &Plan) {
        let [products, total_products, flops, total_flops, operations, elements, packed] =
            self.counts.each_ref().map(|count| count.load(Relaxed));
        COUNTS.with_borrow_mut(|counts| {
            counts.passes += 1;
            counts.products += products;
            counts.total_products += total_products;
            counts.flops += flops + total_flops;
            counts.total_flops += total_flops;
            counts.operations += operations;
            counts.shared.push(self.shared.load(Relaxed));
            counts.elements.push(elements);
            counts.packed.push(packed);
            for (kernel, elements) in plan.kernels.iter().zip(&self.loops) {
                let elements = elements.load(Relaxed);
                counts.operations += elements * kernel.operations;
                counts.transcendentals += elements * kernel.transcendentals;
            }
        });
    }
}
