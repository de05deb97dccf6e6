//! Learning rates that change in the course of training: functions of the number of the step.
//!
//! A [`Schedule`] is a pure function, and the line that follows it stands in the training loop:
//!
//! ```
//! use recurve::optim::schedule::{Cosine, Schedule};
//! use recurve::optim::{AdamW, Rule};
//! use recurve::{Param, Tensor, value_and_grad};
//!
//! let mut model = Param::new(Tensor::from([3.0_f64, -4.0]));
//! let mut opt = AdamW::new(0.0).setup(&model)?;
//! let schedule = Cosine::new(0.2, 90).warm_up(10); // 10 steps up to 0.2, 90 steps down to 0
//! for step in 0..100 {
//!     opt.set_learning_rate(schedule.at(step));
//!     let (_, gradients) = value_and_grad(&model, |m| Ok::<_, recurve::Error>(m.get().square().sum()))?;
//!     opt.update(&mut model, &gradients)?;
//! }
//! assert_eq!(schedule.at(10), 0.2);
//! # Ok::<(), recurve::Error>(())
//! ```
//!
//! An optimiser does not follow a schedule by itself, because it would have to count: batches or epochs, with or without
//! those that were skipped, from where after a restart? The loop knows, and passes the number. So `step` may count whatever
//! the schedule was written for, training resumes at any step without further state, and a schedule can be plotted or
//! tested alone. [`Plateau`], which listens to the loss, is a value of the loop in the same way, and its
//! [`progress`](Plateau::progress) is saved as a text. Groups with learning rates of their own follow by
//! [`Optimizer::adjust`](crate::optim::Optimizer::adjust).
//!
//! | PyTorch | here |
//! |---|---|
//! | `ConstantLR`, `LinearLR` | [`LinearWarmup`] |
//! | `StepLR`, `MultiStepLR`, `ExponentialLR`, `PolynomialLR` | [`StepDecay`], [`MultiStep`], [`Exponential`], [`Polynomial`] |
//! | `CosineAnnealingLR`, `CosineAnnealingWarmRestarts`, `OneCycleLR` | [`Cosine`], [`CosineRestarts`], [`OneCycle`] |
//! | `ReduceLROnPlateau` | [`Plateau`] |
//! | `LambdaLR` | a closure |
//! | `SequentialLR`, `ChainedScheduler` | [`Schedule::then`], [`Schedule::times`] |

mod compose;
mod cosine;
mod decays;
mod plateau;

pub use compose::{LinearWarmup, Then, Times, WarmUp};
pub use cosine::{Cosine, CosineRestarts, OneCycle};
pub use decays::{Constant, Exponential, MultiStep, Polynomial, StepDecay};
pub use plateau::Plateau;

use super::{demand, demand_not_negative};

/// A learning rate, or a factor of one, for each step of training.
///
/// A closure from the number of the step to the rate is a schedule, and so is a `Box<dyn Fn(usize) -> f64>`:
///
/// ```
/// use recurve::optim::schedule::{Schedule, StepDecay};
///
/// let inverse_root = |step: usize| 1.0 / ((step + 1) as f64).sqrt();
/// let schedule = inverse_root.times(StepDecay::new(0.5, 10, 0.1));
/// assert_eq!((schedule.at(0), schedule.at(3)), (0.5, 0.25));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no schedule",
    label = "no schedule",
    note = "a schedule is one of `recurve::optim::schedule`, such as `Constant::new(0.1)`, or a closure from the number of the \
            step to the learning rate: `|step: usize| 0.1 / (step + 1) as f64`"
)]
pub trait Schedule {
    /// The value of step `step`, counted from 0.
    fn at(&self, step: usize) -> f64;

    /// This schedule for `steps` steps, then `next`, whose steps count from 0 again.
    ///
    /// ```
    /// use recurve::optim::schedule::{Constant, Exponential, Schedule};
    ///
    /// let schedule = Constant::new(0.5).then(2, Exponential::new(0.1, 0.9)).then(4, Constant::new(0.01));
    /// let values: Vec<f64> = (0..5).map(|step| schedule.at(step)).collect();
    /// assert_eq!(values, [0.5, 0.5, 0.1, 0.1 * 0.9, 0.01]);
    /// ```
    #[doc(alias = "SequentialLR")]
    fn then<S: Schedule>(self, steps: usize, next: S) -> Then<Self, S>
    where
        Self: Sized,
    {
        Then::new(self, steps, next)
    }

    /// The product of two schedules at the same step, one of which gives the rate and the other a factor.
    #[doc(alias = "ChainedScheduler")]
    fn times<S: Schedule>(self, factor: S) -> Times<Self, S>
    where
        Self: Sized,
    {
        Times::new(self, factor)
    }

    /// First `steps` steps that rise in a straight line to the first value of this schedule, then this schedule from its
    /// step 0. Step `k` of the first has `(k + 1)/(steps + 1)` of that value, so that none is 0 and none is taken twice.
    ///
    /// ```
    /// use recurve::optim::schedule::{Exponential, Schedule};
    ///
    /// let schedule = Exponential::new(0.4, 0.5).warm_up(3);
    /// let values: Vec<f64> = (0..5).map(|step| schedule.at(step)).collect();
    /// assert_eq!(values, [0.1, 0.2, 0.4 * 0.75, 0.4, 0.2]);
    /// ```
    fn warm_up(self, steps: usize) -> WarmUp<Self>
    where
        Self: Sized,
    {
        WarmUp::new(self, steps)
    }
}

impl<S: Fn(usize) -> f64> Schedule for S {
    fn at(&self, step: usize) -> f64 {
        self(step)
    }
}

#[track_caller]
fn demand_rate(schedule: &str, rate: f64) {
    demand_not_negative(schedule, "learning rate", rate);
}

#[track_caller]
fn demand_steps(schedule: &str, steps: usize) {
    assert!(steps > 0, "{schedule}: the number of steps should be at least 1, found 0");
}

#[track_caller]
fn demand_factor(schedule: &str, factor: f64) {
    demand(schedule, "factor", factor, factor >= 0.0, "finite and not negative");
}
