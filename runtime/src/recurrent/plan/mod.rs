//! What a compiled scan executes, as data.
//!
//! A plan is made by [`recurrent!`](crate::recurrent), in terms of `T`, `B` and the dimensions of a cell, and holds for
//! all sizes. Values live in [`Region`]s: matrices with a row for the whole scan, for each example, or for each step of
//! each example. [`Stage`]s say which [`Instruction`]s run how often. All rows of a stage are alike, so an instruction is
//! said once for all of them.
#![allow(unreachable_pub)] // for code that `recurrent!` emits, through `__private`

mod build;
mod cost;
mod describe;
mod explain;
mod kept;
pub(crate) mod live;
mod mermaid;
mod operands;
pub(crate) mod polynomial;
mod query;
mod read;
mod tally;
#[cfg(test)]
mod tests;

pub(crate) use build::Builder;
pub use cost::{Cost, Extent, Pass};
pub(crate) use kept::Kept;
pub use read::PlanText;

/// How the scan of a cell is computed, forward and backward.
///
/// A plan is made from the equations at compile time and holds for all numbers of steps `T`, batches `B` and sizes of
/// dimensions. What it says is what runs: there is no other way in which the cell is scanned.
///
/// `Display` explains it, as `EXPLAIN` does for a query: for each stage the instructions with their shapes, and what they
/// compute as the equations call it; then what was computed before the loop over the steps (hoisted) or after it (sunk),
/// which products are one (stacked), what is saved for the backward pass and what is computed anew there; then what all
/// of it costs. A stage runs
///
/// - `once`, on values that depend on parameters only;
/// - `for each example`, on values that depend on contexts, too;
/// - on `all T·B rows` at a time, where no state is involved, or where no later step waits for the result;
/// - `at each of T steps`, where a state depends on it.
///
/// `∂h` is the derivative of the loss with respect to `h`; weight gradients are sums over all `T·B` rows, as one product
/// after the loop.
///
/// A test can hold on to what matters: [`is_hoisted`](Self::is_hoisted), [`is_sunk`](Self::is_sunk),
/// [`in_loop`](Self::in_loop), [`stacked_with`](Self::stacked_with), [`saved`](Self::saved), [`cost`](Self::cost).
/// [`to_mermaid`](Self::to_mermaid) draws it.
///
/// ```
/// use recurve::{CompiledCell, DType, Extent, Gru, Pass};
///
/// let plan = Gru::<f32>::plan();
/// println!("{plan}");
/// assert!(plan.is_hoisted("w_r @ x") && plan.in_loop("u_r @ h"));
/// assert!(plan.stacked_with("w_r @ x", "w_n @ x"));
///
/// let (t, b, d, h) = (100, 32, 64, 128);
/// let cost = plan.cost(&Extent {
///     steps: t,
///     batch: b,
///     dimensions: &[("D", d), ("H", h)],
///     dtype: DType::F32,
///     pass: Pass::Training { input_gradients: false },
/// })?;
/// assert_eq!(cost.flops, (2 * t * b * 3 * h * (2 * d + 3 * h)) as u64);
/// assert_eq!(cost.tape_nodes, 1);
/// # Ok::<(), recurve::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) cell: &'static str,
    /// Names of the dimensions: first those of the header, then those that only contexts know.
    pub(crate) dimensions: Vec<&'static str>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) parameters: Vec<Leaf>,
    pub(crate) buffers: Vec<Leaf>,
    pub(crate) hypers: Vec<&'static str>,
    pub(crate) inputs: Vec<Leaf>,
    pub(crate) contexts: Vec<Leaf>,
    pub(crate) states: Vec<Leaf>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) regions: Vec<Region>,
    pub(crate) weights: Vec<Weights>,
    pub(crate) kernels: Vec<Kernel>,
    /// In the order in which they run.
    pub(crate) forward: Vec<Stage>,
    /// In the order in which they run.
    pub(crate) backward: Vec<Stage>,
}

/// A size of the plan, by its number: a polynomial of dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeId(pub usize);

