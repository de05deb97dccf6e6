//! The polynomials and bounds of the elementary functions.
//!
//! The polynomials are minimax fits by Remez' exchange in 200 bits, rounded to the type; the errors named are those
//! before rounding, relative to the function that is built on the polynomial.

use std::f32::consts as single;
use std::f64::consts as double;

/// Numbers on which the elementary functions are built, for `f32` and `f64`. Polynomials begin with the constant term.
pub trait Constants: Sized + 'static {
    /// 1.5 · 2ᵖ for `p` stored bits of the significand: a number added to it is rounded to an integer, which then stands
    /// in the lowest bits of the sum.
    const ROUNDER: Self;
    /// log₂ e.
    const LOG2_E: Self;
    /// ln 2 in two parts; the first has so few bits that its product with any exponent is exact.
    const LN_2: [Self; 2];
    /// Below and above, eˣ is 0 and infinite.
    const EXP_RANGE: [Self; 2];
    /// Below, x eˣ is 0.
    const PRODUCT_LOW: Self;
    /// Below, eˣ - 1 is -1.
    const EXPM1_LOW: Self;
    /// From here on, tanh is 1.
    const TANH_ONE: Self;
    /// Below, the square of a number is lost beside the number.
    const LINEAR: Self;
    /// `q` with eʳ = 1 + r + r² q(r) for |r| ≤ ½ ln 2 and 1 % more.
    const EXP: &'static [Self];
    /// `q` with ln(1 + f) = 2 s + s³ q(s²), s = f / (2 + f), for 1 + f between √½ and √2 and 1 % more.
    const LN: &'static [Self];
    /// `q` with sin r = r + r³ q(r²) for |r| ≤ ¼ π and 2 % more.
    const SIN: &'static [Self];
    /// `q` with cos r = 1 - ½ r² + r⁴ q(r²) for |r| ≤ ¼ π and 2 % more.
    const COS: &'static [Self];
    /// 2/π.
    const QUARTER_TURNS: Self;
    /// Up to here, angles are reduced without a table.
    const ANGLE_LIMIT: Self;
    /// `q` with erf x = x + x q(x²) for |x| ≤ 1.
    const ERF: &'static [Self];
    /// From here on, erf is 1.
    const ERF_ONE: Self;
    /// `q` with exp(½ x²) Φ(-x) = q(t) / (x + k), t = (x - k) / (x + k), for x ≥ 0.7 up to where Φ(-x) is 0; Φ is the
    /// distribution function of the normal distribution.
    const NORMAL_TAIL: &'static [Self];
    /// `k` of [`NORMAL_TAIL`](Constants::NORMAL_TAIL).
    const NORMAL_CENTRE: Self;
    /// From here on, x Φ(-x) is 0.
    const NORMAL_HIGH: Self;
    /// 2 √(2/π) in two parts.
    const GELU_LINEAR: [Self; 2];
    /// 2 √(2/π) · 0.044715 in two parts.
    const GELU_CUBIC: [Self; 2];
}

impl Constants for f32 {
    const ROUNDER: Self = 12_582_912.0;
    const LOG2_E: Self = single::LOG2_E;
    const LN_2: [Self; 2] = [0.693_145_75, 1.428_606_8e-6];
    const EXP_RANGE: [Self; 2] = [-104.0, 89.0];
    const PRODUCT_LOW: Self = -110.0;
    const EXPM1_LOW: Self = -20.0;
    const TANH_ONE: Self = 10.0;
    const LINEAR: Self = 1.0 / (1_u32 << 26) as Self;
    // 2^-26.1
    const EXP: &'static [Self] = &[0.499_999_97, 0.166_665_39, 0.041_667_223, 0.008_367_181, 0.001_388_239_2];
    // 2^-30.1
    const LN: &'static [Self] = &[0.666_667_8, 0.399_766_1, 0.298_987_95];
    // 2^-27.8
    const SIN: &'static [Self] = &[-0.166_666_54, 0.008_332_083, -0.000_195_043_18];
    // 2^-33.0
    const COS: &'static [Self] = &[0.041_666_646, -0.001_388_724_3, 2.442_392_7e-5];
    const QUARTER_TURNS: Self = single::FRAC_2_PI;
    const ANGLE_LIMIT: Self = 65_536.0;
    // 2^-29.6
    const ERF: &'static [Self] =
        &[0.128_379_17, -0.376_126_26, 0.112_835_854, -0.026_853_813, 0.005_188_328, -0.000_801_019_84, 7.853_877_5e-5];
    const ERF_ONE: Self = 4.0;
    // 2^-31.5
    const NORMAL_TAIL: &'static [Self] = &[
        0.769_193_05,
        -0.665_382_5,
        0.495_305_66,
        -0.313_533_25,
        0.165_019_23,
        -0.069_117_34,
        0.020_806_55,
        -0.002_997_406_5,
        -0.000_847_974_15,
        0.000_534_023_6,
        2.438_941_4e-5,
    ];
    const NORMAL_CENTRE: Self = 5.0;
    const NORMAL_HIGH: Self = 14.5;
    const GELU_LINEAR: [Self; 2] = [1.595_769_2, -4.534_068e-8];
    const GELU_CUBIC: [Self; 2] = [0.071_354_814, 2.398_832_5e-9];
}

