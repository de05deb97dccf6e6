//! A plan as it reads: each instruction on each of its rows, in f64.
//!
//! It shares nothing with the engine that runs plans. It is strict: each element may be written once and read after that
//! only, and a row may be read only where the plan says that it is kept.

mod elements;

pub(crate) use elements::run_loop;

use elements::{matrix_product, transposed};

use crate::recurrent::ir::{self, Dim};
use crate::recurrent::plan::{Frequency, Instruction, Kernel, Plan, Rows, Source, Stage, View};
use std::collections::BTreeSet;

/// What no computation gives: an element that nobody has written.
const UNWRITTEN: u64 = 0x7ff8_0bad_0bad_0bad;

/// Which examples take part in each step: the first ones, and never more than before.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    pub(crate) lengths: Vec<usize>,
    counts: Vec<usize>,
    /// The number of rows before each step; the last one is the number of all rows.
    offsets: Vec<usize>,
}

/// A plan with sizes, and the memory of one scan.
pub(crate) struct Machine<'a> {
    plan: &'a Plan,
    sizes: &'a [usize],
    packed: Packed,
    /// By region; one region alone has the memory of the value of a state before and after the step.
    memory: Vec<Vec<f64>>,
    homes: Vec<usize>,
    widths: Vec<usize>,
    /// Regions that the forward pass writes.
    forward: BTreeSet<usize>,
    is_backward: bool,
}

/// The rows of an instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Once,
    Example(usize),
    Row { step: usize, example: usize },
}

/// How a result meets what stands at its place.
#[derive(Clone, Copy, PartialEq)]
enum Meets {
    Nothing,
    Zeros,
    Sum,
}

type Result<T> = std::result::Result<T, String>;

impl Packed {
    /// `lengths` never grow.
    pub(crate) fn new(steps: usize, lengths: &[usize]) -> Self {
        let counts: Vec<usize> =
            (0..steps).map(|step| lengths.iter().filter(|length| **length > step).count()).collect();
        let sum = |sum: &mut usize, count: &usize| {
            *sum += count;
            Some(*sum)
        };
        let offsets = [0].into_iter().chain(counts.iter().scan(0, sum)).collect();
        Self { lengths: lengths.to_vec(), counts, offsets }
    }

    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> + use<'_> {
        self.counts.iter().enumerate().flat_map(|(step, count)| (0..*count).map(move |example| (step, example)))
    }

    fn row(&self, step: usize, example: usize) -> usize {
        self.offsets[step] + example
    }

    fn all(&self) -> usize {
        self.offsets[self.counts.len()]
    }

    /// The place of a state before a step: behind all rows if it is the last one.
    pub(crate) fn before(&self, step: usize, example: usize) -> usize {
        if step < self.lengths[example] { self.row(step, example) } else { self.all() + example }
    }
}

impl<'a> Machine<'a> {
    /// `leaf` gives the rows of what is read: of one that is the same for all rows, of each example or of each row.
    pub(crate) fn new(
        plan: &'a Plan,
        sizes: &'a [usize],
        packed: Packed,
        leaf: &dyn Fn(&Source, At) -> Option<Vec<f64>>,
    ) -> Self {
        let home = |at: usize| {
            let other = match plan.regions[at].source {
                Source::Next(state) => Source::State(state),
                Source::StateAdjoint(state) => Source::NextAdjoint(state),
                _ => return at,
            };
            plan.regions.iter().position(|region| region.source == other).unwrap_or(at)
        };
        let homes = (0..plan.regions.len()).map(home).collect();
        let widths = plan.regions.iter().map(|region| value(&region.width, sizes)).collect();
        let forward = plan.forward.iter().flat_map(|stage| &stage.instructions).flat_map(outs).map(|view| view.region);
        let mut machine = Self {
            plan,
            sizes,
            packed,
            memory: Vec::new(),
            homes,
            widths,
            forward: forward.collect(),
            is_backward: false,
        };
        machine.memory = (0..plan.regions.len()).map(|region| machine.filled(region, leaf)).collect();
        machine
    }

