//! Products with packed weights and gradients of weights on one thread, beside the `gemm` crate. An item is one floating
//! point operation, so that Gitem/s are GFLOP/s.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use recurve::__private::packed::{Packed, Rows, RowsMut, Scratch, multiply, multiply_transposed};
use recurve::Float;

fn main() {
    divan::main();
}

/// `[M, K, N]`: of steps, of all steps at once, of steps back, and of a single sequence.
const PRODUCTS: [[usize; 3]; 10] = [
    [32, 128, 384],
    [64, 512, 2048],
    [3200, 128, 384],
    [8192, 256, 2048],
    [1024, 1024, 1024],
    [32, 384, 128],
    [64, 2048, 512],
    [1, 32, 128],
    [1, 128, 512],
    [1, 128, 32],
];

/// `[M, R, N]`.
const GRADIENTS: [[usize; 3]; 2] = [[384, 3200, 128], [2048, 8192, 512]];

fn spread<F: Float>(length: usize) -> Vec<F> {
    (0..length).map(|at| F::from_f64(((at * 2731) % 4099) as f64 / 4099.0 - 0.5)).collect()
}

fn rows<F>(elements: &[F], count: usize, width: usize) -> Rows<'_, F> {
    Rows { elements, stride: width, count, width }
}

fn rows_mut<F>(elements: &mut [F], count: usize, width: usize) -> RowsMut<'_, F> {
    RowsMut { elements, stride: width, count, width }
}

fn operations([m, k, n]: [usize; 3]) -> ItemsCount {
    ItemsCount::new(2 * m * k * n)
}

/// The left operand in steps of rows and columns, the others row-major.
#[allow(unsafe_code)]
fn by_gemm<F: Float>([m, k, n]: [usize; 3], left: &[F], [row, column]: [isize; 2], right: &[F], out: &mut [F]) {
    assert!(left.len() >= m * k && right.len() >= k * n && out.len() >= m * n);
    let (width, one) = (n as isize, gemm::Parallelism::None);
    // SAFETY: row-major or transposed, the operands have as many elements as just asked, and `out` is borrowed mutably.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            width,
            false,
            left.as_ptr(),
            column,
            row,
            right.as_ptr(),
            1,
            width,
            F::ZERO,
            F::ONE,
            false,
            false,
            false,
            one,
        );
    }
}

#[divan::bench(types = [f32, f64], args = PRODUCTS, sample_count = 30)]
fn product<F: Float>(bencher: Bencher<'_, '_>, sizes @ [m, k, n]: [usize; 3]) {
    let (left, mut out) = (spread::<F>(m * k), spread::<F>(m * n));
    let mut right = Packed::new();
    right.reset(k, n);
    right.write(0, 0, &spread(k * n), k, n, false);
    bencher.counter(operations(sizes)).bench_local(|| {
        multiply(rows(black_box(&left), m, k), &right, 0, 0, rows_mut(black_box(&mut out), m, n), false);
    });
}

#[divan::bench(types = [f32, f64], args = PRODUCTS, sample_count = 30)]
fn product_by_gemm<F: Float>(bencher: Bencher<'_, '_>, sizes @ [m, k, n]: [usize; 3]) {
    let (left, right, mut out) = (spread::<F>(m * k), spread::<F>(k * n), spread::<F>(m * n));
    bencher
        .counter(operations(sizes))
        .bench_local(|| by_gemm(sizes, black_box(&left), [k as isize, 1], &right, black_box(&mut out)));
}

#[divan::bench(types = [f32, f64], args = GRADIENTS, sample_count = 30)]
fn gradient<F: Float>(bencher: Bencher<'_, '_>, sizes @ [m, r, n]: [usize; 3]) {
    let (left, right, mut out) = (spread::<F>(r * m), spread::<F>(r * n), spread::<F>(m * n));
    let mut scratch = Scratch::new();
    bencher.counter(operations(sizes)).bench_local(|| {
        let (left, right) = (rows(black_box(&left), r, m), rows(&right, r, n));
        multiply_transposed(left, right, rows_mut(black_box(&mut out), m, n), false, &mut scratch);
    });
}

#[divan::bench(types = [f32, f64], args = GRADIENTS, sample_count = 30)]
fn gradient_by_gemm<F: Float>(bencher: Bencher<'_, '_>, sizes @ [m, r, n]: [usize; 3]) {
    let (left, right, mut out) = (spread::<F>(r * m), spread::<F>(r * n), spread::<F>(m * n));
    bencher
        .counter(operations([m, r, n]))
        .bench_local(|| by_gemm(sizes, black_box(&left), [1, m as isize], &right, black_box(&mut out)));
}
