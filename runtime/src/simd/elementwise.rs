//! One function for each operation that works element by element, with the meaning that it has on tensors: for loops that
//! `recurrent!` writes.

pub use super::{erf, exp, expm1, gelu, gelu_tanh, ln, log_sigmoid, log1p, mish, sigmoid, silu, softplus, tanh};

use super::Token;
use crate::array::element::Float;
use crate::array::kernels::{SELU_ALPHA, SELU_SCALE};

/// The square root.
#[inline(always)]
pub fn sqrt<F: Float, T: Token>(_token: T, x: F) -> F {
    x.sqrt()
}

/// x².
#[inline(always)]
pub fn square<F: Float, T: Token>(_token: T, x: F) -> F {
    x * x
}

/// 1 / x.
#[inline(always)]
pub fn recip<F: Float, T: Token>(_token: T, x: F) -> F {
    F::ONE / x
}

/// The absolute value.
#[inline(always)]
pub fn abs<F: Float, T: Token>(_token: T, x: F) -> F {
    x.abs()
}

/// 1, -1, or the value itself at zero and at not-a-number.
#[inline(always)]
pub fn sign<F: Float, T: Token>(_token: T, x: F) -> F {
    let below = if x < F::ZERO { -F::ONE } else { x };
    if x > F::ZERO { F::ONE } else { below }
}

/// The largest whole number not above x.
#[inline(always)]
pub fn floor<F: Float, T: Token>(_token: T, x: F) -> F {
    x.floor()
}

/// The sine of any angle.
#[inline(always)]
pub fn sin<F: Float, T: Token>(token: T, x: F) -> F {
    if x.abs() > F::ANGLE_LIMIT { x.sin() } else { super::sin(token, x) }
}

/// The cosine of any angle.
#[inline(always)]
pub fn cos<F: Float, T: Token>(token: T, x: F) -> F {
    if x.abs() > F::ANGLE_LIMIT { x.cos() } else { super::cos(token, x) }
}

/// The larger of x and 0; keeps not-a-number.
#[inline(always)]
pub fn relu<F: Float, T: Token>(_token: T, x: F) -> F {
    if x > F::ZERO || x.is_nan() { x } else { F::ZERO }
}

/// λ x above 0, λ α (eˣ - 1) below.
#[inline(always)]
pub fn selu<F: Float, T: Token>(token: T, x: F) -> F {
    super::selu(token, x, F::from_f64(SELU_SCALE), F::from_f64(SELU_SCALE * SELU_ALPHA))
}

/// x / (1 + |x|).
#[inline(always)]
pub fn softsign<F: Float, T: Token>(_token: T, x: F) -> F {
    x / (F::ONE + x.abs())
}

/// x/6 + 1/2 between 0 and 1.
#[inline(always)]
pub fn hard_sigmoid<F: Float, T: Token>(_token: T, x: F) -> F {
    clamp(x / F::from_f64(6.0) + F::from_f64(0.5), F::ZERO, F::ONE)
}

/// x between -1 and 1.
#[inline(always)]
pub fn hard_tanh<F: Float, T: Token>(_token: T, x: F) -> F {
    clamp(x, -F::ONE, F::ONE)
}

/// Keeps not-a-number.
#[inline(always)]
pub(crate) fn clamp<F: Float>(x: F, low: F, high: F) -> F {
    let below = if x < low { low } else { x };
    if x > high { high } else { below }
}

/// The smaller of both; not-a-number wins.
#[inline(always)]
pub fn minimum<F: Float, T: Token>(_token: T, a: F, b: F) -> F {
    if a < b || a.is_nan() { a } else { b }
}

/// The larger of both; not-a-number wins.
#[inline(always)]
pub fn maximum<F: Float, T: Token>(_token: T, a: F, b: F) -> F {
    if a > b || a.is_nan() { a } else { b }
}

/// a to the power of b.
#[inline(always)]
pub fn pow<F: Float, T: Token>(_token: T, a: F, b: F) -> F {
    a.powf(b)
}

/// The floored remainder, which has the sign of b.
#[inline(always)]
pub fn rem<F: Float, T: Token>(_token: T, a: F, b: F) -> F {
    remainder(a, b)
}

/// The floored remainder, which has the sign of b. Not `a - b floor(a / b)`, which leaves the range from 0 to b where the
/// quotient is rounded.
#[inline(always)]
pub(crate) fn remainder<F: Float>(a: F, b: F) -> F {
    let truncated = a % b;
    let other_side = truncated != F::ZERO && (truncated < F::ZERO) != (b < F::ZERO);
    if other_side { truncated + b } else { truncated }
}

/// Of an operand that is a mask.
#[inline(always)]
pub fn is_true<F: Float>(x: F) -> bool {
    x != F::ZERO
}

/// As masks stand in memory.
#[inline(always)]
pub fn number<F: Float>(mask: bool) -> F {
    if mask { F::ONE } else { F::ZERO }
}

#[cfg(test)]
mod tests {
    use super::{Float, Token};
    use crate::array::kernels::{Kernels, Unary};
    use crate::simd::{Body, dispatch};

    /// A function on each element, as the loops of cells call it.
    struct Each<'a, F, const N: usize>(Unary, &'a [F; N]);

    impl<F: Float, const N: usize> Body for Each<'_, F, N> {
        type Output = [F; N];

        #[inline(always)]
        fn run<T: Token>(self, token: T) -> [F; N] {
            self.1.map(
                #[inline(always)]
                |x| value(token, self.0, x),
            )
        }
    }

    #[inline(always)]
    fn value<F: Float, T: Token>(token: T, function: Unary, x: F) -> F {
        match function {
            Unary::Sqrt => super::sqrt(token, x),
            Unary::Square => super::square(token, x),
            Unary::Recip => super::recip(token, x),
            Unary::Abs => super::abs(token, x),
            Unary::Sign => super::sign(token, x),
            Unary::Floor => super::floor(token, x),
            Unary::Sin => super::sin(token, x),
            Unary::Cos => super::cos(token, x),
            Unary::Relu => super::relu(token, x),
            Unary::Selu => super::selu(token, x),
            Unary::Softsign => super::softsign(token, x),
            Unary::HardSigmoid => super::hard_sigmoid(token, x),
            Unary::HardTanh => super::hard_tanh(token, x),
            _ => x,
        }
    }

    /// Also at kinks, at not-a-number, at the infinities and at large angles.
    #[test]
    fn functions_are_those_of_tensors_to_the_bit() {
        let x: [f64; 20] = [
            0.0,
            -0.0,
            0.3,
            -0.3,
            1.0,
            -1.0,
            1.5,
            -1.5,
            3.0,
            -3.0,
            7.25,
            -7.25,
            1e5,
            -3e5,
            1e9,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e-310,
            -1e-310,
        ];
        for function in [
            Unary::Sqrt,
            Unary::Square,
            Unary::Recip,
            Unary::Abs,
            Unary::Sign,
            Unary::Floor,
            Unary::Sin,
            Unary::Cos,
            Unary::Relu,
            Unary::Selu,
            Unary::Softsign,
            Unary::HardSigmoid,
            Unary::HardTanh,
        ] {
            let mut expected = [0.0; 20];
            f64::unary(function, &x, &mut expected);
            let found = dispatch(Each(function, &x));
            let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
            assert!(found.iter().zip(&expected).all(same), "{function:?}: {found:?} instead of {expected:?}");
        }
    }
}
