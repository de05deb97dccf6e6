//! The operations on tensors: what they are, and what each keeps for its derivative.
//!
//! To add one: a variant of [`Op`] (or of [`Unary`], [`Binary`]), its row in [`Op::name`] and [`Op::needs`], its rule in
//! `rules.rs`, its method in the file of its family, and its row and case in `tests/`. The compiler and the tests list the places.

mod arithmetic;
mod axes;
mod cast;
mod compare;
mod index;
mod join;
mod layout;
mod normalise;
mod product;
mod reduce;
pub(crate) mod rules;
#[cfg(test)]
pub(crate) mod tests;
mod unary;

pub use axes::{Axes, Axis};
pub use join::{concat, stack};
pub(crate) use layout::Moved;

use std::sync::Arc;

use crate::array::kernels::{Binary, Layout, Unary};
use crate::array::shape::Shape;
use crate::tensor::Tensor;

/// The closed list of operations with one result that a tape records; for the others see `autodiff/joint.rs`. Large
/// data is boxed: every record has room for every operation.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Op {
    Unary(Unary),
    Binary(Binary),
    /// `mask ? first : second`.
    Select {
        mask: Box<Tensor<bool>>,
    },
    MatMul {
        left: Layout,
        right: Layout,
    },
    Reshape,
    /// Axis `i` of the result is axis `axes[i]` of the input.
    Permute {
        axes: Box<Shape>,
    },
    BroadcastTo,
    /// Sums the axes that broadcasting would stretch from the result's shape to the input's.
    SumTo,
    Slice {
        axis: usize,
        start: usize,
    },
    /// The input at `start` along `axis`, zeros around it.
    Pad {
        axis: usize,
        start: usize,
    },
    IndexSelect {
        axis: usize,
        indices: Box<Tensor<usize>>,
    },
    /// Adds row `i` of the input to row `indices[i]` of zeros.
    IndexAdd {
        axis: usize,
        indices: Box<Tensor<usize>>,
    },
    /// Input `i` begins at `starts[i]` along `axis`.
    Concat {
        axis: usize,
        starts: Arc<[usize]>,
    },
    /// The largest (or smallest) element over the axes that have size 1 in the result.
    Extreme {
        largest: bool,
    },
    Softmax {
        axis: usize,
    },
    LogSoftmax {
        axis: usize,
    },
    /// Keeps the axis with size 1.
    LogSumExp {
        axis: usize,
    },
    /// Over the last axis, without gain and shift.
    LayerNorm {
        epsilon: f64,
    },
}

/// What a derivative needs besides the gradient of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Shapes only.
    Nothing,
    Inputs,
    Output,
    Both,
    /// For each input the other one.
    Other,
}

impl Op {
    /// The name in messages and in the list of operations.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Unary(op) => unary_name(*op),
            Self::Binary(Binary::Add) => "add",
            Self::Binary(Binary::Sub) => "sub",
            Self::Binary(Binary::Mul) => "mul",
            Self::Binary(Binary::Div) => "div",
            Self::Binary(Binary::Minimum) => "minimum",
            Self::Binary(Binary::Maximum) => "maximum",
            Self::Binary(Binary::Pow) => "pow",
            Self::Binary(Binary::Rem) => "rem",
            Self::Select { .. } => "select",
            Self::MatMul { .. } => "matmul",
            Self::Reshape => "reshape",
            Self::Permute { .. } => "permute",
            Self::BroadcastTo => "broadcast_to",
            Self::SumTo => "sum_to",
            Self::Slice { .. } => "slice",
            Self::Pad { .. } => "pad",
            Self::IndexSelect { .. } => "index_select",
            Self::IndexAdd { .. } => "index_add",
            Self::Concat { .. } => "concat",
            Self::Extreme { largest: true } => "max",
            Self::Extreme { largest: false } => "min",
            Self::Softmax { .. } => "softmax",
            Self::LogSoftmax { .. } => "log_softmax",
            Self::LogSumExp { .. } => "logsumexp",
            Self::LayerNorm { .. } => "layer_norm",
        }
    }

    pub(crate) fn needs(&self) -> Needs {
        match self {
            Self::Unary(op) => unary_needs(*op),
            Self::Binary(Binary::Add | Binary::Sub) => Needs::Nothing,
            Self::Binary(Binary::Mul) | Self::MatMul { .. } => Needs::Other,
            Self::Binary(Binary::Div | Binary::Minimum | Binary::Maximum) => Needs::Inputs,
            Self::Binary(Binary::Pow | Binary::Rem) | Self::Extreme { .. } | Self::LogSumExp { .. } => Needs::Both,
            Self::Softmax { .. } | Self::LogSoftmax { .. } => Needs::Output,
            Self::LayerNorm { .. } => Needs::Inputs,
            Self::Select { .. }
            | Self::Reshape
            | Self::Permute { .. }
            | Self::BroadcastTo
            | Self::SumTo
            | Self::Slice { .. }
            | Self::Pad { .. }
            | Self::IndexSelect { .. }
            | Self::IndexAdd { .. }
            | Self::Concat { .. } => Needs::Nothing,
        }
    }
}

