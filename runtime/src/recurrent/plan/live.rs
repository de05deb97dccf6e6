//! Which instructions run, given what somebody asks for.

use super::{Instruction, Plan, Source, Stage, View};

/// The gradients that somebody asks for, each list in the order of declaration. Outputs and final states are always
/// asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) parameters: Vec<bool>,
    pub(crate) inputs: Vec<bool>,
    pub(crate) contexts: Vec<bool>,
    /// Of the initial states.
    pub(crate) states: Vec<bool>,
}

/// For each stage and each of its instructions, which of its [results](Instruction::results) somebody asks for. An
/// instruction runs when there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) forward: Vec<Vec<Vec<bool>>>,
    pub(crate) backward: Vec<Vec<Vec<bool>>>,
}

/// Whether an instruction runs, some of whose results are wanted.
pub(crate) fn runs(results: &[bool]) -> bool {
    results.contains(&true)
}

impl Wanted {
    /// No gradients: inference.
    pub(crate) fn nothing(plan: &Plan) -> Self {
        Self::of(plan, false, false)
    }

    /// The gradients with respect to parameters; or to inputs, contexts and initial states, too.
    pub(crate) fn gradients(plan: &Plan, of_inputs: bool) -> Self {
        Self::of(plan, true, of_inputs)
    }

    fn of(plan: &Plan, parameters: bool, inputs: bool) -> Self {
        Self {
            parameters: vec![parameters; plan.parameters.len()],
            inputs: vec![inputs; plan.inputs.len()],
            contexts: vec![inputs; plan.contexts.len()],
            states: vec![inputs; plan.states.len()],
        }
    }

    /// All of them, one after the other.
    pub(crate) fn flags(&self) -> impl Iterator<Item = bool> + Clone {
        let Self { parameters, inputs, contexts, states } = self;
        parameters.iter().chain(inputs).chain(contexts).chain(states).copied()
    }

    pub(crate) fn any(&self) -> bool {
        self.flags().any(|wanted| wanted)
    }

    /// Whether the scan as a whole is asked for what `source` holds.
    fn wants(&self, source: Source) -> bool {
        match source {
            Source::Output(_) | Source::Next(_) => true,
            Source::ParameterAdjoint(at) => self.parameters[at],
            Source::InputAdjoint(at) => self.inputs[at],
            Source::ContextAdjoint(at) => self.contexts[at],
            Source::StateAdjoint(at) => self.states[at],
            Source::Value(_)
            | Source::Parameter(_)
            | Source::Buffer(_)
            | Source::Hyper(_)
            | Source::Size(_)
            | Source::Input(_)
            | Source::Context(_)
            | Source::State(_)
            | Source::OutputAdjoint(_)
            | Source::NextAdjoint(_) => false,
        }
    }
}

impl Plan {
    /// What runs. What a step hands on counts as read by the step that gets it, so that all steps run alike.
    pub(crate) fn live(&self, wanted: &Wanted) -> Live {
        let none = |stages: &[Stage]| {
            let of = |instruction: &Instruction| vec![false; instruction.results().len()];
            stages.iter().map(|stage| stage.instructions.iter().map(of).collect()).collect()
        };
        let mut live = Live { forward: none(&self.forward), backward: none(&self.backward) };
        let mut read = Vec::new();
        while self.spread(&self.backward, wanted, &mut live.backward, &mut read) {}
        while self.spread(&self.forward, wanted, &mut live.forward, &mut read) {}
        live
    }

    /// One walk from the last instruction to the first. Says whether anything was new: what a step hands on is read by
    /// an instruction that may stand anywhere in the list.
    fn spread(&self, stages: &[Stage], wanted: &Wanted, live: &mut [Vec<Vec<bool>>], read: &mut Vec<View>) -> bool {
        let mut news = false;
        for (stage, live) in stages.iter().zip(live).rev() {
            for (instruction, live) in stage.instructions.iter().zip(live).rev() {
                let ran = runs(live);
                for (result, live) in instruction.results().iter().zip(&mut *live) {
                    let source = self.source(result.region);
                    let asked = || wanted.wants(source) || read.iter().any(|view| self.overlap(*view, *result));
                    if !*live && asked() {
                        (*live, news) = (true, true);
                    }
                }
                if !ran && runs(live) {
                    let new = self.reads(instruction).into_iter().filter(|view| !read.contains(view));
                    let new: Vec<View> = new.collect();
                    read.extend(new);
                }
            }
        }
        news
    }
}
