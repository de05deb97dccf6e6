//! Cells as text: one form for all ways of writing the same, with the fewest parentheses.

use super::expressions::Level;
use super::{ExpressionId, Expressions, Kind, Operator};

/// What is still to be printed.
enum Piece {
    Text(&'static str),
    Owned(String),
    /// In parentheses if it binds looser than this.
    Expression(ExpressionId, Level),
}

/// `sigmoid(w_r @ x + u_r @ h + b_r)`
pub(crate) fn expression(expressions: &Expressions, id: ExpressionId) -> String {
    let mut text = String::new();
    // the next piece is the last one
    let mut pieces = vec![Piece::Expression(id, Level::Or)];
    while let Some(piece) = pieces.pop() {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Owned(part) => text.push_str(&part),
            Piece::Expression(id, loosest) => {
                let kind = &expressions[id].kind;
                let mut parts = parts(kind);
                if level(kind) < loosest {
                    parts.insert(0, Piece::Text("("));
                    parts.push(Piece::Text(")"));
                }
                pieces.extend(parts.into_iter().rev());
            }
        }
    }
    text
}

fn parts(kind: &Kind) -> Vec<Piece> {
    let whole = |id: &ExpressionId| Piece::Expression(*id, Level::Or);
    match kind {
        Kind::Number(value) => vec![Piece::Owned(number(*value))],
        Kind::Name(name) => vec![Piece::Owned(name.to_string())],
        Kind::Call { function, arguments } => {
            let mut parts = vec![Piece::Owned(function.to_string())];
            parts.extend(list(arguments));
            parts
        }
        Kind::Negate(value) => vec![Piece::Text("-"), Piece::Expression(*value, Level::Negation)],
        Kind::Not(value) => vec![Piece::Text("!"), Piece::Expression(*value, Level::Not)],
        Kind::Binary { operator, left, right, .. } => {
            let (looser_left, looser_right) = loosest_operands(*operator);
            let sign = Piece::Owned(format!(" {} ", operator.text()));
            vec![Piece::Expression(*left, looser_left), sign, Piece::Expression(*right, looser_right)]
        }
        Kind::Slice { vector, start, end } => {
            let mut parts = vec![Piece::Expression(*vector, Level::Operand), Piece::Text("[")];
            parts.extend(start.iter().map(whole));
            parts.push(Piece::Text(".."));
            parts.extend(end.iter().map(whole));
            parts.push(Piece::Text("]"));
            parts
        }
        Kind::Tuple(values) => list(values),
    }
}

/// `(a, b)`
fn list(values: &[ExpressionId]) -> Vec<Piece> {
    let mut parts = vec![Piece::Text("(")];
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            parts.push(Piece::Text(", "));
        }
        parts.push(Piece::Expression(*value, Level::Or));
    }
    parts.push(Piece::Text(")"));
    parts
}

fn level(kind: &Kind) -> Level {
    match kind {
        Kind::Number(_) | Kind::Name(_) | Kind::Call { .. } | Kind::Slice { .. } | Kind::Tuple(_) => Level::Operand,
        Kind::Negate(_) => Level::Negation,
        Kind::Not(_) => Level::Not,
        Kind::Binary { operator, .. } => operator.level(),
    }
}

/// The loosest operands that need no parentheses, left and right of an operator.
fn loosest_operands(operator: Operator) -> (Level, Level) {
    match operator {
        Operator::MatMul => (Level::Negation, Level::MatMul),
        Operator::Mul => (Level::Product, Level::MatMul),
        // what is divided by a product with a matrix has parentheses
        Operator::Div => (Level::Product, Level::Negation),
        Operator::Add | Operator::Sub => (Level::Sum, Level::Product),
        Operator::Less
        | Operator::LessEqual
        | Operator::Greater
        | Operator::GreaterEqual
        | Operator::Equal
        | Operator::NotEqual => (Level::Sum, Level::Sum),
        Operator::And => (Level::And, Level::Not),
        Operator::Or => (Level::Or, Level::And),
    }
}

/// A number that reads as the same value.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}
