//! Schedules that stay, or fall by factors.

use super::{Schedule, demand_factor, demand_rate, demand_steps};
use crate::optim::demand_not_negative;

/// The same value at each step.
///
/// ```
/// use recurve::optim::schedule::{Constant, Schedule};
///
/// assert_eq!(Constant::new(0.1).at(1000), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    rate: f64,
}

impl Constant {
    /// Stays at `rate`.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite.
    #[track_caller]
    pub fn new(rate: f64) -> Self {
        demand_rate("Constant", rate);
        Self { rate }
    }
}

impl Schedule for Constant {
    fn at(&self, _: usize) -> f64 {
        self.rate
    }
}

/// Times `factor` after every `steps` steps: `rate factor^⌊t/steps⌋`. PyTorch's `StepLR`.
///
/// ```
/// use recurve::optim::schedule::{Schedule, StepDecay};
///
/// let schedule = StepDecay::new(0.8, 30, 0.5);
/// assert_eq!((schedule.at(29), schedule.at(30), schedule.at(60)), (0.8, 0.4, 0.2));
/// ```
#[doc(alias = "StepLR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDecay {
    rate: f64,
    steps: usize,
    factor: f64,
}

impl StepDecay {
    /// From `rate`, times `factor` after every `steps` steps.
    ///
    /// # Panics
    ///
    /// When `rate` or `factor` is negative or not finite, or `steps` is 0.
    #[track_caller]
    pub fn new(rate: f64, steps: usize, factor: f64) -> Self {
        demand_rate("StepDecay", rate);
        demand_steps("StepDecay", steps);
        demand_factor("StepDecay", factor);
        Self { rate, steps, factor }
    }
}

impl Schedule for StepDecay {
    fn at(&self, step: usize) -> f64 {
        self.rate * power(self.factor, step / self.steps)
    }
}

/// Times `factor` at each of some steps. PyTorch's `MultiStepLR`.
///
/// ```
/// use recurve::optim::schedule::{MultiStep, Schedule};
///
/// let schedule = MultiStep::new(0.8, [30, 80], 0.5);
/// assert_eq!((schedule.at(29), schedule.at(30), schedule.at(80)), (0.8, 0.4, 0.2));
/// ```
#[doc(alias = "MultiStepLR")]
#[derive(Clone, Debug, PartialEq)]
pub struct MultiStep {
    rate: f64,
    milestones: Vec<usize>,
    factor: f64,
}

impl MultiStep {
    /// From `rate`, times `factor` from each of the `milestones` on.
    ///
    /// # Panics
    ///
    /// When `rate` or `factor` is negative or not finite.
    #[track_caller]
    pub fn new(rate: f64, milestones: impl Into<Vec<usize>>, factor: f64) -> Self {
        demand_rate("MultiStep", rate);
        demand_factor("MultiStep", factor);
        Self { rate, milestones: milestones.into(), factor }
    }
}

impl Schedule for MultiStep {
    fn at(&self, step: usize) -> f64 {
        let passed = self.milestones.iter().filter(|milestone| **milestone <= step).count();
        self.rate * power(self.factor, passed)
    }
}

/// Times `factor` after each step: `rate factorᵗ`. PyTorch's `ExponentialLR`.
///
/// ```
/// use recurve::optim::schedule::{Exponential, Schedule};
///
/// assert_eq!(Exponential::new(0.8, 0.5).at(3), 0.1);
/// ```
#[doc(alias = "ExponentialLR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    rate: f64,
    factor: f64,
}

impl Exponential {
    /// From `rate`, times `factor` after each step.
    ///
    /// # Panics
    ///
    /// When `rate` or `factor` is negative or not finite.
    #[track_caller]
    pub fn new(rate: f64, factor: f64) -> Self {
        demand_rate("Exponential", rate);
        demand_factor("Exponential", factor);
        Self { rate, factor }
    }
}

impl Schedule for Exponential {
    fn at(&self, step: usize) -> f64 {
        self.rate * power(self.factor, step)
    }
}

/// Falls to a last value as a power of what is left: `last + (rate - last)(1 - t/steps)^power`, and stays there.
///
/// PyTorch's `PolynomialLR`, whose last value is 0. With the power 1 it is a straight line.
///
/// ```
/// use recurve::optim::schedule::{Polynomial, Schedule};
///
/// let schedule = Polynomial::new(0.8, 4, 2.0);
/// assert_eq!((schedule.at(2), schedule.at(4), schedule.at(9)), (0.2, 0.0, 0.0));
/// ```
#[doc(alias = "PolynomialLR")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polynomial {
    rate: f64,
    last: f64,
    steps: usize,
    power: f64,
}

impl Polynomial {
    /// From `rate` to 0 in `steps` steps.
    ///
    /// # Panics
    ///
    /// When `rate` or `power` is negative or not finite, or `steps` is 0.
    #[track_caller]
    pub fn new(rate: f64, steps: usize, power: f64) -> Self {
        demand_rate("Polynomial", rate);
        demand_steps("Polynomial", steps);
        demand_not_negative("Polynomial", "power", power);
        Self { rate, last: 0.0, steps, power }
    }

    /// The value at the end, instead of 0.
    ///
    /// # Panics
    ///
    /// When `rate` is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn down_to(self, rate: f64) -> Self {
        demand_rate("Polynomial", rate);
        Self { last: rate, ..self }
    }
}

impl Schedule for Polynomial {
    fn at(&self, step: usize) -> f64 {
        let left = 1.0 - step.min(self.steps) as f64 / self.steps as f64;
        self.last + (self.rate - self.last) * left.powf(self.power)
    }
}

fn power(factor: f64, exponent: usize) -> f64 {
    factor.powf(exponent as f64)
}
