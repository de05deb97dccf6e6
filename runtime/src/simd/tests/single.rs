//! f32 against f64: samples of all numbers, and all numbers near those where something happens.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_PI_2, PI, SQRT_2};

use super::{BOUND, Function, values};

/// Zero, the edges of underflow and overflow, saturation, and the seams of the approximations.
const DENSE: [f32; 24] = [
    0.0,
    1e-38,
    1.5e-8,
    0.1733,
    0.3466,
    0.4142,
    FRAC_1_SQRT_2,
    1.0,
    1.0397,
    SQRT_2,
    FRAC_PI_2,
    2.0,
    PI,
    3.92,
    9.01,
    10.05,
    14.17,
    16.63,
    17.32,
    87.33,
    88.72,
    103.28,
    103.97,
    108.2,
];

pub(super) fn check<G: Function>(function: G) {
    let mut worst = (0.0, 0.0, 0.0);
    let samples = (0..=u32::MAX).step_by(1009).map(f32::from_bits);
    let dense = DENSE.into_iter().flat_map(|at| {
        let first = at.to_bits().saturating_sub(2000);
        (first..first + 4000).map(f32::from_bits).flat_map(|x| [x, -x])
    });
    let mut all = samples.chain(dense).filter(|x| !(matches!(G::NAME, "sin" | "cos") && x.abs() > 65_536.0));
    loop {
        let x: Vec<f32> = all.by_ref().take(4096).collect();
        if x.is_empty() {
            break;
        }
        let [dispatched, plain] = values(function, &x);
        for (&x, found) in x.iter().zip(dispatched).chain(x.iter().zip(plain)) {
            let error = error(found, G::wide(f64::from(x)));
            if error > worst.0 {
                worst = (error, x, found);
            }
        }
    }
    println!("{}: {:.2} at {:e}, where it is {:e}", G::NAME, worst.0, worst.1, worst.2);
    assert!(worst.0 <= BOUND, "{}: {:.2} at {:e}, where it is {:e}", G::NAME, worst.0, worst.1, worst.2);
}

/// In units of the last place of the true value; infinite where only one is not a number.
fn error(found: f32, expected: f64) -> f64 {
    if found.is_nan() && expected.is_nan() {
        return 0.0;
    }
    // Infinity as the number that would follow the largest.
    let after_largest = 2.0_f64.powi(128);
    let size = expected.abs().clamp(f64::from(f32::MIN_POSITIVE), after_largest);
    let last_place = 2.0_f64.powi((size.to_bits() >> 52) as i32 - 1023 - 23);
    let found = f64::from(found).clamp(-after_largest, after_largest);
    let error = (found - expected.clamp(-after_largest, after_largest)).abs() / last_place;
    if error.is_nan() { f64::INFINITY } else { error }
}
