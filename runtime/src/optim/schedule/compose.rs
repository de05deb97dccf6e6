//! Schedules made of schedules.

use super::{Schedule, demand_factor, demand_steps};

/// A schedule for some steps, then another; from [`Schedule::then`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Then<A, B> {
    first: A,
    steps: usize,
    next: B,
}

impl<A, B> Then<A, B> {
    pub(super) fn new(first: A, steps: usize, next: B) -> Self {
        Self { first, steps, next }
    }
}

impl<A: Schedule, B: Schedule> Schedule for Then<A, B> {
    fn at(&self, step: usize) -> f64 {
        match step.checked_sub(self.steps) {
            None => self.first.at(step),
            Some(rest) => self.next.at(rest),
        }
    }
}

/// The product of two schedules; from [`Schedule::times`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times<A, B> {
    first: A,
    second: B,
}

impl<A, B> Times<A, B> {
    pub(super) fn new(first: A, second: B) -> Self {
        Self { first, second }
    }
}

impl<A: Schedule, B: Schedule> Schedule for Times<A, B> {
    fn at(&self, step: usize) -> f64 {
        self.first.at(step) * self.second.at(step)
    }
}

/// A schedule after steps that rise to its first value; from [`Schedule::warm_up`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp<S> {
    schedule: S,
    steps: usize,
}

impl<S> WarmUp<S> {
    pub(super) fn new(schedule: S, steps: usize) -> Self {
        Self { schedule, steps }
    }
}

impl<S: Schedule> Schedule for WarmUp<S> {
    fn at(&self, step: usize) -> f64 {
        match step.checked_sub(self.steps) {
            None => self.schedule.at(0) * ((step + 1) as f64 / (self.steps + 1) as f64),
            Some(rest) => self.schedule.at(rest),
        }
    }
}

/// A factor that goes in a straight line from one value to 1 and stays there: `from + (1 - from) t/steps`.
///
/// PyTorch's `LinearLR`. A factor for [`Schedule::times`]; [`Schedule::warm_up`] puts a warm-up in front instead.
///
/// ```
/// use recurve::optim::schedule::{Constant, LinearWarmup, Schedule};
///
/// let schedule = Constant::new(0.8).times(LinearWarmup::new(0.5, 2));
/// assert_eq!((schedule.at(0), schedule.at(1), schedule.at(2)), (0.4, 0.6000000000000001, 0.8));
/// ```
#[doc(alias = "LinearLR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearWarmup {
    from: f64,
    steps: usize,
}

impl LinearWarmup {
    /// From the factor `from` to 1 in `steps` steps.
    ///
    /// # Panics
    ///
    /// When `from` is negative or not finite, or `steps` is 0.
    #[track_caller]
    pub fn new(from: f64, steps: usize) -> Self {
        demand_factor("LinearWarmup", from);
        demand_steps("LinearWarmup", steps);
        Self { from, steps }
    }
}

impl Schedule for LinearWarmup {
    fn at(&self, step: usize) -> f64 {
        self.from + (1.0 - self.from) * (step.min(self.steps) as f64 / self.steps as f64)
    }
}
