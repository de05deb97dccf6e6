//! A part to train on and a part to test on.

use rand::Rng;

use super::shuffled;
use crate::error::{Error, ErrorKind, Result};

/// The numbers of the training examples and of the test examples, of `0..count` in their order: the last `fraction`, rounded
/// to whole examples, is for the test. For series, where the test must come later than what was trained on.
///
/// # Errors
///
/// When `fraction` is not between 0 and 1, or one of the two parts would be empty.
///
/// ```
/// use recurve::data::split;
///
/// assert_eq!(split(5, 0.4)?, [vec![0, 1, 2], vec![3, 4]]);
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "train_test_split")]
pub fn split(count: usize, fraction: f64) -> Result<[Vec<usize>; 2]> {
    cut("data::split", (0..count).collect(), fraction)
}

/// As [`split`], of the examples in random order.
///
/// # Errors
///
/// As [`split`].
///
/// ```
/// use recurve::data::shuffled_split;
/// use recurve::rand::{SeedableRng, rngs::StdRng};
///
/// let [train, test] = shuffled_split(10, 0.3, &mut StdRng::seed_from_u64(1))?;
/// assert_eq!((train.len(), test.len()), (7, 3));
/// assert!(test.iter().all(|at| !train.contains(at)));
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "random_split")]
pub fn shuffled_split(count: usize, fraction: f64, rng: &mut (impl Rng + ?Sized)) -> Result<[Vec<usize>; 2]> {
    cut("data::shuffled_split", shuffled(count, rng), fraction)
}

fn cut(place: &'static str, mut train: Vec<usize>, fraction: f64) -> Result<[Vec<usize>; 2]> {
    let count = train.len();
    if !(fraction > 0.0 && fraction < 1.0) {
        let message = format!("the fraction for the test should be between 0 and 1, found {fraction}");
        return Err(Error::new(ErrorKind::Value, place, message));
    }
    // Halves upwards; the numbers are not negative.
    let tested = (count as f64 * fraction + 0.5) as usize;
    if tested == 0 || tested >= count {
        let (kept, empty) = (count - tested.min(count), if tested == 0 { "test" } else { "training" });
        let message = format!(
            "the fraction {fraction} of {count} examples leaves {kept} to train and {tested} to test; the {empty} part \
             should have at least 1"
        );
        return Err(Error::new(ErrorKind::Value, place, message));
    }
    let test = train.split_off(count - tested);
    Ok([train, test])
}
