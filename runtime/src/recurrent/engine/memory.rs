//! Regions bound to memory: the one place with pointers.
#![allow(unsafe_code)]

use std::ops::Range;
use std::slice;

use super::fixed::Fixed;
use super::kernel::{Call, Column};
use super::region::{Held, Operand, Region};
use super::rows::RowLayout;
use super::segment::{Group, Segment, Walk};
use crate::array::Array;
use crate::array::element::Float;
use crate::packed::{Packed, Rows, RowsMut, multiply};

/// The memory of a pass. Owns whatever it points at.
pub(super) struct Memory<'a, F: Float> {
    layout: &'a RowLayout,
    regions: &'a [Region],
    blocks: Vec<Block<F>>,
    /// Of each region that is used.
    places: Vec<Option<usize>>,
}

pub(super) struct Block<F: Float> {
    array: Array<F>,
    start: *mut F,
    writable: bool,
}

// SAFETY: a block owns its array. Who writes through the pointer has the memory for writing, or a part of it that nobody
// else has: see `Memory::split`.
unsafe impl<F: Float> Send for Block<F> {}
// SAFETY: as above.
unsafe impl<F: Float> Sync for Block<F> {}

impl<F: Float> Block<F> {
    pub(super) fn elements(&self) -> &[F] {
        // SAFETY: the block has as many elements, and it is borrowed for reading.
        unsafe { slice::from_raw_parts(self.start, self.array.count()) }
    }

    pub(super) fn elements_mut(&mut self) -> &mut [F] {
        assert!(self.writable, "what was given is only read");
        // SAFETY: the block has as many elements, they are written only through this pointer, and it is borrowed for
        // writing.
        unsafe { slice::from_raw_parts_mut(self.start, self.array.count()) }
    }
}

impl<'a, F: Float> Memory<'a, F> {
    pub(super) fn new(layout: &'a RowLayout, regions: &'a [Region]) -> Self {
        Self { layout, regions, blocks: Vec::new(), places: vec![None; regions.len()] }
    }

    /// Makes room for so many blocks.
    pub(super) fn reserve(&mut self, blocks: usize) {
        self.blocks.reserve_exact(blocks);
    }

    pub(super) fn layout(&self) -> &RowLayout {
        self.layout
    }

    /// Memory that is only read; the number under which regions are bound to it.
    pub(super) fn share(&mut self, array: Array<F>) -> usize {
        let start = array.as_slice().as_ptr().cast_mut();
        self.blocks.push(Block { array, start, writable: false });
        self.blocks.len() - 1
    }

    /// New memory with unspecified values.
    pub(super) fn allocate(&mut self, rows: usize, width: usize) -> usize {
        self.allocate_within(rows, width, 0)
    }

    /// New memory with unspecified values, which has room for at least so many elements.
    pub(super) fn allocate_within(&mut self, rows: usize, width: usize, room: usize) -> usize {
        let room = Array::build([room.max(rows * width)].into(), |_stale| {});
        let mut array = room.range(0, [rows, width].into());
        drop(room);
        let start = array.unique().unwrap_or_else(|| unreachable!("a new array has one owner")).as_mut_ptr();
        self.blocks.push(Block { array, start, writable: true });
        self.blocks.len() - 1
    }

    /// Says where a region stands.
    pub(super) fn bind(&mut self, region: usize, block: usize) {
        let Region { width, held, zero, .. } = self.regions[region];
        let (expected, found) = (held.rows(self.layout) * width, self.blocks[block].array.count());
        assert!(found == expected || zero && found >= width, "a region of {expected} elements has {found}");
        self.places[region] = Some(block);
    }

    pub(super) fn block_of(&self, region: usize) -> Option<usize> {
        self.places[region]
    }

    /// Elements of a block.
    pub(super) fn elements(&mut self, block: usize) -> &mut [F] {
        self.blocks[block].elements_mut()
    }

    /// Whether an operand is absent.
    pub(super) fn is_zero(&self, operand: &Operand) -> bool {
        self.regions[operand.region].zero
    }

    /// Sets all rows of an operand to zero.
    pub(super) fn clear(&mut self, operand: &Operand) {
        let ([], out) = self.rows_and_mut([], (operand, 0..operand.held.rows(self.layout)));
        for at in 0..out.count {
            out.elements[at * out.stride..][..out.width].fill(F::ZERO);
        }
    }

