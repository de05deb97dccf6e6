//! Work that threads share.
#![allow(unsafe_code)]

use std::any::Any;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};

/// Rounds of waiting before the thread sleeps: some ten microseconds, less than waking it takes.
const ROUNDS: usize = 1 << 10;

/// Calls for help that are not answered yet, for each thread that could: with more, all of them are busy.
const UNANSWERED: usize = 4;

thread_local! {
    /// Each call for help of this thread that is not answered holds it.
    static CALLS: Arc<()> = Arc::new(());
}

/// Calls `body` with each number below `count`, on this thread and on those of its pool that come in time.
///
/// This thread works too, also where it is none of the pool, and waits for nobody who has not begun: waking another thread
/// takes as long as a small product, and on a machine with other work to do much longer. It begins with the first numbers
/// and the others with the last ones: what belongs to a number stays near one processor from call to call.
///
/// # Panics
///
/// As `body`, after all calls that have begun.
pub(crate) fn each(count: usize, body: &(dyn Fn(usize) + Sync)) {
    let others = if count < 2 { 0 } else { rayon::current_num_threads().min(count) - 1 };
    if others == 0 {
        return (0..count).for_each(body);
    }
    let work = Arc::new(Work::new(count, body));
    let calls = CALLS.try_with(Arc::clone).unwrap_or_default();
    for _ in 0..others {
        if Arc::strong_count(&calls) > UNANSWERED * others + 2 {
            break;
        }
        let (work, call) = (work.clone(), calls.clone());
        rayon::spawn(move || {
            drop(call);
            work.take_part();
        });
    }
    work.take_part();
    work.wait();
    if let Some(panic) = work.panic.lock().unwrap_or_else(PoisonError::into_inner).take() {
        resume_unwind(panic);
    }
}

/// A function to be called with each number below `count`.
struct Work {
    /// Lives as long as a number is left that nobody has finished with.
    body: *const (dyn Fn(usize) + Sync),
    count: usize,
    /// How many numbers are taken, and of these how many by the caller and how many by others.
    taken: AtomicUsize,
    first: AtomicUsize,
    last: AtomicUsize,
    finished: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// Who waits.
    caller: Thread,
}

// SAFETY: the function may be called from several threads, as its type says, and all else is made for it.
unsafe impl Send for Work {}
// SAFETY: as above.
unsafe impl Sync for Work {}

impl Work {
    fn new(count: usize, body: &(dyn Fn(usize) + Sync)) -> Self {
        let body = std::ptr::from_ref(body);
        // SAFETY: only the lifetime changes, and a pointer promises none; `take_part` says why it is kept.
        let body =
            unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const (dyn Fn(usize) + Sync)>(body) };
        let [taken, first, last, finished] = [const { AtomicUsize::new(0) }; 4];
        Self { body, count, taken, first, last, finished, panic: Mutex::new(None), caller: thread::current() }
    }

    /// Calls the function until no number is left. Who comes later finds nothing to do.
    fn take_part(&self) {
        let is_caller = thread::current().id() == self.caller.id();
        while self.taken.fetch_add(1, Ordering::Relaxed) < self.count {
            // No two are equal, as no more than `count` are taken from both ends.
            let at = if is_caller {
                self.first.fetch_add(1, Ordering::Relaxed)
            } else {
                self.count - 1 - self.last.fetch_add(1, Ordering::Relaxed)
            };
            // SAFETY: this number is not finished, and `each`, whose argument the function is, does not return before.
            let body = unsafe { &*self.body };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(at))) {
                *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
            }
            let is_last = self.finished.fetch_add(1, Ordering::AcqRel) + 1 == self.count;
            if is_last && !is_caller {
                self.caller.unpark();
            }
        }
    }

    /// Returns when all numbers are finished.
    fn wait(&self) {
        let mut rounds = 0;
        while self.finished.load(Ordering::Acquire) < self.count {
            if rounds < ROUNDS {
                rounds += 1;
                spin_loop();
            } else {
                thread::park();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_threads<R: Send>(threads: usize, run: impl FnOnce() -> R + Send) -> R {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started").install(run)
    }

    #[test]
    fn each_number_is_taken_once() {
        for (threads, count) in [(1, 5), (2, 0), (2, 1), (3, 2), (3, 100)] {
            let taken: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
            on_threads(threads, || each(count, &|at| _ = taken[at].fetch_add(1, Ordering::Relaxed)));
            assert!(taken.into_iter().all(|times| times.into_inner() == 1), "{count} on {threads} threads");
        }
    }

    #[test]
    fn helpers_that_are_busy_are_not_waited_for() {
        let sum = AtomicUsize::new(0);
        on_threads(2, || {
            let (start, end) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
            rayon::scope(|scope| {
                scope.spawn(|_| _ = (start.wait(), end.wait()));
                start.wait();
                for _ in 0..100 {
                    each(4, &|at| _ = sum.fetch_add(at, Ordering::Relaxed));
                }
                end.wait();
            });
        });
        assert_eq!(sum.into_inner(), 600);
    }

    #[test]
    fn panics_reach_the_caller_after_all_others_are_done() {
        let done = AtomicUsize::new(0);
        let run = || {
            each(8, &|at| {
                assert_ne!(at, 3, "the third");
                done.fetch_add(1, Ordering::Relaxed);
            });
        };
        let panic = on_threads(2, || catch_unwind(AssertUnwindSafe(run))).expect_err("it panics");
        assert!(panic.downcast_ref::<String>().is_some_and(|message| message.contains("the third")));
        assert_eq!(done.into_inner(), 7);
    }
}
