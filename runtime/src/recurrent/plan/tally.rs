//! What a plan costs, in terms of `T`, `B` and dimensions.

use super::kept::Kept;
use super::live::{Live, Wanted};
use super::polynomial::Polynomial;
use super::{Frequency, Instruction, Plan, RegionId, Source, Stage, View};

/// What [`Cost`](super::Cost) says, for all sizes. Memory is in elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) products: Polynomial,
    pub(crate) flops: Polynomial,
    pub(crate) operations: Polynomial,
    pub(crate) transcendentals: Polynomial,
    pub(crate) moved: Polynomial,
    /// What is there while the forward pass runs.
    pub(crate) forward: Polynomial,
    /// What is there while the backward pass runs; 0 for inference.
    pub(crate) backward: Polynomial,
}

/// Counts of one run of an instruction on one row.
#[derive(Default)]
struct Row {
    flops: Polynomial,
    operations: Polynomial,
    transcendentals: Polynomial,
}

impl Plan {
    pub(crate) fn tally(&self, wanted: &Wanted) -> Tally {
        let live = self.live(wanted);
        let kept = self.keeps(&live);
        let mut tally = Tally::default();
        for (stages, live) in [(&self.forward, &live.forward), (&self.backward, &live.backward)] {
            for (frequency, instruction, results) in self.running(stages, live) {
                self.count(&mut tally, frequency, instruction, results, &kept);
            }
        }
        tally.forward = self.forward_memory(&live, &kept);
        if self.running(&self.backward, &live.backward).next().is_some() {
            tally.backward = self.backward_memory(&live, &kept);
        }
        tally
    }

    fn count(&self, tally: &mut Tally, frequency: Frequency, instruction: &Instruction, results: &[bool], kept: &Kept) {
        let rows = &frequency.times() * &frequency.rows();
        let row = self.row(instruction, results);
        tally.flops += &(&rows * &row.flops);
        tally.operations += &(&rows * &row.operations);
        tally.transcendentals += &(&rows * &row.transcendentals);
        let calls = match instruction {
            Instruction::Product { left, .. } => self.parts(left),
            // Sums for each example are a loop.
            Instruction::TotalProduct { outs, .. } => {
                let once = outs.iter().all(|out| self.source(out.region).rows(true) == Frequency::Once);
                usize::from(once)
            }
            _ => 0,
        };
        tally.products += &(&frequency.times() * calls);

        let moved = |view: &View| match self.rows(view.region, kept) {
            Frequency::All => &rows * &self.polynomial(view.length),
            Frequency::Once | Frequency::Example | Frequency::Step => Polynomial::zero(),
        };
        let times = if instruction.accumulates() { 2 } else { 1 };
        instruction.operands().iter().for_each(|view| tally.moved += &moved(view));
        written_by(instruction, results).for_each(|view| tally.moved += &(&moved(view) * times));
    }

    fn row(&self, instruction: &Instruction, results: &[bool]) -> Row {
        let size = |size| self.polynomial(size);
        match instruction {
            Instruction::Kernel { kernel, extent, .. } => {
                let (kernel, extent) = (&self.kernels[*kernel], size(*extent));
                let (operations, transcendentals) = (&extent * kernel.operations, &extent * kernel.transcendentals);
                Row { flops: Polynomial::zero(), operations, transcendentals }
            }
            Instruction::Product { weights, .. } => {
                let weights = &self.weights[*weights];
                flops(&size(weights.rows) * &size(weights.columns))
            }
            Instruction::MatMul { sizes, .. } => flops(&(&size(sizes.m) * &size(sizes.k)) * &size(sizes.n)),
            // The rows of the right operand meet those columns of the left one that a wanted matrix has.
            Instruction::TotalProduct { .. } => {
                let wanted = written_by(instruction, results);
                flops(wanted.fold(Polynomial::zero(), |sum, out| &sum + &size(out.length)))
            }
            Instruction::Reduce { value, .. } | Instruction::TotalSum { value, .. } => operations(size(value.length)),
            Instruction::Outer { out, .. } => operations(size(out.length)),
            Instruction::Copy { .. }
            | Instruction::Fill { .. }
            | Instruction::Stretch { .. }
            | Instruction::Transpose { .. }
            | Instruction::Diag { .. }
            | Instruction::DiagonalOf { .. }
            | Instruction::Identity { .. } => Row::default(),
        }
    }

