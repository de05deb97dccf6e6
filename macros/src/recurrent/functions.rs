//! The functions of the language.

use super::typed::{Binary, Normalisation, Reduction, Unary};

/// The closed list of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Function {
    /// Element by element.
    Unary(Unary),
    /// Element by element, of two values.
    Binary(Binary),
    /// `elu(v)` has the factor 1.
    Elu,
    /// `leaky_relu(v)` has the slope 0.01.
    LeakyRelu,
    Clamp,
    Select,
    StopGradient,
    Reduce(Reduction),
    Normalise(Normalisation),
    LayerNorm,
    Dot,
    Outer,
    Concat,
    Split,
    Transpose,
    Identity,
    Diag,
}

/// A function as the user sees it.
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) function: Function,
    /// A call as an example: `clamp(v, low, high)`.
    pub(crate) usage: &'static str,
    /// The smallest and the largest number of arguments.
    pub(crate) arguments: (usize, usize),
}

const fn entry(
    name: &'static str,
    function: Function,
    usage: &'static str,
    smallest: usize,
    largest: usize,
) -> Signature {
    Signature { name, function, usage, arguments: (smallest, largest) }
}

/// All functions.
pub(crate) const FUNCTIONS: &[Signature] = &[
    entry("exp", Function::Unary(Unary::Exp), "exp(v)", 1, 1),
    entry("expm1", Function::Unary(Unary::Expm1), "expm1(v)", 1, 1),
    entry("ln", Function::Unary(Unary::Ln), "ln(v)", 1, 1),
    entry("log1p", Function::Unary(Unary::Log1p), "log1p(v)", 1, 1),
    entry("sqrt", Function::Unary(Unary::Sqrt), "sqrt(v)", 1, 1),
    entry("square", Function::Unary(Unary::Square), "square(v)", 1, 1),
    entry("recip", Function::Unary(Unary::Recip), "recip(v)", 1, 1),
    entry("abs", Function::Unary(Unary::Abs), "abs(v)", 1, 1),
    entry("sin", Function::Unary(Unary::Sin), "sin(v)", 1, 1),
    entry("cos", Function::Unary(Unary::Cos), "cos(v)", 1, 1),
    entry("erf", Function::Unary(Unary::Erf), "erf(v)", 1, 1),
    entry("tanh", Function::Unary(Unary::Tanh), "tanh(v)", 1, 1),
    entry("sigmoid", Function::Unary(Unary::Sigmoid), "sigmoid(v)", 1, 1),
    entry("relu", Function::Unary(Unary::Relu), "relu(v)", 1, 1),
    entry("gelu", Function::Unary(Unary::Gelu), "gelu(v)", 1, 1),
    entry("gelu_tanh", Function::Unary(Unary::GeluTanh), "gelu_tanh(v)", 1, 1),
    entry("silu", Function::Unary(Unary::Silu), "silu(v)", 1, 1),
    entry("softplus", Function::Unary(Unary::Softplus), "softplus(v)", 1, 1),
    entry("elu", Function::Elu, "elu(v)` or `elu(v, alpha)", 1, 2),
    entry("leaky_relu", Function::LeakyRelu, "leaky_relu(v)` or `leaky_relu(v, slope)", 1, 2),
    entry("selu", Function::Unary(Unary::Selu), "selu(v)", 1, 1),
    entry("mish", Function::Unary(Unary::Mish), "mish(v)", 1, 1),
    entry("softsign", Function::Unary(Unary::Softsign), "softsign(v)", 1, 1),
    entry("hard_sigmoid", Function::Unary(Unary::HardSigmoid), "hard_sigmoid(v)", 1, 1),
    entry("hard_tanh", Function::Unary(Unary::HardTanh), "hard_tanh(v)", 1, 1),
    entry("log_sigmoid", Function::Unary(Unary::LogSigmoid), "log_sigmoid(v)", 1, 1),
    entry("pow", Function::Binary(Binary::Pow), "pow(base, exponent)", 2, 2),
    entry("minimum", Function::Binary(Binary::Minimum), "minimum(a, b)", 2, 2),
    entry("maximum", Function::Binary(Binary::Maximum), "maximum(a, b)", 2, 2),
    entry("min", Function::Reduce(Reduction::Min), "min(v)", 1, 1),
    entry("max", Function::Reduce(Reduction::Max), "max(v)", 1, 1),
    entry("clamp", Function::Clamp, "clamp(v, low, high)", 3, 3),
    entry("select", Function::Select, "select(mask, a, b)", 3, 3),
    entry("floor", Function::Unary(Unary::Floor), "floor(v)", 1, 1),
    entry("rem", Function::Binary(Binary::Rem), "rem(a, b)", 2, 2),
    entry("sign", Function::Unary(Unary::Sign), "sign(v)", 1, 1),
    entry("stop_gradient", Function::StopGradient, "stop_gradient(v)", 1, 1),
    entry("sum", Function::Reduce(Reduction::Sum), "sum(v)", 1, 1),
    entry("mean", Function::Reduce(Reduction::Mean), "mean(v)", 1, 1),
    entry("dot", Function::Dot, "dot(a, b)", 2, 2),
    entry("norm", Function::Reduce(Reduction::Norm), "norm(v)", 1, 1),
    entry("softmax", Function::Normalise(Normalisation::Softmax), "softmax(v)", 1, 1),
    entry("log_softmax", Function::Normalise(Normalisation::LogSoftmax), "log_softmax(v)", 1, 1),
    entry("logsumexp", Function::Reduce(Reduction::LogSumExp), "logsumexp(v)", 1, 1),
    entry("layer_norm", Function::LayerNorm, "layer_norm(v)` or `layer_norm(v, eps)", 1, 2),
    entry("concat", Function::Concat, "concat(a, b, …)", 1, usize::MAX),
    entry("split", Function::Split, "split(v, 2)", 2, 2),
    entry("transpose", Function::Transpose, "transpose(w)", 1, 1),
    entry("identity", Function::Identity, "identity(H)", 1, 1),
    entry("diag", Function::Diag, "diag(v)", 1, 1),
    entry("outer", Function::Outer, "outer(a, b)", 2, 2),
];

/// Names of numbers: rank 0, of the stage of constants.
pub(crate) const CONSTANTS: &[(&str, f64)] = &[("pi", std::f64::consts::PI), ("inf", f64::INFINITY)];

impl Function {
    /// The function with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|entry| entry.name == name).map(|entry| entry.function)
    }

    pub(crate) fn signature(self) -> &'static Signature {
        let entry = FUNCTIONS.iter().find(|entry| entry.function == self);
        entry.unwrap_or_else(|| unreachable!("`Neg` has an operator instead, all others stand in the table"))
    }
}
