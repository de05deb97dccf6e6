//! A learning rate that falls when the loss does not.

use super::{demand, demand_rate};
use crate::error::{Error, ErrorKind, Result};
use crate::optim::demand_not_negative;

/// Lowers the learning rate when a measure, the loss on validation data, say, has not become better for some time.
///
/// In the convention of PyTorch's `ReduceLROnPlateau`: a measure is better when it is below `best (1 - threshold)`; after
/// more than `patience` measures in a row that are not, the rate becomes `max(rate factor, lowest)`, and `cooldown` measures
/// do not count. Defaults: factor 0.1, patience 10, threshold 1e-4, cooldown 0, lowest 0. A measure that is not a number is
/// not better.
///
/// ```
/// use recurve::optim::schedule::Plateau;
///
/// let mut plateau = Plateau::new(0.8).factor(0.5).patience(1);
/// let rates: Vec<f64> = [3.0, 2.0, 2.0, 2.0, 1.0].iter().map(|loss| plateau.observe(*loss)).collect();
/// assert_eq!(rates, [0.8, 0.8, 0.8, 0.4, 0.4]);
/// ```
///
/// In a training loop: `opt.set_learning_rate(plateau.observe(loss))`. To train on in another run, its
/// [`progress`](Self::progress) goes into the metadata of the checkpoint:
///
/// ```
/// use recurve::files::Checkpoint;
/// use recurve::optim::schedule::Plateau;
/// use recurve::optim::{Adam, Rule};
/// use recurve::{Param, Tensor};
///
/// let model = Param::new(Tensor::from([1.0_f32]));
/// let (opt, mut plateau) = (Adam::new(0.8).setup(&model)?, Plateau::new(0.8).factor(0.5).patience(0));
/// plateau.observe(2.0);
/// plateau.observe(3.0);
/// let checkpoint = Checkpoint::of_training(&model, &opt)?.with_metadata("plateau", plateau.progress())?;
///
/// let mut resumed = Plateau::new(0.8).factor(0.5).patience(0);
/// resumed.resume(checkpoint.metadata("plateau")?)?;
/// assert_eq!((resumed.rate(), resumed), (0.4, plateau));
/// # Ok::<(), recurve::Error>(())
/// ```
#[doc(alias = "ReduceLROnPlateau")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    rate: f64,
    factor: f64,
    patience: usize,
    threshold: f64,
    absolute: bool,
    cooldown: usize,
    lowest: f64,
    maximise: bool,
    best: f64,
    not_better: usize,
    cooling: usize,
}

impl Plateau {
    /// Starts at `rate`.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite.
    #[track_caller]
    pub fn new(rate: f64) -> Self {
        demand_rate("Plateau", rate);
        Self {
            rate,
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            absolute: false,
            cooldown: 0,
            lowest: 0.0,
            maximise: false,
            best: f64::INFINITY,
            not_better: 0,
            cooling: 0,
        }
    }

    /// What the rate is multiplied by.
    ///
    /// # Panics
    ///
    /// When it is not at least 0 and below 1.
    #[must_use]
    #[track_caller]
    pub fn factor(self, factor: f64) -> Self {
        demand("Plateau", "factor", factor, (0.0..1.0).contains(&factor), "at least 0 and below 1");
        Self { factor, ..self }
    }

    /// How many measures in a row may fail to be better before the rate falls at the next.
    #[must_use]
    pub fn patience(self, measures: usize) -> Self {
        Self { patience: measures, ..self }
    }

    /// By which part of the best measure a better one must be below it.
    ///
    /// # Panics
    ///
    /// When it is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn threshold(self, part: f64) -> Self {
        demand_not_negative("Plateau", "threshold", part);
        Self { threshold: part, absolute: false, ..self }
    }

    /// By how much a better measure must be below the best.
    ///
    /// # Panics
    ///
    /// When it is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn absolute_threshold(self, amount: f64) -> Self {
        demand_not_negative("Plateau", "threshold", amount);
        Self { threshold: amount, absolute: true, ..self }
    }

    /// How many measures after a fall do not count.
    #[must_use]
    pub fn cooldown(self, measures: usize) -> Self {
        Self { cooldown: measures, ..self }
    }

    /// Where the rate stops falling.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "min_lr")]
    pub fn down_to(self, rate: f64) -> Self {
        demand_rate("Plateau", rate);
        Self { lowest: rate, ..self }
    }

    /// For a measure that is better when it is larger, such as an accuracy. Comes before the first measure.
    #[must_use]
    pub fn maximise(self) -> Self {
        Self { maximise: true, best: -f64::INFINITY, ..self }
    }

    /// Takes note of a measure, and returns the learning rate from now on.
    pub fn observe(&mut self, measure: f64) -> f64 {
        if self.is_better(measure) {
            self.best = measure;
            self.not_better = 0;
        } else {
            self.not_better += 1;
        }
        if self.cooling > 0 {
            self.cooling -= 1;
            self.not_better = 0;
        }
        if self.not_better > self.patience {
            // A rate that is below the lowest from the start does not rise.
            self.rate = (self.rate * self.factor).max(self.lowest).min(self.rate);
            self.cooling = self.cooldown;
            self.not_better = 0;
        }
        self.rate
    }

    /// The learning rate.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// What it has learned from the measures so far, as a text for [`resume`](Self::resume): the rate, the best measure, and
    /// how many measures since were not better or are left to cool down. The settings belong to the program.
    pub fn progress(&self) -> String {
        let [rate, best, not_better, cooling] = self.labels();
        let Self { rate: at, best: found, not_better: count, cooling: left, .. } = self;
        format!("{rate}{at:?}, {best}{found:?}, {not_better}{count}, {cooling}{left}")
    }

    /// Goes on from the [`progress`](Self::progress) of a plateau with the same settings.
    ///
    /// # Errors
    ///
    /// When the text is not one of [`progress`](Self::progress), or that of a plateau which looks for the other extreme; the
    /// plateau is unchanged then.
    pub fn resume(&mut self, progress: &str) -> Result<()> {
        match self.read(progress) {
            Some(resumed) => *self = resumed,
            None => {
                let message = format!(
                    "expected a text of `Plateau::progress`, such as {:?}, found {progress:?}; save the progress of a \
                     plateau with the same settings",
                    self.progress()
                );
                return Err(Error::new(ErrorKind::Data, "Plateau::resume", message));
            }
        }
        Ok(())
    }

    fn labels(&self) -> [&'static str; 4] {
        ["rate ", if self.maximise { "largest measure " } else { "smallest measure " }, "not better ", "cooling "]
    }

    fn read(&self, progress: &str) -> Option<Self> {
        let parts: Vec<&str> = progress.split(", ").collect();
        let parts: [&str; 4] = parts.try_into().ok()?;
        let labels = self.labels();
        let text = |at: usize| parts[at].strip_prefix(labels[at]);
        let (rate, best): (f64, f64) = (text(0)?.parse().ok()?, text(1)?.parse().ok()?);
        let (not_better, cooling) = (text(2)?.parse().ok()?, text(3)?.parse().ok()?);
        let possible = rate.is_finite() && rate >= 0.0 && !best.is_nan();
        possible.then_some(Self { rate, best, not_better, cooling, ..*self })
    }

    fn is_better(&self, measure: f64) -> bool {
        let Self { best, threshold, .. } = *self;
        let bound = match (self.maximise, self.absolute) {
            (false, false) => best * (1.0 - threshold),
            (false, true) => best - threshold,
            (true, false) => best * (1.0 + threshold),
            (true, true) => best + threshold,
        };
        if self.maximise { measure > bound } else { measure < bound }
    }
}
