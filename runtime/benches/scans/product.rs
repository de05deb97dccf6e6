//! The yardstick: products of the `gemm` crate, f32, 1024 × 1024 × 1024.
//!
//! Called here and not through a tensor, so that it stays what it is whatever the library does. With several threads
//! each computes its own product on one thread, all at once: the crate's own threads are a feature that the library
//! does not build. That is the more demanding yardstick, as nothing has to be divided.
#![allow(unsafe_code)]

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use recurve::Tensor;
use recurve::rand::rngs::StdRng;

const SIZE: usize = 1024;

/// Additions and multiplications of one product.
pub(crate) const FLOPS: f64 = 2.0 * (SIZE * SIZE * SIZE) as f64;

/// The operands of one thread.
pub(crate) struct Product {
    left: Vec<f32>,
    right: Vec<f32>,
    out: Vec<f32>,
}

impl Product {
    pub(crate) fn new(rng: &mut StdRng) -> Self {
        let mut matrix = || Tensor::<f32>::normal([SIZE, SIZE], 0.0, 1.0, rng).to_vec();
        Self { left: matrix(), right: matrix(), out: matrix() }
    }

    fn run(&mut self) {
        let stride = SIZE as isize;
        let (left, right, out) = (self.left.as_ptr(), self.right.as_ptr(), self.out.as_mut_ptr());
        // SAFETY: the three matrices have SIZE × SIZE elements each, rows `SIZE` apart, and `out` is borrowed alone.
        unsafe {
            gemm::gemm(
                SIZE,
                SIZE,
                SIZE,
                out,
                1,
                stride,
                false,
                left,
                1,
                stride,
                right,
                1,
                stride,
                0.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
        black_box(&self.out);
    }
}

/// Seconds from the first start to the last end of one product on each thread, all at once.
pub(crate) fn seconds(products: &mut [Product]) -> f64 {
    let barrier = Barrier::new(products.len());
    let timed = |product: &mut Product| {
        product.run(); // a new thread has no buffers for packing yet
        barrier.wait();
        let start = Instant::now();
        product.run();
        (start, Instant::now())
    };
    let times: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let threads: Vec<_> = products.iter_mut().map(|product| scope.spawn(|| timed(product))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a product does not panic")).collect()
    });
    let start = times.iter().map(|time| time.0).min().expect("there is a thread");
    let end = times.iter().map(|time| time.1).max().expect("there is a thread");
    (end - start).as_secs_f64()
}
