//! The loops that `recurrent!` writes, beside loops written by hand.
//!
//! The cells have no matrices, so that a scan is its loops: one for each step forward and one for each step backward. The
//! loops by hand take the same functions of the same numbers, save what the derivatives need, and know nothing of
//! anything else. One table is of memory in the nearest caches, the other of memory beyond.

mod by_hand;
mod cells;

use std::hint::black_box;
use std::time::Instant;

use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, Param, Result, Sequence, Tensor, value_and_grad};

use by_hand::{ByHand, Extent};
use cells::{GruGates, LstmGates, Tanh};

const REPETITIONS: usize = 31;

fn main() {
    for extent in [Extent { steps: 8, batch: 4, hidden: 128 }, Extent { steps: 100, batch: 32, hidden: 128 }] {
        let Extent { steps, batch, hidden } = extent;
        println!("T {steps}, B {batch}, H {hidden}; ns an element and step");
        println!("{:<24} {:>10} {:>10} {:>8}", "", "recurrent!", "by hand", "ratio");
        rows::<_, by_hand::Tanh, 1>("tanh", &Tanh::new(hidden, &mut rng()), extent, |[x]| x, |state| state.h);
        rows::<_, by_hand::Gru, 3>("gates of gru", &GruGates::new(hidden, &mut rng()), extent, triple, |state| state.h);
        rows::<_, by_hand::Lstm, 4>("gates of lstm", &LstmGates::new(hidden, &mut rng()), extent, fourfold, |state| {
            state.h
        });
    }
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn triple<X>([a, b, c]: [X; 3]) -> (X, X, X) {
    (a, b, c)
}

fn fourfold<X>([a, b, c, d]: [X; 4]) -> (X, X, X, X) {
    (a, b, c, d)
}

/// The rows of a cell with `N` inputs: values alone, and with the gradient of the last state's sum for all inputs.
fn rows<C, H, const N: usize>(
    name: &str,
    cell: &C,
    extent: Extent,
    input: fn([Tensor; N]) -> C::Input,
    last: fn(C::State) -> Tensor,
) where
    C: Cell,
    H: ByHand<N>,
{
    let mut rng = rng();
    let shape = [extent.steps, extent.batch, extent.hidden];
    let inputs: [Param; N] = std::array::from_fn(|_| Param::new(Tensor::normal(shape, 0.0, 1.0, &mut rng)));
    let slices = inputs.each_ref().map(|input| input.get().to_vec());
    let mut hand = H::new(extent, slices);
    let scan = |inputs: &[Param; N]| -> Result<Tensor> {
        let data = input(inputs.each_ref().map(Param::get));
        Ok(last(cell.scan(Sequence::time_major(data), None)?.1))
    };

    let found = scan(&inputs).expect("a scan");
    hand.forward();
    assert_near(name, &found.to_vec(), hand.last());
    let (_, gradients) = value_and_grad(&inputs, |inputs| scan(inputs).map(|last| last.sum())).expect("a gradient");
    hand.training();
    for (input, by_hand) in inputs.iter().zip(hand.gradients()) {
        assert_near(name, &gradients.get(input).expect("its gradient").to_vec(), by_hand);
    }

    let mut both = |what: &str, emitted: &mut dyn FnMut(), training: bool| {
        let [emitted, by_hand] = medians([emitted, &mut || if training { hand.training() } else { hand.forward() }]);
        let count = (extent.steps * extent.batch * extent.hidden) as f64;
        let [emitted, by_hand] = [emitted, by_hand].map(|seconds| 1e9 * seconds / count);
        println!("{:<24} {emitted:>10.2} {by_hand:>10.2} {:>8.2}", format!("{name}, {what}"), emitted / by_hand);
    };
    both("values", &mut || drop(black_box(scan(&inputs))), false);
    both(
        "gradients",
        &mut || drop(black_box(value_and_grad(&inputs, |inputs| scan(inputs).map(|last| last.sum())))),
        true,
    );
}

fn assert_near(name: &str, found: &[f32], expected: &[f32]) {
    let is_near = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-4 * (1.0 + b.abs());
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(is_near), "{name}: other numbers");
}

/// Seconds of two bodies that run in turn, so that a slow minute of the machine is slow for both.
fn medians(mut bodies: [&mut dyn FnMut(); 2]) -> [f64; 2] {
    let mut times = [const { Vec::new() }; 2];
    for repetition in 0..REPETITIONS + 3 {
        for (body, times) in bodies.iter_mut().zip(&mut times) {
            let start = Instant::now();
            body();
            let time = start.elapsed().as_secs_f64();
            if repetition >= 3 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}
