//! Instructions with known sizes, put together by the rows that they run on.

use super::region::{Operand, Region};
use super::rows::RowLayout;
use super::segment::{Group, Segment, Walk};
use super::sizes::Sizes;
use crate::array::kernels::{Layout, Reduce};
use crate::recurrent::plan::live::runs;
use crate::recurrent::plan::{Frequency, Instruction, Plan, Reduction, Source, Stage, View};

/// Of products, in a nanosecond.
pub(super) const FLOPS: f64 = 50.0;

/// An instruction and its operands.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) operation: Operation,
    pub(super) group: Group,
}

/// What an instruction does to each row.
#[derive(Debug)]
pub(super) enum Operation {
    /// The fused loop with this number.
    Loop(usize),
    /// The operands meet the weights from each of `starts` on. All rows at a time if `whole`.
    Product {
        weights: usize,
        starts: Vec<usize>,
        accumulate: bool,
        whole: bool,
        flops: usize,
    },
    Reduce {
        reduction: Reduce,
        length: usize,
    },
    Copy,
    Fill(f64),
    Stretch {
        length: usize,
    },
    Outer,
    Transpose {
        columns: usize,
    },
    Diag,
    DiagonalOf,
    Identity {
        size: usize,
    },
    MatMul {
        sizes: [usize; 3],
        layouts: [Layout; 2],
    },
}

/// A sum over the rows of a stage.
#[derive(Debug)]
pub(super) enum Total {
    Sum {
        value: Operand,
        out: Operand,
        accumulate: bool,
    },
    /// `outs` with the first of the columns of `left` that belong to each.
    Product {
        left: Operand,
        right: Operand,
        outs: Vec<(usize, Operand)>,
        accumulate: bool,
    },
}

/// What runs after one another.
#[derive(Debug)]
pub(super) enum Task {
    /// `work` is what a row takes, in nanoseconds, roughly.
    Walk { segment: Segment, instructions: Vec<Bound>, work: f64 },
    /// Over the rows of the walk.
    Total { walk: Walk, total: Total },
}

impl Task {
    pub(super) fn each_operand(&self, show: &mut dyn FnMut(&Operand)) {
        match self {
            Self::Walk { segment, .. } => segment.operands().iter().for_each(show),
            Self::Total { total: Total::Sum { value, out, .. }, .. } => [value, out].into_iter().for_each(show),
            Self::Total { total: Total::Product { left, right, outs, .. }, .. } => {
                [left, right].into_iter().chain(outs.iter().map(|(_, out)| out)).for_each(show);
            }
        }
    }

    pub(super) fn each_written(&self, show: &mut dyn FnMut(&Operand)) {
        match self {
            Self::Walk { segment, .. } => segment.written().for_each(show),
            Self::Total { total: Total::Sum { out, .. }, .. } => show(out),
            Self::Total { total: Total::Product { outs, .. }, .. } => outs.iter().for_each(|(_, out)| show(out)),
        }
    }

    /// The numbers of the weights that it needs.
    pub(super) fn weights(&self) -> impl Iterator<Item = usize> {
        let instructions: &[_] = if let Self::Walk { instructions, .. } = self { instructions } else { &[] };
        instructions.iter().filter_map(|instruction| match instruction.operation {
            Operation::Product { weights, .. } => Some(weights),
            _ => None,
        })
    }
}

impl Total {
    /// The number of elements of products over rows.
    pub(super) fn product_elements(&self) -> usize {
        match self {
            Self::Sum { .. } => 0,
            Self::Product { outs, .. } => outs.iter().map(|(_, out)| out.length).sum(),
        }
    }
}

/// Makes tasks of instructions.
pub(super) struct Binder<'a> {
    plan: &'a Plan,
    sizes: &'a Sizes,
    regions: &'a [Region],
    layout: &'a RowLayout,
    tasks: Vec<Task>,
    /// Whether the last task can take more instructions.
    open: bool,
}

impl<'a> Binder<'a> {
    pub(super) fn new(plan: &'a Plan, sizes: &'a Sizes, regions: &'a [Region], layout: &'a RowLayout) -> Self {
        Self { plan, sizes, regions, layout, tasks: Vec::new(), open: false }
    }

    pub(super) fn finish(self) -> Vec<Task> {
        self.tasks
    }

    /// At each step, sets the rows of regions to zero.
    pub(super) fn clear(&mut self, regions: &[usize]) {
        for &region in regions {
            let out = Operand::new(self.regions, region, 0, self.regions[region].width);
            self.push(Frequency::Step, Operation::Fill(0.0), 0, &[], &[out], true);
        }
    }

