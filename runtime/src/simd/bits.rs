//! Operations on the bits of an element, each a few instructions that exist for whole vectors.

use super::{Constants, Token};

/// Operations on bits on which the elementary functions are built, for `f32` and `f64`. An argument `shifted` is a
/// number of which the integer part is asked, added to [`ROUNDER`](Constants::ROUNDER).
pub trait Bits: Sized {
    /// The smallest normal number.
    const MIN_NORMAL: Self;

    /// `self * b + c`, rounded once. Only where the hardware has it.
    fn fused_multiply_add(self, b: Self, c: Self) -> Self;
    /// The size of this number with the sign of the other.
    fn with_sign_of(self, sign: Self) -> Self;
    /// The upper half of the significand: its square is exact.
    fn upper_half(self) -> Self;
    /// Two to the power of the integer, from the smallest normal number to the largest.
    fn power_of_two(shifted: Self) -> Self;
    /// Two to the power of the integer as a product of two numbers, for twice that range.
    fn power_of_two_halves(shifted: Self) -> [Self; 2];
    /// A positive normal number as `[m, k, 2¹⁻ᵏ]`: it is 2ᵏ m, with m between √½ and √2.
    fn mantissa_and_exponent(self) -> [Self; 3];
    /// A positive number as a normal number and the exponent to add to that number's.
    fn raised(self) -> [Self; 2];
    /// An angle from 0 to [`ANGLE_LIMIT`](Constants::ANGLE_LIMIT) as a rest of at most an eighth of a turn and a
    /// `shifted` number of quarter turns.
    fn quarter_turns<T: Token>(self, token: T) -> [Self; 2];
    /// Whether the integer is odd.
    fn is_odd(shifted: Self) -> bool;
    /// This number, negated where the integer has the second bit.
    fn negated_by_second_bit(self, shifted: Self) -> Self;
}

macro_rules! bit_operations {
    ($type:ident, $bits:ident, raise by $raise:literal) => {
        const MIN_NORMAL: Self = $type::MIN_POSITIVE;

        #[inline(always)]
        #[allow(clippy::disallowed_methods)] // called behind a token that says that the hardware has it
        fn fused_multiply_add(self, b: Self, c: Self) -> Self {
            self.mul_add(b, c)
        }
        #[inline(always)]
        fn with_sign_of(self, sign: Self) -> Self {
            self.copysign(sign)
        }
        #[inline(always)]
        fn upper_half(self) -> Self {
            Self::from_bits(self.to_bits() & ($bits::MAX << $type::MANTISSA_DIGITS.div_ceil(2)))
        }
        #[inline(always)]
        fn power_of_two(shifted: Self) -> Self {
            Self::from_bits(shifted.to_bits().wrapping_add(Self::BIAS) << Self::STORED)
        }
        #[inline(always)]
        fn power_of_two_halves(shifted: Self) -> [Self; 2] {
            let n = shifted.to_bits();
            // What the rounder itself leaves in these bits, also halved, is shifted out.
            let half = n >> 1;
            let power = |n: $bits| Self::from_bits(n.wrapping_add(Self::BIAS) << Self::STORED);
            [power(half), power(n.wrapping_sub(half))]
        }
        #[inline(always)]
        fn mantissa_and_exponent(self) -> [Self; 3] {
            const ONE: $bits = $type::to_bits(1.0);
            const LOWEST: $bits = $type::to_bits(std::$type::consts::FRAC_1_SQRT_2);
            // The exponent changes at √½ instead of 1.
            let moved = self.to_bits().wrapping_add(ONE - LOWEST);
            let biased = moved >> Self::STORED;
            let mantissa = Self::from_bits((moved & ((1 << Self::STORED) - 1)) + LOWEST);
            // A small integer in the lowest bits of 2ᵖ, where the spacing is one.
            let whole = $type::to_bits((1_u64 << Self::STORED) as Self);
            let exponent = Self::from_bits(biased | whole) - ((1_u64 << Self::STORED) + Self::BIAS as u64) as Self;
            let scale = Self::from_bits((2 * Self::BIAS + 1).wrapping_sub(biased) << Self::STORED);
            [mantissa, exponent, scale]
        }
        #[inline(always)]
        fn raised(self) -> [Self; 2] {
            let subnormal = self < $type::MIN_POSITIVE;
            let raised = self * (1_u64 << $raise) as Self;
            [if subnormal { raised } else { self }, if subnormal { -$raise as Self } else { 0.0 }]
        }
        #[inline(always)]
        fn is_odd(shifted: Self) -> bool {
            shifted.to_bits() & 1 == 1
        }
        #[inline(always)]
        fn negated_by_second_bit(self, shifted: Self) -> Self {
            Self::from_bits(self.to_bits() ^ ((shifted.to_bits() & 2) << ($bits::BITS - 2)))
        }
    };
}

/// The layout of a type.
trait Fields {
    type Bits;
    const STORED: u32;
    const BIAS: Self::Bits;
}

impl Fields for f32 {
    type Bits = u32;
    const STORED: u32 = Self::MANTISSA_DIGITS - 1;
    const BIAS: u32 = Self::MAX_EXP as u32 - 1;
}

impl Fields for f64 {
    type Bits = u64;
    const STORED: u32 = Self::MANTISSA_DIGITS - 1;
    const BIAS: u64 = Self::MAX_EXP as u64 - 1;
}

impl Bits for f32 {
    bit_operations!(f32, u32, raise by 24);

    #[inline(always)]
    fn quarter_turns<T: Token>(self, token: T) -> [Self; 2] {
        // π/2 in two parts, the first of 32 bits. In f64, where one step cancels all that can cancel in f32.
        const PARTS: [f64; 2] = [1.570_796_326_734_125_6, 6.077_100_506_506_192e-11];
        let shifted = token.multiply_add(self, Self::QUARTER_TURNS, Self::ROUNDER);
        let turns = -f64::from(shifted - Self::ROUNDER);
        let rest = token.multiply_add(turns, PARTS[0], f64::from(self));
        [token.multiply_add(turns, PARTS[1], rest) as Self, shifted]
    }
}

impl Bits for f64 {
    bit_operations!(f64, u64, raise by 54);

    #[inline(always)]
    fn quarter_turns<T: Token>(self, token: T) -> [Self; 2] {
        // π/2 in four parts, three of them of 32 bits: while a step cancels, its product and its difference are exact.
        const PARTS: [f64; 4] =
            [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_711_166_5e-21, 8.478_427_660_368_9e-32];
        let shifted = token.multiply_add(self, Self::QUARTER_TURNS, Self::ROUNDER);
        let turns = -(shifted - Self::ROUNDER);
        let rest = token.multiply_add(turns, PARTS[0], self);
        let rest = token.multiply_add(turns, PARTS[1], rest);
        let rest = token.multiply_add(turns, PARTS[2], rest);
        [token.multiply_add(turns, PARTS[3], rest), shifted]
    }
}
