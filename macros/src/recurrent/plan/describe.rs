//! A plan as the text that it is read from at run time, which `runtime/src/recurrent/plan/read.rs` defines.

use super::{Block, Frequency, Instruction, Kernel, Plan, Region, Rows, Source, Stage, View, Weights};
use crate::recurrent::ir::{Binary, Dim, Graph, NodeId, Op, Reduction, Unary};
use crate::recurrent::typed::Cell;

/// The lines of a plan.
pub(crate) fn describe(plan: &Plan, cell: &Cell) -> Vec<String> {
    let mut describer = Describer { plan, cell, lines: Vec::new() };
    describer.leaves();
    describer.regions();
    for (at, weights) in plan.weights.iter().enumerate() {
        describer.weights(at, weights);
    }
    for (at, kernel) in plan.kernels.iter().enumerate() {
        let (Costs { operations, transcendentals }, names) = (costs(&kernel.body), texts(&names(kernel)));
        describer.line(format!("kernel {at}: {operations} operations, {transcendentals} transcendentals{names}"));
    }
    describer.stages("forward", &plan.forward);
    describer.stages("backward", &plan.backward);
    describer.lines
}

struct Describer<'a> {
    plan: &'a Plan,
    cell: &'a Cell,
    lines: Vec<String>,
}

