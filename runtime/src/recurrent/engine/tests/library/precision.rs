//! Results in single precision, against those in double precision.

use super::{Equations, Sample, for_each_cell};
use crate::recurrent::Pass;

for_each_cell!(check);

fn check<S: Equations<Element = f32>, D: Equations<Element = f64>>(single: fn(usize) -> S, double: fn(usize) -> D) {
    for lengths in [None, Some(vec![6, 2, 9])] {
        let pass = Pass::Training { input_gradients: true };
        let single = Sample::new(&single(4), [9, 3], lengths.clone()).run(pass);
        let double = Sample::new(&double(4), [9, 3], lengths).run(pass);
        for ((name, found), (other, expected)) in single.tensors.iter().zip(&double.tensors) {
            assert_eq!((name, found.len()), (other, expected.len()));
            let scale = expected.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
            for (found, expected) in found.iter().zip(expected) {
                assert!(
                    (found - expected).abs() <= 1e-5 * scale,
                    "{name}: {found} instead of {expected}, up to {scale}"
                );
            }
        }
    }
}
