//! Operations on one operand, element by element.

use crate::array::element::Float;
use crate::simd::elementwise::{self, clamp};
use crate::simd::{self, Body, Token, dispatch};

/// The closed list of operations on one operand. Constants are part of the operation.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    Neg,
    Exp,
    Expm1,
    Ln,
    Log1p,
    Sqrt,
    Square,
    Recip,
    Abs,
    Sign,
    Floor,
    Sin,
    Cos,
    Erf,
    Tanh,
    Sigmoid,
    Relu,
    Gelu,
    GeluTanh,
    Silu,
    Softplus,
    Elu { alpha: f64 },
    LeakyRelu { slope: f64 },
    Selu,
    Mish,
    Softsign,
    HardSigmoid,
    HardTanh,
    LogSigmoid,
    Powf { exponent: f64 },
    Clamp { low: f64, high: f64 },
    Scale { factor: f64 },
    Offset { term: f64 },
}

/// Klambauer et al. 2017, to the precision of f64.
pub(crate) const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
/// Klambauer et al. 2017, to the precision of f64.
pub(crate) const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
/// √(2/π), of the tanh form of gelu.
pub(crate) const GELU_FACTOR: f64 = 0.797_884_560_802_865_4;
/// Hendrycks and Gimpel 2016, of the tanh form of gelu.
pub(crate) const GELU_CUBIC: f64 = 0.044_715;

pub(crate) fn unary<F: Float>(op: Unary, x: &[F], out: &mut [F]) {
    dispatch(Elementwise { op, x, out: &mut *out });
    // The loops know how many turns there are in angles up to a limit.
    match op {
        Unary::Sin => each_large_angle(x, out, F::sin),
        Unary::Cos => each_large_angle(x, out, F::cos),
        _ => {}
    }
}

struct Elementwise<'a, F> {
    op: Unary,
    x: &'a [F],
    out: &'a mut [F],
}

impl<F: Float> Body for Elementwise<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, token: T) {
        apply(token, self.op, self.x, self.out);
    }
}

/// `each` with the function inlined, so that it is compiled for the instructions of the loop.
macro_rules! each {
    ($x:ident, $out:ident, |$v:ident| $value:expr) => {
        each(
            $x,
            $out,
            #[inline(always)]
            |$v| $value,
        )
    };
}

#[inline(always)]
fn apply<F: Float, T: Token>(token: T, op: Unary, x: &[F], out: &mut [F]) {
    let c = F::from_f64;
    let zero = F::ZERO;
    match op {
        Unary::Neg => each!(x, out, |v| -v),
        Unary::Exp => each!(x, out, |v| simd::exp(token, v)),
        Unary::Expm1 => each!(x, out, |v| simd::expm1(token, v)),
        Unary::Ln => each!(x, out, |v| simd::ln(token, v)),
        Unary::Log1p => each!(x, out, |v| simd::log1p(token, v)),
        Unary::Sqrt => each!(x, out, |v| elementwise::sqrt(token, v)),
        Unary::Square => each!(x, out, |v| elementwise::square(token, v)),
        Unary::Recip => each!(x, out, |v| elementwise::recip(token, v)),
        Unary::Abs => each!(x, out, |v| elementwise::abs(token, v)),
        Unary::Sign => each!(x, out, |v| elementwise::sign(token, v)),
        Unary::Floor => each!(x, out, |v| elementwise::floor(token, v)),
        Unary::Sin => each!(x, out, |v| simd::sin(token, v)),
        Unary::Cos => each!(x, out, |v| simd::cos(token, v)),
        Unary::Erf => each!(x, out, |v| simd::erf(token, v)),
        Unary::Tanh => each!(x, out, |v| simd::tanh(token, v)),
        Unary::Sigmoid => each!(x, out, |v| simd::sigmoid(token, v)),
        Unary::Relu => each!(x, out, |v| elementwise::relu(token, v)),
        Unary::Gelu => each!(x, out, |v| simd::gelu(token, v)),
        Unary::GeluTanh => each!(x, out, |v| simd::gelu_tanh(token, v)),
        Unary::Silu => each!(x, out, |v| simd::silu(token, v)),
        Unary::Softplus => each!(x, out, |v| simd::softplus(token, v)),
        Unary::Elu { alpha } => {
            let alpha = c(alpha);
            each!(x, out, |v| simd::elu(token, v, alpha));
        }
        Unary::LeakyRelu { slope } => {
            let slope = c(slope);
            each!(x, out, |v| if v > zero { v } else { slope * v });
        }
        Unary::Selu => each!(x, out, |v| elementwise::selu(token, v)),
        Unary::Mish => each!(x, out, |v| simd::mish(token, v)),
        Unary::Softsign => each!(x, out, |v| elementwise::softsign(token, v)),
        Unary::HardSigmoid => each!(x, out, |v| elementwise::hard_sigmoid(token, v)),
        Unary::HardTanh => each!(x, out, |v| elementwise::hard_tanh(token, v)),
        Unary::LogSigmoid => each!(x, out, |v| simd::log_sigmoid(token, v)),
        Unary::Powf { exponent } => {
            let exponent = c(exponent);
            each!(x, out, |v| v.powf(exponent));
        }
        Unary::Clamp { low, high } => {
            let (low, high) = (c(low), c(high));
            each!(x, out, |v| clamp(v, low, high));
        }
        Unary::Scale { factor } => {
            let factor = c(factor);
            each!(x, out, |v| v * factor);
        }
        Unary::Offset { term } => {
            let term = c(term);
            each!(x, out, |v| v + term);
        }
    }
}

#[inline(always)]
fn each<F: Float>(x: &[F], out: &mut [F], f: impl Fn(F) -> F) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(x);
    }
}

fn each_large_angle<F: Float>(x: &[F], out: &mut [F], f: impl Fn(F) -> F) {
    for (out, &x) in out.iter_mut().zip(x) {
        if x.abs() > F::ANGLE_LIMIT {
            *out = f(x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Unary, unary};

    /// Vectors of small and of large angles, whose turns are counted in different ways.
    #[test]
    fn angles_of_any_size() {
        let x: Vec<f64> =
            (0..40).map(|at| f64::from(at % 3) * 1e5_f64.powi(at % 5) - 7e6 * f64::from(at % 2)).collect();
        let (mut sines, mut cosines) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        unary(Unary::Sin, &x, &mut sines);
        unary(Unary::Cos, &x, &mut cosines);
        for ((x, sine), cosine) in x.iter().zip(sines).zip(cosines) {
            assert!((sine - x.sin()).abs() < 1e-15 && (cosine - x.cos()).abs() < 1e-15, "{x}: {sine}, {cosine}");
        }
        let x: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let mut sines = vec![0.0; x.len()];
        unary(Unary::Sin, &x, &mut sines);
        for (x, sine) in x.iter().zip(sines) {
            assert!((sine - x.sin()).abs() < 2e-7, "{x}: {sine}");
        }
    }
}