/// A sum of products of dimensions. No term is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Coefficients, and the numbers of the dimensions that each is multiplied by.
    pub(crate) terms: Vec<(usize, Vec<usize>)>,
}

/// A declared array: shape of one example.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) name: &'static str,
    pub(crate) shape: Vec<SizeId>,
    /// Whether it may be absent, which counts as zeros.
    #[allow(dead_code)] // for whoever reads a plan
    pub(crate) optional: bool,
}

/// One of the outputs of a step.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) label: Option<&'static str>,
    pub(crate) shape: Vec<SizeId>,
    /// The state whose next value it is, if it is one: then it has no region of its own.
    pub(crate) state: Option<usize>,
}

/// A region, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegionId(pub usize);

/// A matrix of values.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) source: Source,
    /// Elements of a row.
    pub(crate) width: SizeId,
}

/// What a region holds, and thereby how many rows it has.
///
/// Adjoints are derivatives of the loss with respect to a value. Absent parameters, and adjoints of results that the loss
/// does not depend on, are zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Written by instructions.
    Value(Rows),
    /// One row: row-major.
    Parameter(usize),
    /// One row: row-major.
    Buffer(usize),
    /// One row of one element.
    Hyper(usize),
    /// One row of one element: a size as a number.
    Size(SizeId),
    /// A row for each step of each example.
    Input(usize),
    /// A row for each example.
    Context(usize),
    /// A row for each step of each example; of an output without `state`.
    Output(usize),
    /// The value of a state before the step: a row for each step of each example.
    State(usize),
    /// The value of a state after the step: the same memory as [`Source::State`], one step later.
    Next(usize),
    /// A row for each step of each example.
    OutputAdjoint(usize),
    /// What the later step says of the value of a state after this step. A row for each example.
    NextAdjoint(usize),
    /// What this step says of the value of a state before it: the [`Source::NextAdjoint`] of the step before.
    StateAdjoint(usize),
    /// A row for each step of each example.
    InputAdjoint(usize),
    /// A row for each example.
    ContextAdjoint(usize),
    /// One row: row-major.
    ParameterAdjoint(usize),
}

/// How often a value that instructions write is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// One row.
    Once,
    /// A row for each example.
    Example,
    /// A row for each step of each example.
    All,
    /// A row for each example, which every step writes anew. If it is saved, training keeps a row for each step of each
    /// example.
    Step {
        /// Whether the backward pass reads it.
        saved: bool,
    },
}

impl Rows {
    /// Of a step, and the backward pass reads it.
    pub const SAVED: Self = Self::Step { saved: true };
    /// Of a step, and only the step reads it.
    pub const UNSAVED: Self = Self::Step { saved: false };
}

/// Columns of a region: `start .. start + length` of each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    pub region: RegionId,
    pub start: SizeId,
    pub length: SizeId,
}

/// A matrix `[K, N]` that rows are multiplied by, made of blocks; zeros elsewhere. Packed once for each scan.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) rows: SizeId,
    pub(crate) columns: SizeId,
    pub(crate) blocks: Vec<Block>,
}

/// A matrix in a region with one row, as a part of [`Weights`].
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Row-major, all columns of it.
    pub value: View,
    /// Whether the block is the transpose of what `value` holds.
    pub transposed: bool,
    /// The place of the upper left corner.
    pub row: SizeId,
    pub column: SizeId,
    /// The size of the block, after the transpose.
    pub rows: SizeId,
    pub columns: SizeId,
}

/// A fused loop over the elements of a row, whose code the cell has.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    /// What it computes, as the equations call it: first its outputs in their order, then what it computes on the way.
    pub(crate) values: Vec<&'static str>,
    /// Additions, multiplications, comparisons and selections for each element.
    pub(crate) operations: usize,
    /// Exponentials, logarithms, roots, divisions and what is made of them, for each element.
    pub(crate) transcendentals: usize,
}

/// How often the instructions of a stage run, and on how many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Once for each scan, on one row.
    Once,
    /// Once for each scan, on a row for each example.
    Example,
    /// Once for each scan, on all rows of all steps at a time.
    All,
    /// At each step (backward: from the last to the first), on a row for each example that takes part.
    Step,
}

