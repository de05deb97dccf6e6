//! Limits, not-a-number, the sign of zero, and that a value does not depend on its place in the slice.

use super::{Function, values};
use crate::array::element::Float;

pub(super) fn check<F: Float, G: Function>(function: G) {
    limits::<F, G>(function);
    places::<F, G>(function);
}

fn limits<F: Float, G: Function>(function: G) {
    let x = [-F::INFINITY, -F::ZERO, F::ZERO, F::INFINITY, F::NAN, -F::NAN];
    for found in values(function, &x) {
        for ((x, found), expected) in x.iter().zip(&found).zip(G::EDGES) {
            let expected = F::from_f64(expected);
            let same = *found == expected && F::ONE.with_sign_of(*found) == F::ONE.with_sign_of(expected);
            assert!(same || found.is_nan() && expected.is_nan(), "{} of {x:?} is {found:?}, not {expected:?}", G::NAME);
        }
        assert!(found[4].is_nan() && found[5].is_nan(), "{} of not-a-number is {:?}", G::NAME, &found[4..]);
    }
}

/// Whole vectors and the rest of a slice are computed by different instructions.
fn places<F: Float, G: Function>(function: G) {
    let x: Vec<F> = (0..70).map(|at| F::from_f64(0.37 * f64::from(at - 35))).collect();
    let alone: Vec<F> = x.iter().flat_map(|&x| values(function, &[x])[0].clone()).collect();
    for first in 0..20 {
        for last in [first, first + 1, first + 7, 66, 70] {
            let found = &values(function, &x[first..last])[0];
            for (found, expected) in found.iter().zip(&alone[first..last]) {
                assert!(
                    found == expected || found.is_nan() && expected.is_nan(),
                    "{}: {found:?}, {expected:?}",
                    G::NAME
                );
            }
        }
    }
}
