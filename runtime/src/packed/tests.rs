use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{Packed, Rows, RowsMut, Scratch, multiply, multiply_transposed};
use crate::array::element::Float;

/// A dense matrix in rows that are further apart than they are wide, and as short as it may be.
struct Matrix<F> {
    elements: Vec<F>,
    stride: usize,
    count: usize,
    width: usize,
}

impl<F: Float> Matrix<F> {
    fn random(count: usize, width: usize, gap: usize, rng: &mut StdRng) -> Self {
        let stride = width + gap;
        let length = if count == 0 { 0 } else { (count - 1) * stride + width };
        let elements = (0..length).map(|_| F::from_f64(rng.random_range(-1.0..1.0))).collect();
        Self { elements, stride, count, width }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.elements[row * self.stride + column].to_f64()
    }

    fn rows(&self) -> Rows<'_, F> {
        self.block(0..self.count, 0..self.width)
    }

    fn block(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> Rows<'_, F> {
        let start = (rows.start * self.stride + columns.start).min(self.elements.len());
        Rows { elements: &self.elements[start..], stride: self.stride, count: rows.len(), width: columns.len() }
    }

    fn block_mut(&mut self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> RowsMut<'_, F> {
        let start = (rows.start * self.stride + columns.start).min(self.elements.len());
        RowsMut { elements: &mut self.elements[start..], stride: self.stride, count: rows.len(), width: columns.len() }
    }

    /// Compares with what an element was before and the sum of its terms, and the gaps with what they were.
    fn check(&self, before: &[F], accumulate: bool, terms: usize, term: impl Fn(usize, usize, usize) -> f64) {
        let tolerance = if size_of::<F>() == 4 { 1e-6 } else { 1e-15 } * (terms as f64 + 4.0).sqrt() * 4.0;
        for (at, (&found, &before)) in self.elements.iter().zip(before).enumerate() {
            let (row, column) = (at / self.stride, at % self.stride);
            if column >= self.width {
                assert_eq!(found, before, "a gap was written to");
                continue;
            }
            let sum: f64 = (0..terms).map(|k| term(row, k, column)).sum();
            let expected = if accumulate { before.to_f64() + sum } else { sum };
            assert!((found.to_f64() - expected).abs() <= tolerance, "({row}, {column}): {found} is not {expected}");
        }
    }
}

/// The right operand, written in blocks of which every second one is transposed.
fn pack<F: Float>(matrix: &Matrix<F>, rng: &mut StdRng) -> Packed<F> {
    let mut packed = Packed::new();
    packed.reset(7, 50);
    packed.reset(matrix.count, matrix.width);
    let row = rng.random_range(0..=matrix.count);
    let column = rng.random_range(0..=matrix.width);
    for (rows, transposed) in [(0..row, false), (row..matrix.count, true)] {
        for (columns, transposed) in [(0..column, transposed), (column..matrix.width, !transposed)] {
            let element = |r: usize, c: usize| F::from_f64(matrix.at(rows.start + r, columns.start + c));
            let (m, n) = (rows.len(), columns.len());
            let block: Vec<F> = if transposed {
                (0..m * n).map(|at| element(at % m, at / m)).collect()
            } else {
                (0..m * n).map(|at| element(at / n, at % n)).collect()
            };
            packed.write(rows.start, columns.start, &block, m, n, transposed);
        }
    }
    packed
}

fn check_product<F: Float>([m, k, n]: [usize; 3], seed: u64) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let gap = rng.random_range(0..20);
    let left = Matrix::<F>::random(m, k, gap, rng);
    let right = Matrix::<F>::random(k + 3, n + 2 * Packed::<F>::PANEL, 0, rng);
    let packed = pack(&right, rng);
    for (first_row, first_column) in [(0, 0), (3, Packed::<F>::PANEL)] {
        for accumulate in [false, true] {
            let mut out = Matrix::<F>::random(m, n, gap + 1, rng);
            let before = out.elements.clone();
            multiply(left.rows(), &packed, first_row, first_column, out.block_mut(0..m, 0..n), accumulate);
            out.check(&before, accumulate, k, |i, k, j| left.at(i, k) * right.at(first_row + k, first_column + j));
        }
    }
}

fn check_transposed<F: Float>([m, r, n]: [usize; 3], scratch: &mut Scratch<F>, seed: u64) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let gap = rng.random_range(0..20);
    let left = Matrix::<F>::random(r, m, gap, rng);
    let right = Matrix::<F>::random(r, n, gap + 1, rng);
    for accumulate in [false, true] {
        let mut out = Matrix::<F>::random(m, n, gap, rng);
        let before = out.elements.clone();
        multiply_transposed(left.rows(), right.rows(), out.block_mut(0..m, 0..n), accumulate, scratch);
        out.check(&before, accumulate, r, |i, r, j| left.at(r, i) * right.at(r, j));
    }
}

/// Around the borders of tiles, panels and blocks.
const SIZES: [[usize; 3]; 15] = [
    [5, 0, 0],
    [0, 5, 7],
    [5, 0, 7],
    [5, 7, 0],
    [1, 1, 1],
    [1, 40, 70],
    [2, 33, 40],
    [3, 17, 33],
    [6, 256, 16],
    [7, 257, 8],
    [13, 511, 15],
    [12, 512, 17],
    [5, 513, 9],
    [192, 3, 257],
    [193, 2, 272],
];

