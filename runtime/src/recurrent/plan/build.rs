//! Plans from calls, one for each part. Everything gets the next number of its kind.
#![allow(missing_docs)] // hidden, and named after the parts of a plan, which say what they are

use super::{
    Block, Frequency, Instruction, Kernel, Leaf, MatMulSizes, Output, Plan, Reduction, Region, RegionId, Size, SizeId,
    Source, Stage, View, Weights,
};

/// A region and the numbers of the sizes of a start and a length: a [`View`] in numbers.
pub type Columns = (usize, usize, usize);

/// A plan that is being made.
#[derive(Debug)]
pub struct Builder(pub(super) Plan);

fn view((region, start, length): Columns) -> View {
    View { region: RegionId(region), start: SizeId(start), length: SizeId(length) }
}

fn views(columns: &[Columns]) -> Vec<View> {
    columns.iter().copied().map(view).collect()
}

fn sizes(numbers: &[usize]) -> Vec<SizeId> {
    numbers.iter().copied().map(SizeId).collect()
}

impl Builder {
    #[must_use]
    pub fn new(cell: &'static str, dimensions: &[&'static str]) -> Self {
        Self(Plan {
            cell,
            dimensions: dimensions.to_vec(),
            sizes: Vec::new(),
            parameters: Vec::new(),
            buffers: Vec::new(),
            hypers: Vec::new(),
            inputs: Vec::new(),
            contexts: Vec::new(),
            states: Vec::new(),
            outputs: Vec::new(),
            regions: Vec::new(),
            weights: Vec::new(),
            kernels: Vec::new(),
            forward: Vec::new(),
            backward: Vec::new(),
        })
    }

    #[must_use]
    pub fn finish(self) -> Plan {
        self.0
    }

    pub fn size(&mut self, terms: &[(usize, &[usize])]) {
        let terms = terms.iter().map(|(coefficient, factors)| (*coefficient, factors.to_vec())).collect();
        self.0.sizes.push(Size { terms });
    }

    pub fn parameter(&mut self, name: &'static str, shape: &[usize], optional: bool) {
        self.0.parameters.push(Leaf { name, shape: sizes(shape), optional });
    }

    pub fn buffer(&mut self, name: &'static str, shape: &[usize]) {
        self.0.buffers.push(Leaf { name, shape: sizes(shape), optional: false });
    }

    pub fn hyper(&mut self, name: &'static str) {
        self.0.hypers.push(name);
    }

    pub fn input(&mut self, name: &'static str, shape: &[usize]) {
        self.0.inputs.push(Leaf { name, shape: sizes(shape), optional: false });
    }

    pub fn context(&mut self, name: &'static str, shape: &[usize]) {
        self.0.contexts.push(Leaf { name, shape: sizes(shape), optional: false });
    }

    pub fn state(&mut self, name: &'static str, shape: &[usize]) {
        self.0.states.push(Leaf { name, shape: sizes(shape), optional: false });
    }

    pub fn output(&mut self, label: Option<&'static str>, shape: &[usize], state: Option<usize>) {
        self.0.outputs.push(Output { label, shape: sizes(shape), state });
    }

    pub fn region(&mut self, source: Source, width: usize) {
        self.0.regions.push(Region { source, width: SizeId(width) });
    }

    pub fn weights(&mut self, rows: usize, columns: usize, blocks: &[Block]) {
        self.0.weights.push(Weights { rows: SizeId(rows), columns: SizeId(columns), blocks: blocks.to_vec() });
    }

    /// A block of weights: the upper left corner, and the size after the transpose.
    #[must_use]
    pub fn block(value: Columns, transposed: bool, [row, column]: [usize; 2], [rows, columns]: [usize; 2]) -> Block {
        Block {
            value: view(value),
            transposed,
            row: SizeId(row),
            column: SizeId(column),
            rows: SizeId(rows),
            columns: SizeId(columns),
        }
    }

    pub fn kernel(&mut self, values: &[&'static str], operations: usize, transcendentals: usize) {
        self.0.kernels.push(Kernel { values: values.to_vec(), operations, transcendentals });
    }

    /// The instructions that follow belong to a new stage of the forward pass.
    pub fn forward(&mut self, frequency: Frequency) {
        debug_assert!(self.0.backward.is_empty(), "the forward pass comes first");
        self.0.forward.push(Stage { frequency, instructions: Vec::new() });
    }

    /// The instructions that follow belong to a new stage of the backward pass.
    pub fn backward(&mut self, frequency: Frequency) {
        self.0.backward.push(Stage { frequency, instructions: Vec::new() });
    }

    fn push(&mut self, instruction: Instruction) {
        let stages = if self.0.backward.is_empty() { &mut self.0.forward } else { &mut self.0.backward };
        let stage = stages.last_mut().unwrap_or_else(|| unreachable!("instructions belong to a stage"));
        stage.instructions.push(instruction);
    }

    pub fn run(&mut self, kernel: usize, extent: usize, scalars: &[Columns], inputs: &[Columns], outputs: &[Columns]) {
        let [scalars, inputs, outputs] = [scalars, inputs, outputs].map(views);
        self.push(Instruction::Kernel { kernel, extent: SizeId(extent), scalars, inputs, outputs });
    }

    pub fn product(
        &mut self,
        weights: usize,
        left: &[Columns],
        out: Columns,
        accumulate: bool,
        labels: &[&'static str],
    ) {
        let (left, labels) = (views(left), labels.to_vec());
        self.push(Instruction::Product { weights, left, out: view(out), accumulate, labels });
    }

    pub fn reduce(&mut self, reduction: Reduction, value: Columns, length: usize, out: Columns) {
        self.push(Instruction::Reduce { reduction, value: view(value), length: SizeId(length), out: view(out) });
    }

    pub fn copy(&mut self, value: Columns, out: Columns) {
        self.push(Instruction::Copy { value: view(value), out: view(out) });
    }

    pub fn fill(&mut self, value: f64, out: Columns) {
        self.push(Instruction::Fill { value, out: view(out) });
    }

    pub fn stretch(&mut self, value: Columns, length: usize, out: Columns) {
        self.push(Instruction::Stretch { value: view(value), length: SizeId(length), out: view(out) });
    }

    pub fn outer(&mut self, left: Columns, right: Columns, out: Columns) {
        self.push(Instruction::Outer { left: view(left), right: view(right), out: view(out) });
    }

    pub fn transpose(&mut self, value: Columns, [rows, columns]: [usize; 2], out: Columns) {
        let (rows, columns) = (SizeId(rows), SizeId(columns));
        self.push(Instruction::Transpose { value: view(value), rows, columns, out: view(out) });
    }

    pub fn diag(&mut self, value: Columns, out: Columns) {
        self.push(Instruction::Diag { value: view(value), out: view(out) });
    }

    pub fn diagonal_of(&mut self, value: Columns, out: Columns) {
        self.push(Instruction::DiagonalOf { value: view(value), out: view(out) });
    }

    pub fn identity(&mut self, size: usize, out: Columns) {
        self.push(Instruction::Identity { size: SizeId(size), out: view(out) });
    }

    /// `[left, right]` are transposed where `transposed` says so; `[m, k, n]` are the sizes after that.
    pub fn matmul(&mut self, operands: [Columns; 2], transposed: [bool; 2], [m, k, n]: [usize; 3], out: Columns) {
        let [left, right] = operands.map(view);
        let [transpose_left, transpose_right] = transposed;
        let sizes = MatMulSizes { m: SizeId(m), k: SizeId(k), n: SizeId(n) };
        self.push(Instruction::MatMul { left, right, sizes, transpose_left, transpose_right, out: view(out) });
    }

    pub fn total_sum(&mut self, value: Columns, out: Columns, accumulate: bool) {
        self.push(Instruction::TotalSum { value: view(value), out: view(out), accumulate });
    }

    pub fn total_product(
        &mut self,
        left: Columns,
        right: Columns,
        outs: &[Columns],
        accumulate: bool,
        labels: &[&'static str],
    ) {
        let (left, right, outs) = (view(left), view(right), views(outs));
        self.push(Instruction::TotalProduct { left, right, outs, accumulate, labels: labels.to_vec() });
    }
}
