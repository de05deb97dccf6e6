//! Functions of a row, and functions with a setting, as sums and pointwise operations.
//!
//! Their derivatives follow from these formulas, also where there is a kink.

use super::{Lowering, size};
use crate::recurrent::ir::{Binary, Comparison, Dim, NodeId, Op, Reduction, Unary};
use crate::recurrent::place::Place;
use crate::recurrent::typed::{self, Normalisation};

impl Lowering<'_> {
    fn number(&mut self, place: Place, value: f64) -> NodeId {
        self.graph.push(Op::number(value), place)
    }

    fn unary(&mut self, place: Place, function: Unary, a: NodeId) -> NodeId {
        self.graph.push(Op::Unary(function, a), place)
    }

    fn binary(&mut self, place: Place, function: Binary, a: NodeId, b: NodeId) -> NodeId {
        self.graph.push(Op::Binary(function, a, b), place)
    }

    fn compare(&mut self, place: Place, comparison: Comparison, a: NodeId, b: NodeId) -> NodeId {
        self.graph.push(Op::Compare(comparison, a, b), place)
    }

    fn select(&mut self, place: Place, mask: NodeId, first: NodeId, second: NodeId) -> NodeId {
        self.graph.push(Op::Select { mask, first, second }, place)
    }

    fn reduce(&mut self, place: Place, reduction: Reduction, a: NodeId) -> NodeId {
        self.graph.push(Op::Reduce(reduction, a), place)
    }

    /// The size of the last axis.
    fn length(&self, a: NodeId) -> Dim {
        let length = self.graph.shape(a).last().cloned();
        length.unwrap_or_else(|| unreachable!("functions of rows have rows"))
    }

    /// A number for each row, as many times as the row of `like` is long.
    fn along(&mut self, place: Place, rows: NodeId, like: NodeId) -> NodeId {
        let length = self.length(like);
        self.graph.push(Op::Stretch(rows, length), place)
    }

    /// A scalar as a vector of one element.
    pub(super) fn vector(&mut self, place: Place, a: NodeId) -> NodeId {
        if self.graph.rank(a) > 0 { a } else { self.graph.push(Op::Stretch(a, Dim::number(1)), place) }
    }

    /// `x < low ? low : x > high ? high : x`, so that the derivative is 1 at the bounds.
    pub(super) fn clamp(&mut self, place: Place, [x, low, high]: [NodeId; 3]) -> NodeId {
        let is_low = self.compare(place, Comparison::Less, x, low);
        let is_high = self.compare(place, Comparison::Greater, x, high);
        let rest = self.select(place, is_high, high, x);
        self.select(place, is_low, low, rest)
    }

    /// `x > 0 ? x : slope x`, so that the derivative at 0 is the slope.
    pub(super) fn leaky_relu(&mut self, place: Place, x: NodeId, slope: NodeId) -> NodeId {
        let zero = self.number(place, 0.0);
        let is_positive = self.compare(place, Comparison::Greater, x, zero);
        let scaled = self.binary(place, Binary::Mul, x, slope);
        self.select(place, is_positive, x, scaled)
    }

    /// `x > 0 ? x : alpha expm1(x)`, so that the derivative at 0 is alpha. The exponential never sees a large `x`: infinity
    /// times the 0 of the branch that is not taken would be the derivative.
    pub(super) fn elu(&mut self, place: Place, x: NodeId, alpha: NodeId) -> NodeId {
        let zero = self.number(place, 0.0);
        let is_positive = self.compare(place, Comparison::Greater, x, zero);
        let negative = self.select(place, is_positive, zero, x);
        let power = self.unary(place, Unary::Expm1, negative);
        let scaled = self.binary(place, Binary::Mul, power, alpha);
        self.select(place, is_positive, x, scaled)
    }

    /// `sum(a * b)`
    pub(super) fn dot(&mut self, place: Place, a: NodeId, b: NodeId) -> NodeId {
        let product = self.binary(place, Binary::Mul, a, b);
        self.reduce(place, Reduction::Sum, product)
    }

    pub(super) fn reduction(&mut self, place: Place, reduction: typed::Reduction, a: NodeId) -> NodeId {
        match reduction {
            typed::Reduction::Sum => self.reduce(place, Reduction::Sum, a),
            typed::Reduction::Min => self.reduce(place, Reduction::Min, a),
            typed::Reduction::Max => self.reduce(place, Reduction::Max, a),
            typed::Reduction::Mean => self.mean(place, a),
            typed::Reduction::Norm => self.norm(place, a),
            typed::Reduction::LogSumExp => self.log_sum_exp(place, a),
        }
    }

    fn mean(&mut self, place: Place, a: NodeId) -> NodeId {
        let length = size(self.length(a));
        let length = self.graph.push(length, place);
        let sum = self.reduce(place, Reduction::Sum, a);
        self.binary(place, Binary::Div, sum, length)
    }

    /// `sqrt(sum(a²))`, whose derivative at 0 is 0: the root never sees a 0, where its derivative is infinite.
    fn norm(&mut self, place: Place, a: NodeId) -> NodeId {
        let squares = self.unary(place, Unary::Square, a);
        let sum = self.reduce(place, Reduction::Sum, squares);
        let (zero, one) = (self.number(place, 0.0), self.number(place, 1.0));
        let is_zero = self.compare(place, Comparison::Equal, sum, zero);
        let positive = self.select(place, is_zero, one, sum);
        let root = self.unary(place, Unary::Sqrt, positive);
        self.select(place, is_zero, zero, root)
    }

    /// `ln(sum(exp(a - largest))) + largest`
    fn log_sum_exp(&mut self, place: Place, a: NodeId) -> NodeId {
        let (powers, largest) = self.powers(place, a);
        let sum = self.reduce(place, Reduction::Sum, powers);
        let logarithm = self.unary(place, Unary::Ln, sum);
        self.binary(place, Binary::Add, logarithm, largest)
    }

    pub(super) fn normalisation(&mut self, place: Place, normalisation: Normalisation, a: NodeId) -> NodeId {
        match normalisation {
            Normalisation::Softmax => {
                let (powers, _) = self.powers(place, a);
                let sum = self.reduce(place, Reduction::Sum, powers);
                let sum = self.along(place, sum, a);
                self.binary(place, Binary::Div, powers, sum)
            }
            Normalisation::LogSoftmax => {
                let total = self.log_sum_exp(place, a);
                let total = self.along(place, total, a);
                self.binary(place, Binary::Sub, a, total)
            }
        }
    }

    /// `exp(a - largest)` and the largest element of each row, which counts as a constant: whatever is taken out of the
    /// powers, it is put in again, so that its derivatives cancel. One that is infinite is not taken out, as infinity minus
    /// infinity is no number.
    fn powers(&mut self, place: Place, a: NodeId) -> (NodeId, NodeId) {
        let largest = self.reduce(place, Reduction::Max, a);
        let (zero, infinity) = (self.number(place, 0.0), self.number(place, f64::INFINITY));
        let size = self.unary(place, Unary::Abs, largest);
        let is_infinite = self.compare(place, Comparison::Equal, size, infinity);
        let finite = self.select(place, is_infinite, zero, largest);
        let stopped = self.graph.push(Op::StopGradient(finite), place);
        let shift = self.along(place, stopped, a);
        let shifted = self.binary(place, Binary::Sub, a, shift);
        (self.unary(place, Unary::Exp, shifted), stopped)
    }

    /// `(a - mean) / sqrt(variance + epsilon)`, with one division for a row.
    pub(super) fn layer_norm(&mut self, place: Place, a: NodeId, epsilon: NodeId) -> NodeId {
        let mean = self.mean(place, a);
        let mean = self.along(place, mean, a);
        let centred = self.binary(place, Binary::Sub, a, mean);
        let squares = self.unary(place, Unary::Square, centred);
        let variance = self.mean(place, squares);
        let raised = self.binary(place, Binary::Add, variance, epsilon);
        let deviation = self.unary(place, Unary::Sqrt, raised);
        let scale = self.unary(place, Unary::Recip, deviation);
        let scale = self.along(place, scale, a);
        self.binary(place, Binary::Mul, centred, scale)
    }
}
