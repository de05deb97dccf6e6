//! Work that threads share.

use std::sync::Mutex;

/// Calls `body` with each item, on this thread and on those of its pool that come in time.
///
/// This thread works too, also where it is none of the pool: waking the others takes as long as a small product.
pub(crate) fn each<T: Send>(items: impl ExactSizeIterator<Item = T> + Send, body: impl Fn(T) + Sync) {
    let others = if items.len() < 2 { 0 } else { rayon::current_num_threads().min(items.len()) - 1 };
    if others == 0 {
        return items.for_each(body);
    }
    let items = Mutex::new(items);
    let next = || items.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).next();
    let work = || {
        while let Some(item) = next() {
            body(item);
        }
    };
    rayon::in_place_scope(|scope| {
        (0..others).for_each(|_| scope.spawn(|_| work()));
        work();
    });
}
