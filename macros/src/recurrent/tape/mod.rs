//! The step of a cell as operations on tensors with a batch axis, one after the other.
//!
//! A value that differs between examples gets the batch as its first axis; parameters and what is made of them have no
//! batch axis, and numbers that are known without any tensor stay numbers.

mod align;
mod constants;
mod lower;
mod print;
mod product;
mod prune;
#[cfg(test)]
mod tests;

pub(crate) use constants::constants;
pub(crate) use lower::lower;

use super::typed::{Binary, Comparison, Dim, Normalisation, Reduction, Shape, Unary};

/// What `step` does, in order.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) instructions: Vec<Instruction>,
    /// The next value of each state, in the order of the states: real, with a batch axis.
    pub(crate) next: Vec<Register>,
    /// Real, with a batch axis.
    pub(crate) outputs: Vec<Register>,
}

/// The result of the instruction with this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Register(pub(crate) u32);

/// A call and what it makes.
#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub(crate) call: Call,
    pub(crate) value: Value,
    /// What the user calls it.
    pub(crate) hint: Option<String>,
}

/// What is known about a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// Whether the batch is its first axis.
    pub(crate) batched: bool,
    /// The number of axes of one example.
    pub(crate) rank: usize,
}

/// Kinds of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `f64`
    Number,
    /// `Tensor<F>`
    Real,
    /// `Option<Tensor<F>>`: a parameter that counts as zeros where it is absent.
    Optional,
    /// `Tensor<bool>`
    Mask,
}

/// The closed list of calls. Operands are tensors, except where it says number.
///
/// What one number can be computed from has the calls of tensors, all of whose operands are numbers then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    /// A number.
    Number(Real),
    /// A size as a number.
    Size(Dim),
    /// A number.
    Hyper(usize),
    /// A parameter that is always there.
    Parameter(usize),
    /// A parameter that may be absent: of the kind [`Kind::Optional`].
    Optional(usize),
    Buffer(usize),
    Input(usize),
    Context(usize),
    State(usize),
    /// A number as a tensor `[]`.
    Scalar(Register),
    /// `[N, N]`
    Identity(Dim),
    /// An optional parameter, or zeros of its shape.
    OrZeros(Register, Shape),
    /// A tensor and an optional parameter: their sum, or the tensor itself.
    AddOptional(Register, Register),
    Unary(Unary, Register),
    /// Two tensors that broadcast, or two numbers.
    Binary(Binary, Register, Register),
    /// A tensor plus a number.
    Offset(Register, Register),
    /// A tensor times a number.
    Scale(Register, Register),
    /// A tensor divided by a number.
    Divide(Register, Register),
    /// A tensor to the power of a number.
    Power(Register, Register),
    /// Low and high are numbers.
    Clamp {
        value: Register,
        low: Register,
        high: Register,
    },
    /// Alpha is a number.
    Elu {
        value: Register,
        alpha: Register,
    },
    /// The slope is a number.
    LeakyRelu {
        value: Register,
        slope: Register,
    },
    /// Epsilon is a number.
    LayerNorm {
        value: Register,
        epsilon: Register,
    },
    Compare(Comparison, Register, Register),
    And(Register, Register),
    Or(Register, Register),
    Not(Register),
    /// The first where the mask is true, the second elsewhere; all three broadcast.
    Select {
        mask: Register,
        first: Register,
        second: Register,
    },
    Detach(Register),
    /// `[.., M, K] @ [.., K, N]`
    MatMul(Register, Register),
    /// `[.., M, K] @ [.., N, K]ᵀ`
    MatMulTransposed(Register, Register),
    Dot(Register, Register),
    Outer(Register, Register),
    /// Swaps the last two axes.
    Transpose(Register),
    Diag(Register),
    /// Over the last axis, which disappears.
    Reduce(Reduction, Register),
    /// Along the last axis.
    Normalise(Normalisation, Register),
    /// Along the last axis.
    Concat(Vec<Register>),
    /// Of the last axis.
    Slice {
        value: Register,
        start: Dim,
        length: Dim,
    },
    /// A new axis of size 1 at this place, counted from the end.
    Unsqueeze(Register, i8),
    /// Without the axis of size 1 at this place, counted from the end.
    Squeeze(Register, i8),
    /// To the batch and this shape of one example.
    Stretch(Register, Shape),
}

/// A real number with an order, in which equal means the same bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Real(u64);

impl Real {
    pub(crate) fn new(value: f64) -> Self {
        Self(value.to_bits())
    }

    pub(crate) fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl std::fmt::Debug for Real {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.value())
    }
}

impl Register {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Value {
    pub(crate) const NUMBER: Self = Self { kind: Kind::Number, batched: false, rank: 0 };

    /// The same for all examples.
    pub(crate) const fn parameter(rank: usize) -> Self {
        Self { kind: Kind::Real, batched: false, rank }
    }

    /// Another one for each example.
    pub(crate) const fn example(rank: usize) -> Self {
        Self { kind: Kind::Real, batched: true, rank }
    }
}

impl Call {
    /// The registers that it reads, in order.
    pub(crate) fn operands_mut(&mut self) -> Vec<&mut Register> {
        match self {
            Self::Number(_)
            | Self::Size(_)
            | Self::Hyper(_)
            | Self::Parameter(_)
            | Self::Optional(_)
            | Self::Buffer(_)
            | Self::Input(_)
            | Self::Context(_)
            | Self::State(_)
            | Self::Identity(_) => Vec::new(),
            Self::Scalar(a)
            | Self::OrZeros(a, _)
            | Self::Unary(_, a)
            | Self::Not(a)
            | Self::Detach(a)
            | Self::Transpose(a)
            | Self::Diag(a)
            | Self::Reduce(_, a)
            | Self::Normalise(_, a)
            | Self::Slice { value: a, .. }
            | Self::Unsqueeze(a, _)
            | Self::Squeeze(a, _)
            | Self::Stretch(a, _) => vec![a],
            Self::AddOptional(a, b)
            | Self::Binary(_, a, b)
            | Self::Offset(a, b)
            | Self::Scale(a, b)
            | Self::Divide(a, b)
            | Self::Power(a, b)
            | Self::Elu { value: a, alpha: b }
            | Self::LeakyRelu { value: a, slope: b }
            | Self::LayerNorm { value: a, epsilon: b }
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b)
            | Self::MatMul(a, b)
            | Self::MatMulTransposed(a, b)
            | Self::Dot(a, b)
            | Self::Outer(a, b) => vec![a, b],
            Self::Clamp { value: a, low: b, high: c } | Self::Select { mask: a, first: b, second: c } => {
                vec![a, b, c]
            }
            Self::Concat(parts) => parts.iter_mut().collect(),
        }
    }

    /// The registers that it reads, in order.
    pub(crate) fn operands(&self) -> Vec<Register> {
        self.clone().operands_mut().into_iter().map(|operand| *operand).collect()
    }
}
