//! Sums over rows.

use std::ops::Range;

use super::bind::Total;
use super::columns::add_rows_to;
use super::counters::Counters;
use super::matrices::add_outer;
use super::memory::Memory;
use super::region::{Held, Operand};
use super::rows::RowLayout;
use super::segment::Walk;
use crate::array::Array;
use crate::array::element::Float;
use crate::packed::{Rows, RowsMut, Scratch, multiply_transposed};

/// Columns of a sum that are worth a thread.
const COLUMNS: usize = 64;

/// Rows of a product's result that are worth a thread.
const RESULTS: usize = 16;

/// Computes a total over the rows of a walk.
pub(super) fn total<F: Float>(
    memory: &mut Memory<'_, F>,
    layout: &RowLayout,
    walk: Walk,
    total: &Total,
    threads: usize,
    counters: &Counters,
) {
    match total {
        Total::Sum { value, out, accumulate } => {
            if !accumulate {
                memory.clear(out);
            }
            if memory.is_zero(value) {
                return;
            }
            counters.total_sum(walk.rows(layout) * value.length);
            for ([rows], out_rows) in spans(layout, walk, [value], out) {
                let ([value], to) = memory.rows_and_mut([(value, rows)], (out, out_rows));
                if out.held == Held::One { sum_rows(value, to.elements, threads) } else { add_rows(value, to) }
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
            let flops = 2 * walk.rows(layout) * total.product_elements();
            if per_example {
                add_outers(memory, layout, walk, [left, right], outs);
                counters.total_product(0, flops);
            } else {
                let calls = products(memory, layout, walk, [left, right], outs, *accumulate, threads);
                counters.total_product(calls, flops);
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

/// `out +=` the sum of all rows. Each thread has some of the columns.
fn sum_rows<F: Float>(rows: Rows<'_, F>, out: &mut [F], threads: usize) {
    if threads > 1 && rows.width >= 2 * COLUMNS && rows.count > 0 {
        let width = rows.width / 2;
        let (left, right) = out.split_at_mut(width);
        let rest = Rows { elements: &rows.elements[width..], width: rows.width - width, ..rows };
        let threads = threads.div_ceil(2);
        rayon::join(|| sum_rows(Rows { width, ..rows }, left, threads), || sum_rows(rest, right, threads));
        return;
    }
    if rows.width == 0 {
        return;
    }
    add_rows_to(rows, &mut out[..rows.width]);
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

/// One product for all results whose columns adjoin. Says how many these are.
fn products<F: Float>(
    memory: &mut Memory<'_, F>,
    layout: &RowLayout,
    walk: Walk,
    operands: [&Operand; 2],
    outs: &[(usize, Operand)],
    accumulate: bool,
    threads: usize,
) -> usize {
    let copies = operands.map(|operand| gather(memory, layout, walk, operand));
    let reads: [_; 2] = std::array::from_fn(|at| match &copies[at] {
        Some(_) => (operands[at], 0..0),
        None => (operands[at], operands[at].rows_of(walk, layout)),
    });
    let inner = operands[1].length;
    let adjoin = |(column, out): &(usize, Operand), next: &(usize, Operand)| column + out.length / inner == next.0;
    let mut calls = 0;
    for run in outs.chunk_by(adjoin) {
        calls += 1;
        if let [(_, out)] = run {
            let (rows, to) = memory.rows_and_mut(reads.clone(), (out, 0..1));
            let [left, right] = with_copies(rows, &copies, walk.rows(layout));
            product(from_column(left, run[0].0), right, to.elements, accumulate, threads);
            continue;
        }
        let count = run.iter().map(|(_, out)| out.length).sum();
        let all = Array::build([count].into(), |to| {
            let [left, right] =
                with_copies(reads.clone().map(|(read, rows)| memory.rows(read, rows)), &copies, walk.rows(layout));
            product(from_column(left, run[0].0), right, to, false, threads);
        });
        let mut rest = all.as_slice();
        for (_, out) in run {
            let (from, after) = rest.split_at(out.length);
            let ([], to) = memory.rows_and_mut([], (out, 0..1));
            if accumulate {
                F::accumulate(from, to.elements)
            } else {
                to.elements.copy_from_slice(from)
            }
            rest = after;
        }
    }
    calls
}

/// The copies in the places of what was copied.
fn with_copies<'a, F: Float>(
    rows: [Rows<'a, F>; 2],
    copies: &'a [Option<Array<F>>; 2],
    count: usize,
) -> [Rows<'a, F>; 2] {
    std::array::from_fn(|at| match &copies[at] {
        Some(copy) => Rows { elements: copy.as_slice(), stride: rows[at].width, count, ..rows[at] },
        None => rows[at],
    })
}

fn from_column<F>(rows: Rows<'_, F>, column: usize) -> Rows<'_, F> {
    Rows { elements: &rows.elements[column..], width: rows.width - column, ..rows }
}

/// `out [M, N] (+)=` the sum of the outer products of the first M columns of `left` and all of `right`. Each thread has
/// some of the rows of the result.
fn product<F: Float>(left: Rows<'_, F>, right: Rows<'_, F>, out: &mut [F], accumulate: bool, threads: usize) {
    let count = out.len() / right.width;
    if threads > 1 && count >= 2 * RESULTS {
        let half = count / 2;
        let (upper, lower) = out.split_at_mut(half * right.width);
        let rest = from_column(left, half);
        let threads = threads.div_ceil(2);
        rayon::join(
            || product(left, right, upper, accumulate, threads),
            || product(rest, right, lower, accumulate, threads),
        );
        return;
    }
    let left = Rows { width: count, ..left };
    let out = RowsMut { elements: out, stride: right.width, count, width: right.width };
    multiply_transposed(left, right, out, accumulate, &mut Scratch::new());
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
