//! What the tape costs: single small operations, the fixed price of a gradient, a long chain, and two kernels for scale.
//!
//! Results are dropped inside of the measured time, as in a program, so that their memory returns to the pool.

use divan::{Bencher, black_box};
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Error, Param, Result, Shape, Tensor, value_and_grad};

fn main() {
    divan::main();
}

fn random(shape: impl Into<Shape>, seed: u64) -> Tensor {
    Tensor::normal(shape, 0.0, 1.0, &mut StdRng::seed_from_u64(seed))
}

/// One 2×2 addition outside of a gradient.
#[divan::bench(sample_size = 10_000)]
fn add_untracked(bencher: Bencher<'_, '_>) {
    let (x, y) = (random([2, 2], 1), random([2, 2], 2));
    bencher.bench_local(|| drop(black_box(black_box(&x) + black_box(&y))));
}

/// One 2×2 addition of which the left side is owned, and so can hold the result.
#[divan::bench(sample_size = 10_000)]
fn add_owned(bencher: Bencher<'_, '_>) {
    let (mut x, y) = (random([2, 2], 1), random([2, 2], 2));
    bencher.bench_local(|| {
        let owned = std::mem::replace(&mut x, Tensor::from(0.0));
        x = black_box(owned) + black_box(&y);
    });
}

/// One 2×2 addition of parameters inside of a gradient: computed and recorded.
#[divan::bench(sample_size = 10_000)]
fn add_tracked(bencher: Bencher<'_, '_>) {
    let model = (Param::new(random([2, 2], 1)), Param::new(random([2, 2], 2)));
    let run = |(x, y): &(Param, Param)| -> Result<Tensor> {
        let (x, y) = (x.get(), y.get());
        bencher.bench_local(|| drop(black_box(black_box(&x) + black_box(&y))));
        Ok(x.sum())
    };
    value_and_grad(&model, run).expect("the loss depends on a parameter");
}

/// The price of a gradient besides the loss: a model of 200 parameters of which one is read.
#[divan::bench(sample_size = 100)]
fn gradient_of_200_parameters(bencher: Bencher<'_, '_>) {
    let model: Vec<Param> = (0..200).map(|seed| Param::new(random([2, 2], seed))).collect();
    bencher.bench_local(|| value_and_grad(black_box(&model), |m| Ok::<_, Error>(m[0].get().sum())));
}

/// 100 000 additions, forward and back.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn chain_of_100_000(bencher: Bencher<'_, '_>) {
    let start = Param::new(random([2], 1));
    let run = |start: &Param| -> Result<Tensor> {
        let x = start.get();
        Ok((0..100_000).fold(x.clone(), |sum, _| sum + &x).sum())
    };
    bencher.bench_local(|| value_and_grad(black_box(&start), run));
}

#[divan::bench(sample_size = 100)]
fn tanh_of_4096(bencher: Bencher<'_, '_>) {
    let x = random([4096], 1);
    bencher.bench_local(|| drop(black_box(black_box(&x).tanh())));
}

#[divan::bench(sample_size = 100)]
fn matmul_64_256_256(bencher: Bencher<'_, '_>) {
    let (x, y) = (random([64, 256], 1), random([256, 256], 2));
    bencher.bench_local(|| drop(black_box(black_box(&x).matmul(black_box(&y)))));
}
