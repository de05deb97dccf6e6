//! Operations on one operand, element by element.

use crate::array::element::Float;

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
    let c = F::from_f64;
    let (zero, one, half) = (F::ZERO, F::ONE, c(0.5));
    match op {
        Unary::Neg => each(x, out, |v| -v),
        Unary::Exp => each(x, out, F::exp),
        Unary::Expm1 => each(x, out, F::exp_m1),
        Unary::Ln => each(x, out, F::ln),
        Unary::Log1p => each(x, out, F::ln_1p),
        Unary::Sqrt => each(x, out, F::sqrt),
        Unary::Square => each(x, out, |v| v * v),
        Unary::Recip => each(x, out, |v| one / v),
        Unary::Abs => each(x, out, F::abs),
        Unary::Sign => each(x, out, sign),
        Unary::Floor => each(x, out, F::floor),
        Unary::Sin => each(x, out, F::sin),
        Unary::Cos => each(x, out, F::cos),
        Unary::Erf => each(x, out, F::erf),
        Unary::Tanh => each(x, out, F::tanh),
        Unary::Sigmoid => each(x, out, sigmoid),
        Unary::Relu => each(x, out, |v| if v > zero || v.is_nan() { v } else { zero }),
        Unary::Gelu => {
            let root = c(std::f64::consts::FRAC_1_SQRT_2);
            each(x, out, |v| half * v * (one + (v * root).erf()));
        }
        Unary::GeluTanh => {
            let (factor, cubic) = (c(GELU_FACTOR), c(GELU_CUBIC));
            each(x, out, |v| half * v * (one + (factor * (v + cubic * v * v * v)).tanh()));
        }
        Unary::Silu => each(x, out, |v| v * sigmoid(v)),
        Unary::Softplus => each(x, out, softplus),
        Unary::Elu { alpha } => {
            let alpha = c(alpha);
            each(x, out, |v| if v > zero { v } else { alpha * v.exp_m1() });
        }
        Unary::LeakyRelu { slope } => {
            let slope = c(slope);
            each(x, out, |v| if v > zero { v } else { slope * v });
        }
        Unary::Selu => {
            let (scale, alpha) = (c(SELU_SCALE), c(SELU_SCALE * SELU_ALPHA));
            each(x, out, |v| if v > zero { scale * v } else { alpha * v.exp_m1() });
        }
        Unary::Mish => each(x, out, |v| v * softplus(v).tanh()),
        Unary::Softsign => each(x, out, |v| v / (one + v.abs())),
        Unary::HardSigmoid => each(x, out, |v| clamp(v / c(6.0) + half, zero, one)),
        Unary::HardTanh => each(x, out, |v| clamp(v, -one, one)),
        Unary::LogSigmoid => each(x, out, |v| -softplus(-v)),
        Unary::Powf { exponent } => {
            let exponent = c(exponent);
            each(x, out, |v| v.powf(exponent));
        }
        Unary::Clamp { low, high } => {
            let (low, high) = (c(low), c(high));
            each(x, out, |v| clamp(v, low, high));
        }
        Unary::Scale { factor } => {
            let factor = c(factor);
            each(x, out, |v| v * factor);
        }
        Unary::Offset { term } => {
            let term = c(term);
            each(x, out, |v| v + term);
        }
    }
}

fn each<F: Float>(x: &[F], out: &mut [F], f: impl Fn(F) -> F) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(x);
    }
}

/// 1, -1, or the value itself at zero and at not-a-number.
fn sign<F: Float>(v: F) -> F {
    if v > F::ZERO {
        F::ONE
    } else if v < F::ZERO {
        -F::ONE
    } else {
        v
    }
}

/// Neither branch overflows.
fn sigmoid<F: Float>(v: F) -> F {
    if v >= F::ZERO {
        F::ONE / (F::ONE + (-v).exp())
    } else {
        let e = v.exp();
        e / (F::ONE + e)
    }
}

/// ln(1 + eˣ) without overflow.
fn softplus<F: Float>(v: F) -> F {
    let positive = if v > F::ZERO { v } else { F::ZERO };
    if v.is_nan() { v } else { positive + (-v.abs()).exp().ln_1p() }
}

/// Keeps not-a-number.
fn clamp<F: Float>(v: F, low: F, high: F) -> F {
    if v < low {
        low
    } else if v > high {
        high
    } else {
        v
    }
}
