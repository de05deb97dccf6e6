//! How a scan is computed: what runs how often, in which order, and where the values stand.
//!
//! ```text
//! ir::Step ──────────────────────── arena ──┐
//! diff::Backward ── saved::choose ── arena ──┴─ place ── held ── products ── schedule ── memory ──> Plan
//! ```
//!
//! - [`saved`]: which values of a step the backward pass reads, and which it computes again from those.
//! - [`place`]: once for each scan, hoisted out of the loop, in the loop, or after it.
//! - [`held`]: what is handed from step to step and read after the loop gets a row for each step.
//! - [`products`]: sums of products become one product; products of the same vectors are stacked by the schedule.
//! - [`schedule`]: the order; element-by-element work between two other operations becomes one loop.
//! - [`memory`]: a view for each value that is not only inside of a loop, so that what is multiplied together stands together.

mod arena;
mod decisions;
pub(crate) mod describe;
mod held;
mod labels;
mod memory;
mod moves;
mod place;
pub(crate) mod print;
mod products;
mod saved;
mod schedule;
#[cfg(test)]
mod tests;

use super::diff::{self, Backward};
use super::ir::{Dim, Graph, NodeId, Real, Reduction, Step};
use super::typed::Cell;
use arena::Arena;
pub(crate) use decisions::Decision;

/// All that the engine needs to know, except the code of the loops.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) regions: Vec<Region>,
    pub(crate) weights: Vec<Weights>,
    pub(crate) kernels: Vec<Kernel>,
    /// The state whose next value an output is, if it is one.
    pub(crate) outputs: Vec<Option<usize>>,
    pub(crate) forward: Vec<Stage>,
    pub(crate) backward: Vec<Stage>,
}

/// A matrix of values: a row for the scan, for each example, or for each step of each example.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) source: Source,
    /// Elements of a row.
    pub(crate) width: Dim,
}

/// What a region holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Written by instructions.
    Value(Rows),
    Parameter(usize),
    Buffer(usize),
    Hyper(usize),
    Size(Dim),
    Input(usize),
    Context(usize),
    /// Of an output that is not the next value of a state.
    Output(usize),
    /// Before the step.
    State(usize),
    /// After the step: the memory of the state, one step later.
    Next(usize),
    OutputAdjoint(usize),
    /// What the later step says of the state after this one.
    NextAdjoint(usize),
    /// What this step says of the state before it.
    StateAdjoint(usize),
    InputAdjoint(usize),
    ContextAdjoint(usize),
    ParameterAdjoint(usize),
}

/// How often a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rows {
    Once,
    Example,
    /// Each step writes it anew; if it is saved, training keeps all of them for the backward pass.
    Step {
        saved: bool,
    },
    /// For each step of each example.
    All,
}

/// Columns of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) region: usize,
    pub(crate) start: Dim,
    pub(crate) length: Dim,
}

/// A matrix `[K, N]` that rows are multiplied by.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) rows: Dim,
    pub(crate) columns: Dim,
    pub(crate) blocks: Vec<Block>,
}

/// A matrix as a part of a larger one.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) value: View,
    /// Whether the block is the transpose of `value`.
    pub(crate) transposed: bool,
    pub(crate) row: Dim,
    pub(crate) column: Dim,
    /// After the transpose.
    pub(crate) rows: Dim,
    pub(crate) columns: Dim,
}

/// One loop over the elements of a row.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) extent: Dim,
    /// Operands that the loop reads once for each row; they are the first operands.
    pub(crate) scalars: usize,
    pub(crate) operands: usize,
    /// What is computed for each element. Operands are its inputs, and only element-by-element operations occur.
    pub(crate) body: Graph,
    pub(crate) outputs: Vec<NodeId>,
    /// What the outputs are called, or their formulas.
    pub(crate) labels: Vec<String>,
}

/// How often instructions run, and on how many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Frequency {
    Once,
    Example,
    All,
    Step,
}

#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) frequency: Frequency,
    pub(crate) instructions: Vec<Instruction>,
}

/// The closed list of what an engine does with the rows of a stage.
#[derive(Clone, Debug)]
pub(crate) enum Instruction {
    Kernel {
        kernel: usize,
        scalars: Vec<View>,
        inputs: Vec<View>,
        outputs: Vec<View>,
    },
    /// `out (+)= left · weights`; the parts of `left` stand side by side.
    Product {
        weights: usize,
        left: Vec<View>,
        out: View,
        accumulate: bool,
        labels: Vec<String>,
    },
    /// Over each group of `length` neighbours.
    Reduce {
        reduction: Reduction,
        value: View,
        length: Dim,
        out: View,
    },
    Copy {
        value: View,
        out: View,
    },
    Fill {
        value: Real,
        out: View,
    },
    /// Each element `length` times.
    Stretch {
        value: View,
        length: Dim,
        out: View,
    },
    Outer {
        left: View,
        right: View,
        out: View,
    },
    Transpose {
        value: View,
        rows: Dim,
        columns: Dim,
        out: View,
    },
    Diag {
        value: View,
        out: View,
    },
    DiagonalOf {
        value: View,
        out: View,
    },
    Identity {
        size: Dim,
        out: View,
    },
    /// `[m, k] · [k, n]` after the transposes, for each row.
    MatMul {
        left: View,
        right: View,
        sizes: [Dim; 3],
        transposed: [bool; 2],
        out: View,
    },
    /// The sum over rows.
    TotalSum {
        value: View,
        out: View,
        accumulate: bool,
    },
    /// The sum over rows of outer products, as one product of matrices.
    TotalProduct {
        left: View,
        right: View,
        outs: Vec<View>,
        accumulate: bool,
        labels: Vec<String>,
    },
}

/// The plan of a cell.
pub(crate) fn plan(cell: &Cell, step: &Step) -> Plan {
    let backward = diff::reverse(step).optimised();
    assemble(cell, step, backward)
}

/// The plan of a step and its derivative.
pub(crate) fn assemble(cell: &Cell, step: &Step, backward: Backward) -> Plan {
    assemble_breaking(cell, step, backward, None)
}

/// The same, but this decision is wrong: what tests must notice.
pub(crate) fn assemble_breaking(cell: &Cell, step: &Step, backward: Backward, broken: Option<Decision>) -> Plan {
    let saved::Saved { backward, kept } = saved::choose(step, backward, broken);
    let mut memory = memory::Memory::new(cell, step);
    let forward = prepare(Arena::forward(step, &kept).breaking(broken));
    let forward_stages = memory.assign(&forward);
    let backward = prepare(Arena::backward(step, &backward).breaking(broken));
    let backward_stages = memory.assign(&backward);
    memory.finish(forward_stages, backward_stages)
}

/// One pass with the order of its work.
fn prepare(arena: Arena) -> schedule::Schedule {
    schedule::schedule(products::join(held::hold(place::place(arena))))
}