    /// The array of a block, which nobody writes any more.
    pub(super) fn array(&self, block: usize) -> &Array<F> {
        &self.blocks[block].array
    }

    fn block(&self, region: usize) -> &Block<F> {
        let block = self.places[region].unwrap_or_else(|| unreachable!("a region that is used has memory"));
        &self.blocks[block]
    }

    fn start(&self, operand: &Operand, first: usize) -> *mut F {
        self.block(operand.region).start.wrapping_add(first * operand.stride + operand.start)
    }

    /// Consecutive rows of an operand.
    pub(super) fn rows(&self, operand: &Operand, rows: Range<usize>) -> Rows<'_, F> {
        let (count, span) = self.span(operand, &rows);
        // SAFETY: the elements are within the block, as `span` checks, and nobody writes while the memory is borrowed.
        let elements = unsafe { slice::from_raw_parts(self.start(operand, rows.start), span) };
        Rows { elements, stride: operand.stride, count, width: operand.length }
    }

    /// Rows of operands, and those of one in another region for writing.
    pub(super) fn rows_and_mut<const N: usize>(
        &mut self,
        reads: [(&Operand, Range<usize>); N],
        (out, rows): (&Operand, Range<usize>),
    ) -> ([Rows<'_, F>; N], RowsMut<'_, F>) {
        let distinct = reads.iter().all(|(read, _)| self.places[read.region] != self.places[out.region]);
        assert!(distinct && self.block(out.region).writable, "a total has a region of its own");
        let (count, span) = self.span(out, &rows);
        // SAFETY: as in `rows`. The block is none of those that are read, and the memory is borrowed for writing.
        let elements = unsafe { slice::from_raw_parts_mut(self.start(out, rows.start), span) };
        let out = RowsMut { elements, stride: out.stride, count, width: out.length };
        (reads.map(|(read, rows)| self.rows(read, rows)), out)
    }

    /// The number of rows, and that of the elements from the first to the last.
    fn span(&self, operand: &Operand, rows: &Range<usize>) -> (usize, usize) {
        let there = operand.stride == 0 || rows.end <= operand.held.rows(self.layout);
        assert!(there && rows.start <= rows.end, "rows that a region does not have");
        let span = if rows.is_empty() { 0 } else { (rows.len() - 1) * operand.stride + operand.length };
        (rows.len(), span)
    }

    /// Runs `body` for parts of the rows of a segment's walk, on several threads if there are several parts.
    pub(super) fn split(
        &mut self,
        segment: &Segment,
        parts: &[Range<usize>],
        body: &(dyn Fn(&mut Frame<'_, F>) + Sync),
    ) {
        let limit = segment.walk().rows(self.layout);
        assert!(parts.is_sorted_by(|one, next| one.end <= next.start) && parts.iter().all(|part| part.end <= limit));
        self.check(segment);
        self.each_part(segment, parts, body);
    }

    /// Refuses segments whose parts may not run beside one another.
    fn check(&self, segment: &Segment) {
        let written = segment.written().all(|operand| self.block(operand.region).writable);
        assert!(written, "what was given is only read");
        let meets =
            |read: &Operand| segment.written().any(|operand| self.places[operand.region] == self.places[read.region]);
        let before = |operand: &&Operand| segment.walk() == Walk::Rows && operand.held == Held::Before;
        assert!(!segment.operands().iter().filter(before).any(meets), "parts of the rows read what others write");
    }

    /// The memory with the operands of segments, all rows of the first step, to be used many times.
    pub(super) fn into_fixed<'s>(self, segments: impl Iterator<Item = &'s Segment>) -> Fixed<F> {
        let columns = segments.map(|segment| {
            self.check(segment);
            let mut frame = Frame::new(&self, segment, 0..segment.walk().rows(self.layout));
            if segment.walk() == Walk::Steps {
                frame.go_to(0);
            }
            frame.columns
        });
        let columns = columns.collect();
        // SAFETY: the frames were bound to these blocks, and what they write has been checked.
        unsafe { Fixed::new(self.blocks, columns) }
    }

    /// The parts do not overlap, and the memory is borrowed for writing.
    fn each_part(&self, segment: &Segment, parts: &[Range<usize>], body: &(dyn Fn(&mut Frame<'_, F>) + Sync)) {
        match parts {
            [] => {}
            [part] => body(&mut Frame::new(self, segment, part.clone())),
            _ => {
                let (left, right) = parts.split_at(parts.len() / 2);
                rayon::join(|| self.each_part(segment, left, body), || self.each_part(segment, right, body));
            }
        }
    }
}

/// The operands of a segment's instructions at one step, for a part of the rows. An instruction's own operands do not
/// overlap where one is written, as [`Segment::push`] checks.
pub(super) struct Frame<'a, F: Float> {
    memory: &'a Memory<'a, F>,
    segment: &'a Segment,
    part: Range<usize>,
    columns: Columns<F>,
    moving: Vec<Moving<F>>,
}

/// An operand that steps have at different places.
struct Moving<F> {
    operand: usize,
    held: Held,
    stride: usize,
    /// Its place if the rows of the step were the first ones of the region.
    start: *mut F,
}

/// Where the operands of a segment's instructions stand now. Lives no longer than the memory that it points into.
pub(super) struct Columns<F> {
    rows: usize,
    operands: Vec<Column<F>>,
}

impl<'a, F: Float> Frame<'a, F> {
    fn new(memory: &'a Memory<'a, F>, segment: &'a Segment, part: Range<usize>) -> Self {
        let column = |operand: &Operand| {
            let first = match segment.walk() {
                Walk::Rows => operand.held.at_all(memory.layout).unwrap_or(0),
                Walk::Once | Walk::Examples | Walk::Steps => 0,
            };
            let start = memory.start(operand, first + part.start);
            let Operand { held, stride, length, .. } = *operand;
            let far = matches!(held, Held::Rows | Held::Before | Held::After) && stride != length;
            Column { start, stride, length, far }
        };
        let operands: Vec<Column<F>> = segment.operands().iter().map(column).collect();
        let moving = segment.moving_operands().iter().map(|&at| {
            let Operand { held, stride, .. } = segment.operands()[at];
            Moving { operand: at, held, stride, start: operands[at].start }
        });
        let moving = moving.collect();
        let rows = if segment.walk() == Walk::Steps { 0 } else { part.len() };
        let mut frame = Self { memory, segment, part, columns: Columns { rows, operands }, moving };
        frame.stretch();
        frame
    }

    pub(super) fn columns(&mut self) -> &mut Columns<F> {
        &mut self.columns
    }

    /// Goes to a step.
    #[inline]
    pub(super) fn go_to(&mut self, step: usize) {
        debug_assert_eq!(self.segment.walk(), Walk::Steps);
        let layout = self.memory.layout;
        let rows = Held::ALL.map(|held| held.at_step(step, layout));
        for &Moving { operand, held, stride, start } in &self.moving {
            self.columns.operands[operand].start = start.wrapping_add(rows[held as usize] * stride);
        }
        let rows = layout.count(step).min(self.part.end).saturating_sub(self.part.start);
        if rows != self.columns.rows {
            self.columns.rows = rows;
            self.stretch();
        }
    }

    /// Makes one long row of all rows where instructions take them so.
    fn stretch(&mut self) {
        let operands = self.segment.operands();
        for &at in self.segment.stretched() {
            self.columns.operands[at].length = self.columns.rows * operands[at].length;
        }
    }
}

impl<F: Float> Columns<F> {
    /// How many rows there are now.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The operands that an instruction reads and those that it writes, and how many rows it takes them as.
    #[inline]
    fn group(&self, group: Group) -> (&[Column<F>], &[Column<F>], usize) {
        let (reads, writes) = self.operands[group.first..][..group.reads + group.writes].split_at(group.reads);
        (reads, writes, if group.stretched { 1 } else { self.rows })
    }

    /// The elements of the first operand that an instruction reads and of the first that it writes, in all rows.
    #[cfg(test)]
    pub(super) fn elements(&self, group: Group) -> (usize, usize) {
        let (reads, writes, rows) = self.group(group);
        let count = |columns: &[Column<F>]| columns.first().map_or(0, |column| rows * column.length);
        (count(reads), count(writes))
    }

    /// Calls a fused loop.
    #[inline]
    pub(super) fn call(&mut self, group: Group, run: impl FnOnce(Call<'_, F>)) {
        let (reads, writes, rows) = self.group(group);
        // SAFETY: the rows are within the regions and this frame's part of them; operands do not overlap.
        run(unsafe { Call::new(rows, reads, writes) });
    }

    /// Runs `write` on each row of a result.
    #[inline]
    pub(super) fn each(&mut self, group: Group, mut write: impl FnMut(&mut [F])) {
        let (_, writes, rows) = self.group(group);
        for row in 0..rows {
            // SAFETY: as in `call`.
            write(unsafe { row_mut(&writes[0], row) });
        }
    }

    /// Runs `write` on each row of an operand and a result.
    #[inline]
    pub(super) fn each_of_one(&mut self, group: Group, mut write: impl FnMut(&[F], &mut [F])) {
        let (reads, writes, rows) = self.group(group);
        for at in 0..rows {
            // SAFETY: as in `call`.
            unsafe { write(row(&reads[0], at), row_mut(&writes[0], at)) };
        }
    }

    /// Runs `write` on each row of two operands and a result.
    #[inline]
    pub(super) fn each_of_two(&mut self, group: Group, mut write: impl FnMut(&[F], &[F], &mut [F])) {
        let (reads, writes, rows) = self.group(group);
        for at in 0..rows {
            // SAFETY: as in `call`.
            unsafe { write(row(&reads[0], at), row(&reads[1], at), row_mut(&writes[0], at)) };
        }
    }

    /// `out (+)= left · weights`, where the parts of left meet the weights from each of `starts` on. All rows at a time
    /// if `whole`.
    #[inline]
    pub(super) fn product(
        &mut self,
        group: Group,
        starts: &[usize],
        weights: &Packed<F>,
        accumulate: bool,
        whole: bool,
    ) {
        let (reads, writes, rows) = self.group(group);
        let out = &writes[0];
        let (calls, count) = if whole { (1, rows) } else { (rows, 1) };
        for (at, (left, &start)) in reads.iter().zip(starts).enumerate() {
            for call in 0..calls {
                // SAFETY: as in `call`; a product of several rows at a time has operands in different regions, or else
                // its rows are taken one by one.
                unsafe {
                    let out = block_mut(out, call, count);
                    multiply(block(left, call, count), weights, start, 0, out, accumulate || at > 0);
                }
            }
        }
    }
}

/// # Safety
///
/// The row is valid for `'a`, and nobody writes it as long.
#[inline]
unsafe fn row<'a, F>(column: &Column<F>, at: usize) -> &'a [F] {
    // SAFETY: as the caller promises.
    unsafe { slice::from_raw_parts(column.start.wrapping_add(at * column.stride), column.length) }
}

/// # Safety
///
/// The row is valid for `'a`, and nobody else uses it as long.
#[inline]
unsafe fn row_mut<'a, F>(column: &Column<F>, at: usize) -> &'a mut [F] {
    // SAFETY: as the caller promises.
    unsafe { slice::from_raw_parts_mut(column.start.wrapping_add(at * column.stride), column.length) }
}

fn span<F>(column: &Column<F>, count: usize) -> usize {
    if count == 0 { 0 } else { (count - 1) * column.stride + column.length }
}

/// # Safety
///
/// The rows are valid for `'a`, and nobody writes between the first and the last as long.
#[inline]
unsafe fn block<'a, F>(column: &Column<F>, first: usize, count: usize) -> Rows<'a, F> {
    let start = column.start.wrapping_add(first * column.stride);
    // SAFETY: as the caller promises.
    let elements = unsafe { slice::from_raw_parts(start, span(column, count)) };
    Rows { elements, stride: column.stride, count, width: column.length }
}

/// # Safety
///
/// The rows are valid for `'a`, and nobody else uses what is between the first and the last as long.
#[inline]
unsafe fn block_mut<'a, F>(column: &Column<F>, first: usize, count: usize) -> RowsMut<'a, F> {
    let start = column.start.wrapping_add(first * column.stride);
    // SAFETY: as the caller promises.
    let elements = unsafe { slice::from_raw_parts_mut(start, span(column, count)) };
    RowsMut { elements, stride: column.stride, count, width: column.length }
}
