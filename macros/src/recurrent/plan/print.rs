//! A plan as text.

use super::{Frequency, Instruction, Kernel, Plan, Rows, Source, Stage, View};
use crate::recurrent::ir::{Dim, Reduction};
use crate::recurrent::typed::Cell;
use std::fmt::Write;

impl Plan {
    /// Regions, weights, instructions by stage, and what the loops compute.
    pub(crate) fn text(&self, cell: &Cell) -> String {
        let printer = Printer { cell, plan: self };
        let mut text = String::new();
        for (at, region) in self.regions.iter().enumerate() {
            let _ = writeln!(text, "r{at}: [{}] {}", cell.dim_text(&region.width), printer.source(&region.source));
        }
        for (at, weights) in self.weights.iter().enumerate() {
            let (rows, columns) = (cell.dim_text(&weights.rows), cell.dim_text(&weights.columns));
            let blocks = weights.blocks.iter().map(|block| {
                let transposed = if block.transposed { "transposed " } else { "" };
                let (row, column) = (cell.dim_text(&block.row), cell.dim_text(&block.column));
                format!(" {transposed}{} at ({row}, {column})", printer.view(&block.value))
            });
            let _ = writeln!(text, "weights {at}: [{rows}, {columns}]{}", blocks.collect::<String>());
        }
        for (at, state) in self.outputs.iter().enumerate() {
            if let Some(state) = state {
                let _ = writeln!(text, "output {at} is next {}", cell.states[*state].name);
            }
        }
        for (name, stages) in [("forward", &self.forward), ("backward", &self.backward)] {
            for stage in stages {
                printer.stage(&mut text, name, stage);
            }
        }
        for (at, kernel) in self.kernels.iter().enumerate() {
            printer.kernel(&mut text, at, kernel);
        }
        text
    }
}

struct Printer<'a> {
    cell: &'a Cell,
    plan: &'a Plan,
}

