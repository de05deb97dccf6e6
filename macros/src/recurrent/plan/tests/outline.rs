//! Plans in a few lines: what happens in each stage, by the names of the equations.

use crate::recurrent::plan::{Frequency, Instruction, Plan, Rows, Source, Stage, View};
use crate::recurrent::typed::Cell;

/// A line for each stage of a pass, as `all: w @ x, v @ x; loop a` for two products that are one, and a loop.
pub(super) fn outline(cell: &Cell, plan: &Plan, stages: &[Stage]) -> Vec<String> {
    let outline = Outline { cell, plan };
    stages.iter().map(|stage| outline.stage(stage)).collect()
}

/// The numbers of elements of what the forward pass saves at each step for the backward pass.
pub(super) fn saved(cell: &Cell, plan: &Plan) -> Vec<String> {
    let is_saved = |source: &Source| *source == Source::Value(Rows::Step { saved: true });
    let regions = plan.regions.iter().filter(|region| is_saved(&region.source));
    regions.map(|region| cell.dim_text(&region.width)).collect()
}

struct Outline<'a> {
    cell: &'a Cell,
    plan: &'a Plan,
}

impl Outline<'_> {
    fn stage(&self, stage: &Stage) -> String {
        let often = match stage.frequency {
            Frequency::Once => "once",
            Frequency::Example => "example",
            Frequency::All => "all",
            Frequency::Step => "step",
        };
        let instructions: Vec<String> = stage.instructions.iter().map(|one| self.instruction(one)).collect();
        format!("{often}: {}", instructions.join("; "))
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        let plan = self.plan;
        match instruction {
            Instruction::Kernel { kernel, .. } => format!("loop {}", plan.kernels[*kernel].labels.join(", ")),
            Instruction::Product { labels, accumulate, .. } => {
                format!("{}{}", if *accumulate { "add " } else { "" }, labels.join(", "))
            }
            Instruction::Reduce { reduction, value, .. } => {
                format!("{} {}", format!("{reduction:?}").to_lowercase(), self.view(value))
            }
            Instruction::Copy { value, out } => format!("copy {} to {}", self.view(value), self.view(out)),
            Instruction::Fill { value, out } => format!("{} to {}", value.value(), self.view(out)),
            Instruction::Stretch { value, .. } => format!("stretch {}", self.view(value)),
            Instruction::Outer { left, right, .. } => format!("outer {}, {}", self.view(left), self.view(right)),
            Instruction::Transpose { value, .. } => format!("transpose {}", self.view(value)),
            Instruction::Diag { value, .. } => format!("diag {}", self.view(value)),
            Instruction::DiagonalOf { value, .. } => format!("diagonal of {}", self.view(value)),
            Instruction::Identity { .. } => "identity".to_owned(),
            Instruction::MatMul { left, right, .. } => format!("matmul {}, {}", self.view(left), self.view(right)),
            Instruction::TotalSum { out, accumulate, .. } => {
                format!("{}total for {}", if *accumulate { "add " } else { "" }, self.view(out))
            }
            Instruction::TotalProduct { labels, accumulate, .. } => {
                format!("{}totals {}", if *accumulate { "add " } else { "" }, labels.join(", "))
            }
        }
    }

    /// What is read or written; values that nobody declares are all alike.
    fn view(&self, view: &View) -> String {
        let cell = self.cell;
        match &self.plan.regions[view.region].source {
            Source::Value(_) => "·".to_owned(),
            Source::Parameter(at) => cell.parameters[*at].name.clone(),
            Source::Buffer(at) => cell.buffers[*at].name.clone(),
            Source::Hyper(at) => cell.hypers[*at].name.clone(),
            Source::Size(dim) => cell.dim_text(dim),
            Source::Input(at) => cell.inputs[*at].name.clone(),
            Source::Context(at) => cell.contexts[*at].name.clone(),
            Source::Output(at) => format!("output {at}"),
            Source::State(at) => cell.states[*at].name.clone(),
            Source::Next(at) => format!("next {}", cell.states[*at].name),
            Source::OutputAdjoint(at) => format!("d output {at}"),
            Source::NextAdjoint(at) => format!("d next {}", cell.states[*at].name),
            Source::StateAdjoint(at) => format!("d {}", cell.states[*at].name),
            Source::InputAdjoint(at) => format!("d {}", cell.inputs[*at].name),
            Source::ContextAdjoint(at) => format!("d {}", cell.contexts[*at].name),
            Source::ParameterAdjoint(at) => format!("d {}", cell.parameters[*at].name),
        }
    }
}