    fn filled(&self, region: usize, leaf: &dyn Fn(&Source, At) -> Option<Vec<f64>>) -> Vec<f64> {
        let (source, width) = (&self.plan.regions[region].source, self.widths[region]);
        let mut rows: Vec<At> = match source {
            Source::Value(Rows::Once) | Source::Parameter(_) | Source::Buffer(_) | Source::Hyper(_) => vec![At::Once],
            Source::Size(_) | Source::ParameterAdjoint(_) => vec![At::Once],
            Source::Value(Rows::Example) | Source::Context(_) | Source::ContextAdjoint(_) => self.examples(),
            _ => self.packed.rows().map(|(step, example)| At::Row { step, example }).collect(),
        };
        if matches!(source, Source::State(_) | Source::Next(_) | Source::StateAdjoint(_) | Source::NextAdjoint(_)) {
            rows.extend(self.examples());
        }
        let unwritten = || vec![f64::from_bits(UNWRITTEN); width];
        rows.into_iter().flat_map(|at| leaf(source, at).unwrap_or_else(unwritten)).collect()
    }

    fn examples(&self) -> Vec<At> {
        (0..self.packed.lengths.len()).map(At::Example).collect()
    }

    fn size(&self, dim: &Dim) -> usize {
        value(dim, self.sizes)
    }

    /// A row of a region that is there for everybody, if there is one with this source.
    pub(crate) fn result(&self, source: &Source, row: usize) -> Option<Result<Vec<f64>>> {
        let region = self.plan.regions.iter().position(|region| region.source == *source)?;
        let width = self.widths[region];
        let elements = &self.memory[self.homes[region]][row * width..(row + 1) * width];
        Some(if elements.iter().any(is_unwritten) {
            Err(format!("{source:?} is not written"))
        } else {
            Ok(elements.to_vec())
        })
    }

    /// All of what was computed, for comparisons.
    pub(crate) fn everything(&self) -> impl Iterator<Item = f64> {
        self.memory.iter().flatten().copied()
    }

    pub(crate) fn run(&mut self) -> Result<()> {
        let plan = self.plan;
        plan.forward.iter().try_for_each(|stage| self.stage(stage))?;
        self.is_backward = true;
        plan.backward.iter().try_for_each(|stage| self.stage(stage))
    }

    fn stage(&mut self, stage: &Stage) -> Result<()> {
        let all: Vec<At> = self.packed.rows().map(|(step, example)| At::Row { step, example }).collect();
        let groups: Vec<Vec<At>> = match stage.frequency {
            Frequency::Once => vec![vec![At::Once]],
            Frequency::Example => vec![self.examples()],
            Frequency::All => vec![all],
            Frequency::Step => {
                let mut steps: Vec<Vec<At>> = self.packed.counts.iter().enumerate().map(of_step).collect();
                if self.is_backward {
                    steps.reverse();
                }
                steps
            }
        };
        for rows in groups {
            for instruction in &stage.instructions {
                let result = self.instruction(instruction, &rows, stage.frequency);
                result.map_err(|error| format!("{error}, in {instruction:?}"))?;
            }
        }
        Ok(())
    }

    fn instruction(&mut self, instruction: &Instruction, rows: &[At], frequency: Frequency) -> Result<()> {
        match instruction {
            Instruction::TotalSum { value, out, accumulate } => {
                let terms = self.total(rows, frequency, &mut |machine, at| machine.read(value, at, frequency))?;
                self.write_total(terms, &[out], *accumulate)
            }
            Instruction::TotalProduct { left, right, outs, accumulate, .. } => {
                let terms = self.total(rows, frequency, &mut |machine, at| {
                    let (left, right) = (machine.read(left, at, frequency)?, machine.read(right, at, frequency)?);
                    Ok(left.iter().flat_map(|a| right.iter().map(move |b| a * b)).collect())
                })?;
                self.write_total(terms, &outs.iter().collect::<Vec<_>>(), *accumulate)
            }
            _ => rows.iter().try_for_each(|at| self.row(instruction, *at, frequency)),
        }
    }

