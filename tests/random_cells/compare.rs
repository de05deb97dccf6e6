//! The two comparisons: values of the tape with those of the walk, and gradients with differences of the walk.

use crate::case::{Case, Data, Scanned, dense};
use crate::recurrent::tests::evaluate::{Array, Evaluator, Shape, Stops};
use crate::recurrent::tests::random::Random;
use crate::tape::{Gradients, Leaf, Recorded, leaf_arrays};
use std::rc::Rc;

/// Relative, with 1 as the smallest size that counts.
const VALUES: f64 = 1e-10;
/// Relative, with 10 as the smallest size that counts, of gradients that are computed in other orders: a `layer_norm` of
/// equal numbers makes its errors of rounding a few hundred times as large.
const GRADIENTS: f64 = 1e-9;
/// Of the first differences; those of cells that are curved sharply are computed with other steps.
const DIFFERENCES: f64 = 1e-6;

/// The first value that differs.
pub(crate) fn values(case: &Case, found: &Scanned, expected: &Scanned) -> Result<(), String> {
    values_within(case, found, expected, VALUES)
}

/// The first value that differs by more than this.
pub(crate) fn values_within(case: &Case, found: &Scanned, expected: &Scanned, tolerance: f64) -> Result<(), String> {
    for (at, (found, expected)) in found.outputs.iter().zip(&expected.outputs).enumerate() {
        for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
            arrays(found, expected, tolerance).map_err(|error| format!("output {at} at step {step}: {error}"))?;
        }
    }
    for (example, (found, expected)) in found.states.iter().zip(&expected.states).enumerate() {
        arrays(found, expected, tolerance).map_err(|error| format!("states of example {example}: {error}"))?;
    }
    let count = |scanned: &Scanned| (scanned.outputs.len(), scanned.states.len());
    assert_eq!(count(found), count(expected), "{}", case.text);
    Ok(())
}

fn arrays(found: &[Array], expected: &[Array], tolerance: f64) -> Result<(), String> {
    if found.len() != expected.len() || found.iter().zip(expected).any(|(a, b)| a.shape != b.shape) {
        return Err(format!("{found:?} has not the shapes of {expected:?}"));
    }
    let pairs = found.iter().zip(expected).flat_map(|(found, expected)| found.data.iter().zip(&expected.data));
    match pairs.into_iter().find(|(found, expected)| !is_near(**found, **expected, tolerance)) {
        None => Ok(()),
        Some((found, expected)) => Err(format!("{found:e} instead of {expected:e}")),
    }
}

/// Also false for what is not a number.
fn is_near(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs().max(1.0)
}

/// The first gradient that differs; both may be no number.
pub(crate) fn gradients(found: &Gradients, expected: &Gradients) -> Result<(), String> {
    let is_same = |(found, expected): (&f64, &f64)| {
        (found - expected).abs() <= GRADIENTS * expected.abs().max(10.0)
            || found == expected
            || found.is_nan() && expected.is_nan()
    };
    let mut pairs = found.iter().zip(expected);
    match pairs.find(|((_, found), (_, expected))| !found.iter().zip(expected).all(is_same)) {
        None => Ok(()),
        Some(((leaf, found), (_, expected))) => Err(format!("gradient of {leaf:?} {found:?} instead of {expected:?}")),
    }
}

/// What a comparison of derivatives found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    Same,
    /// The differences themselves do not agree: there is a kink or a jump.
    Kink,
    Other {
        gradient: f64,
        difference: f64,
    },
}

/// Differences along a random direction of each leaf.
pub(crate) struct Differences<'a> {
    case: &'a Case,
    evaluator: &'a Evaluator<'a>,
    data: &'a Data,
    /// None if the differences shall go through them, which is wrong.
    stops: Option<Rc<[Array]>>,
}

impl<'a> Differences<'a> {
    /// `stops` are those of the point in the middle.
    pub(crate) fn new(case: &'a Case, evaluator: &'a Evaluator<'a>, data: &'a Data, stops: Vec<Array>) -> Self {
        Self { case, evaluator, data, stops: Some(stops.into()) }
    }

    /// The same with the derivatives that `stop_gradient` hides.
    pub(crate) fn through_stops(self) -> Self {
        Self { stops: None, ..self }
    }

    /// One result for each leaf. The gradients are taken times `factor`, which is 1 unless they shall be wrong.
    pub(crate) fn compare(&self, recorded: &Recorded, factor: f64) -> Vec<(Leaf, Found)> {
        let mut random = Random::new(self.case.seed ^ 0x00d1_ff00);
        let one = |(leaf, gradient): &(Leaf, Vec<f64>)| {
            let direction = dense(&mut random, Shape::Vector(gradient.len()), 1.0).data;
            let slope: f64 = factor * gradient.iter().zip(&direction).map(|(a, b)| a * b).sum::<f64>();
            (*leaf, self.compare_leaf(*leaf, &direction, slope))
        };
        recorded.gradients.iter().map(one).collect()
    }

    fn compare_leaf(&self, leaf: Leaf, direction: &[f64], slope: f64) -> Found {
        if is_near(slope, self.difference(leaf, direction, 2e-5), DIFFERENCES) {
            return Found::Same;
        }
        // smaller and larger steps, each twice: the error of order two cancels, and where there is none to cancel
        // because of a kink, the results differ
        let extrapolated: Vec<f64> = [1e-3, 1e-4, 1e-5].map(|step| self.extrapolated(leaf, direction, step)).to_vec();
        // so small ones that a kink close by is beyond them
        let smallest = [1e-6, 1e-7].map(|step| self.difference(leaf, direction, step));
        if extrapolated.iter().chain(&smallest).any(|difference| is_near(slope, *difference, DIFFERENCES)) {
            return Found::Same;
        }
        let [_, middle, small] = extrapolated[..] else { unreachable!("three steps") };
        // at a tie, as of a value with itself behind `stop_gradient`, every step finds the same wrong mean of two slopes
        let (before, after) = (self.one_sided(leaf, direction, -1e-6), self.one_sided(leaf, direction, 1e-6));
        let is_corner = (after - before).abs() > 0.1 * (slope - middle).abs();
        if is_corner || !is_near(middle, small, 1e-5) {
            return Found::Kink;
        }
        Found::Other { gradient: slope, difference: middle }
    }

    fn one_sided(&self, leaf: Leaf, direction: &[f64], step: f64) -> f64 {
        (self.loss(leaf, direction, step) - self.loss(leaf, direction, 0.0)) / step
    }

    fn extrapolated(&self, leaf: Leaf, direction: &[f64], step: f64) -> f64 {
        (4.0 * self.difference(leaf, direction, 0.5 * step) - self.difference(leaf, direction, step)) / 3.0
    }

    /// A central difference.
    fn difference(&self, leaf: Leaf, direction: &[f64], step: f64) -> f64 {
        (self.loss(leaf, direction, step) - self.loss(leaf, direction, -step)) / (2.0 * step)
    }

    fn loss(&self, leaf: Leaf, direction: &[f64], step: f64) -> f64 {
        let mut data = self.data.clone();
        let elements = leaf_arrays(&mut data, leaf).into_iter().flat_map(|array| array.data.iter_mut());
        elements.zip(direction).for_each(|(element, direction)| *element += step * direction);
        let stops = self.stops.as_ref().map_or_else(|| Stops::Record(Vec::new()), Stops::replay);
        let (scanned, _) = self.case.scan(self.evaluator, &data, stops);
        scanned.loss(&data)
    }
}
