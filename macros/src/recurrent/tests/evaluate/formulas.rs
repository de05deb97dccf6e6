//! The textbook formulas of the language's functions, with the constants that PyTorch documents.

use crate::recurrent::typed::{Binary, Comparison, Normalisation, Reduction, Unary};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

pub(crate) fn unary(function: Unary, x: f64) -> f64 {
    match function {
        Unary::Neg => -x,
        Unary::Exp => x.exp(),
        Unary::Expm1 => x.exp_m1(),
        Unary::Ln => x.ln(),
        Unary::Log1p => x.ln_1p(),
        Unary::Sqrt => x.sqrt(),
        Unary::Square => x * x,
        Unary::Recip => 1.0 / x,
        Unary::Abs => x.abs(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Erf => erf(x),
        Unary::Tanh => x.tanh(),
        Unary::Sigmoid => sigmoid(x),
        Unary::Relu => x.max(0.0),
        Unary::Gelu => 0.5 * x * (1.0 + erf(x * FRAC_1_SQRT_2)),
        Unary::GeluTanh => 0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044715 * x * x * x)).tanh()),
        Unary::Silu => x * sigmoid(x),
        Unary::Softplus => softplus(x),
        Unary::Selu => 1.050_700_987_355_480_5 * elu(x, 1.673_263_242_354_377_2),
        Unary::Mish => x * softplus(x).tanh(),
        Unary::Softsign => x / (1.0 + x.abs()),
        Unary::HardSigmoid => (x + 3.0).clamp(0.0, 6.0) / 6.0,
        Unary::HardTanh => x.clamp(-1.0, 1.0),
        Unary::LogSigmoid => -softplus(-x),
        Unary::Floor => x.floor(),
        Unary::Sign => sign(x),
    }
}

pub(super) fn binary(function: Binary, a: f64, b: f64) -> f64 {
    match function {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => a / b,
        Binary::Pow => a.powf(b),
        Binary::Minimum => a.min(b),
        Binary::Maximum => a.max(b),
        Binary::Rem => remainder(a, b),
    }
}

pub(super) fn compare(comparison: Comparison, a: f64, b: f64) -> f64 {
    f64::from(match comparison {
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
    })
}

pub(super) fn reduce(reduction: Reduction, row: &[f64]) -> f64 {
    match reduction {
        Reduction::Sum => row.iter().sum(),
        Reduction::Mean => mean(row),
        Reduction::Min => row.iter().copied().fold(f64::INFINITY, f64::min),
        Reduction::Max => row.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Reduction::Norm => row.iter().map(|x| x * x).sum::<f64>().sqrt(),
        Reduction::LogSumExp => log_sum_exp(row),
    }
}

pub(super) fn normalise(normalisation: Normalisation, row: &[f64]) -> Vec<f64> {
    let total = log_sum_exp(row);
    match normalisation {
        Normalisation::Softmax => row.iter().map(|x| (x - total).exp()).collect(),
        Normalisation::LogSoftmax => row.iter().map(|x| x - total).collect(),
    }
}

/// Mean 0 and variance 1, the variance with the divisor N.
pub(super) fn layer_norm(row: &[f64], epsilon: f64) -> Vec<f64> {
    let mean = mean(row);
    let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / row.len() as f64;
    row.iter().map(|x| (x - mean) / (variance + epsilon).sqrt()).collect()
}

pub(super) fn elu(x: f64, alpha: f64) -> f64 {
    if x > 0.0 { x } else { alpha * x.exp_m1() }
}

pub(super) fn leaky_relu(x: f64, slope: f64) -> f64 {
    if x > 0.0 { x } else { slope * x }
}

pub(super) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    if x < low {
        low
    } else if x > high {
        high
    } else {
        x
    }
}

fn mean(row: &[f64]) -> f64 {
    row.iter().sum::<f64>() / row.len() as f64
}

/// The largest element is taken out, so that nothing overflows.
fn log_sum_exp(row: &[f64]) -> f64 {
    let largest = reduce(Reduction::Max, row);
    largest + row.iter().map(|x| (x - largest).exp()).sum::<f64>().ln()
}