    /// Adds the instructions of a stage that run. `live` says by instruction which of its results are asked for. Before
    /// them, at each step, regions are `cleared`.
    pub(super) fn stage(&mut self, stage: &Stage, live: &[Vec<bool>], cleared: &[usize]) {
        let frequency = stage.frequency;
        self.open = false;
        self.clear(cleared);
        for (instruction, results) in stage.instructions.iter().zip(live).filter(|(_, results)| runs(results)) {
            match instruction {
                Instruction::TotalSum { value, out, accumulate } => {
                    let (value, out, accumulate) = (self.operand(*value), self.operand(*out), *accumulate);
                    self.total(frequency, Total::Sum { value, out, accumulate });
                }
                Instruction::TotalProduct { left, right, outs, accumulate, .. } => {
                    let total = self.total_product([*left, *right], outs, *accumulate, results);
                    self.total(frequency, total);
                }
                _ => self.instruction(frequency, instruction),
            }
        }
    }

    fn operand(&self, view: View) -> Operand {
        Operand::new(self.regions, view.region.0, self.sizes[view.start], self.sizes[view.length])
    }

    fn operands(&self, views: &[View]) -> Vec<Operand> {
        views.iter().map(|&view| self.operand(view)).collect()
    }

    fn is_zero(&self, region: usize) -> bool {
        self.regions[region].zero
    }

    fn instruction(&mut self, frequency: Frequency, instruction: &Instruction) {
        let sizes = self.sizes;
        let (operation, reads, out) = match instruction {
            Instruction::Kernel { kernel, extent, scalars, inputs, outputs } => {
                let reads = self.operands(&[&scalars[..], inputs].concat());
                let writes = self.operands(outputs);
                let mut vectors = reads[scalars.len()..].iter().chain(&writes);
                assert!(
                    vectors.all(|vector| vector.length == sizes[*extent]),
                    "the operands of a loop are of one length"
                );
                return self.push(frequency, Operation::Loop(*kernel), scalars.len(), &reads, &writes, true);
            }
            Instruction::Product { weights, left, out, accumulate, .. } => {
                return self.product(frequency, *weights, left, *out, *accumulate);
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let reduction = match reduction {
                    Reduction::Sum => Reduce::Sum,
                    Reduction::Min => Reduce::Min,
                    Reduction::Max => Reduce::Max,
                };
                (Operation::Reduce { reduction, length: sizes[*length] }, vec![*value], out)
            }
            Instruction::Copy { value, out } => (Operation::Copy, vec![*value], out),
            Instruction::Fill { value, out } => (Operation::Fill(*value), Vec::new(), out),
            Instruction::Stretch { value, length, out } => {
                (Operation::Stretch { length: sizes[*length] }, vec![*value], out)
            }
            Instruction::Outer { left, right, out } => (Operation::Outer, vec![*left, *right], out),
            Instruction::Transpose { value, columns, out, .. } => {
                (Operation::Transpose { columns: sizes[*columns] }, vec![*value], out)
            }
            Instruction::Diag { value, out } => (Operation::Diag, vec![*value], out),
            Instruction::DiagonalOf { value, out } => (Operation::DiagonalOf, vec![*value], out),
            Instruction::Identity { size, out } => (Operation::Identity { size: sizes[*size] }, Vec::new(), out),
            Instruction::MatMul { left, right, sizes: shape, transpose_left, transpose_right, out } => {
                let layout = |transposed| if transposed { Layout::Transposed } else { Layout::Plain };
                let sizes = [shape.m, shape.k, shape.n].map(|size| sizes[size]);
                let layouts = [*transpose_left, *transpose_right].map(layout);
                (Operation::MatMul { sizes, layouts }, vec![*left, *right], out)
            }
            Instruction::TotalSum { .. } | Instruction::TotalProduct { .. } => unreachable!("totals are no walks"),
        };
        let stretch = matches!(operation, Operation::Copy | Operation::Fill(_));
        let (reads, out) = (self.operands(&reads), self.operand(*out));
        self.push(frequency, operation, 0, &reads, &[out], stretch);
    }

