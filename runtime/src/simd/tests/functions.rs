//! The list of functions that are tested.

use crate::array::element::Float;
use crate::simd::{self, Token};

/// A function, and what is known of it.
pub(super) trait Function: Copy {
    const NAME: &'static str;
    /// The values at negative infinity, -0, 0 and infinity. Not-a-number stands for itself.
    const EDGES: [f64; 4];

    fn at<F: Float, T: Token>(self, token: T, x: F) -> F;

    /// In f64 from the standard library: exact enough for f32.
    fn wide(x: f64) -> f64;
}

/// The functions, and a test of each in each of the other modules.
macro_rules! functions {
    ($($name:ident $type:ident [$($edge:expr),*] |$x:ident| $wide:expr;)*) => {
        $(
            #[derive(Clone, Copy)]
            pub(super) struct $type;

            impl Function for $type {
                const NAME: &'static str = stringify!($name);
                const EDGES: [f64; 4] = [$($edge),*];

                #[inline(always)]
                fn at<F: Float, T: Token>(self, token: T, x: F) -> F {
                    simd::$name(token, x)
                }
                fn wide($x: f64) -> f64 {
                    $wide
                }
            }

            mod $name {
                use super::super::{double, edges, single};
                use super::$type;

                #[test]
                fn f32_on_the_whole_range() {
                    single::check($type);
                }
                #[test]
                fn f64_against_a_table() {
                    double::check($type);
                }
                #[test]
                fn edges_and_places() {
                    edges::check::<f32, _>($type);
                    edges::check::<f64, _>($type);
                }
            }
        )*
    };
}

const INFINITY: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const LN_2: f64 = std::f64::consts::LN_2;

functions! {
    exp Exp [0.0, 1.0, 1.0, INFINITY] |x| x.exp();
    expm1 Expm1 [-1.0, -0.0, 0.0, INFINITY] |x| x.exp_m1();
    ln Ln [NAN, -INFINITY, -INFINITY, INFINITY] |x| x.ln();
    log1p Log1p [NAN, -0.0, 0.0, INFINITY] |x| x.ln_1p();
    sin Sin [NAN, -0.0, 0.0, NAN] |x| x.sin();
    cos Cos [NAN, 1.0, 1.0, NAN] |x| x.cos();
    erf Erf [-1.0, -0.0, 0.0, 1.0] |x| libm::erf(x);
    tanh Tanh [-1.0, -0.0, 0.0, 1.0] |x| x.tanh();
    sigmoid Sigmoid [0.0, 0.5, 0.5, 1.0] |x| sigmoid(x);
    silu Silu [-0.0, -0.0, 0.0, INFINITY] |x| if x == -INFINITY { -0.0 } else { x * sigmoid(x) };
    softplus Softplus [0.0, LN_2, LN_2, INFINITY] |x| softplus(x);
    log_sigmoid LogSigmoid [-INFINITY, -LN_2, -LN_2, -0.0] |x| -softplus(-x);
    mish Mish [-0.0, -0.0, 0.0, INFINITY] |x| mish(x);
    gelu Gelu [-0.0, -0.0, 0.0, INFINITY] |x| {
        if x == -INFINITY { -0.0 } else { 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2) }
    };
    gelu_tanh GeluTanh [-0.0, -0.0, 0.0, INFINITY] |x| {
        if x == -INFINITY { -0.0 } else { x * sigmoid(1.595_769_121_605_730_8 * x * (1.0 + 0.044_715 * x * x)) }
    };
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

fn mish(x: f64) -> f64 {
    let e = x.exp();
    let product = e * (e + 2.0);
    if x > 100.0 {
        x
    } else if x < -700.0 {
        -0.0
    } else {
        x * product / (product + 2.0)
    }
}