    fn forward_memory(&self, live: &Live, kept: &Kept) -> Polynomial {
        let written = self.written(&self.forward, &live.forward);
        let values = written.into_iter().map(|region| self.elements(region, kept));
        values.fold(self.packed(&self.forward, &live.forward), |sum, elements| &sum + &elements)
    }

    /// What the backward pass needs of the forward pass, and what it makes itself.
    fn backward_memory(&self, live: &Live, kept: &Kept) -> Polynomial {
        let mut needed = self.written(&self.backward, &live.backward);
        let read: Vec<View> = self
            .running(&self.backward, &live.backward)
            .flat_map(|(_, instruction, _)| self.reads(instruction))
            .collect();
        for region in self.written(&self.forward, &live.forward) {
            let result = matches!(self.source(region), Source::Output(_) | Source::Next(_));
            let is_read = || read.iter().any(|view| self.same_memory(view.region, region));
            if result || is_read() {
                needed.push(region);
            }
        }
        let values = needed.into_iter().map(|region| self.elements(region, kept));
        values.fold(self.packed(&self.backward, &live.backward), |sum, elements| &sum + &elements)
    }

    /// The regions that a pass writes, one for each memory.
    fn written(&self, stages: &[Stage], live: &[Vec<Vec<bool>>]) -> Vec<RegionId> {
        let mut regions: Vec<RegionId> = Vec::new();
        for (_, instruction, results) in self.running(stages, live) {
            for result in written_by(instruction, results) {
                if !regions.iter().any(|&region| self.same_memory(region, result.region)) {
                    regions.push(result.region);
                }
            }
        }
        regions
    }

    /// The elements of a region, with all its rows.
    fn elements(&self, region: RegionId, kept: &Kept) -> Polynomial {
        let rows = self.rows(region, kept).rows();
        let rows = match self.source(region) {
            // The value before the first step, too; or else what a step reads stands beside what it writes.
            Source::Next(_) | Source::State(_) => &rows + &Polynomial::batch(),
            Source::NextAdjoint(_) | Source::StateAdjoint(_) => &rows * 2,
            _ => rows,
        };
        &rows * &self.polynomial(self.regions[region.0].width)
    }

    /// The elements of the weights that a pass packs.
    fn packed(&self, stages: &[Stage], live: &[Vec<Vec<bool>>]) -> Polynomial {
        let mut packed: Vec<usize> = Vec::new();
        for (_, instruction, _) in self.running(stages, live) {
            if let Instruction::Product { weights, .. } = instruction
                && !packed.contains(weights)
            {
                packed.push(*weights);
            }
        }
        let elements = |at: usize| &self.polynomial(self.weights[at].rows) * &self.polynomial(self.weights[at].columns);
        packed.into_iter().fold(Polynomial::zero(), |sum, at| &sum + &elements(at))
    }
}

/// What an instruction that runs writes: of weight gradients those that are wanted, else everything.
fn written_by<'a>(instruction: &'a Instruction, results: &'a [bool]) -> impl Iterator<Item = &'a View> {
    let each = matches!(instruction, Instruction::TotalProduct { .. });
    instruction.results().iter().zip(results).filter(move |(_, wanted)| !each || **wanted).map(|(view, _)| view)
}

/// A multiplication and an addition for each of `pairs`.
fn flops(pairs: Polynomial) -> Row {
    Row { flops: &pairs * 2, ..Row::default() }
}

fn operations(operations: Polynomial) -> Row {
    Row { operations, ..Row::default() }
}
