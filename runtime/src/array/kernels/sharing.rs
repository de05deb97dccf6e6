//! Work that threads share.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls `body` with each number below `count`, on this thread and on those of its pool that come in time.
///
/// This thread works too, also where it is none of the pool: waking the others takes as long as a small product.
pub(super) fn each_below(count: usize, body: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return;
            }
            body(at);
        }
    };
    let others = if count < 2 { 0 } else { rayon::current_num_threads().min(count) - 1 };
    if others == 0 {
        return work();
    }
    rayon::in_place_scope(|scope| {
        (0..others).for_each(|_| scope.spawn(|_| work()));
        work();
    });
}
