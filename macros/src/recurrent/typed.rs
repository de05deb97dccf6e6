//! A checked cell as plain data: every value with its shape, nothing that could still be wrong.
//!
//! Names stand without `r#`. Values are those of one example. The nodes stand in the order in which they can be computed.

pub(crate) mod print;

pub(crate) use super::shapes::dim::Dim;
use std::fmt;

/// A cell whose equations all have a meaning.
pub(crate) struct Cell {
    pub(crate) name: String,
    /// The first `header` of them are arguments of `new`; the others are known at a call, from the contexts.
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) header: usize,
    /// The fields of the struct in their order.
    pub(crate) fields: Vec<Field>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) buffers: Vec<Buffer>,
    pub(crate) hypers: Vec<Hyper>,
    pub(crate) states: Vec<State>,
    pub(crate) inputs: Vec<Argument>,
    pub(crate) contexts: Vec<Argument>,
    pub(crate) locals: Vec<Local>,
    pub(crate) nodes: Vec<Node>,
    /// One for each state, in the order of the states: its next value.
    pub(crate) next: Vec<NodeId>,
    pub(crate) outputs: Vec<Output>,
}

/// A size with a name: `H`, which `new` calls `hidden`.
pub(crate) struct Dimension {
    pub(crate) name: String,
    /// The argument of `new`, for those of the header.
    pub(crate) argument: Option<String>,
}

/// A field of the struct, by its number in the list of its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Field {
    Parameter(usize),
    Buffer(usize),
    Hyper(usize),
}

/// A trained array. A learned start of a state `h` is one too, called `initial_h`.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) initial: Initial,
    /// Whether it may be `None`, which counts as zeros.
    pub(crate) optional: bool,
}

/// An array that is saved and never trained.
pub(crate) struct Buffer {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) initial: Initial,
}

/// A number that the user may change.
pub(crate) struct Hyper {
    pub(crate) name: String,
    pub(crate) value: f64,
}

/// What one step hands on to the next.
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) start: Start,
}

/// What a state is before the first step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    Zeros,
    Ones,
    /// A node of the stage [`Stage::Constant`].
    Constant(NodeId),
    /// The parameter with this number.
    Learned(usize),
}

/// An input or a context.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) shape: Shape,
}

/// A rule for initial values; the nodes have the stage [`Stage::Constant`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Initial {
    Zeros,
    Ones,
    Constant(NodeId),
    /// From -bound to bound.
    Symmetric(NodeId),
    Uniform(NodeId, NodeId),
    Normal(NodeId),
    GlorotUniform,
    GlorotNormal,
    KaimingUniform,
    KaimingNormal,
    Orthogonal,
    Identity,
}

/// A value with a name: a `let`, a part of one, or an argument of an inlined helper (`gate.a`).
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) value: NodeId,
}

/// What a step gives.
pub(crate) struct Output {
    pub(crate) label: Option<String>,
    pub(crate) value: NodeId,
}

/// The number of a node in its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) u32);

/// One operation.
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) ty: Type,
}

/// The sizes of the axes of a value of one example: none, one or two.
pub(crate) type Shape = Vec<Dim>;

/// What is known about a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Type {
    pub(crate) shape: Shape,
    pub(crate) element: Element,
    pub(crate) stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Real,
    /// True or false: what a comparison gives.
    Mask,
}

/// What a value depends on at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Numbers, sizes and hyper-parameters. Such values are computed in f64; real ones have the shape `[]`.
    Constant,
    /// Parameters and buffers: the same for all examples.
    Parameter,
    /// Inputs, contexts or states: another value for each example.
    Example,
}

