//! Functions of a row, and functions with a setting, as sums and pointwise operations.
//!
//! Their derivatives follow from these formulas, also where there is a kink.

use super::{Lowering, size};
use crate::recurrent::ir::{Binary, Comparison, Dim, NodeId, Op, Reduction, Unary};
use crate::recurrent::typed::{self, Normalisation};

impl Lowering<'_> {
    fn number(&mut self, value: f64) -> NodeId {
        self.graph.push(Op::number(value))
    }

    fn unary(&mut self, function: Unary, a: NodeId) -> NodeId {
        self.graph.push(Op::Unary(function, a))
    }

    fn binary(&mut self, function: Binary, a: NodeId, b: NodeId) -> NodeId {
        self.graph.push(Op::Binary(function, a, b))
    }

    fn compare(&mut self, comparison: Comparison, a: NodeId, b: NodeId) -> NodeId {
        self.graph.push(Op::Compare(comparison, a, b))
    }

    fn select(&mut self, mask: NodeId, first: NodeId, second: NodeId) -> NodeId {
        self.graph.push(Op::Select { mask, first, second })
    }

    fn reduce(&mut self, reduction: Reduction, a: NodeId) -> NodeId {
        self.graph.push(Op::Reduce(reduction, a))
    }

    /// The size of the last axis.
    fn length(&self, a: NodeId) -> Dim {
        let length = self.graph.shape(a).last().cloned();
        length.unwrap_or_else(|| unreachable!("functions of rows have rows"))
    }

    /// A number for each row, as many times as the row of `like` is long.
    fn along(&mut self, rows: NodeId, like: NodeId) -> NodeId {
        let length = self.length(like);
        self.graph.push(Op::Stretch(rows, length))
    }

    /// A scalar as a vector of one element.
    pub(super) fn vector(&mut self, a: NodeId) -> NodeId {
        if self.graph.rank(a) > 0 { a } else { self.graph.push(Op::Stretch(a, Dim::number(1))) }
    }

    /// `x < low ? low : x > high ? high : x`, so that the derivative is 1 at the bounds.
    pub(super) fn clamp(&mut self, [x, low, high]: [NodeId; 3]) -> NodeId {
        let is_low = self.compare(Comparison::Less, x, low);
        let is_high = self.compare(Comparison::Greater, x, high);
        let rest = self.select(is_high, high, x);
        self.select(is_low, low, rest)
    }

    /// `x > 0 ? x : slope x`, so that the derivative at 0 is the slope.
    pub(super) fn leaky_relu(&mut self, x: NodeId, slope: NodeId) -> NodeId {
        let zero = self.number(0.0);
        let is_positive = self.compare(Comparison::Greater, x, zero);
        let scaled = self.binary(Binary::Mul, x, slope);
        self.select(is_positive, x, scaled)
    }

    /// `x > 0 ? x : alpha expm1(x)`, so that the derivative at 0 is alpha. The exponential never sees a large `x`: infinity
    /// times the 0 of the branch that is not taken would be the derivative.
    pub(super) fn elu(&mut self, x: NodeId, alpha: NodeId) -> NodeId {
        let zero = self.number(0.0);
        let is_positive = self.compare(Comparison::Greater, x, zero);
        let negative = self.select(is_positive, zero, x);
        let power = self.unary(Unary::Expm1, negative);
        let scaled = self.binary(Binary::Mul, power, alpha);
        self.select(is_positive, x, scaled)
    }

    /// `sum(a * b)`
    pub(super) fn dot(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let product = self.binary(Binary::Mul, a, b);
        self.reduce(Reduction::Sum, product)
    }

    pub(super) fn reduction(&mut self, reduction: typed::Reduction, a: NodeId) -> NodeId {
        match reduction {
            typed::Reduction::Sum => self.reduce(Reduction::Sum, a),
            typed::Reduction::Min => self.reduce(Reduction::Min, a),
            typed::Reduction::Max => self.reduce(Reduction::Max, a),
            typed::Reduction::Mean => self.mean(a),
            typed::Reduction::Norm => self.norm(a),
            typed::Reduction::LogSumExp => self.log_sum_exp(a),
        }
    }

    fn mean(&mut self, a: NodeId) -> NodeId {
        let length = size(self.length(a));
        let length = self.graph.push(length);
        let sum = self.reduce(Reduction::Sum, a);
        self.binary(Binary::Div, sum, length)
    }

    /// `sqrt(sum(a²))`, whose derivative at 0 is 0: the root never sees a 0, where its derivative is infinite.
    fn norm(&mut self, a: NodeId) -> NodeId {
        let squares = self.unary(Unary::Square, a);
        let sum = self.reduce(Reduction::Sum, squares);
        let (zero, one) = (self.number(0.0), self.number(1.0));
        let is_zero = self.compare(Comparison::Equal, sum, zero);
        let positive = self.select(is_zero, one, sum);
        let root = self.unary(Unary::Sqrt, positive);
        self.select(is_zero, zero, root)
    }

    /// `ln(sum(exp(a - largest))) + largest`
    fn log_sum_exp(&mut self, a: NodeId) -> NodeId {
        let (powers, largest) = self.powers(a);
        let sum = self.reduce(Reduction::Sum, powers);
        let logarithm = self.unary(Unary::Ln, sum);
        self.binary(Binary::Add, logarithm, largest)
    }

    pub(super) fn normalisation(&mut self, normalisation: Normalisation, a: NodeId) -> NodeId {
        match normalisation {
            Normalisation::Softmax => {
                let (powers, _) = self.powers(a);
                let sum = self.reduce(Reduction::Sum, powers);
                let sum = self.along(sum, a);
                self.binary(Binary::Div, powers, sum)
            }
            Normalisation::LogSoftmax => {
                let total = self.log_sum_exp(a);
                let total = self.along(total, a);
                self.binary(Binary::Sub, a, total)
            }
        }
    }

    /// `exp(a - largest)` and the largest element of each row, which counts as a constant: whatever is taken out of the
    /// powers, it is put in again, so that its derivatives cancel. One that is infinite is not taken out, as infinity minus
    /// infinity is no number.
    fn powers(&mut self, a: NodeId) -> (NodeId, NodeId) {
        let largest = self.reduce(Reduction::Max, a);
        let (zero, infinity) = (self.number(0.0), self.number(f64::INFINITY));
        let size = self.unary(Unary::Abs, largest);
        let is_infinite = self.compare(Comparison::Equal, size, infinity);
        let finite = self.select(is_infinite, zero, largest);
        let stopped = self.graph.push(Op::StopGradient(finite));
        let shift = self.along(stopped, a);
        let shifted = self.binary(Binary::Sub, a, shift);
        (self.unary(Unary::Exp, shifted), stopped)
    }

    /// `(a - mean) / sqrt(variance + epsilon)`, with one division for a row.
    pub(super) fn layer_norm(&mut self, a: NodeId, epsilon: NodeId) -> NodeId {
        let mean = self.mean(a);
        let mean = self.along(mean, a);
        let centred = self.binary(Binary::Sub, a, mean);
        let squares = self.unary(Unary::Square, centred);
        let variance = self.mean(squares);
        let raised = self.binary(Binary::Add, variance, epsilon);
        let deviation = self.unary(Unary::Sqrt, raised);
        let scale = self.unary(Unary::Recip, deviation);
        let scale = self.along(scale, a);
        self.binary(Binary::Mul, centred, scale)
    }
}
