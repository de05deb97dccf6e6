//! Results are the same, to the last bit, on one thread and on two.

use super::super::counters;
use super::{Equations, Sample, for_each_cell};
use crate::recurrent::Pass;

for_each_cell!(check);

fn check<S: Equations + Sync, D: Equations + Sync>(single: fn(usize) -> S, double: fn(usize) -> D) {
    for lengths in [None, Some(vec![6, 12, 9, 12, 0, 12, 11, 3, 12, 12, 7, 10, 12, 12, 8, 5, 12])] {
        check_cell(&single(13), lengths.clone());
        check_cell(&double(13), lengths);
    }
}

fn check_cell<C: Equations + Sync>(cell: &C, lengths: Option<Vec<usize>>) {
    let sample = Sample::new(cell, [12, 17], lengths);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            counters::take();
            let run = sample.run(Pass::Training { input_gradients: true });
            (run, counters::take())
        })
    };
    let ((alone, one), (together, two)) = (run(1), run(2));
    assert_eq!(one.shared, [0, 0]);
    assert!(two.shared.iter().all(|&shared| shared > 0), "all passes share work: {:?}", two.shared);
    for ((name, alone), (_, together)) in alone.tensors.iter().zip(&together.tensors) {
        let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert!(bits(alone) == bits(together), "{name}");
    }
}
