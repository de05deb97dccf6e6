//! How much work is shared by how many threads. No result depends on it.

use std::ops::Range;

use super::bind::{FLOPS, Task, Total};
use super::rows::RowLayout;
use super::segment::Walk;

/// Nanoseconds of shared work from which on a pass enters the pool of threads.
const PASS: f64 = 300_000.0;

/// Nanoseconds of work from which on a task is shared.
const TASK: f64 = 50_000.0;

/// Rows of a step that are worth a thread: fewer wait for the weights and not for the arithmetic.
const ROWS: usize = 4;

/// Tests share everything that can be shared.
fn least(work: f64) -> f64 {
    if cfg!(test) { 0.0 } else { work }
}

/// The threads for a pass.
pub(super) fn threads(work: f64) -> usize {
    if work < least(PASS) { 1 } else { rayon::current_num_threads() }
}

impl Task {
    /// Nanoseconds, roughly.
    pub(super) fn work(&self, layout: &RowLayout) -> f64 {
        match self {
            Self::Walk { segment, work, .. } if segment.walk() == Walk::Steps => layout.rows() as f64 * work,
            Self::Walk { segment, work, .. } => segment.walk().rows(layout) as f64 * work,
            Self::Total { walk, total: Total::Sum { value, .. } } => 0.25 * (walk.rows(layout) * value.length) as f64,
            Self::Total { walk, total } => 2.0 * (walk.rows(layout) * total.product_elements()) as f64 / FLOPS,
        }
    }

    /// As [`work`](Self::work), of what threads can share.
    pub(super) fn shared_work(&self, layout: &RowLayout) -> f64 {
        let is_shared = match self {
            Self::Walk { segment, .. } => segment.walk().rows(layout) >= 2 * ROWS,
            Self::Total { .. } => true,
        };
        let work = self.work(layout);
        if is_shared && work >= least(TASK) { work } else { 0.0 }
    }

    /// How many of the threads of the pass share the task.
    pub(super) fn threads(&self, threads: usize, layout: &RowLayout) -> usize {
        if threads > 1 && self.work(layout) >= least(TASK) { threads } else { 1 }
    }
}

/// Parts of the rows of a walk with about the same work each.
pub(super) fn parts(layout: &RowLayout, walk: Walk, threads: usize) -> Vec<Range<usize>> {
    let rows = walk.rows(layout);
    let count = threads.min(rows / ROWS).max(1);
    let border = |at: usize| match walk {
        Walk::Steps => layout.first_with(layout.rows() * at / count),
        Walk::Once | Walk::Examples | Walk::Rows => rows * at / count,
    };
    (0..count).map(|at| if at + 1 == count { border(at)..rows } else { border(at)..border(at + 1) }).collect()
}