impl Describer<'_> {
    fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    fn leaves(&mut self) {
        let cell = self.cell;
        let dimensions = cell.dimensions.iter().map(|dimension| name(&dimension.name)).collect();
        self.line(format!("cell {}{}", name(&cell.name), after_colon(dimensions)));
        let parameters = cell.parameters.iter().map(|leaf| (&leaf.name, &leaf.shape[..], leaf.optional));
        self.alike("parameter", parameters.collect());
        self.alike("buffer", cell.buffers.iter().map(|leaf| (&leaf.name, &leaf.shape[..], false)).collect());
        cell.hypers.iter().for_each(|hyper| self.line(format!("hyper {}", name(&hyper.name))));
        self.alike("input", cell.inputs.iter().map(|leaf| (&leaf.name, &leaf.shape[..], false)).collect());
        self.alike("context", cell.contexts.iter().map(|leaf| (&leaf.name, &leaf.shape[..], false)).collect());
        self.alike("state", cell.states.iter().map(|leaf| (&leaf.name, &leaf.shape[..], false)).collect());
        for (output, state) in cell.outputs.iter().zip(&self.plan.outputs) {
            let label = output.label.as_ref().map_or_else(String::new, |label| format!(" {}", name(label)));
            let shape = self.shape(&cell.nodes[output.value.0 as usize].ty.shape);
            let state = state.map_or_else(String::new, |state| format!(" = state {state}"));
            self.line(format!("output{label}: {shape}{state}"));
        }
    }

    /// One line for neighbours of one shape.
    fn alike(&mut self, kind: &str, leaves: Vec<(&String, &[Dim], bool)>) {
        for run in leaves.chunk_by(|(_, shape, optional), (_, next, also)| shape == next && optional == also) {
            let names: Vec<String> = run.iter().map(|(text, ..)| name(text)).collect();
            let (_, shape, optional) = run[0];
            let mark = if optional { "?" } else { "" };
            self.line(format!("{kind} {}: {}{mark}", names.join(", "), self.shape(shape)));
        }
    }

    /// One line for neighbours with numbers that follow each other, or without any, that are as wide.
    fn regions(&mut self) {
        let regions: Vec<(String, Option<usize>, String)> =
            self.plan.regions.iter().map(|region| self.region(region)).collect();
        let follows = |(kind, at, width): &(String, Option<usize>, String), next: &(String, Option<usize>, String)| {
            let number = at.map(|at| at + 1);
            *kind == next.0
                && number.is_some() == next.1.is_some()
                && (number == next.1 || number.is_none())
                && *width == next.2
        };
        let mut first = 0;
        for run in regions.chunk_by(follows) {
            let (source, at, width) = &run[0];
            let numbers = at.map_or_else(String::new, |at| format!(" {}", range(at, run.len())));
            self.line(format!("region {}: {source}{numbers}{width}", range(first, run.len())));
            first += run.len();
        }
    }

    /// What a region holds, the number of the leaf, if it is one, and the width, where nothing else tells it.
    fn region(&self, region: &Region) -> (String, Option<usize>, String) {
        let (source, at) = self.source(&region.source);
        let told = self
            .shape_of(&region.source)
            .map(|shape| shape.iter().fold(Dim::number(1), |product, size| product.repeated(size)));
        let width = if told.as_ref() == Some(&region.width) {
            String::new()
        } else {
            format!(" [{}]", self.size(&region.width))
        };
        (source, at, width)
    }

    /// The shape of the leaf that a region holds.
    fn shape_of(&self, source: &Source) -> Option<&[Dim]> {
        let cell = self.cell;
        Some(match source {
            Source::Value(_) => return None,
            Source::Hyper(_) | Source::Size(_) => &[],
            Source::Parameter(at) | Source::ParameterAdjoint(at) => &cell.parameters[*at].shape,
            Source::Buffer(at) => &cell.buffers[*at].shape,
            Source::Input(at) | Source::InputAdjoint(at) => &cell.inputs[*at].shape,
            Source::Context(at) | Source::ContextAdjoint(at) => &cell.contexts[*at].shape,
            Source::Output(at) | Source::OutputAdjoint(at) => &cell.nodes[cell.outputs[*at].value.0 as usize].ty.shape,
            Source::State(at) | Source::Next(at) | Source::StateAdjoint(at) | Source::NextAdjoint(at) => {
                &cell.states[*at].shape
            }
        })
    }

    /// What a region holds, and the number of the leaf, if it is one.
    fn source(&self, source: &Source) -> (String, Option<usize>) {
        let (name, at) = match source {
            Source::Value(Rows::Once) => ("once", None),
            Source::Value(Rows::Example) => ("example", None),
            Source::Value(Rows::All) => ("all", None),
            Source::Value(Rows::Step { saved: false }) => ("step", None),
            Source::Value(Rows::Step { saved: true }) => ("saved", None),
            Source::Size(size) => return (format!("size {}", self.size(size)), None),
            Source::Parameter(at) => ("parameter", Some(*at)),
            Source::Buffer(at) => ("buffer", Some(*at)),
            Source::Hyper(at) => ("hyper", Some(*at)),
            Source::Input(at) => ("input", Some(*at)),
            Source::Context(at) => ("context", Some(*at)),
            Source::Output(at) => ("output", Some(*at)),
            Source::State(at) => ("state", Some(*at)),
            Source::Next(at) => ("next", Some(*at)),
            Source::ParameterAdjoint(at) => ("d parameter", Some(*at)),
            Source::InputAdjoint(at) => ("d input", Some(*at)),
            Source::ContextAdjoint(at) => ("d context", Some(*at)),
            Source::OutputAdjoint(at) => ("d output", Some(*at)),
            Source::StateAdjoint(at) => ("d state", Some(*at)),
            Source::NextAdjoint(at) => ("d next", Some(*at)),
        };
        (name.to_owned(), at)
    }

    fn weights(&mut self, at: usize, weights: &Weights) {
        let blocks = weights.blocks.iter().map(|block| self.block(block)).collect();
        let (rows, columns) = (self.size(&weights.rows), self.size(&weights.columns));
        self.line(format!("weights {at} [{rows}, {columns}]{}", after_colon(blocks)));
    }

    fn block(&self, block: &Block) -> String {
        let value = self.matrix(&block.value, block.transposed);
        let [rows, columns, row, column] =
            [&block.rows, &block.columns, &block.row, &block.column].map(|size| self.size(size));
        format!("{value} as [{rows}, {columns}] at [{row}, {column}]")
    }

    fn stages(&mut self, pass: &str, stages: &[Stage]) {
        for stage in stages {
            let frequency = match stage.frequency {
                Frequency::Once => "once",
                Frequency::Example => "example",
                Frequency::All => "all",
                Frequency::Step => "step",
            };
            self.line(format!("{pass} {frequency}"));
            for instruction in &stage.instructions {
                let line = self.instruction(instruction);
                self.line(line);
            }
        }
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        match instruction {
            Instruction::Kernel { kernel, scalars, inputs, outputs } => {
                let extent = self.size(&self.plan.kernels[*kernel].extent);
                let [scalars, inputs, outputs] = [scalars, inputs, outputs].map(|views| self.views(views));
                let scalars = if scalars.is_empty() { scalars } else { scalars + "; " };
                format!("run {kernel} [{extent}]: {scalars}{inputs} -> {outputs}")
            }
            Instruction::Product { weights, left, out, accumulate, labels } => {
                let (left, out, labels) = (self.views(left), self.view(out), texts(labels));
                format!("product {weights}: {left} {} {out}{labels}", arrow(*accumulate))
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let name = match reduction {
                    Reduction::Sum => "sum",
                    Reduction::Min => "min",
                    Reduction::Max => "max",
                };
                format!("{name} [{}]: {} -> {}", self.size(length), self.view(value), self.view(out))
            }
            Instruction::Copy { value, out } => format!("copy: {} -> {}", self.view(value), self.view(out)),
            Instruction::Fill { value, out } => format!("fill {:?} -> {}", value.value(), self.view(out)),
            Instruction::Stretch { value, length, out } => {
                format!("stretch [{}]: {} -> {}", self.size(length), self.view(value), self.view(out))
            }
            Instruction::Outer { left, right, out } => {
                format!("outer: {}, {} -> {}", self.view(left), self.view(right), self.view(out))
            }
            Instruction::Transpose { value, rows, columns, out } => {
                let [rows, columns] = [rows, columns].map(|size| self.size(size));
                format!("transpose [{rows}, {columns}]: {} -> {}", self.view(value), self.view(out))
            }
            Instruction::Diag { value, out } => format!("diag: {} -> {}", self.view(value), self.view(out)),
            Instruction::DiagonalOf { value, out } => format!("diagonal: {} -> {}", self.view(value), self.view(out)),
            Instruction::Identity { size, out } => format!("identity [{}] -> {}", self.size(size), self.view(out)),
            Instruction::MatMul { left, right, sizes, transposed: [left_turned, right_turned], out } => {
                let (left, right) = (self.matrix(left, *left_turned), self.matrix(right, *right_turned));
                format!("matmul {}: {left}, {right} -> {}", self.shape(sizes), self.view(out))
            }
            Instruction::TotalSum { value, out, accumulate } => {
                format!("total sum: {} {} {}", self.view(value), arrow(*accumulate), self.view(out))
            }
            Instruction::TotalProduct { left, right, outs, accumulate, labels } => {
                let [left, right] = [left, right].map(|view| self.view(view));
                let (outs, labels) = (self.views(outs), texts(labels));
                format!("total product: {left}, {right} {} {outs}{labels}", arrow(*accumulate))
            }
        }
    }

    fn shape(&self, shape: &[Dim]) -> String {
        let sizes: Vec<String> = shape.iter().map(|size| self.size(size)).collect();
        format!("[{}]", sizes.join(", "))
    }

    fn size(&self, size: &Dim) -> String {
        self.cell.dim_text(size).replace(' ', "")
    }

    fn views(&self, views: &[View]) -> String {
        views.iter().map(|view| self.view(view)).collect::<Vec<_>>().join(", ")
    }

    /// Columns of a region: all of them are not said.
    fn view(&self, view: &View) -> String {
        let (region, length) = (view.region, self.size(&view.length));
        match self.size(&view.start).as_str() {
            "0" if view.length == self.plan.regions[region].width => region.to_string(),
            "0" => format!("{region}[..{length}]"),
            start => format!("{region}[{start}..+{length}]"),
        }
    }

    fn matrix(&self, value: &View, transposed: bool) -> String {
        let mark = if transposed { "^T" } else { "" };
        self.view(value) + mark
    }
}

