//! Switches in the library that only its own tests have: what was recorded, and rules made wrong on purpose.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::array::element::Float;
use crate::ops::rules::{Contribution, Part};
use crate::tensor::Tensor;
use crate::tensor::any::{AnyTensor, each_type};

thread_local! {
    static RECORDED: RefCell<BTreeMap<&'static str, Recorded>> = const { RefCell::new(BTreeMap::new()) };
    static SABOTAGE: Cell<Option<Sabotage>> = const { Cell::new(None) };
}

/// What went on the tape under one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) times: usize,
    /// The largest number.
    pub(crate) inputs: usize,
}

/// Notes that an operation went on the tape.
pub(crate) fn note(name: &'static str, inputs: usize) {
    RECORDED.with_borrow_mut(|recorded| {
        let Recorded { times, inputs: most } = recorded.entry(name).or_default();
        *times += 1;
        *most = inputs.max(*most);
    });
}

/// The operations that `run` puts on the tape of this thread; computations with several results are called "joint".
pub(crate) fn recorded_during(run: impl FnOnce()) -> BTreeMap<&'static str, Recorded> {
    RECORDED.take();
    run();
    RECORDED.take()
}

/// A derivative that is made wrong.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sabotage {
    pub(super) op: &'static str,
    pub(super) input: usize,
    /// -1 flips the sign; any other factor stands for one that was forgotten.
    pub(super) factor: f64,
}

impl Sabotage {
    /// Runs `check` with the wrong derivative.
    pub(super) fn during<R>(self, check: impl FnOnce() -> R) -> R {
        SABOTAGE.set(Some(self));
        let result = check();
        SABOTAGE.set(None);
        result
    }
}

fn factor_for(op: &str, input: usize) -> Option<f64> {
    SABOTAGE.get().filter(|sabotage| sabotage.op == op && sabotage.input == input).map(|sabotage| sabotage.factor)
}

/// Whether this rule is made wrong.
pub(crate) fn is_sabotaged(op: &str, input: usize) -> bool {
    factor_for(op, input).is_some()
}

/// The contribution, or a wrong one if this rule is sabotaged.
pub(crate) fn sabotage<F: Float>(op: &str, input: usize, contribution: Contribution<F>) -> Contribution<F> {
    let Some(factor) = factor_for(op, input) else { return contribution };
    let wrong = |value: Tensor<F>| value * F::from_f64(factor);
    match contribution {
        Contribution::Whole(value) => Contribution::Whole(wrong(value)),
        Contribution::Part(Part::Range { axis, start, value }) => {
            Contribution::Part(Part::Range { axis, start, value: wrong(value) })
        }
        Contribution::Part(Part::Rows { axis, indices, value }) => {
            Contribution::Part(Part::Rows { axis, indices, value: wrong(value) })
        }
    }
}

/// The converted gradient, or a wrong one if conversions are sabotaged.
pub(crate) fn sabotage_cast(gradient: AnyTensor) -> AnyTensor {
    match factor_for("cast", 0) {
        None => gradient,
        Some(factor) => each_type!(gradient, tensor => scaled(&tensor, factor)),
    }
}

fn scaled<F: Float>(tensor: &Tensor<F>, factor: f64) -> AnyTensor {
    (tensor * F::from_f64(factor)).into()
}