/// The exponential has an argument of 0 and less, so that nothing overflows.
fn sigmoid(x: f64) -> f64 {
    let small = (-x.abs()).exp();
    if x >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}

/// ln(1 + eˣ).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// What is left of `a` after the largest whole multiple of `b` below it. The quotient is not computed: rounded, it could
/// be the next whole number.
fn remainder(a: f64, b: f64) -> f64 {
    let truncated = a % b;
    if truncated != 0.0 && (truncated < 0.0) != (b < 0.0) { truncated + b } else { truncated }
}

fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), a series whose terms have one sign, so that nothing cancels.
fn erf(x: f64) -> f64 {
    // beyond that the difference from 1 is below 2e-17
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > 1e-18 * sum.abs() {
        odd += 2.0;
        term *= 2.0 * x * x / odd;
        sum += term;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

#[cfg(test)]
mod tests {
    use super::{Binary, Normalisation, Reduction, Unary, binary, layer_norm, normalise, reduce, unary};

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 4e-15 * expected.abs().max(1e-3), "{found:e} is not {expected:e}");
    }

    /// Digits from tables and from arbitrary precision arithmetic.
    #[test]
    fn known_values() {
        assert_near(unary(Unary::Erf, 0.5), 0.520_499_877_813_046_5);
        assert_near(unary(Unary::Erf, -1.0), -0.842_700_792_949_714_9);
        assert_near(unary(Unary::Erf, 3.0), 0.999_977_909_503_001_4);
        assert_near(unary(Unary::Erf, 5.9), 1.0);
        assert_near(unary(Unary::Gelu, 1.0), 0.841_344_746_068_542_9);
        assert_near(unary(Unary::GeluTanh, 1.0), 0.841_191_990_608_276_8);
        assert_near(unary(Unary::Softplus, 0.0), std::f64::consts::LN_2);
        assert_near(unary(Unary::Softplus, 800.0), 800.0);
        assert_near(unary(Unary::Sigmoid, 1.0), 0.731_058_578_630_004_9);
        assert_near(unary(Unary::Sigmoid, -800.0), 0.0);
        assert_near(unary(Unary::LogSigmoid, -800.0), -800.0);
        assert_near(unary(Unary::Mish, 1.0), 0.865_098_388_267_310_1);
        assert_near(unary(Unary::Silu, 1.0), 0.731_058_578_630_004_9);
        assert_near(unary(Unary::Selu, -1.0), -1.111_330_737_812_562_7);
        assert_near(unary(Unary::Selu, 2.0), 2.101_401_974_710_961);
        assert_near(unary(Unary::HardSigmoid, 1.5), 0.75);
        assert_near(unary(Unary::HardSigmoid, -4.0), 0.0);
        assert_near(unary(Unary::Softsign, -3.0), -0.75);
    }

    #[test]
    fn remainders_have_the_sign_of_the_divisor() {
        assert_eq!(binary(Binary::Rem, 5.5, 2.0), 1.5);
        assert_eq!(binary(Binary::Rem, -5.5, 2.0), 0.5);
        assert_eq!(binary(Binary::Rem, 5.5, -2.0), -0.5);
        // the quotient is less than 10, and 10 when it is rounded
        assert_eq!(binary(Binary::Rem, 1.0, 0.1), 1.0 % 0.1);
    }

    #[test]
    fn rows() {
        let row = [1.0, 2.0, 4.0];
        assert_near(reduce(Reduction::Norm, &row), 21.0_f64.sqrt());
        assert_near(reduce(Reduction::LogSumExp, &[1000.0, 1000.0]), 1000.0 + std::f64::consts::LN_2);
        let soft = normalise(Normalisation::Softmax, &row);
        assert_near(soft.iter().sum(), 1.0);
        assert_near(soft[2] / soft[1], 2.0_f64.exp());
        assert_near(normalise(Normalisation::LogSoftmax, &row)[0], soft[0].ln());
        // mean 7/3, variance 14/9 with the divisor 3
        assert_near(layer_norm(&row, 4.0 / 9.0)[2], (5.0 / 3.0) / 2.0_f64.sqrt());
    }
}
