//! A plan as the calls that build it again at run time, in terms of numbers: sizes, regions and so on get the next number
//! of their kind.

use super::{Block, Frequency, Instruction, Kernel, Plan, Rows, Source, Stage, View, Weights};
use crate::recurrent::ir::{Binary, Dim, Graph, NodeId, Op, Reduction, Unary};
use crate::recurrent::typed::Cell;
use std::collections::BTreeMap;

/// A call of a method of the builder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) arguments: Vec<Argument>,
}

/// Whatever methods of the builder take.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    /// The number of a size, a region, a kernel, a state, …
    Number(usize),
    /// The same for several, as a slice.
    Numbers(Vec<usize>),
    /// The same for a fixed count, as an array.
    Array(Vec<usize>),
    OptionalNumber(Option<usize>),
    Real(f64),
    Flag(bool),
    Flags([bool; 2]),
    Text(String),
    OptionalText(Option<String>),
    Texts(Vec<String>),
    /// A region, and the sizes that are a start and a length.
    Columns(Columns),
    ColumnsOf(Vec<Columns>),
    /// Two of them, as an array.
    TwoColumns([Columns; 2]),
    Terms(Vec<(usize, Vec<usize>)>),
    Source(Held),
    Frequency(Frequency),
    Reduction(Reduction),
    Blocks(Vec<Corner>),
}

pub(crate) type Columns = (usize, usize, usize);

/// A [`Source`] in terms of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Held {
    Value(Rows),
    /// A variant with the number of a leaf or a size.
    Numbered(&'static str, usize),
}

/// A [`Block`] in terms of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Corner {
    pub(crate) value: Columns,
    pub(crate) transposed: bool,
    pub(crate) place: [usize; 2],
    pub(crate) size: [usize; 2],
}

/// All calls in order.
pub(crate) fn describe(plan: &Plan, cell: &Cell) -> Vec<Call> {
    let mut describer = Describer { sizes: BTreeMap::new(), calls: Vec::new() };
    describer.leaves(plan, cell);
    for region in &plan.regions {
        let (source, width) = (describer.source(&region.source), describer.size(&region.width));
        describer.call("region", vec![Argument::Source(source), width]);
    }
    plan.weights.iter().for_each(|weights| describer.weights(weights));
    for kernel in &plan.kernels {
        let Costs { operations, transcendentals } = costs(&kernel.body);
        let numbers = [operations, transcendentals].map(Argument::Number);
        describer.call("kernel", [vec![Argument::Texts(names(kernel))], numbers.to_vec()].concat());
    }
    describer.stages("forward", &plan.forward, plan);
    describer.stages("backward", &plan.backward, plan);
    let mut sizes: Vec<(&Dim, &usize)> = describer.sizes.iter().collect();
    sizes.sort_by_key(|(_, at)| **at);
    let sizes = sizes.into_iter().map(|(size, _)| Call { method: "size", arguments: vec![terms(size)] });
    sizes.chain(describer.calls).collect()
}

struct Describer {
    sizes: BTreeMap<Dim, usize>,
    calls: Vec<Call>,
}

fn terms(size: &Dim) -> Argument {
    let count = |count| usize::try_from(count).unwrap_or(usize::MAX);
    Argument::Terms(size.terms().map(|(product, coefficient)| (count(coefficient), product.to_vec())).collect())
}

impl Describer {
    fn call(&mut self, method: &'static str, arguments: Vec<Argument>) {
        self.calls.push(Call { method, arguments });
    }

    fn number(&mut self, size: &Dim) -> usize {
        let next = self.sizes.len();
        *self.sizes.entry(size.clone()).or_insert(next)
    }

    fn size(&mut self, size: &Dim) -> Argument {
        Argument::Number(self.number(size))
    }

    fn numbers(&mut self, sizes: &[Dim]) -> Vec<usize> {
        sizes.iter().map(|size| self.number(size)).collect()
    }

    fn shape(&mut self, shape: &[Dim]) -> Argument {
        Argument::Numbers(self.numbers(shape))
    }

    fn columns(&mut self, view: &View) -> Columns {
        (view.region, self.number(&view.start), self.number(&view.length))
    }

    fn view(&mut self, view: &View) -> Argument {
        Argument::Columns(self.columns(view))
    }

    fn views(&mut self, views: &[View]) -> Argument {
        Argument::ColumnsOf(views.iter().map(|view| self.columns(view)).collect())
    }

    fn leaves(&mut self, plan: &Plan, cell: &Cell) {
        for parameter in &cell.parameters {
            let shape = self.shape(&parameter.shape);
            let name = Argument::Text(parameter.name.clone());
            self.call("parameter", vec![name, shape, Argument::Flag(parameter.optional)]);
        }
        let named = |name: &String| Argument::Text(name.clone());
        for buffer in &cell.buffers {
            let shape = self.shape(&buffer.shape);
            self.call("buffer", vec![named(&buffer.name), shape]);
        }
        for hyper in &cell.hypers {
            self.call("hyper", vec![named(&hyper.name)]);
        }
        for (method, arguments) in [("input", &cell.inputs), ("context", &cell.contexts)] {
            for argument in arguments {
                let shape = self.shape(&argument.shape);
                self.call(method, vec![named(&argument.name), shape]);
            }
        }
        for state in &cell.states {
            let shape = self.shape(&state.shape);
            self.call("state", vec![named(&state.name), shape]);
        }
        for (output, state) in cell.outputs.iter().zip(&plan.outputs) {
            let shape = self.shape(&cell.nodes[output.value.0 as usize].ty.shape);
            let (label, state) = (Argument::OptionalText(output.label.clone()), Argument::OptionalNumber(*state));
            self.call("output", vec![label, shape, state]);
        }
    }