impl Needs {
    /// Whether the values of an input are kept; `other` tells whether the other one gets a gradient.
    #[inline]
    pub(crate) fn input(self, other: bool) -> bool {
        match self {
            Self::Nothing | Self::Output => false,
            Self::Inputs | Self::Both => true,
            Self::Other => other,
        }
    }

    /// Whether the values of the result are kept.
    #[inline]
    pub(crate) fn output(self) -> bool {
        matches!(self, Self::Output | Self::Both)
    }
}

fn unary_name(op: Unary) -> &'static str {
    match op {
        Unary::Neg => "neg",
        Unary::Exp => "exp",
        Unary::Expm1 => "expm1",
        Unary::Ln => "ln",
        Unary::Log1p => "log1p",
        Unary::Sqrt => "sqrt",
        Unary::Square => "square",
        Unary::Recip => "recip",
        Unary::Abs => "abs",
        Unary::Sign => "sign",
        Unary::Floor => "floor",
        Unary::Sin => "sin",
        Unary::Cos => "cos",
        Unary::Erf => "erf",
        Unary::Tanh => "tanh",
        Unary::Sigmoid => "sigmoid",
        Unary::Relu => "relu",
        Unary::Gelu => "gelu",
        Unary::GeluTanh => "gelu_tanh",
        Unary::Silu => "silu",
        Unary::Softplus => "softplus",
        Unary::Elu { .. } => "elu",
        Unary::LeakyRelu { .. } => "leaky_relu",
        Unary::Selu => "selu",
        Unary::Mish => "mish",
        Unary::Softsign => "softsign",
        Unary::HardSigmoid => "hard_sigmoid",
        Unary::HardTanh => "hard_tanh",
        Unary::LogSigmoid => "log_sigmoid",
        Unary::Powf { .. } => "powf",
        Unary::Clamp { .. } => "clamp",
        Unary::Scale { .. } => "scale",
        Unary::Offset { .. } => "offset",
    }
}

fn unary_needs(op: Unary) -> Needs {
    match op {
        Unary::Neg | Unary::Sign | Unary::Floor | Unary::Scale { .. } | Unary::Offset { .. } => Needs::Nothing,
        Unary::Exp | Unary::Expm1 | Unary::Sqrt | Unary::Recip | Unary::Tanh | Unary::Sigmoid | Unary::Relu => {
            Needs::Output
        }
        Unary::Ln
        | Unary::Log1p
        | Unary::Square
        | Unary::Abs
        | Unary::Sin
        | Unary::Cos
        | Unary::Erf
        | Unary::Gelu
        | Unary::GeluTanh
        | Unary::Silu
        | Unary::Softplus
        | Unary::Elu { .. }
        | Unary::LeakyRelu { .. }
        | Unary::Selu
        | Unary::Mish
        | Unary::Softsign
        | Unary::HardSigmoid
        | Unary::HardTanh
        | Unary::LogSigmoid
        | Unary::Powf { .. }
        | Unary::Clamp { .. } => Needs::Inputs,
    }
}