#[test]
fn products_are_those_of_the_definition() {
    for (seed, &sizes) in SIZES.iter().enumerate() {
        check_product::<f32>(sizes, seed as u64);
        check_product::<f64>(sizes, seed as u64);
    }
}

#[test]
fn transposed_products_are_those_of_the_definition() {
    let (mut single, mut double) = (Scratch::new(), Scratch::new());
    for (seed, &sizes) in SIZES.iter().enumerate() {
        check_transposed::<f32>(sizes, &mut single, seed as u64);
        check_transposed::<f64>(sizes, &mut double, seed as u64);
    }
    assert!(single.bytes() > 0 && double.bytes() > 0);
}

/// Borders of up to four parts, at multiples of `unit`.
fn borders(total: usize, unit: usize, rng: &mut StdRng) -> Vec<usize> {
    let mut borders = vec![0, total];
    borders.extend((0..3).map(|_| rng.random_range(0..=total / unit) * unit));
    borders.sort_unstable();
    borders
}

fn check_product_in_parts<F: Float>([m, k, n]: [usize; 3], seed: u64) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let left = Matrix::<F>::random(m, k, 3, rng);
    let right = Matrix::<F>::random(k, n, 0, rng);
    let packed = pack(&right, rng);
    let (mut whole, mut parts) = (Matrix::<F>::random(m, n, 0, rng), Matrix::<F>::random(m, n, 0, rng));
    parts.elements.clone_from(&whole.elements);
    multiply(left.rows(), &packed, 0, 0, whole.block_mut(0..m, 0..n), seed.is_multiple_of(2));
    let columns = borders(n, Packed::<F>::PANEL, rng);
    for rows in borders(m, 1, rng).windows(2) {
        for columns in columns.windows(2) {
            let rows = rows[0]..rows[1];
            let out = parts.block_mut(rows.clone(), columns[0]..columns[1]);
            multiply(left.block(rows, 0..k), &packed, 0, columns[0], out, seed.is_multiple_of(2));
        }
    }
    assert!(whole.elements == parts.elements, "parts of {m} {k} {n} differ from the whole");
}

fn check_transposed_in_parts<F: Float>([m, r, n]: [usize; 3], seed: u64) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let (left, right) = (Matrix::<F>::random(r, m, 3, rng), Matrix::<F>::random(r, n, 0, rng));
    let (mut whole, mut parts) = (Matrix::<F>::random(m, n, 0, rng), Matrix::<F>::random(m, n, 0, rng));
    parts.elements.clone_from(&whole.elements);
    let scratch = &mut Scratch::new();
    multiply_transposed(left.rows(), right.rows(), whole.block_mut(0..m, 0..n), seed.is_multiple_of(2), scratch);
    let columns = borders(n, 1, rng);
    for rows in borders(m, 1, rng).windows(2) {
        for columns in columns.windows(2) {
            let (rows, columns) = (rows[0]..rows[1], columns[0]..columns[1]);
            let out = parts.block_mut(rows.clone(), columns.clone());
            multiply_transposed(
                left.block(0..r, rows),
                right.block(0..r, columns),
                out,
                seed.is_multiple_of(2),
                scratch,
            );
        }
    }
    assert!(whole.elements == parts.elements, "parts of {m} {r} {n} differ from the whole");
}

#[test]
fn long_sums_in_parts_have_the_same_bits() {
    for (seed, sizes) in [[30, 600, 50], [200, 520, 40], [9, 1100, 300]].into_iter().enumerate() {
        for seed in [seed as u64, seed as u64 + 1] {
            check_product_in_parts::<f32>(sizes, seed);
            check_product_in_parts::<f64>(sizes, seed);
            check_transposed_in_parts::<f32>(sizes, seed);
            check_transposed_in_parts::<f64>(sizes, seed);
        }
    }
}

proptest! {
    #[test]
    fn any_small_product(sizes in [0_usize..40, 0_usize..40, 0_usize..70], seed: u64) {
        check_product::<f32>(sizes, seed);
        check_product::<f64>(sizes, seed);
        check_transposed::<f32>(sizes, &mut Scratch::new(), seed);
        check_transposed::<f64>(sizes, &mut Scratch::new(), seed);
    }

    #[test]
    fn any_small_product_in_parts(sizes in [1_usize..40, 1_usize..40, 1_usize..70], seed: u64) {
        check_product_in_parts::<f32>(sizes, seed);
        check_product_in_parts::<f64>(sizes, seed);
        check_transposed_in_parts::<f32>(sizes, seed);
        check_transposed_in_parts::<f64>(sizes, seed);
    }
}

#[test]
fn panels_begin_at_cache_lines_and_keep_memory() {
    let mut packed = Packed::<f32>::new();
    packed.reset(30, 40);
    assert_eq!(packed.panel(0).as_ptr() as usize % 64, 0);
    let bytes = packed.bytes();
    packed.reset(40, 30);
    assert_eq!((packed.rows(), packed.columns()), (40, 30));
    assert_eq!(packed.bytes(), bytes, "the same size needs no other memory");
    assert!((0..2).all(|panel| packed.panel(panel).iter().all(|&x| x == 0.0)));
}

#[test]
#[should_panic = "the first column must begin a panel"]
fn columns_begin_with_a_panel() {
    let mut packed = Packed::<f32>::new();
    packed.reset(0, 20);
    let left = Rows { elements: &[], stride: 0, count: 0, width: 0 };
    multiply(left, &packed, 0, 3, RowsMut { elements: &mut [], stride: 0, count: 0, width: 4 }, false);
}