    fn source(&mut self, source: &Source) -> Held {
        let (name, at) = match source {
            Source::Value(rows) => return Held::Value(*rows),
            Source::Size(size) => ("Size", self.number(size)),
            Source::Parameter(at) => ("Parameter", *at),
            Source::Buffer(at) => ("Buffer", *at),
            Source::Hyper(at) => ("Hyper", *at),
            Source::Input(at) => ("Input", *at),
            Source::Context(at) => ("Context", *at),
            Source::Output(at) => ("Output", *at),
            Source::State(at) => ("State", *at),
            Source::Next(at) => ("Next", *at),
            Source::OutputAdjoint(at) => ("OutputAdjoint", *at),
            Source::NextAdjoint(at) => ("NextAdjoint", *at),
            Source::StateAdjoint(at) => ("StateAdjoint", *at),
            Source::InputAdjoint(at) => ("InputAdjoint", *at),
            Source::ContextAdjoint(at) => ("ContextAdjoint", *at),
            Source::ParameterAdjoint(at) => ("ParameterAdjoint", *at),
        };
        Held::Numbered(name, at)
    }

    fn weights(&mut self, weights: &Weights) {
        let (rows, columns) = (self.size(&weights.rows), self.size(&weights.columns));
        let blocks = weights.blocks.iter().map(|block| self.corner(block)).collect();
        self.call("weights", vec![rows, columns, Argument::Blocks(blocks)]);
    }

    fn corner(&mut self, block: &Block) -> Corner {
        Corner {
            value: self.columns(&block.value),
            transposed: block.transposed,
            place: [self.number(&block.row), self.number(&block.column)],
            size: [self.number(&block.rows), self.number(&block.columns)],
        }
    }

    fn stages(&mut self, pass: &'static str, stages: &[Stage], plan: &Plan) {
        for stage in stages {
            self.call(pass, vec![Argument::Frequency(stage.frequency)]);
            stage.instructions.iter().for_each(|instruction| self.instruction(instruction, plan));
        }
    }

    fn instruction(&mut self, instruction: &Instruction, plan: &Plan) {
        let (method, arguments) = match instruction {
            Instruction::Kernel { kernel, scalars, inputs, outputs } => {
                let extent = self.size(&plan.kernels[*kernel].extent);
                let operands = [scalars, inputs, outputs].map(|views| self.views(views));
                ("run", [vec![Argument::Number(*kernel), extent], operands.to_vec()].concat())
            }
            Instruction::Product { weights, left, out, accumulate, labels } => {
                let (left, out) = (self.views(left), self.view(out));
                let (accumulate, labels) = (Argument::Flag(*accumulate), Argument::Texts(labels.clone()));
                ("product", vec![Argument::Number(*weights), left, out, accumulate, labels])
            }
            Instruction::Reduce { reduction, value, length, out } => {
                let (value, length, out) = (self.view(value), self.size(length), self.view(out));
                ("reduce", vec![Argument::Reduction(*reduction), value, length, out])
            }
            Instruction::Copy { value, out } => ("copy", vec![self.view(value), self.view(out)]),
            Instruction::Fill { value, out } => ("fill", vec![Argument::Real(value.value()), self.view(out)]),
            Instruction::Stretch { value, length, out } => {
                ("stretch", vec![self.view(value), self.size(length), self.view(out)])
            }
            Instruction::Outer { left, right, out } => {
                ("outer", vec![self.view(left), self.view(right), self.view(out)])
            }
            Instruction::Transpose { value, rows, columns, out } => {
                let sizes = Argument::Array(vec![self.number(rows), self.number(columns)]);
                ("transpose", vec![self.view(value), sizes, self.view(out)])
            }
            Instruction::Diag { value, out } => ("diag", vec![self.view(value), self.view(out)]),
            Instruction::DiagonalOf { value, out } => ("diagonal_of", vec![self.view(value), self.view(out)]),
            Instruction::Identity { size, out } => ("identity", vec![self.size(size), self.view(out)]),
            Instruction::MatMul { left, right, sizes, transposed, out } => {
                let operands = Argument::TwoColumns([self.columns(left), self.columns(right)]);
                let sizes = Argument::Array(self.numbers(sizes));
                ("matmul", vec![operands, Argument::Flags(*transposed), sizes, self.view(out)])
            }
            Instruction::TotalSum { value, out, accumulate } => {
                ("total_sum", vec![self.view(value), self.view(out), Argument::Flag(*accumulate)])
            }
            Instruction::TotalProduct { left, right, outs, accumulate, labels } => {
                let operands = [self.view(left), self.view(right), self.views(outs)];
                let rest = [Argument::Flag(*accumulate), Argument::Texts(labels.clone())];
                ("total_product", operands.into_iter().chain(rest).collect())
            }
        };
        self.call(method, arguments);
    }
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
