//! What values can become, so that generated formulas stay where they are finite and smooth.

use crate::recurrent::tests::evaluate::unary as formula;
use crate::recurrent::typed::{Binary, Unary};

/// All numbers from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Range {
    pub(crate) const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    pub(crate) fn exactly(value: f64) -> Self {
        Self::new(value, value)
    }

    fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let empty = Self::new(f64::INFINITY, f64::NEG_INFINITY);
        values.into_iter().fold(empty, |all, value| Self::new(all.low.min(value), all.high.max(value)))
    }

    /// All numbers of both.
    pub(crate) fn or(self, other: Self) -> Self {
        Self::of([self.low, self.high, other.low, other.high])
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self::of([self.low * factor, self.high * factor])
    }

    pub(crate) fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Whether it stays away from 0.
    fn is_apart(self) -> bool {
        self.low >= 0.2 || self.high <= -0.2
    }

    /// The range of a function; `None` where it is not tame.
    pub(crate) fn unary(self, function: Unary) -> Option<Self> {
        let ends = Self::of([formula(function, self.low), formula(function, self.high)]);
        match function {
            Unary::Exp | Unary::Expm1 => (self.high <= 2.5).then_some(ends),
            Unary::Ln | Unary::Sqrt => (self.low >= 0.2).then_some(ends),
            Unary::Log1p => (self.low >= -0.7).then_some(ends),
            Unary::Recip => self.is_apart().then_some(ends),
            Unary::Square | Unary::Abs => Some(Self::new(0.0, ends.high)),
            Unary::Sin | Unary::Cos | Unary::Sign => Some(Self::new(-1.0, 1.0)),
            Unary::Gelu | Unary::GeluTanh | Unary::Silu | Unary::Mish => Some(Self::new(-0.35, self.high.max(0.0))),
            Unary::Neg
            | Unary::Erf
            | Unary::Tanh
            | Unary::Sigmoid
            | Unary::Relu
            | Unary::Softplus
            | Unary::Selu
            | Unary::Softsign
            | Unary::HardSigmoid
            | Unary::HardTanh
            | Unary::LogSigmoid
            | Unary::Floor => Some(ends),
        }
    }

    /// The range of a function of two numbers; `None` where it is not tame.
    pub(crate) fn binary(self, function: Binary, other: Self) -> Option<Self> {
        let (a, b) = (self, other);
        let corners =
            |f: fn(f64, f64) -> f64| Self::of([f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)]);
        match function {
            Binary::Add => Some(Self::new(a.low + b.low, a.high + b.high)),
            Binary::Sub => Some(Self::new(a.low - b.high, a.high - b.low)),
            Binary::Mul => Some(corners(|a, b| a * b)),
            Binary::Div => b.is_apart().then(|| corners(|a, b| a / b)),
            Binary::Pow if b.low == b.high && b.low.fract() == 0.0 && b.low >= 1.0 => {
                let ends = corners(f64::powf);
                Some(ends.or(Self::exactly(0.0)))
            }
            Binary::Pow => (a.low >= 0.2 && b.magnitude() <= 3.0).then(|| corners(f64::powf)),
            Binary::Minimum => Some(Self::new(a.low.min(b.low), a.high.min(b.high))),
            Binary::Maximum => Some(Self::new(a.low.max(b.low), a.high.max(b.high))),
            Binary::Rem => (b.low >= 0.2).then(|| Self::new(0.0, b.high)),
        }
    }
}