impl Constants for f64 {
    const ROUNDER: Self = 6_755_399_441_055_744.0;
    const LOG2_E: Self = double::LOG2_E;
    const LN_2: [Self; 2] = [0.693_147_180_560_117_7, -1.723_944_452_561_483_5e-13];
    const EXP_RANGE: [Self; 2] = [-746.0, 710.0];
    const PRODUCT_LOW: Self = -755.0;
    const EXPM1_LOW: Self = -40.0;
    const TANH_ONE: Self = 20.0;
    const LINEAR: Self = 1.0 / (1_u64 << 55) as Self;
    // 2^-61.6
    const EXP: &'static [Self] = &[
        0.5,
        0.166_666_666_666_666_77,
        0.041_666_666_666_666_49,
        0.008_333_333_333_320_737,
        0.001_388_888_888_896_832_7,
        0.000_198_412_698_886_880_25,
        2.480_158_716_476_756_7e-5,
        2.755_724_136_478_064e-6,
        2.755_740_594_460_647e-7,
        2.511_011_128_399_452e-8,
        2.087_531_327_393_443e-9,
    ];
    // 2^-59.3
    const LN: &'static [Self] = &[
        0.666_666_666_666_674_5,
        0.399_999_999_993_389_1,
        0.285_714_287_606_946_8,
        0.222_221_965_594_224_3,
        0.181_836_754_088_266,
        0.153_110_568_893_948_95,
        0.148_273_119_240_298_26,
    ];
    // 2^-57.6
    const SIN: &'static [Self] = &[
        -0.166_666_666_666_666_24,
        0.008_333_333_333_320_04,
        -0.000_198_412_698_278_548_13,
        2.755_731_299_944_737e-6,
        -2.505_064_776_275_987_6e-8,
        1.589_030_687_473_154_7e-10,
    ];
    // 2^-63.8
    const COS: &'static [Self] = &[
        0.041_666_666_666_666_58,
        -0.001_388_888_888_887_091_6,
        2.480_158_728_742_004_2e-5,
        -2.755_731_374_259_629_4e-7,
        2.087_563_879_401_815_8e-9,
        -1.135_520_436_145_075_4e-11,
    ];
    const QUARTER_TURNS: Self = double::FRAC_2_PI;
    const ANGLE_LIMIT: Self = 1_048_576.0;
    // 2^-62.7
    const ERF: &'static [Self] = &[
        0.128_379_167_095_512_6,
        -0.376_126_389_031_837_5,
        0.112_837_916_709_548_57,
        -0.026_866_170_645_072_893,
        0.005_223_977_624_780_849,
        -0.000_854_832_697_874_121_8,
        0.000_120_553_310_368_676_41,
        -1.492_559_350_625_413_6e-5,
        1.646_097_280_914_595e-6,
        -1.635_002_516_366_631_7e-7,
        1.465_787_960_153_697_8e-8,
        -1.136_566_558_312_801_3e-9,
        5.945_261_941_183_837e-11,
    ];
    const ERF_ONE: Self = 6.0;
    // 2^-64.1
    const NORMAL_TAIL: &'static [Self] = &[
        0.778_856_086_354_526,
        -0.707_743_479_921_988_9,
        0.583_493_142_572_474_2,
        -0.435_010_707_153_016_76,
        0.291_662_773_797_794_26,
        -0.174_368_805_520_933_53,
        0.091_728_120_252_211_03,
        -0.041_555_098_426_797_24,
        0.015_597_490_820_047_761,
        -0.004_459_635_344_141_046,
        0.000_729_962_055_151_941_7,
        8.681_266_916_712_598e-5,
        -9.941_516_597_378_594e-5,
        2.524_727_588_738_590_5e-5,
        2.503_350_336_983_772_3e-6,
        -3.460_146_378_142_389_2e-6,
        5.886_922_454_203_32e-7,
        2.807_361_839_314_717e-7,
        -1.289_855_171_585_860_2e-7,
        -1.396_812_904_892_075_3e-8,
        1.818_604_342_498_172e-8,
        -1.952_133_694_638_961e-12,
        -1.732_036_469_551_079_5e-9,
    ];
    const NORMAL_CENTRE: Self = 6.25;
    const NORMAL_HIGH: Self = 38.7;
    const GELU_LINEAR: [Self; 2] = [1.595_769_121_605_730_8, -9.969_308_809_110_92e-17];
    const GELU_CUBIC: [Self; 2] = [0.071_354_816_272_600_25, -6.175_149_918_155_315e-19];
}
