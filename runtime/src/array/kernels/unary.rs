//! Operations on one operand, element by element.

use crate::array::element::Float;
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
    let (zero, one, half) = (F::ZERO, F::ONE, c(0.5));
    match op {
        Unary::Neg => each!(x, out, |v| -v),
        Unary::Exp => each!(x, out, |v| simd::exp(token, v)),
        Unary::Expm1 => each!(x, out, |v| simd::expm1(token, v)),
        Unary::Ln => each!(x, out, |v| simd::ln(token, v)),
        Unary::Log1p => each!(x, out, |v| simd::log1p(token, v)),
        Unary::Sqrt => each!(x, out, |v| v.sqrt()),
        Unary::Square => each!(x, out, |v| v * v),
        Unary::Recip => each!(x, out, |v| one / v),
        Unary::Abs => each!(x, out, |v| v.abs()),
        Unary::Sign => each!(x, out, |v| sign(v)),
        Unary::Floor => each!(x, out, |v| v.floor()),
        Unary::Sin => each!(x, out, |v| simd::sin(token, v)),
        Unary::Cos => each!(x, out, |v| simd::cos(token, v)),
        Unary::Erf => each!(x, out, |v| simd::erf(token, v)),
        Unary::Tanh => each!(x, out, |v| simd::tanh(token, v)),
        Unary::Sigmoid => each!(x, out, |v| simd::sigmoid(token, v)),
        Unary::Relu => each!(x, out, |v| if v > zero || v.is_nan() { v } else { zero }),
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
        Unary::Selu => {
            let (scale, alpha) = (c(SELU_SCALE), c(SELU_SCALE * SELU_ALPHA));
            each!(x, out, |v| simd::selu(token, v, scale, alpha));
        }
        Unary::Mish => each!(x, out, |v| simd::mish(token, v)),
        Unary::Softsign => each!(x, out, |v| v / (one + v.abs())),
        Unary::HardSigmoid => each!(x, out, |v| clamp(v / c(6.0) + half, zero, one)),
        Unary::HardTanh => each!(x, out, |v| clamp(v, -one, one)),
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

/// 1, -1, or the value itself at zero and at not-a-number.
#[inline(always)]
fn sign<F: Float>(v: F) -> F {
    if v > F::ZERO {
        F::ONE
    } else if v < F::ZERO {
        -F::ONE
    } else {
        v
    }
}

/// Keeps not-a-number.
#[inline(always)]
fn clamp<F: Float>(v: F, low: F, high: F) -> F {
    if v < low {
        low
    } else if v > high {
        high
    } else {
        v
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