    /// Parts that stand side by side in a region are one; those that are zero are left out.
    fn product(&mut self, frequency: Frequency, weights: usize, left: &[View], out: View, accumulate: bool) {
        let blocks = &self.plan.weights[weights].blocks;
        let is_zero = blocks.iter().all(|block| self.is_zero(block.value.region.0));
        let out = self.operand(out);
        let (mut starts, mut reads) = (Vec::new(), Vec::<Operand>::new());
        let mut start = 0;
        for part in self.operands(left) {
            match reads.last_mut() {
                _ if is_zero || part.length == 0 || self.is_zero(part.region) => {}
                Some(last) if last.region == part.region && last.start + last.length == part.start => {
                    last.length += part.length;
                }
                _ => {
                    starts.push(start);
                    reads.push(part);
                }
            }
            start += part.length;
        }
        if reads.is_empty() {
            if !accumulate {
                self.push(frequency, Operation::Fill(0.0), 0, &[], &[out], true);
            }
            return;
        }
        let whole = reads.iter().all(|read| read.stride != 0 && read.region != out.region);
        let flops = 2 * out.length * reads.iter().map(|read| read.length).sum::<usize>();
        let operation = Operation::Product { weights, starts, accumulate, whole, flops };
        self.push(frequency, operation, 0, &reads, &[out], false);
    }

    fn push(
        &mut self,
        frequency: Frequency,
        operation: Operation,
        scalars: usize,
        reads: &[Operand],
        writes: &[Operand],
        stretch: bool,
    ) {
        if writes.iter().all(|write| write.length == 0) {
            return;
        }
        let walk = self.walk(frequency, reads);
        self.open &= !self.meets_written(walk, reads);
        if !self.open || !matches!(self.tasks.last(), Some(Task::Walk { segment, .. }) if segment.walk() == walk) {
            self.tasks.push(Task::Walk { segment: Segment::new(walk), instructions: Vec::new(), work: 0.0 });
            self.open = true;
        }
        let more = self.work(&operation, writes);
        let Some(Task::Walk { segment, instructions, work }) = self.tasks.last_mut() else {
            unreachable!("just pushed")
        };
        *work += more;
        let group = segment.push(self.layout, scalars, reads, writes, stretch);
        instructions.push(Bound { operation, group });
    }

    /// Whether a state is read whose next value the open walk over all rows writes: they are the same memory, and rows
    /// that one thread writes would be those that another one reads.
    fn meets_written(&self, walk: Walk, reads: &[Operand]) -> bool {
        let Some(Task::Walk { segment, .. }) = self.tasks.last() else { return false };
        let source = |operand: &Operand| self.regions[operand.region].source;
        let mut states = reads.iter().filter_map(|read| match source(read) {
            Source::State(state) => Some(Source::Next(state)),
            _ => None,
        });
        walk == Walk::Rows && states.any(|next| segment.written().any(|written| source(written) == next))
    }

    /// Nanoseconds for a row.
    fn work(&self, operation: &Operation, writes: &[Operand]) -> f64 {
        let elements = writes.iter().map(|write| write.length).max().unwrap_or(0) as f64;
        match operation {
            Operation::Loop(number) => {
                let kernel = &self.plan.kernels[*number];
                elements * (0.1 * kernel.operations as f64 + kernel.transcendentals as f64)
            }
            Operation::Product { flops, .. } => *flops as f64 / FLOPS,
            Operation::MatMul { sizes: [m, k, n], .. } => 2.0 * (m * k * n) as f64 / FLOPS,
            _ => elements * 0.5,
        }
    }

    /// All rows at a time, unless an operand has them at other places.
    fn walk(&self, frequency: Frequency, reads: &[Operand]) -> Walk {
        match frequency {
            Frequency::Once => Walk::Once,
            Frequency::Example => Walk::Examples,
            Frequency::Step => Walk::Steps,
            Frequency::All if reads.iter().all(|read| Walk::Rows.reads(read.held, self.layout)) => Walk::Rows,
            Frequency::All => Walk::Steps,
        }
    }

    fn total_product(&self, operands: [View; 2], outs: &[View], accumulate: bool, wanted: &[bool]) -> Total {
        let [left, right] = operands.map(|view| self.operand(view));
        let mut column = 0;
        let mut asked = Vec::new();
        for (&view, &is_wanted) in outs.iter().zip(wanted) {
            let out = self.operand(view);
            if is_wanted && out.length > 0 {
                asked.push((column, out));
            }
            column += out.length.checked_div(right.length).unwrap_or(0);
        }
        assert!(right.length == 0 || column == left.length, "the columns of a total belong to its results");
        Total::Product { left, right, outs: asked, accumulate }
    }

    fn total(&mut self, frequency: Frequency, total: Total) {
        let walk = match frequency {
            Frequency::All => Walk::Rows,
            Frequency::Example => Walk::Examples,
            Frequency::Once | Frequency::Step => unreachable!("totals are over all rows or all examples"),
        };
        self.open = false;
        self.tasks.push(Task::Total { walk, total });
    }
}