    /// The terms of a sum over rows, with the example of each.
    fn total(
        &self,
        rows: &[At],
        frequency: Frequency,
        term: &mut dyn FnMut(&Self, At) -> Result<Vec<f64>>,
    ) -> Result<Vec<(usize, Vec<f64>)>> {
        if !matches!(frequency, Frequency::All | Frequency::Example) {
            return Err(format!("a total {frequency:?}"));
        }
        let one = |at: &At| match *at {
            At::Row { example, .. } | At::Example(example) => Ok((example, term(self, *at)?)),
            At::Once => Err("a total of one row".to_owned()),
        };
        rows.iter().map(one).collect()
    }

    fn write_total(&mut self, terms: Vec<(usize, Vec<f64>)>, outs: &[&View], accumulate: bool) -> Result<()> {
        let meets = if accumulate { Meets::Sum } else { Meets::Nothing };
        let lengths: Vec<usize> = outs.iter().map(|out| self.size(&out.length)).collect();
        let mut start = 0;
        for (out, length) in outs.iter().zip(lengths) {
            let by_example = match self.plan.regions[out.region].source {
                Source::Value(Rows::Once) | Source::ParameterAdjoint(_) => false,
                Source::Value(Rows::Example) | Source::ContextAdjoint(_) => true,
                ref other => return Err(format!("a total in {other:?}")),
            };
            let places = if by_example { self.packed.lengths.len() } else { 1 };
            let mut sums = vec![vec![0.0; length]; places];
            for (example, term) in &terms {
                let part = term.get(start..start + length).ok_or("a total that is too short")?;
                let sum = &mut sums[if by_example { *example } else { 0 }];
                sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
            start += length;
            for (row, sum) in sums.into_iter().enumerate() {
                self.store(out, row, &sum, meets)?;
            }
        }
        if terms.first().is_some_and(|(_, term)| term.len() != start) {
            return Err("a total of other elements than it has".to_owned());
        }
        Ok(())
    }

    /// One row of anything but totals.
    fn row(&mut self, instruction: &Instruction, at: At, frequency: Frequency) -> Result<()> {
        let read = |view: &View| self.read(view, at, frequency);
        let mut meets = Meets::Nothing;
        let (out, data) = match instruction {
            Instruction::Kernel { kernel, scalars, inputs, outputs } => {
                return self.kernel(&self.plan.kernels[*kernel], [scalars, inputs, outputs], at, frequency);
            }
            Instruction::Product { weights, left, out, accumulate, .. } => {
                meets = if *accumulate { Meets::Sum } else { Meets::Nothing };
                let left: Vec<f64> = left.iter().map(read).collect::<Result<Vec<_>>>()?.concat();
                (out, self.product(*weights, &left)?)
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let reduce = |group: &[f64]| match reduction {
                    ir::Reduction::Sum => group.iter().sum(),
                    ir::Reduction::Min => group.iter().copied().fold(f64::INFINITY, f64::min),
                    ir::Reduction::Max => group.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                };
                (out, read(value)?.chunks(self.size(length)).map(reduce).collect())
            }
            Instruction::Copy { value, out } => {
                meets = Meets::Zeros;
                (out, read(value)?)
            }
            Instruction::Fill { value, out } => (out, vec![value.value(); self.size(&out.length)]),
            Instruction::Stretch { value, length, out } => {
                let length = self.size(length);
                (out, read(value)?.into_iter().flat_map(|x| std::iter::repeat_n(x, length)).collect())
            }
            Instruction::Outer { left, right, out } => {
                let (left, right) = (read(left)?, read(right)?);
                (out, left.iter().flat_map(|a| right.iter().map(move |b| a * b)).collect())
            }
            Instruction::Transpose { value, rows, columns, out } => {
                (out, transposed(&read(value)?, self.size(rows), self.size(columns)))
            }
            Instruction::Diag { value, out } => {
                let value = read(value)?;
                let n = value.len();
                (out, (0..n * n).map(|at| if at % (n + 1) == 0 { value[at / (n + 1)] } else { 0.0 }).collect())
            }
            Instruction::DiagonalOf { value, out } => {
                let n = self.size(&out.length);
                (out, read(value)?.into_iter().step_by(n + 1).collect())
            }
            Instruction::Identity { size, out } => {
                let n = self.size(size);
                (out, (0..n * n).map(|at| f64::from(u8::from(at % (n + 1) == 0))).collect())
            }
            Instruction::MatMul { left, right, sizes, transposed: flags, out } => {
                let [m, k, n] = sizes.each_ref().map(|size| self.size(size));
                let (left, right) = (read(left)?, read(right)?);
                let left = if flags[0] { transposed(&left, k, m) } else { left };
                let right = if flags[1] { transposed(&right, n, k) } else { right };
                (out, matrix_product(&left, &right, [m, k, n]))
            }
            Instruction::TotalSum { .. } | Instruction::TotalProduct { .. } => unreachable!("totals are not of a row"),
        };
        let row = self.place(out.region, at, frequency)?;
        self.store(out, row, &data, meets)
    }

    fn kernel(&mut self, kernel: &Kernel, views: [&[View]; 3], at: At, frequency: Frequency) -> Result<()> {
        let [scalars, inputs, outputs] = views;
        let operands = scalars.iter().chain(inputs).map(|view| self.read(view, at, frequency));
        let operands: Vec<Vec<f64>> = operands.collect::<Result<_>>()?;
        let extent = self.size(&kernel.extent);
        let lengths = (0..operands.len()).map(|at| if at < scalars.len() { 1 } else { extent });
        if scalars.len() != kernel.scalars || !operands.iter().map(Vec::len).eq(lengths) {
            return Err("operands of other lengths".to_owned());
        }
        let operands: Vec<&[f64]> = operands.iter().map(Vec::as_slice).collect();
        let mut results = vec![vec![0.0; extent]; outputs.len()];
        run_loop(kernel, &operands, &mut results.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
        for (out, result) in outputs.iter().zip(results) {
            let row = self.place(out.region, at, frequency)?;
            self.store(out, row, &result, Meets::Nothing)?;
        }
        Ok(())
    }

    fn product(&self, weights: usize, left: &[f64]) -> Result<Vec<f64>> {
        let weights = &self.plan.weights[weights];
        let (rows, columns) = (self.size(&weights.rows), self.size(&weights.columns));
        if left.len() != rows {
            return Err("a product of other lengths".to_owned());
        }
        let mut matrix = vec![0.0; rows * columns];
        for block in &weights.blocks {
            let value = self.read(&block.value, At::Once, Frequency::Once)?;
            let [row, column, m, n] =
                [&block.row, &block.column, &block.rows, &block.columns].map(|dim| self.size(dim));
            if value.len() != m * n || row + m > rows || column + n > columns {
                return Err("a block that does not fit".to_owned());
            }
            let value = if block.transposed { transposed(&value, n, m) } else { value };
            for i in 0..m {
                let start = (row + i) * columns + column;
                matrix[start..start + n].copy_from_slice(&value[i * n..(i + 1) * n]);
            }
        }
        Ok(matrix_product(left, &matrix, [1, rows, columns]))
    }

    /// The row of a region that an instruction means.
    fn place(&self, region: usize, at: At, frequency: Frequency) -> Result<usize> {
        let source = &self.plan.regions[region].source;
        let row = match (source, at) {
            (Source::Value(Rows::Once) | Source::Parameter(_) | Source::Buffer(_) | Source::Hyper(_), _)
            | (Source::Size(_) | Source::ParameterAdjoint(_), _) => Some(0),
            (Source::Value(Rows::Example) | Source::Context(_) | Source::ContextAdjoint(_), at) => match at {
                At::Once => None,
                At::Example(example) | At::Row { example, .. } => Some(example),
            },
            (_, At::Once | At::Example(_)) => None,
            (Source::Value(Rows::Step { saved }), At::Row { step, example }) => {
                let is_mine = self.forward.contains(&region) != self.is_backward && frequency == Frequency::Step;
                let is_saved = *saved && self.forward.contains(&region) && self.is_backward;
                (is_mine || is_saved).then(|| self.packed.row(step, example))
            }
            (Source::State(_), At::Row { step, example }) => Some(self.packed.before(step, example)),
            (Source::Next(_), At::Row { step, example }) => Some(self.packed.before(step + 1, example)),
            (Source::StateAdjoint(_), At::Row { step, example }) if frequency == Frequency::Step => {
                Some(self.packed.before(step, example))
            }
            (Source::NextAdjoint(_), At::Row { step, example }) if frequency == Frequency::Step => {
                Some(self.packed.before(step + 1, example))
            }
            (Source::StateAdjoint(_) | Source::NextAdjoint(_), _) => None,
            (_, At::Row { step, example }) => Some(self.packed.row(step, example)),
        };
        row.ok_or_else(|| format!("{source:?} has no rows for {at:?}, {frequency:?}"))
    }

    fn columns(&self, view: &View, row: usize) -> Result<std::ops::Range<usize>> {
        let (start, length, width) = (self.size(&view.start), self.size(&view.length), self.widths[view.region]);
        if start + length > width {
            return Err(format!("{view:?} has only {width} columns"));
        }
        Ok(row * width + start..row * width + start + length)
    }

    fn read(&self, view: &View, at: At, frequency: Frequency) -> Result<Vec<f64>> {
        let columns = self.columns(view, self.place(view.region, at, frequency)?)?;
        let elements = &self.memory[self.homes[view.region]][columns];
        if elements.iter().any(is_unwritten) {
            return Err(format!("{view:?} is not written at {at:?}"));
        }
        Ok(elements.to_vec())
    }

    fn store(&mut self, view: &View, row: usize, data: &[f64], meets: Meets) -> Result<()> {
        let columns = self.columns(view, row)?;
        let elements = &mut self.memory[self.homes[view.region]][columns];
        if elements.len() != data.len() {
            return Err(format!("{} elements for {view:?}", data.len()));
        }
        for (element, x) in elements.iter_mut().zip(data) {
            match (is_unwritten(element), meets) {
                (true, Meets::Nothing | Meets::Zeros) => *element = *x,
                (false, Meets::Sum) => *element += x,
                (false, Meets::Zeros) if *element == 0.0 => *element = *x,
                (true, Meets::Sum) => return Err(format!("{view:?} is not written yet")),
                (false, _) => return Err(format!("{view:?} is written twice")),
            }
        }
        Ok(())
    }
}

fn of_step((step, count): (usize, &usize)) -> Vec<At> {
    (0..*count).map(|example| At::Row { step, example }).collect()
}

fn is_unwritten(element: &f64) -> bool {
    element.to_bits() == UNWRITTEN
}

fn value(dim: &Dim, sizes: &[usize]) -> usize {
    dim.value(&|dimension| sizes[dimension])
}

/// Where an instruction writes.
pub(crate) fn outs(instruction: &Instruction) -> Vec<&View> {
    match instruction {
        Instruction::Kernel { outputs, .. } => outputs.iter().collect(),
        Instruction::TotalProduct { outs, .. } => outs.iter().collect(),
        Instruction::Product { out, .. }
        | Instruction::Reduce { out, .. }
        | Instruction::Copy { out, .. }
        | Instruction::Fill { out, .. }
        | Instruction::Stretch { out, .. }
        | Instruction::Outer { out, .. }
        | Instruction::Transpose { out, .. }
        | Instruction::Diag { out, .. }
        | Instruction::DiagonalOf { out, .. }
        | Instruction::Identity { out, .. }
        | Instruction::MatMul { out, .. }
        | Instruction::TotalSum { out, .. } => vec![out],
    }
}