fn arrow(accumulate: bool) -> &'static str {
    if accumulate { "+>" } else { "->" }
}

fn range(first: usize, count: usize) -> String {
    if count == 1 { first.to_string() } else { format!("{first}..{}", first + count) }
}

fn after_colon(parts: Vec<String>) -> String {
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

/// A name as it is, or as a text where it could not be read back.
fn name(name: &str) -> String {
    let is_plain = |letter: char| !letter.is_whitespace() && !",:[]().+*`\\".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) { name.to_owned() } else { text(name) }
}

/// `` `w @ x` ``
fn text(text: &str) -> String {
    format!("`{}`", text.replace('\\', "\\\\").replace('`', "\\`"))
}

/// Each after a space.
fn texts(texts: &[String]) -> String {
    texts.iter().map(|label| format!(" {}", text(label))).collect()
}

/// What a loop does for each element.
struct Costs {
    operations: usize,
    transcendentals: usize,
}

fn costs(body: &Graph) -> Costs {
    let is_dear = |id: &NodeId| match &body.node(*id).op {
        Op::Unary(function, _) => is_transcendental(*function),
        Op::Binary(function, ..) => matches!(function, Binary::Div | Binary::Pow | Binary::Rem),
        _ => false,
    };
    let computed = body.ids().filter(|id| !body.node(*id).op.is_leaf());
    let computed = computed.filter(|id| !matches!(body.node(*id).op, Op::Stretch(..) | Op::StopGradient(_)));
    let (dear, cheap): (Vec<NodeId>, Vec<NodeId>) = computed.partition(is_dear);
    Costs { operations: cheap.len(), transcendentals: dear.len() }
}

/// What the outputs of a loop are called, and then what else it computes that has a name.
fn names(kernel: &Kernel) -> Vec<String> {
    let inner = kernel.body.ids().filter(|id| !kernel.body.node(*id).op.is_leaf() && !kernel.outputs.contains(id));
    let inner = inner.filter_map(|id| kernel.body.node(id).name.clone());
    kernel.labels.iter().cloned().chain(inner).collect()
}

fn is_transcendental(function: Unary) -> bool {
    match function {
        Unary::Neg
        | Unary::Square
        | Unary::Abs
        | Unary::Relu
        | Unary::HardSigmoid
        | Unary::HardTanh
        | Unary::Floor
        | Unary::Sign => false,
        Unary::Exp
        | Unary::Expm1
        | Unary::Ln
        | Unary::Log1p
        | Unary::Sqrt
        | Unary::Recip
        | Unary::Sin
        | Unary::Cos
        | Unary::Erf
        | Unary::Tanh
        | Unary::Sigmoid
        | Unary::Gelu
        | Unary::GeluTanh
        | Unary::Silu
        | Unary::Softplus
        | Unary::Selu
        | Unary::Mish
        | Unary::Softsign
        | Unary::LogSigmoid => true,
    }
}
