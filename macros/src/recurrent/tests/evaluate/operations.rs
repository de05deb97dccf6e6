//! Operations on values: their names and their formulas.

use super::array::Array;
use super::formulas;
use crate::recurrent::functions::Function;
use crate::recurrent::typed::{Binary, Comparison, NodeId, Op, Unary};

/// The value of an operation that reads nothing but values.
pub(super) fn compute<'v>(op: &Op, value: &dyn Fn(NodeId) -> &'v Array) -> Array {
    let number = |id: NodeId| value(id).data[0];
    match op {
        Op::Unary(function, a) => value(*a).map(|x| formulas::unary(*function, x)),
        Op::Binary(function, a, b) => value(*a).zip(value(*b), |a, b| formulas::binary(*function, a, b)),
        Op::Clamp { value: a, low, high } => value(*a).map(|x| formulas::clamp(x, number(*low), number(*high))),
        Op::Elu { value: a, alpha } => value(*a).map(|x| formulas::elu(x, number(*alpha))),
        Op::LeakyRelu { value: a, slope } => value(*a).map(|x| formulas::leaky_relu(x, number(*slope))),
        Op::Compare(comparison, a, b) => value(*a).zip(value(*b), |a, b| formulas::compare(*comparison, a, b)),
        Op::And(a, b) => value(*a).zip(value(*b), |a, b| a * b),
        Op::Or(a, b) => value(*a).zip(value(*b), f64::max),
        Op::Not(a) => value(*a).map(|x| 1.0 - x),
        Op::Select { mask, first, second } => value(*mask).select(value(*first), value(*second)),
        Op::MatMul(a, b) => value(*a).product(value(*b)),
        Op::Dot(a, b) => value(*a).dot(value(*b)),
        Op::Outer(a, b) => value(*a).outer(value(*b)),
        Op::Transpose(a) => value(*a).transpose(),
        Op::Diag(a) => value(*a).diagonal(),
        Op::Reduce(reduction, a) => value(*a).reduce(|row| formulas::reduce(*reduction, row)),
        Op::Normalise(normalisation, a) => value(*a).map_rows(|row| formulas::normalise(*normalisation, row)),
        Op::LayerNorm { value: a, epsilon } => value(*a).map_rows(|row| formulas::layer_norm(row, number(*epsilon))),
        Op::Concat(parts) => Array::concat(parts.iter().map(|part| value(*part))),
        Op::Number(_)
        | Op::Size(_)
        | Op::Hyper(_)
        | Op::Parameter(_)
        | Op::Buffer(_)
        | Op::Input(_)
        | Op::Context(_)
        | Op::State(_)
        | Op::Next(_)
        | Op::Local(_)
        | Op::StopGradient(_)
        | Op::Identity(_)
        | Op::Slice { .. } => unreachable!("{op:?} reads more than values"),
    }
}

/// A name for each operation: the function's or the operator's own, if it has one.
pub(crate) fn operation(op: &Op) -> &'static str {
    match op {
        Op::Number(_) => "a number",
        Op::Size(_) => "a dimension",
        Op::Hyper(_) => "a hyper",
        Op::Parameter(_) => "a parameter",
        Op::Buffer(_) => "a buffer",
        Op::Input(_) => "an input",
        Op::Context(_) => "a context",
        Op::State(_) => "a state",
        Op::Next(_) => "a next state",
        Op::Local(_) => "a local",
        Op::Unary(Unary::Neg, _) => "negation",
        Op::Unary(function, _) => named(Function::Unary(*function)),
        Op::Binary(Binary::Add, _, _) => "+",
        Op::Binary(Binary::Sub, _, _) => "-",
        Op::Binary(Binary::Mul, _, _) => "*",
        Op::Binary(Binary::Div, _, _) => "/",
        Op::Binary(function, _, _) => named(Function::Binary(*function)),
        Op::Clamp { .. } => named(Function::Clamp),
        Op::Elu { .. } => named(Function::Elu),
        Op::LeakyRelu { .. } => named(Function::LeakyRelu),
        Op::Compare(comparison, _, _) => match comparison {
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
        },
        Op::And(_, _) => "&&",
        Op::Or(_, _) => "||",
        Op::Not(_) => "!",
        Op::Select { .. } => named(Function::Select),
        Op::StopGradient(_) => named(Function::StopGradient),
        Op::MatMul(_, _) => "@",
        Op::Dot(_, _) => named(Function::Dot),
        Op::Outer(_, _) => named(Function::Outer),
        Op::Transpose(_) => named(Function::Transpose),
        Op::Diag(_) => named(Function::Diag),
        Op::Identity(_) => named(Function::Identity),
        Op::Reduce(reduction, _) => named(Function::Reduce(*reduction)),
        Op::Normalise(normalisation, _) => named(Function::Normalise(*normalisation)),
        Op::LayerNorm { .. } => named(Function::LayerNorm),
        Op::Concat(_) => named(Function::Concat),
        Op::Slice { .. } => "a slice",
    }
}

fn named(function: Function) -> &'static str {
    function.signature().name
}
