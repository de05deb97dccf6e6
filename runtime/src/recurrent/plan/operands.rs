//! What instructions read and write.

use super::polynomial::Polynomial;
use super::{Frequency, Instruction, Plan, RegionId, Rows, SizeId, Source, View};

impl Instruction {
    /// What it reads, apart from weights and from what it adds to.
    pub(crate) fn operands(&self) -> Vec<View> {
        match self {
            Self::Kernel { scalars, inputs, .. } => scalars.iter().chain(inputs).copied().collect(),
            Self::Product { left, .. } => left.clone(),
            Self::Reduce { value, .. }
            | Self::Copy { value, .. }
            | Self::Stretch { value, .. }
            | Self::Transpose { value, .. }
            | Self::Diag { value, .. }
            | Self::DiagonalOf { value, .. }
            | Self::TotalSum { value, .. } => vec![*value],
            Self::Fill { .. } | Self::Identity { .. } => Vec::new(),
            Self::Outer { left, right, .. }
            | Self::MatMul { left, right, .. }
            | Self::TotalProduct { left, right, .. } => {
                vec![*left, *right]
            }
        }
    }

    /// What it writes.
    pub(crate) fn results(&self) -> &[View] {
        match self {
            Self::Kernel { outputs, .. } => outputs,
            Self::TotalProduct { outs, .. } => outs,
            Self::Product { out, .. }
            | Self::Reduce { out, .. }
            | Self::Copy { out, .. }
            | Self::Fill { out, .. }
            | Self::Stretch { out, .. }
            | Self::Outer { out, .. }
            | Self::Transpose { out, .. }
            | Self::Diag { out, .. }
            | Self::DiagonalOf { out, .. }
            | Self::Identity { out, .. }
            | Self::MatMul { out, .. }
            | Self::TotalSum { out, .. } => std::slice::from_ref(out),
        }
    }

    /// Whether it adds to what it writes.
    pub(crate) fn accumulates(&self) -> bool {
        match self {
            Self::Product { accumulate, .. }
            | Self::TotalSum { accumulate, .. }
            | Self::TotalProduct { accumulate, .. } => *accumulate,
            Self::Kernel { .. }
            | Self::Reduce { .. }
            | Self::Copy { .. }
            | Self::Fill { .. }
            | Self::Stretch { .. }
            | Self::Outer { .. }
            | Self::Transpose { .. }
            | Self::Diag { .. }
            | Self::DiagonalOf { .. }
            | Self::Identity { .. }
            | Self::MatMul { .. } => false,
        }
    }
}

impl Source {
    /// How many rows there are in the memory of the whole scan: of what steps write, a row for each step only if they are
    /// `kept`.
    pub(crate) fn rows(self, kept: bool) -> Frequency {
        match self {
            Self::Value(Rows::Once)
            | Self::Parameter(_)
            | Self::Buffer(_)
            | Self::Hyper(_)
            | Self::Size(_)
            | Self::ParameterAdjoint(_) => Frequency::Once,
            Self::Value(Rows::Example)
            | Self::Context(_)
            | Self::NextAdjoint(_)
            | Self::StateAdjoint(_)
            | Self::ContextAdjoint(_) => Frequency::Example,
            Self::Value(Rows::Step { saved }) if !(saved && kept) => Frequency::Step,
            Self::State(_) | Self::Next(_) if !kept => Frequency::Step,
            Self::Value(Rows::All | Rows::Step { .. })
            | Self::Input(_)
            | Self::Output(_)
            | Self::State(_)
            | Self::Next(_)
            | Self::OutputAdjoint(_)
            | Self::InputAdjoint(_) => Frequency::All,
        }
    }

    /// One name for each memory that sources share; `None` for values, each of which has its own.
    pub(crate) fn memory(self) -> Option<Self> {
        match self {
            Self::Value(_) => None,
            Self::State(state) => Some(Self::Next(state)),
            Self::NextAdjoint(state) => Some(Self::StateAdjoint(state)),
            other => Some(other),
        }
    }
}

impl Frequency {
    /// The number of rows that instructions run on at a time.
    pub(crate) fn rows(self) -> Polynomial {
        match self {
            Self::Once => Polynomial::constant(1),
            Self::Example | Self::Step => Polynomial::batch(),
            Self::All => &Polynomial::steps() * &Polynomial::batch(),
        }
    }

    /// How often they run.
    pub(crate) fn times(self) -> Polynomial {
        if self == Self::Step { Polynomial::steps() } else { Polynomial::constant(1) }
    }
}

impl Plan {
    pub(crate) fn source(&self, region: RegionId) -> Source {
        self.regions[region.0].source
    }

    pub(crate) fn polynomial(&self, size: SizeId) -> Polynomial {
        Polynomial::size(&self.sizes[size.0])
    }

    /// What an instruction reads: its operands, and what its weights are made of.
    pub(crate) fn reads(&self, instruction: &Instruction) -> Vec<View> {
        let blocks = match instruction {
            Instruction::Product { weights, .. } => self.weights[*weights].blocks.as_slice(),
            _ => &[],
        };
        instruction.operands().into_iter().chain(blocks.iter().map(|block| block.value)).collect()
    }

    /// Whether two views may share memory; of what steps hand on to each other, at different steps.
    pub(crate) fn overlap(&self, left: View, right: View) -> bool {
        let before = |left: View, right: View| (&self.polynomial(right.start) - &self.end(left)).is_never_negative();
        let same = self.same_memory(left.region, right.region);
        same && (left == right || !(before(left, right) || before(right, left)))
    }

    pub(crate) fn same_memory(&self, left: RegionId, right: RegionId) -> bool {
        let memory = self.source(left).memory();
        left == right || (memory.is_some() && memory == self.source(right).memory())
    }

    fn end(&self, view: View) -> Polynomial {
        &self.polynomial(view.start) + &self.polynomial(view.length)
    }

    /// Into how many parts the operands of a product fall: those that stand side by side in memory are one.
    pub(crate) fn parts(&self, left: &[View]) -> usize {
        let adjoin =
            |left: &View, right: &View| left.region == right.region && self.end(*left) == self.polynomial(right.start);
        left.chunk_by(adjoin).count()
    }
}
