//! Instructions on the rows of matrices and vectors, one row at a time.

use crate::array::element::Float;
use crate::array::kernels::{Layout, Product, Reduce};

/// Over each group of neighbours: `[M, length]` to `[M]`.
pub(super) fn reduce<F: Float>(reduction: Reduce, length: usize, value: &[F], out: &mut [F]) {
    F::reduce(reduction, value, out.len(), length, 1, out);
}

/// `[M]` to `[M, length]`.
pub(super) fn stretch<F: Float>(length: usize, value: &[F], out: &mut [F]) {
    for (group, &value) in out.chunks_exact_mut(length).zip(value) {
        group.fill(value);
    }
}

/// `[M]` and `[N]` to `[M, N]`.
pub(super) fn outer<F: Float>(left: &[F], right: &[F], out: &mut [F]) {
    for (row, &left) in out.chunks_exact_mut(right.len()).zip(left) {
        row.iter_mut().zip(right).for_each(|(to, &right)| *to = left * right);
    }
}

/// `out += left · rightᵀ` of two vectors.
pub(super) fn add_outer<F: Float>(left: &[F], right: &[F], out: &mut [F]) {
    for (row, &left) in out.chunks_exact_mut(right.len()).zip(left) {
        row.iter_mut().zip(right).for_each(|(to, &right)| *to += left * right);
    }
}

/// `[M, columns]` to `[columns, M]`.
pub(super) fn transpose<F: Float>(columns: usize, value: &[F], out: &mut [F]) {
    let rows = out.len() / columns;
    for (column, row) in out.chunks_exact_mut(rows).enumerate() {
        row.iter_mut().zip(value[column..].iter().step_by(columns)).for_each(|(to, &from)| *to = from);
    }
}

/// `[N]` to `[N, N]`.
pub(super) fn diag<F: Float>(value: &[F], out: &mut [F]) {
    out.fill(F::ZERO);
    out.iter_mut().step_by(value.len() + 1).zip(value).for_each(|(to, &from)| *to = from);
}

/// `[N, N]` to `[N]`.
pub(super) fn diagonal_of<F: Float>(value: &[F], out: &mut [F]) {
    let step = out.len() + 1;
    out.iter_mut().zip(value.iter().step_by(step)).for_each(|(to, &from)| *to = from);
}

/// `[size, size]`.
pub(super) fn identity<F: Float>(size: usize, out: &mut [F]) {
    out.fill(F::ZERO);
    out.iter_mut().step_by(size + 1).for_each(|to| *to = F::ONE);
}

/// `[m, k] · [k, n]`, each factor read as its layout says.
pub(super) fn matmul<F: Float>(
    [m, k, n]: [usize; 3],
    [left_layout, right_layout]: [Layout; 2],
    left: &[F],
    right: &[F],
    out: &mut [F],
) {
    let (left, right) = ((left, left_layout), (right, right_layout));
    F::matmul(Product { rows: m, inner: k, columns: n, left, right, out });
}