/// The closed list of operations. Each says what its operands are; shapes are those of one example.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    Number(f64),
    /// A size, or a polynomial of sizes, as a number.
    Size(Dim),
    Hyper(usize),
    Parameter(usize),
    Buffer(usize),
    Input(usize),
    Context(usize),
    /// The value before this step.
    State(usize),
    /// The value after this step.
    Next(usize),
    Local(usize),
    /// Element by element.
    Unary(Unary, NodeId),
    /// Element by element; a scalar stretches over the other operand.
    Binary(Binary, NodeId, NodeId),
    /// Low and high are constants.
    Clamp {
        value: NodeId,
        low: NodeId,
        high: NodeId,
    },
    /// The slope factor is a constant.
    Elu {
        value: NodeId,
        alpha: NodeId,
    },
    /// The slope is a constant.
    LeakyRelu {
        value: NodeId,
        slope: NodeId,
    },
    /// Two real values to a mask; a scalar stretches.
    Compare(Comparison, NodeId, NodeId),
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
    Not(NodeId),
    /// Element by element `mask ? first : second`; scalars stretch.
    Select {
        mask: NodeId,
        first: NodeId,
        second: NodeId,
    },
    StopGradient(NodeId),
    /// `[M, N] @ [N]` or `[M, K] @ [K, N]`.
    MatMul(NodeId, NodeId),
    /// `[N]` and `[N]` to `[]`.
    Dot(NodeId, NodeId),
    /// `[M]` and `[N]` to `[M, N]`.
    Outer(NodeId, NodeId),
    /// `[M, N]` to `[N, M]`.
    Transpose(NodeId),
    /// `[N]` to `[N, N]`.
    Diag(NodeId),
    /// `[N, N]`.
    Identity(Dim),
    /// The last axis disappears.
    Reduce(Reduction, NodeId),
    /// Along the last axis, which stays.
    Normalise(Normalisation, NodeId),
    /// Along the last axis, which stays; epsilon is a constant.
    LayerNorm {
        value: NodeId,
        epsilon: NodeId,
    },
    /// Vectors and scalars to one vector.
    Concat(Vec<NodeId>),
    /// Part of a vector.
    Slice {
        value: NodeId,
        start: Dim,
        length: Dim,
    },
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unary {
    Neg,
    Exp,
    Expm1,
    Ln,
    Log1p,
    Sqrt,
    Square,
    Recip,
    Abs,
    Sin,
    Cos,
    Erf,
    Tanh,
    Sigmoid,
    Relu,
    Gelu,
    GeluTanh,
    Silu,
    Softplus,
    Selu,
    Mish,
    Softsign,
    HardSigmoid,
    HardTanh,
    LogSigmoid,
    Floor,
    Sign,
}

/// Functions of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Minimum,
    Maximum,
    /// The floored remainder, with the sign of the second operand.
    Rem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reduction {
    Sum,
    Mean,
    Min,
    Max,
    /// Euclidean.
    Norm,
    LogSumExp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Normalisation {
    Softmax,
    LogSoftmax,
}

impl Cell {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// A shape as the user would write it: `[H, D + 1]`.
    pub(crate) fn shape_text(&self, shape: &[Dim]) -> String {
        let axes: Vec<String> = shape.iter().map(|axis| self.dim_text(axis)).collect();
        format!("[{}]", axes.join(", "))
    }

    /// A size as the user would write it.
    pub(crate) fn dim_text(&self, dim: &Dim) -> String {
        dim.text(&|dimension| self.dimensions[dimension].name.as_str())
    }
}

impl Op {
    /// The nodes that it reads, in order.
    pub(crate) fn operands(&self) -> Vec<NodeId> {
        match self {
            Self::Number(_)
            | Self::Size(_)
            | Self::Hyper(_)
            | Self::Parameter(_)
            | Self::Buffer(_)
            | Self::Input(_)
            | Self::Context(_)
            | Self::State(_)
            | Self::Next(_)
            | Self::Local(_)
            | Self::Identity(_) => Vec::new(),
            Self::Unary(_, a)
            | Self::Not(a)
            | Self::StopGradient(a)
            | Self::Transpose(a)
            | Self::Diag(a)
            | Self::Reduce(_, a)
            | Self::Normalise(_, a)
            | Self::Slice { value: a, .. } => vec![*a],
            Self::Binary(_, a, b)
            | Self::Elu { value: a, alpha: b }
            | Self::LeakyRelu { value: a, slope: b }
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b)
            | Self::MatMul(a, b)
            | Self::Dot(a, b)
            | Self::Outer(a, b)
            | Self::LayerNorm { value: a, epsilon: b } => vec![*a, *b],
            Self::Clamp { value: a, low: b, high: c } | Self::Select { mask: a, first: b, second: c } => {
                vec![*a, *b, *c]
            }
            Self::Concat(parts) => parts.clone(),
        }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}
