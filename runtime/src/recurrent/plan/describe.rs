//! Instructions in words and shapes.

use super::polynomial::Polynomial;
use super::{Frequency, Instruction, MatMulSizes, Plan, Reduction, RegionId, SizeId, Source, View, Weights};

/// Shapes of the operands of a stage.
struct Shapes<'a> {
    plan: &'a Plan,
    frequency: Frequency,
}

impl Plan {
    /// What an instruction does, as in `[T·B, 3 H] = [T·B, D] · [D, 3 H]`.
    pub(super) fn formula(&self, frequency: Frequency, instruction: &Instruction) -> String {
        let equals = if instruction.accumulates() { "+=" } else { "=" };
        let shapes = Shapes { plan: self, frequency };
        let flat = |view: &View| shapes.of(view, &[view.length]);
        let matrix = |view: &View, rows: &SizeId, columns: &SizeId| shapes.of(view, &[*rows, *columns]);
        match instruction {
            Instruction::Kernel { extent, .. } => format!("loop over {}", shapes.rows(*extent)),
            Instruction::Product { weights, out, .. } => {
                let Weights { rows, columns, .. } = self.weights[*weights];
                let right = self.text_of(&[rows, columns].map(|size| self.polynomial(size)));
                format!("{} {equals} {} · {right}", flat(out), shapes.rows(rows))
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let (name, groups) = (reduction_name(*reduction), matrix(value, &out.length, length));
                format!("{} = {name} of {groups} over {}", flat(out), self.text(&self.polynomial(*length)))
            }
            Instruction::Copy { value, out } => format!("{} = {}", flat(out), flat(value)),
            Instruction::Fill { value, out } => format!("{} = {value}", flat(out)),
            Instruction::Stretch { value, length, out } => {
                format!("{} = {} stretched", matrix(out, &value.length, length), flat(value))
            }
            Instruction::Outer { left, right, out } => {
                let product = matrix(out, &left.length, &right.length);
                format!("{product} = outer product of {} and {}", flat(left), flat(right))
            }
            Instruction::Transpose { value, rows, columns, out } => {
                format!("{} = transpose of {}", matrix(out, columns, rows), matrix(value, rows, columns))
            }
            Instruction::Diag { value, out } => {
                format!("{} = diagonal matrix of {}", matrix(out, &value.length, &value.length), flat(value))
            }
            Instruction::DiagonalOf { value, out } => {
                format!("{} = diagonal of {}", flat(out), matrix(value, &out.length, &out.length))
            }
            Instruction::Identity { size, out } => format!("{} = identity", matrix(out, size, size)),
            Instruction::MatMul {
                left,
                right,
                sizes: MatMulSizes { m, k, n },
                transpose_left,
                transpose_right,
                out,
            } => {
                let left = if *transpose_left { matrix(left, k, m) + "ᵀ" } else { matrix(left, m, k) };
                let right = if *transpose_right { matrix(right, n, k) + "ᵀ" } else { matrix(right, k, n) };
                format!("{} = {left} · {right}", matrix(out, m, n))
            }
            Instruction::TotalSum { value, out, .. } => {
                let over = self.text(&shapes.summed(*out));
                format!("{} {equals} sum of {} over {over}", flat(out), flat(value))
            }
            Instruction::TotalProduct { left, right, outs, .. } => {
                let [product, factors] = shapes.total(outs, [*left, *right]);
                format!("{product} {equals} {factors}")
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

impl Shapes<'_> {
    /// Of an operand as one run of an instruction meets it.
    fn of(&self, view: &View, axes: &[SizeId]) -> String {
        let rows = match (self.frequency, self.plan.source(view.region).rows(true)) {
            (Frequency::Step, Frequency::All) => Polynomial::batch(),
            (_, own) => own.rows(),
        };
        let axes: Vec<Polynomial> = axes.iter().map(|size| self.plan.polynomial(*size)).collect();
        self.plan.shape(&rows, &axes)
    }

    /// Of a matrix with all rows of the stage.
    fn rows(&self, columns: SizeId) -> String {
        self.plan.shape(&self.frequency.rows(), &[self.plan.polynomial(columns)])
    }

    /// The number of rows that a total adds up for one row of `out`.
    fn summed(&self, out: View) -> Polynomial {
        match (self.frequency, self.plan.source(out.region).rows(true)) {
            (Frequency::All, Frequency::Example) => Polynomial::steps(),
            (own, _) => own.rows(),
        }
    }

    /// The sum of outer products over rows, as a product of two matrices: the result and the factors.
    fn total(&self, outs: &[View], operands: [View; 2]) -> [String; 2] {
        let summed = outs.first().map_or_else(|| self.frequency.rows(), |out| self.summed(*out));
        let each = outs.first().map_or(Frequency::Once, |out| self.plan.source(out.region).rows(true)).rows();
        let [rows, columns] = operands.map(|view| self.plan.polynomial(view.length));
        let left = self.plan.shape(&each, &[rows.clone(), summed.clone()]);
        let right = self.plan.shape(&each, &[summed, columns.clone()]);
        [self.plan.shape(&each, &[rows, columns]), format!("{left} · {right}")]
    }
}

fn reduction_name(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "sum",
        Reduction::Min => "minimum",
        Reduction::Max => "maximum",
    }
}
