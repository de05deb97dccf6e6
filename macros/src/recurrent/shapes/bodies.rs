//! The parts of one formula in the order in which they are read.

use crate::recurrent::functions::Function;
use crate::recurrent::resolve::{Meaning, Names};
use crate::recurrent::syntax::{ExpressionId, Expressions, Kind, Operator};

/// A part of a formula.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) id: ExpressionId,
    /// Whether no derivative is asked for here.
    pub(super) quiet: bool,
}

/// All parts whose values the formula needs, parts before the whole.
///
/// Sizes, such as the bounds of a slice, are no values and are left out.
pub(super) fn parts(expressions: &Expressions, names: &Names<'_>, root: ExpressionId) -> Vec<Part> {
    let mut found = Vec::new();
    let mut rest = vec![Part { id: root, quiet: false }];
    while let Some(part) = rest.pop() {
        found.push(part);
        let quiet = part.quiet || silences(expressions, names, part.id);
        rest.extend(values(expressions, names, part.id).iter().map(|id| Part { id: *id, quiet }));
    }
    found.sort_unstable_by_key(|part| part.id);
    found
}

/// Whether no derivative passes through this part.
fn silences(expressions: &Expressions, names: &Names<'_>, id: ExpressionId) -> bool {
    match &expressions[id].kind {
        Kind::Call { .. } => matches!(names.meaning(id), Meaning::Function(Function::StopGradient)),
        Kind::Binary { operator, .. } => match operator {
            Operator::Less
            | Operator::LessEqual
            | Operator::Greater
            | Operator::GreaterEqual
            | Operator::Equal
            | Operator::NotEqual => true,
            Operator::MatMul
            | Operator::Mul
            | Operator::Div
            | Operator::Add
            | Operator::Sub
            | Operator::And
            | Operator::Or => false,
        },
        Kind::Number(_) | Kind::Name(_) | Kind::Negate(_) | Kind::Not(_) | Kind::Slice { .. } | Kind::Tuple(_) => false,
    }
}

/// The parts directly below, without sizes.
fn values(expressions: &Expressions, names: &Names<'_>, id: ExpressionId) -> Vec<ExpressionId> {
    match &expressions[id].kind {
        Kind::Number(_) | Kind::Name(_) => Vec::new(),
        Kind::Call { arguments, .. } => {
            let values = match names.meaning(id) {
                Meaning::Function(function) => values_of(function),
                _ => usize::MAX,
            };
            arguments.iter().take(values).copied().collect()
        }
        Kind::Negate(operand) | Kind::Not(operand) => vec![*operand],
        Kind::Binary { left, right, .. } => vec![*left, *right],
        Kind::Slice { vector, .. } => vec![*vector],
        Kind::Tuple(parts) => parts.clone(),
    }
}

/// How many arguments at most are values; those after them are sizes.
fn values_of(function: Function) -> usize {
    match function {
        Function::Identity => 0,
        Function::Split => 1,
        Function::Unary(_)
        | Function::Binary(_)
        | Function::Elu
        | Function::LeakyRelu
        | Function::Clamp
        | Function::Select
        | Function::StopGradient
        | Function::Reduce(_)
        | Function::Normalise(_)
        | Function::LayerNorm
        | Function::Dot
        | Function::Outer
        | Function::Concat
        | Function::Transpose
        | Function::Diag => usize::MAX,
    }
}
