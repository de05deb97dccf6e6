//! What can be asked of a plan.

use super::{Frequency, Instruction, Plan, Source, Stage, View};

/// When a stage runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before the loop over the steps, or where there is no loop.
    Before,
    Loop,
    After,
}

impl Moment {
    /// Of the stage `at` of a pass.
    pub(super) fn of(stages: &[Stage], at: usize) -> Self {
        let steps = stages.iter().position(|stage| stage.frequency == Frequency::Step);
        match steps {
            Some(steps) if at == steps => Self::Loop,
            Some(steps) if at > steps => Self::After,
            _ => Self::Before,
        }
    }
}

impl Plan {
    /// The name of the cell.
    pub fn cell(&self) -> &'static str {
        self.cell
    }

    /// The names of the dimensions: first those of the cell's header, then those that only contexts have.
    pub fn dimensions(&self) -> &[&'static str] {
        &self.dimensions
    }

    /// Whether a product or a named value, as in `"w_r @ x"`, is computed before the loop over the steps, for all steps
    /// at once. Spaces do not count.
    pub fn is_hoisted(&self, name: &str) -> bool {
        self.hoisted().any(|other| same(other, name))
    }

    /// Whether a product or a named value is computed after the loop over the steps, for all steps at once. Spaces do not
    /// count.
    pub fn is_sunk(&self, name: &str) -> bool {
        self.sunk().any(|other| same(other, name))
    }

    /// Whether a product or a named value is computed at each step. Spaces do not count.
    pub fn in_loop(&self, name: &str) -> bool {
        self.names_at(Frequency::Step, Moment::Loop).any(|other| same(other, name))
    }

    /// Whether the forward pass computes two products by one, as columns of one matrix. Spaces do not count.
    pub fn stacked_with(&self, left: &str, right: &str) -> bool {
        self.stacks().any(|labels| {
            let at = |name: &str| labels.iter().position(|label| same(label, name));
            matches!((at(left), at(right)), (Some(left), Some(right)) if left != right)
        })
    }

    /// The products and named values that are computed before the loop over the steps, for all steps at once.
    pub fn hoisted(&self) -> impl Iterator<Item = &'static str> {
        self.names_at(Frequency::All, Moment::Before)
    }

    /// The products and named values that are computed after the loop over the steps, for all steps at once.
    pub fn sunk(&self) -> impl Iterator<Item = &'static str> {
        self.names_at(Frequency::All, Moment::After)
    }

    /// What training keeps of each step for the backward pass, apart from the inputs.
    pub fn saved(&self) -> impl Iterator<Item = &'static str> {
        self.kept().into_iter().flat_map(|(names, _)| names)
    }

    /// The labels of the products of the forward pass that are computed by one each.
    pub(super) fn stacks(&self) -> impl Iterator<Item = &[&'static str]> {
        self.forward.iter().flat_map(|stage| &stage.instructions).filter_map(|instruction| match instruction {
            Instruction::Product { labels, .. } if labels.len() > 1 => Some(labels.as_slice()),
            _ => None,
        })
    }

    fn names_at(&self, frequency: Frequency, moment: Moment) -> impl Iterator<Item = &'static str> {
        let stages = self.forward.iter().enumerate();
        let stages =
            stages.filter(move |(at, stage)| stage.frequency == frequency && Moment::of(&self.forward, *at) == moment);
        stages.flat_map(|(_, stage)| &stage.instructions).flat_map(|instruction| self.names_of(instruction)).copied()
    }

    /// What an instruction computes, as the equations call it.
    pub(super) fn names_of<'a>(&'a self, instruction: &'a Instruction) -> &'a [&'static str] {
        match instruction {
            Instruction::Kernel { kernel, .. } => &self.kernels[*kernel].values,
            Instruction::Product { labels, .. } | Instruction::TotalProduct { labels, .. } => labels,
            _ => &[],
        }
    }

    /// The values that the backward pass computes though the forward pass has had them.
    pub(super) fn recomputed(&self) -> Vec<&'static str> {
        let names = |stages: &'_ [Stage]| -> Vec<&'static str> {
            let instructions = stages.iter().flat_map(|stage| &stage.instructions);
            instructions.flat_map(|instruction| self.names_of(instruction)).copied().collect()
        };
        let forward = names(&self.forward);
        let mut again = Vec::new();
        for name in names(&self.backward) {
            if forward.contains(&name) && !again.contains(&name) {
                again.push(name);
            }
        }
        again
    }

    /// What the forward pass leaves to the backward pass, with a row for each step of each example: names and columns.
    pub(super) fn kept(&self) -> Vec<(Vec<&'static str>, View)> {
        let backward = self.backward.iter().flat_map(|stage| &stage.instructions);
        let read: Vec<View> = backward.flat_map(|instruction| self.reads(instruction)).collect();
        let mut kept: Vec<(Vec<&'static str>, View)> = Vec::new();
        for instruction in self.forward.iter().flat_map(|stage| &stage.instructions) {
            for (at, result) in instruction.results().iter().enumerate() {
                let all = self.source(result.region).rows(true) == Frequency::All;
                let new = || !kept.iter().any(|(_, other)| other == result);
                if all && read.iter().any(|view| self.overlap(*view, *result)) && new() {
                    kept.push((self.names_of_result(instruction, at), *result));
                }
            }
        }
        kept
    }

    fn names_of_result(&self, instruction: &Instruction, at: usize) -> Vec<&'static str> {
        let result = instruction.results()[at];
        match (self.source(result.region), instruction) {
            (Source::Next(state), _) => vec![self.states[state].name],
            (_, Instruction::Kernel { kernel, .. }) => {
                self.kernels[*kernel].values.get(at).copied().into_iter().collect()
            }
            _ => self.names_of(instruction).to_vec(),
        }
    }
}

fn same(left: &str, right: &str) -> bool {
    let letters = |text: &'_ str| -> Vec<char> { text.chars().filter(|letter| !letter.is_whitespace()).collect() };
    letters(left) == letters(right)
}
