//! Elementary functions over 4096 elements in the nearest cache: the loops of this crate beside the C library's
//! functions, called one element at a time. A throughput of 1 Gitem/s is 1 ns per element.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use recurve::__private::simd::{self, Body, Token, dispatch};
use recurve::Float;

fn main() {
    divan::main();
}

const LENGTH: usize = 4096;

/// The C library's functions, which `std` has but for the error function.
trait Library: Float {
    fn by_c(self, of: fn(f32) -> f32, or: fn(f64) -> f64) -> Self;
}

impl Library for f32 {
    #[inline(always)]
    fn by_c(self, of: fn(f32) -> f32, _: fn(f64) -> f64) -> Self {
        of(self)
    }
}

impl Library for f64 {
    #[inline(always)]
    fn by_c(self, _: fn(f32) -> f32, of: fn(f64) -> f64) -> Self {
        of(self)
    }
}

/// From `low` to `high` in an order in which a branch cannot be predicted.
fn spread<F: Float>(low: f64, high: f64) -> Vec<F> {
    (0..LENGTH).map(|at| F::from_f64(low + (high - low) * ((at * 2731) % LENGTH) as f64 / LENGTH as f64)).collect()
}

#[inline(always)]
fn each<F: Float>(x: &[F], out: &mut [F], f: impl Fn(F) -> F) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(x);
    }
}

macro_rules! functions {
    ($($name:ident($low:literal, $high:literal) $library32:expr, $library64:expr;)*) => {$(
        mod $name {
            use super::*;

            struct Loop<'a, F>(&'a [F], &'a mut [F]);

            impl<F: Float> Body for Loop<'_, F> {
                type Output = ();

                #[inline(always)]
                fn run<T: Token>(self, token: T) {
                    each(self.0, self.1, #[inline(always)] |x| simd::$name(token, x));
                }
            }

            #[divan::bench(types = [f32, f64], sample_count = 300, sample_size = 8)]
            fn recurve<F: Float>(bencher: Bencher<'_, '_>) {
                let (x, mut out) = (spread::<F>($low, $high), vec![F::ZERO; LENGTH]);
                bencher.counter(ItemsCount::new(LENGTH)).bench_local(|| dispatch(Loop(black_box(&x), black_box(&mut out))));
            }

            #[divan::bench(types = [f32, f64], sample_count = 100, sample_size = 1)]
            fn library<F: Library>(bencher: Bencher<'_, '_>) {
                let (x, mut out) = (spread::<F>($low, $high), vec![F::ZERO; LENGTH]);
                bencher
                    .counter(ItemsCount::new(LENGTH))
                    .bench_local(|| each(black_box(&x), black_box(&mut out), |x| x.by_c($library32, $library64)));
            }
        }
    )*};
}

functions! {
    exp(-8.0, 8.0) f32::exp, f64::exp;
    expm1(-8.0, 8.0) f32::exp_m1, f64::exp_m1;
    ln(0.01, 20.0) f32::ln, f64::ln;
    log1p(-0.9, 20.0) f32::ln_1p, f64::ln_1p;
    sin(-20.0, 20.0) f32::sin, f64::sin;
    cos(-20.0, 20.0) f32::cos, f64::cos;
    erf(-4.0, 4.0) libm::erff, libm::erf;
    tanh(-8.0, 8.0) f32::tanh, f64::tanh;
    sigmoid(-8.0, 8.0) |x| 1.0 / (1.0 + (-x).exp()), |x| 1.0 / (1.0 + (-x).exp());
    silu(-8.0, 8.0) |x| x / (1.0 + (-x).exp()), |x| x / (1.0 + (-x).exp());
    softplus(-8.0, 8.0) |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), |x| x.max(0.0) + (-x.abs()).exp().ln_1p();
    mish(-8.0, 8.0) |x| x * x.exp().ln_1p().tanh(), |x| x * x.exp().ln_1p().tanh();
    gelu(-8.0, 8.0) |x| 0.5 * x * libm::erfcf(-x * std::f32::consts::FRAC_1_SQRT_2),
        |x| 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
    gelu_tanh(-8.0, 8.0) |x| 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh()),
        |x| 0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x)).tanh());
}
