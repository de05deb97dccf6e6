//! Instructions in words and shapes.

use super::polynomial::Polynomial;
use super::{Frequency, Instruction, Plan, Reduction, RegionId, Source, View};

impl Plan {
    /// What an instruction does, as in `[T·B, 3 H] = [T·B, D] · [D, 3 H]`.
    pub(super) fn formula(&self, frequency: Frequency, instruction: &Instruction) -> String {
        let equals = if instruction.accumulates() { "+=" } else { "=" };
        let size = |size| self.polynomial(size);
        let shape = |view: &View, axes: &[Polynomial]| self.shape(&self.rows_in(frequency, view.region), axes);
        let flat = |view: &View| shape(view, &[size(view.length)]);
        let rows = frequency.rows();
        match instruction {
            Instruction::Kernel { extent, .. } => format!("loop over {}", self.shape(&rows, &[size(*extent)])),
            Instruction::Product { weights, out, .. } => {
                let weights = &self.weights[*weights];
                let [inner, columns] = [size(weights.rows), size(weights.columns)];
                let left = self.shape(&rows, std::slice::from_ref(&inner));
                let right = self.text_of(&[inner, columns]);
                format!("{} {equals} {left} · {right}", flat(out))
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let name = reduction_name(*reduction);
                let groups = shape(value, &[size(out.length), size(*length)]);
                format!("{} = {name} of {groups} over {}", flat(out), self.text(&size(*length)))
            }
            Instruction::Copy { value, out } => format!("{} = {}", flat(out), flat(value)),
            Instruction::Fill { value, out } => format!("{} = {value}", flat(out)),
            Instruction::Stretch { value, length, out } => {
                let stretched = shape(out, &[size(value.length), size(*length)]);
                format!("{stretched} = {} stretched", flat(value))
            }
            Instruction::Outer { left, right, out } => {
                let product = shape(out, &[size(left.length), size(right.length)]);
                format!("{product} = outer product of {} and {}", flat(left), flat(right))
            }
            Instruction::Transpose { value, rows, columns, out } => {
                let transposed = shape(out, &[size(*columns), size(*rows)]);
                format!("{transposed} = transpose of {}", shape(value, &[size(*rows), size(*columns)]))
            }
            Instruction::Diag { value, out } => {
                let [side, other] = [size(value.length), size(value.length)];
                format!("{} = diagonal matrix of {}", shape(out, &[side, other]), flat(value))
            }
            Instruction::DiagonalOf { value, out } => {
                let [side, other] = [size(out.length), size(out.length)];
                format!("{} = diagonal of {}", flat(out), shape(value, &[side, other]))
            }
            Instruction::Identity { size: side, out } => {
                format!("{} = identity", shape(out, &[size(*side), size(*side)]))
            }
            Instruction::MatMul { left, right, sizes, transpose_left, transpose_right, out } => {
                let [m, k, n] = [sizes.m, sizes.k, sizes.n].map(size);
                let mark = |transposed: &bool| if *transposed { "ᵀ" } else { "" };
                let oriented = |transposed: &bool, axes: [&Polynomial; 2]| {
                    let [rows, columns] = axes.map(Polynomial::clone);
                    if *transposed { [columns, rows] } else { [rows, columns] }
                };
                format!(
                    "{} = {}{} · {}{}",
                    shape(out, &[m.clone(), n.clone()]),
                    shape(left, &oriented(transpose_left, [&m, &k])),
                    mark(transpose_left),
                    shape(right, &oriented(transpose_right, [&k, &n])),
                    mark(transpose_right),
                )
            }
            Instruction::TotalSum { value, out, .. } => {
                format!(
                    "{} {equals} sum of {} over {}",
                    flat(out),
                    flat(value),
                    self.text(&self.summed(frequency, *out))
                )
            }
            Instruction::TotalProduct { left, right, outs, .. } => {
                let summed = outs.first().map_or(rows, |out| self.summed(frequency, *out));
                let each = outs.first().map_or(Frequency::Once, |out| self.source(out.region).rows(true));
                let [left, right] = [left, right].map(|view| size(view.length));
                let shape = |axes: [&Polynomial; 2]| self.shape(&each.rows(), &axes.map(Polynomial::clone));
                let [product, factor] = [shape([&left, &right]), shape([&left, &summed])];
                format!("{product} {equals} {factor} · {}", shape([&summed, &right]))
            }
        }
    }