/// Instructions that run one after the other, equally often.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) frequency: Frequency,
    pub(crate) instructions: Vec<Instruction>,
}

/// The closed list of instructions. Each computes, for each row of its stage, `out` from its operands: operands with one
/// row are the same for all rows, those with a row for each example are the same for all steps.
#[derive(Clone, Debug)]
pub(crate) enum Instruction {
    /// A fused loop over `extent` elements. `scalars` have one element, which the loop reads once for each row; they are
    /// its first operands.
    Kernel {
        kernel: usize,
        extent: SizeId,
        scalars: Vec<View>,
        inputs: Vec<View>,
        outputs: Vec<View>,
    },
    /// `out (+)= left · weights`. The columns of `left`, one part after the other, are the rows of the weights. `labels` are
    /// the products of the equations that it computes.
    Product {
        weights: usize,
        left: Vec<View>,
        out: View,
        accumulate: bool,
        labels: Vec<&'static str>,
    },
    /// Over each group of `length` neighbours: `[M, length]` to `[M]`.
    Reduce {
        reduction: Reduction,
        value: View,
        length: SizeId,
        out: View,
    },
    Copy {
        value: View,
        out: View,
    },
    Fill {
        value: f64,
        out: View,
    },
    /// Each element `length` times: `[M]` to `[M, length]`.
    Stretch {
        value: View,
        length: SizeId,
        out: View,
    },
    /// `[M]` and `[N]` to `[M, N]`.
    Outer {
        left: View,
        right: View,
        out: View,
    },
    /// `[M, N]` to `[N, M]`: `rows` is M.
    Transpose {
        value: View,
        rows: SizeId,
        columns: SizeId,
        out: View,
    },
    /// `[N]` to `[N, N]`.
    Diag {
        value: View,
        out: View,
    },
    /// `[N, N]` to `[N]`.
    DiagonalOf {
        value: View,
        out: View,
    },
    /// `[N, N]`: N is `size`.
    Identity {
        size: SizeId,
        out: View,
    },
    /// A product of two matrices of each row: `[m, k]` and `[k, n]` after the transposes. A vector has `n` = 1.
    MatMul {
        left: View,
        right: View,
        sizes: MatMulSizes,
        transpose_left: bool,
        transpose_right: bool,
        out: View,
    },
    /// `out (+)=` the sum of `value` over the rows of the stage that share a row of `out`: all of them, or those of an
    /// example.
    TotalSum {
        value: View,
        out: View,
        accumulate: bool,
    },
    /// `out (+)=` the sum of the outer products of `left [M]` and `right [N]` over the rows of the stage that share a row of
    /// `out`. The columns of `left` belong to the matrices in `outs` one after the other; each is `[M_i, N]`.
    TotalProduct {
        left: View,
        right: View,
        outs: Vec<View>,
        accumulate: bool,
        labels: Vec<&'static str>,
    },
}

/// `[m, k] · [k, n]`.
#[derive(Clone, Copy, Debug)]
pub struct MatMulSizes {
    pub m: SizeId,
    pub k: SizeId,
    pub n: SizeId,
}

/// What becomes of neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Their sum.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

impl Size {
    /// Its value, given the dimensions.
    pub(crate) fn at(&self, dimensions: &[usize]) -> usize {
        let product = |factors: &[usize]| factors.iter().map(|&factor| dimensions[factor]).product::<usize>();
        self.terms.iter().map(|(coefficient, factors)| coefficient * product(factors)).sum()
    }

    /// As a cell declares it: `2 * H + 1`.
    pub(crate) fn text(&self, dimensions: &[&str]) -> String {
        let term = |(coefficient, factors): &(usize, Vec<usize>)| {
            let count = (*coefficient != 1 || factors.is_empty()).then(|| coefficient.to_string());
            let factors = factors.iter().map(|&factor| dimensions[factor].to_owned());
            count.into_iter().chain(factors).collect::<Vec<_>>().join(" * ")
        };
        let terms: Vec<String> = self.terms.iter().map(term).collect();
        if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") }
    }
}
