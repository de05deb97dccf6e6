//! Which instructions lead to a result that somebody asks for.

use super::sizes::Sizes;
use crate::recurrent::plan::{Frequency, Instruction, Plan, Stage, View};

impl Instruction {
    /// Shows each view that the instruction reads, also through weights.
    pub(super) fn each_read(&self, plan: &Plan, read: &mut dyn FnMut(View)) {
        match self {
            Self::Kernel { scalars, inputs, .. } => scalars.iter().chain(inputs).for_each(|view| read(*view)),
            Self::Product { weights, left, out, accumulate, .. } => {
                left.iter().for_each(|view| read(*view));
                plan.weights[*weights].blocks.iter().for_each(|block| read(block.value));
                accumulate.then(|| read(*out));
            }
            Self::Reduce { value, .. }
            | Self::Copy { value, .. }
            | Self::Stretch { value, .. }
            | Self::Transpose { value, .. }
            | Self::Diag { value, .. }
            | Self::DiagonalOf { value, .. } => read(*value),
            Self::Fill { .. } | Self::Identity { .. } => {}
            Self::Outer { left, right, .. } | Self::MatMul { left, right, .. } => {
                read(*left);
                read(*right);
            }
            Self::TotalSum { value, out, accumulate } => {
                read(*value);
                accumulate.then(|| read(*out));
            }
            Self::TotalProduct { left, right, outs, accumulate, .. } => {
                [*left, *right].iter().for_each(|view| read(*view));
                if *accumulate {
                    outs.iter().for_each(|view| read(*view));
                }
            }
        }
    }

    /// Shows each view that the instruction writes.
    pub(super) fn each_write(&self, write: &mut dyn FnMut(View)) {
        match self {
            Self::Kernel { outputs, .. } | Self::TotalProduct { outs: outputs, .. } => {
                outputs.iter().for_each(|view| write(*view));
            }
            Self::Product { out, .. }
            | Self::Reduce { out, .. }
            | Self::Copy { out, .. }
            | Self::Fill { out, .. }
            | Self::Stretch { out, .. }
            | Self::Outer { out, .. }
            | Self::Transpose { out, .. }
            | Self::Diag { out, .. }
            | Self::DiagonalOf { out, .. }
            | Self::Identity { out, .. }
            | Self::MatMul { out, .. }
            | Self::TotalSum { out, .. } => write(*out),
        }
    }
}

/// The columns of regions that are asked for.
pub(super) struct Wanted {
    columns: Vec<Vec<(usize, usize)>>,
}

impl Wanted {
    pub(super) fn new(regions: usize) -> Self {
        Self { columns: vec![Vec::new(); regions] }
    }

    /// Says that columns are wanted; returns whether that is new.
    pub(super) fn add(&mut self, region: usize, start: usize, end: usize) -> bool {
        let known = self.columns[region].iter().any(|&(known, until)| known <= start && end <= until);
        if !known {
            self.columns[region].push((start, end));
        }
        !known
    }

    pub(super) fn add_view(&mut self, view: View, sizes: &Sizes) -> bool {
        let start = sizes[view.start];
        self.add(view.region.0, start, start + sizes[view.length])
    }

    pub(super) fn any(&self, region: usize) -> bool {
        !self.columns[region].is_empty()
    }

    pub(super) fn has(&self, view: View, sizes: &Sizes) -> bool {
        let (start, length) = (sizes[view.start], sizes[view.length]);
        self.columns[view.region.0].iter().any(|&(from, until)| from < start + length && start < until)
    }
}

/// The stages without instructions whose results are not wanted. `wanted` grows by what the others read.
///
/// `carried` says which regions are another one at the next step: who reads the second wants the first.
pub(super) fn live<'p>(
    plan: &'p Plan,
    stages: &'p [Stage],
    sizes: &Sizes,
    wanted: &mut Wanted,
    carried: &[(usize, usize)],
) -> Vec<(Frequency, Vec<&'p Instruction>)> {
    let is_live = |instruction: &Instruction, wanted: &Wanted| {
        let mut found = false;
        instruction.each_write(&mut |view| found |= wanted.has(view, sizes));
        found
    };
    let mut grown = true;
    while grown {
        grown = false;
        for instruction in stages.iter().rev().flat_map(|stage| stage.instructions.iter().rev()) {
            if is_live(instruction, wanted) {
                instruction.each_read(plan, &mut |view| grown |= wanted.add_view(view, sizes));
            }
        }
        for &(written, read) in carried {
            for (start, end) in wanted.columns[read].clone() {
                grown |= wanted.add(written, start, end);
            }
        }
    }
    let kept = stages.iter().map(|stage| {
        let instructions = stage.instructions.iter().filter(|instruction| is_live(instruction, wanted));
        (stage.frequency, instructions.collect())
    });
    kept.collect()
}
