//! Schedules along halves of a cosine.

use std::f64::consts::PI;

use super::{Schedule, demand, demand_rate, demand_steps};

/// From `start` to `end` along half a cosine, at the fraction `at` of the way.
fn anneal(start: f64, end: f64, at: f64) -> f64 {
    // Weighted so that both ends are exact.
    let weight = (1.0 + (PI * at).cos()) / 2.0;
    start * weight + end * (1.0 - weight)
}

/// Falls along half a cosine: `last + (rate - last)(1 + cos(π t/steps))/2`, and stays at the last value.
///
/// Loshchilov and Hutter 2017, <https://arxiv.org/abs/1608.03983>, without restarts. PyTorch's `CosineAnnealingLR`, which
/// rises again after the end.
///
/// ```
/// use recurve::optim::schedule::{Cosine, Schedule};
///
/// let schedule = Cosine::new(0.5, 100).down_to(0.1);
/// assert_eq!((schedule.at(0), schedule.at(50), schedule.at(200)), (0.5, 0.3, 0.1));
/// ```
#[doc(alias = "CosineAnnealingLR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    rate: f64,
    last: f64,
    steps: usize,
}

impl Cosine {
    /// From `rate` to 0 in `steps` steps.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite, or `steps` is 0.
    #[track_caller]
    pub fn new(rate: f64, steps: usize) -> Self {
        demand_rate("Cosine", rate);
        demand_steps("Cosine", steps);
        Self { rate, last: 0.0, steps }
    }

    /// The value at the end, instead of 0.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "eta_min")]
    pub fn down_to(self, rate: f64) -> Self {
        demand_rate("Cosine", rate);
        Self { last: rate, ..self }
    }
}

impl Schedule for Cosine {
    fn at(&self, step: usize) -> f64 {
        anneal(self.rate, self.last, step.min(self.steps) as f64 / self.steps as f64)
    }
}

/// Falls along half a cosine again and again, each time from the first value: SGDR.
///
/// Loshchilov and Hutter 2017, <https://arxiv.org/abs/1608.03983>; PyTorch's `CosineAnnealingWarmRestarts`.
///
/// ```
/// use recurve::optim::schedule::{CosineRestarts, Schedule};
///
/// let schedule = CosineRestarts::new(0.5, 10).lengthened(2);
/// assert_eq!((schedule.at(0), schedule.at(10), schedule.at(20), schedule.at(30)), (0.5, 0.5, 0.25, 0.5));
/// ```
#[doc(alias = "CosineAnnealingWarmRestarts")]
#[doc(alias = "SGDR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineRestarts {
    rate: f64,
    last: f64,
    steps: usize,
    factor: usize,
}

impl CosineRestarts {
    /// From `rate` towards 0 in each `steps` steps.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite, or `steps` is 0.
    #[track_caller]
    pub fn new(rate: f64, steps: usize) -> Self {
        demand_rate("CosineRestarts", rate);
        demand_steps("CosineRestarts", steps);
        Self { rate, last: 0.0, steps, factor: 1 }
    }

    /// The value towards which it falls, instead of 0.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite.
    #[must_use]
    #[track_caller]
    #[doc(alias = "eta_min")]
    pub fn down_to(self, rate: f64) -> Self {
        demand_rate("CosineRestarts", rate);
        Self { last: rate, ..self }
    }

    /// Makes each fall `factor` times as long as the one before.
    ///
    /// # Panics
    ///
    /// When `factor` is 0.
    #[must_use]
    #[track_caller]
    #[doc(alias = "T_mult")]
    pub fn lengthened(self, factor: usize) -> Self {
        assert!(factor > 0, "CosineRestarts: the factor of the length should be at least 1, found 0");
        Self { factor, ..self }
    }
}

impl Schedule for CosineRestarts {
    fn at(&self, step: usize) -> f64 {
        let (mut within, mut length) = (step, self.steps);
        if self.factor == 1 {
            within %= length;
        }
        while within >= length {
            within -= length;
            length = length.saturating_mul(self.factor);
        }
        anneal(self.rate, self.last, within as f64 / length as f64)
    }
}

/// Rises along half a cosine to the highest value, then falls along another to almost nothing: one cycle.
///
/// Smith and Topin 2018, <https://arxiv.org/abs/1708.07120>, in the convention of PyTorch's `OneCycleLR`: from `highest/25`
/// up to `highest` until step `0.3 steps - 1`, down to `highest/250 000` until step `steps - 1`, and stays there. The momentum
/// is not cycled.
///
/// ```
/// use recurve::optim::schedule::{OneCycle, Schedule};
///
/// let schedule = OneCycle::new(0.5, 100);
/// assert_eq!((schedule.at(0), schedule.at(29), schedule.at(99)), (0.02, 0.5, 0.5 / 250_000.0));
/// ```
#[doc(alias = "OneCycleLR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    highest: f64,
    steps: usize,
    rise: f64,
    divisors: [f64; 2],
}

impl OneCycle {
    /// A cycle of `steps` steps with `highest` at its top.
    ///
    /// # Panics
    ///
    /// When `highest` is negative or not finite, or `steps` is 0.
    #[track_caller]
    pub fn new(highest: f64, steps: usize) -> Self {
        demand_rate("OneCycle", highest);
        demand_steps("OneCycle", steps);
        Self { highest, steps, rise: 0.3, divisors: [25.0, 1e4] }
    }

    /// The fraction of the steps that rise, instead of 0.3.
    ///
    /// # Panics
    ///
    /// When it is not between 0 and 1.
    #[must_use]
    #[track_caller]
    #[doc(alias = "pct_start")]
    pub fn rise(self, fraction: f64) -> Self {
        demand("OneCycle", "fraction that rises", fraction, fraction > 0.0 && fraction < 1.0, "between 0 and 1");
        Self { rise: fraction, ..self }
    }

    /// The first value is the highest over `first`, the last is the first over `last`.
    ///
    /// # Panics
    ///
    /// When one is not finite and above 0.
    #[must_use]
    #[track_caller]
    #[doc(alias = "div_factor")]
    pub fn divisors(self, first: f64, last: f64) -> Self {
        demand("OneCycle", "first divisor", first, first > 0.0, "finite and above 0");
        demand("OneCycle", "last divisor", last, last > 0.0, "finite and above 0");
        Self { divisors: [first, last], ..self }
    }
}

impl Schedule for OneCycle {
    fn at(&self, step: usize) -> f64 {
        let first = self.highest / self.divisors[0];
        let last = first / self.divisors[1];
        // Of a cycle so short that it does not rise, the top is at the start.
        let top = (self.rise * self.steps as f64 - 1.0).max(0.0);
        let end = (self.steps - 1) as f64;
        let step = step as f64;
        if step < top {
            anneal(first, self.highest, step / top)
        } else if step < end {
            anneal(self.highest, last, (step - top) / (end - top))
        } else {
            last
        }
    }
}
