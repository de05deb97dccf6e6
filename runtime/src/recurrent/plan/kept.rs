//! Which values a scan keeps of all steps.

use std::cmp::Reverse;

use super::live::{Live, runs};
use super::{Frequency, Instruction, Plan, RegionId, Source, Stage};

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// By region, whether the forward pass writes something there that the backward pass reads.
    pub(crate) regions: Vec<bool>,
    /// By state, whether its values after all steps are needed: for the backward pass, as an output, or for what is
    /// computed for all steps at once.
    pub(crate) states: Vec<bool>,
}

impl Plan {
    /// What is kept for the instructions that run.
    pub(crate) fn keeps(&self, live: &Live) -> Kept {
        let mut kept = Kept { regions: vec![false; self.regions.len()], states: vec![false; self.states.len()] };
        let mut written = kept.regions.clone();
        for (_, instruction, _) in self.running(&self.forward, &live.forward) {
            instruction.results().iter().for_each(|view| written[view.region.0] = true);
        }
        for (_, instruction, _) in self.running(&self.backward, &live.backward) {
            for view in self.reads(instruction) {
                kept.regions[view.region.0] |= written[view.region.0];
                self.keep_state(view.region, &mut kept);
            }
        }
        for (frequency, instruction, _) in self.running(&self.forward, &live.forward) {
            if frequency == Frequency::All {
                let views = self.reads(instruction).into_iter().chain(instruction.results().iter().copied());
                views.for_each(|view| self.keep_state(view.region, &mut kept));
            }
        }
        self.outputs.iter().filter_map(|output| output.state).for_each(|state| kept.states[state] = true);
        kept
    }

    /// By region, how wide its memory is best, in training: what the forward pass no longer needs is as large as what the
    /// backward pass will need, so that this gets the memory of that. `width` is that of a region.
    pub(crate) fn rooms(&self, live: &Live, kept: &Kept, width: impl Fn(RegionId) -> usize) -> Vec<usize> {
        let mut rooms: Vec<usize> = (0..self.regions.len()).map(|at| width(RegionId(at))).collect();
        let written = |stages: &[Stage], live: &[Vec<Vec<bool>>]| -> Vec<RegionId> {
            let views = self.running(stages, live).flat_map(|(_, instruction, _)| instruction.results());
            let is_large = |region: &RegionId| {
                let value = matches!(self.source(*region), Source::Value(_));
                value && !kept.regions[region.0] && self.rows(*region, kept) == Frequency::All
            };
            let mut regions: Vec<RegionId> = views.map(|view| view.region).filter(is_large).collect();
            regions.sort_unstable_by_key(|region| (Reverse(width(*region)), *region));
            regions.dedup();
            regions
        };
        let before = written(&self.forward, &live.forward);
        for (one, other) in before.into_iter().zip(written(&self.backward, &live.backward)) {
            let widths = [width(one), width(other)];
            let room = widths[0].max(widths[1]);
            if room <= 2 * widths[0].min(widths[1]) {
                (rooms[one.0], rooms[other.0]) = (room, room);
            }
        }
        rooms
    }

    fn keep_state(&self, region: RegionId, kept: &mut Kept) {
        if let Source::State(state) | Source::Next(state) = self.source(region) {
            kept.states[state] = true;
        }
    }

    /// How many rows a region has in memory.
    pub(crate) fn rows(&self, region: RegionId, kept: &Kept) -> Frequency {
        let source = self.source(region);
        source.rows(match source {
            Source::State(state) | Source::Next(state) => kept.states[state],
            _ => kept.regions[region.0],
        })
    }

    /// The instructions of a pass that run, with which of their results are wanted.
    pub(crate) fn running<'a>(
        &self,
        stages: &'a [Stage],
        live: &'a [Vec<Vec<bool>>],
    ) -> impl Iterator<Item = (Frequency, &'a Instruction, &'a [bool])> {
        let of = |(stage, live): (&'a Stage, &'a Vec<Vec<bool>>)| {
            let frequency = stage.frequency;
            let results = live.iter().map(Vec::as_slice);
            stage.instructions.iter().zip(results).map(move |(instruction, results)| (frequency, instruction, results))
        };
        stages.iter().zip(live).flat_map(of).filter(|(_, _, results)| runs(results))
    }
}