impl Printer<'_> {
    fn dim(&self, dim: &Dim) -> String {
        self.cell.dim_text(dim)
    }

    fn source(&self, source: &Source) -> String {
        let cell = self.cell;
        match source {
            Source::Value(Rows::Once) => "once".to_owned(),
            Source::Value(Rows::Example) => "for each example".to_owned(),
            Source::Value(Rows::Step { saved: false }) => "in a step".to_owned(),
            Source::Value(Rows::Step { saved: true }) => "in a step, saved".to_owned(),
            Source::Value(Rows::All) => "all rows".to_owned(),
            Source::Parameter(at) => format!("param {}", cell.parameters[*at].name),
            Source::Buffer(at) => format!("buffer {}", cell.buffers[*at].name),
            Source::Hyper(at) => format!("hyper {}", cell.hypers[*at].name),
            Source::Size(dim) => format!("size {}", self.dim(dim)),
            Source::Input(at) => format!("input {}", cell.inputs[*at].name),
            Source::Context(at) => format!("context {}", cell.contexts[*at].name),
            Source::Output(at) => format!("output {at}"),
            Source::State(at) => format!("state {}", cell.states[*at].name),
            Source::Next(at) => format!("next {}", cell.states[*at].name),
            Source::OutputAdjoint(at) => format!("adjoint of output {at}"),
            Source::NextAdjoint(at) => format!("adjoint of next {}", cell.states[*at].name),
            Source::StateAdjoint(at) => format!("adjoint of state {}", cell.states[*at].name),
            Source::InputAdjoint(at) => format!("adjoint of input {}", cell.inputs[*at].name),
            Source::ContextAdjoint(at) => format!("adjoint of context {}", cell.contexts[*at].name),
            Source::ParameterAdjoint(at) => format!("adjoint of param {}", cell.parameters[*at].name),
        }
    }

    /// `r3`, or `r3[H..2 * H]`
    fn view(&self, view: &View) -> String {
        let region = &self.plan.regions[view.region];
        let whole = view.start.as_number() == Some(0) && view.length == region.width;
        if whole {
            return format!("r{}", view.region);
        }
        let end = view.start.clone().joined(&view.length);
        format!("r{}[{}..{}]", view.region, self.dim(&view.start), self.dim(&end))
    }

    fn views(&self, views: &[View]) -> String {
        views.iter().map(|view| self.view(view)).collect::<Vec<_>>().join(" ")
    }

    fn stage(&self, text: &mut String, pass: &str, stage: &Stage) {
        let frequency = match stage.frequency {
            Frequency::Once => "once",
            Frequency::Example => "for each example",
            Frequency::All => "for all rows",
            Frequency::Step => "at each step",
        };
        let _ = writeln!(text, "{pass}, {frequency}:");
        for instruction in &stage.instructions {
            let _ = writeln!(text, "    {}", self.instruction(instruction));
        }
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        let view = |view: &View| self.view(view);
        let sign = |accumulate: &bool| if *accumulate { "+=" } else { "=" };
        match instruction {
            Instruction::Kernel { kernel, scalars, inputs, outputs } => {
                let scalars = scalars.iter().map(|one| format!("({}) ", view(one))).collect::<String>();
                format!("{} = loop {kernel} {scalars}{}", self.views(outputs), self.views(inputs))
            }
            Instruction::Product { weights, left, out, accumulate, labels } => {
                let labels = labels.join(", ");
                format!("{} {} {} · weights {weights} // {labels}", view(out), sign(accumulate), self.views(left))
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let name = match reduction {
                    Reduction::Sum => "sum",
                    Reduction::Min => "min",
                    Reduction::Max => "max",
                };
                format!("{} = {name} {} by {}", view(out), view(value), self.dim(length))
            }
            Instruction::Copy { value, out } => format!("{} = {}", view(out), view(value)),
            Instruction::Fill { value, out } => format!("{} = {}", view(out), value.value()),
            Instruction::Stretch { value, length, out } => {
                format!("{} = stretch {} to {}", view(out), view(value), self.dim(length))
            }
            Instruction::Outer { left, right, out } => {
                format!("{} = outer {} {}", view(out), view(left), view(right))
            }
            Instruction::Transpose { value, out, .. } => format!("{} = transpose {}", view(out), view(value)),
            Instruction::Diag { value, out } => format!("{} = diag {}", view(out), view(value)),
            Instruction::DiagonalOf { value, out } => format!("{} = diagonal_of {}", view(out), view(value)),
            Instruction::Identity { out, .. } => format!("{} = identity", view(out)),
            Instruction::MatMul { left, right, transposed: [a, b], out, .. } => {
                let mark = |transposed: bool| if transposed { "ᵀ" } else { "" };
                format!("{} = matmul {}{} {}{}", view(out), view(left), mark(*a), view(right), mark(*b))
            }
            Instruction::TotalSum { value, out, accumulate } => {
                format!("{} {} total {}", view(out), sign(accumulate), view(value))
            }
            Instruction::TotalProduct { left, right, outs, accumulate, labels } => {
                let (outs, labels) = (self.views(outs), labels.join(", "));
                format!("{outs} {} total {}ᵀ · {} // {labels}", sign(accumulate), view(left), view(right))
            }
        }
    }

    fn kernel(&self, text: &mut String, at: usize, kernel: &Kernel) {
        let outputs: String = kernel.outputs.iter().map(|id| format!(" {id}")).collect();
        let extent = self.dim(&kernel.extent);
        let _ = writeln!(text, "loop {at} over {extent}, {} scalars, to{outputs}:", kernel.scalars);
        let mut names = kernel.body.clone();
        for node in &mut names.nodes {
            if let crate::recurrent::ir::Op::Input(operand) = node.op {
                node.op = crate::recurrent::ir::Op::Total(operand);
            }
        }
        for line in names.text(self.cell).lines() {
            let _ = writeln!(text, "    {}", line.replace("= total ", "= operand "));
        }
    }
}
