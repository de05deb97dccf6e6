//! Sums over rows.

use std::ops::Range;

use super::bind::Total;
use super::matrices::add_outer;
use super::memory::Memory;
use super::region::{Held, Operand};
use super::rows::RowLayout;
use super::segment::Walk;
use crate::array::Array;
use crate::array::element::Float;
use crate::packed::{Rows, RowsMut, Scratch, multiply_transposed};

/// Rows that are summed before their sum is added to the others': errors grow with the number of sums and not of rows.
const BLOCK: usize = 64;

/// Computes a total over the rows of a walk.
pub(super) fn total<F: Float>(memory: &mut Memory<'_, F>, layout: &RowLayout, walk: Walk, total: &Total) {
    match total {
        Total::Sum { value, out, accumulate } => {
            if !accumulate {
                memory.clear(out);
            }
            if memory.is_zero(value) {
                return;
            }
            for ([rows], out_rows) in spans(layout, walk, [value], out) {
                let ([value], to) = memory.rows_and_mut([(value, rows)], (out, out_rows));
                if out.held == Held::One { sum_rows(value, to.elements) } else { add_rows(value, to) }
            }
        }
        Total::Product { left, right, outs, accumulate } => {
            let is_zero = memory.is_zero(left) || memory.is_zero(right);
            let per_example = outs.iter().any(|(_, out)| out.held != Held::One);
            if is_zero || per_example || walk.rows(layout) == 0 {
                outs.iter().filter(|_| !accumulate).for_each(|(_, out)| memory.clear(out));
            }
            if is_zero || walk.rows(layout) == 0 {
                return;
            }
            if per_example {
                add_outers(memory, layout, walk, [left, right], outs);
            } else {
                products(memory, layout, walk, [left, right], outs, *accumulate);
            }
        }
    }
}

/// Rows of operands that belong to rows of a result: everything at a time, or step by step.
fn spans<const N: usize>(
    layout: &RowLayout,
    walk: Walk,
    reads: [&Operand; N],
    out: &Operand,
) -> Vec<([Range<usize>; N], Range<usize>)> {
    let out_rows = |count: usize| if out.held == Held::One { 0..1 } else { 0..count };
    let at_a_time = walk == Walk::Examples || out.held == Held::One;
    if at_a_time && reads.iter().all(|read| read.held == Held::One || read.stands(walk, layout)) {
        return vec![(reads.map(|read| read.rows_of(walk, layout)), out_rows(walk.rows(layout)))];
    }
    let step = |step| {
        let count = layout.count(step);
        let rows = |read: &Operand| {
            let first = read.held.at_step(step, layout);
            first..first + count
        };
        (reads.map(rows), out_rows(count))
    };
    (0..layout.steps()).map(step).collect()
}

/// `out +=` the sum of all rows.
fn sum_rows<F: Float>(rows: Rows<'_, F>, out: &mut [F]) {
    if rows.width == 0 {
        return;
    }
    let mut sum = Array::build([rows.width].into(), |_stale| {});
    let sum = sum.unique().unwrap_or_else(|| unreachable!("a new array has one owner"));
    for first in (0..rows.count).step_by(BLOCK) {
        sum.fill(F::ZERO);
        for at in first..(first + BLOCK).min(rows.count) {
            F::accumulate(&rows.elements[at * rows.stride..][..rows.width], sum);
        }
        F::accumulate(sum, out);
    }
}

/// `out +=` row by row.
fn add_rows<F: Float>(rows: Rows<'_, F>, out: RowsMut<'_, F>) {
    for at in 0..rows.count {
        let value = &rows.elements[at * rows.stride..][..rows.width];
        F::accumulate(value, &mut out.elements[at * out.stride..][..out.width]);
    }
}

/// The outer products of each example, added step by step.
fn add_outers<F: Float>(
    memory: &mut Memory<'_, F>,
    layout: &RowLayout,
    walk: Walk,
    [left, right]: [&Operand; 2],
    outs: &[(usize, Operand)],
) {
    for (column, out) in outs {
        let left = Operand { start: left.start + column, length: out.length / right.length, ..*left };
        for ([left_rows, right_rows], out_rows) in spans(layout, walk, [&left, right], out) {
            let reads = [(&left, left_rows), (right, right_rows)];
            let ([left, right], to) = memory.rows_and_mut(reads, (out, out_rows));
            for at in 0..to.count {
                let left = &left.elements[at * left.stride..][..left.width];
                let right = &right.elements[at * right.stride..][..right.width];
                add_outer(left, right, &mut to.elements[at * to.stride..][..to.width]);
            }
        }
    }
}

/// One product for each result.
fn products<F: Float>(
    memory: &mut Memory<'_, F>,
    layout: &RowLayout,
    walk: Walk,
    operands: [&Operand; 2],
    outs: &[(usize, Operand)],
    accumulate: bool,
) {
    let copies = operands.map(|operand| gather(memory, layout, walk, operand));
    let [left, right] = std::array::from_fn(|at| match &copies[at] {
        Some(_) => (operands[at], 0..0),
        None => (operands[at], operands[at].rows_of(walk, layout)),
    });
    let mut scratch = Scratch::new();
    for (column, out) in outs {
        let (mut rows, to) = memory.rows_and_mut([left.clone(), right.clone()], (out, 0..1));
        for (rows, copy) in rows.iter_mut().zip(&copies) {
            if let Some(copy) = copy {
                *rows = Rows { elements: copy.as_slice(), stride: rows.width, count: walk.rows(layout), ..*rows };
            }
        }
        let [left, right] = rows;
        let width = to.width / right.width;
        let left = Rows { elements: &left.elements[*column..], width, ..left };
        let to = RowsMut { elements: to.elements, stride: right.width, count: width, width: right.width };
        multiply_transposed(left, right, to, accumulate, &mut scratch);
    }
}

/// A copy of the rows one after the other, where they do not stand so.
fn gather<F: Float>(memory: &Memory<'_, F>, layout: &RowLayout, walk: Walk, operand: &Operand) -> Option<Array<F>> {
    if operand.stands(walk, layout) {
        return None;
    }
    let width = operand.length;
    let copy_rows = |from: Rows<'_, F>, to: &mut [F]| {
        for (at, to) in to.chunks_exact_mut(width.max(1)).enumerate() {
            to.copy_from_slice(&from.elements[at * from.stride..][..width]);
        }
    };
    let rows = walk.rows(layout);
    Some(Array::build([rows, width].into(), |elements| {
        if operand.held == Held::One {
            return copy_rows(memory.rows(operand, 0..rows), elements);
        }
        for step in 0..layout.steps() {
            let (first, count) = (operand.held.at_step(step, layout), layout.count(step));
            let to = &mut elements[layout.offset(step) * width..][..count * width];
            copy_rows(memory.rows(operand, first..first + count), to);
        }
    }))
}