    /// What an instruction computes, as the equations call it; where it has no name, what it writes to.
    pub(super) fn label(&self, instruction: &Instruction) -> String {
        let names = self.names_of(instruction);
        if !names.is_empty() {
            return names.join(", ");
        }
        let mut named: Vec<String> = Vec::new();
        for name in instruction.results().iter().filter_map(|result| self.name(result.region)) {
            if !named.contains(&name) {
                named.push(name);
            }
        }
        named.join(", ")
    }

    /// The name of what is not just a value: `∂` marks derivatives of the loss.
    fn name(&self, region: RegionId) -> Option<String> {
        let name = match self.source(region) {
            Source::Value(_) | Source::Size(_) => return None,
            Source::Parameter(at) => self.parameters[at].name.to_owned(),
            Source::ParameterAdjoint(at) => format!("∂{}", self.parameters[at].name),
            Source::Buffer(at) => self.buffers[at].name.to_owned(),
            Source::Hyper(at) => self.hypers[at].to_owned(),
            Source::Input(at) => self.inputs[at].name.to_owned(),
            Source::InputAdjoint(at) => format!("∂{}", self.inputs[at].name),
            Source::Context(at) => self.contexts[at].name.to_owned(),
            Source::ContextAdjoint(at) => format!("∂{}", self.contexts[at].name),
            Source::State(at) | Source::Next(at) => self.states[at].name.to_owned(),
            Source::NextAdjoint(at) | Source::StateAdjoint(at) => format!("∂{}", self.states[at].name),
            Source::Output(at) => self.output_name(at),
            Source::OutputAdjoint(at) => format!("∂{}", self.output_name(at)),
        };
        Some(name)
    }

    pub(super) fn output_name(&self, at: usize) -> String {
        let several = self.outputs.len() > 1;
        let own = || if several { format!("output {at}") } else { "output".to_owned() };
        self.outputs[at].label.map_or_else(own, str::to_owned)
    }

    /// The rows of an operand that one run of an instruction meets.
    fn rows_in(&self, frequency: Frequency, region: RegionId) -> Polynomial {
        match (frequency, self.source(region).rows(true)) {
            (Frequency::Step, Frequency::All) => Polynomial::batch(),
            (_, own) => own.rows(),
        }
    }

    /// The number of rows that a total adds up for one row of `out`.
    fn summed(&self, frequency: Frequency, out: View) -> Polynomial {
        match (frequency, self.source(out.region).rows(true)) {
            (Frequency::All, Frequency::Example) => Polynomial::steps(),
            _ => frequency.rows(),
        }
    }

    /// As in `[T·B, D, H]`. A single row and a single element need no axis.
    pub(super) fn shape(&self, rows: &Polynomial, axes: &[Polynomial]) -> String {
        let axes: Vec<Polynomial> = std::iter::once(rows).chain(axes).filter(|axis| !axis.is_one()).cloned().collect();
        self.text_of(&axes)
    }

    fn text_of(&self, axes: &[Polynomial]) -> String {
        let texts: Vec<String> = axes.iter().map(|axis| self.text(axis)).collect();
        format!("[{}]", texts.join(", "))
    }

    pub(super) fn text(&self, polynomial: &Polynomial) -> String {
        polynomial.text(&self.dimensions)
    }
}

fn reduction_name(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "sum",
        Reduction::Min => "minimum",
        Reduction::Max => "maximum",
    }
}
