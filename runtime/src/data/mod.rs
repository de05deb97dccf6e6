//! What stands between data and a training loop: splits, mini-batches, padding, windows, standardisation.
//!
//! Everything here returns tensors, [`Sequence`](crate::Sequence)s or numbers of examples, and randomness comes from the
//! caller's generator, so that a seed repeats a run.
//!
//! ```
//! use recurve::data::{Standardisation, pad, shuffled_batches, split};
//! use recurve::rand::{SeedableRng, rngs::StdRng};
//! use recurve::{Cell, Gru, Tensor};
//!
//! let mut rng = StdRng::seed_from_u64(1);
//! // Ten sequences of 1 to 10 steps with three features: [T, D].
//! let all: Vec<Tensor> = (1..=10).map(|steps| Tensor::normal([steps, 3], 5.0, 2.0, &mut rng)).collect();
//! let [train, test] = split(all.len(), 0.2)?;
//! let scale = Standardisation::fit(train.iter().map(|&at| &all[at]))?; // on the training part alone
//!
//! let cell = Gru::new(3, 4, &mut rng);
//! for batch in shuffled_batches(train.len(), 4, &mut rng)? {
//!     let xs = pad(batch.iter().map(|&at| &all[train[at]]))?; // [T, B, D] with lengths
//!     let xs = xs.map(|x| scale.apply(x))?;
//!     let (ys, _) = cell.scan(xs, None)?;
//!     assert_eq!(ys.last()?.shape(), [batch.len(), 4]);
//! }
//! assert_eq!(test, [8, 9]);
//! # Ok::<(), recurve::Error>(())
//! ```

mod batches;
mod padding;
mod split;
mod standardisation;
#[cfg(test)]
mod tests;
mod windows;

pub use batches::{Batches, batches, shuffled_batches};
pub use padding::{pad, unpad};
pub use split::{shuffled_split, split};
pub use standardisation::Standardisation;
pub use windows::windows;

use rand::{Rng, RngExt};

/// The numbers from 0 to `count`, each order as likely as any other (Fisher and Yates).
fn shuffled(count: usize, rng: &mut (impl Rng + ?Sized)) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        numbers.swap(last, rng.random_range(0..=last));
    }
    numbers
}
