//! Formulas as text, for messages.

use crate::recurrent::syntax::{ExpressionId, Expressions, Kind, Operator};

/// Longer formulas are cut: a message is about their shape, and their place is underlined anyway.
const LONGEST: usize = 70;

/// What is still to be written: a formula which needs parentheses if it binds looser than that, or a word.
enum Piece {
    Formula(ExpressionId, u8),
    Word(String),
}

/// A formula as the user would write it, on one line.
pub(super) fn of(expressions: &Expressions, root: ExpressionId) -> String {
    written(expressions, Piece::Formula(root, 0))
}

/// The same, with parentheses if it needs them beside `@`.
pub(super) fn of_factor(expressions: &Expressions, root: ExpressionId) -> String {
    written(expressions, Piece::Formula(root, 8))
}

fn written(expressions: &Expressions, whole: Piece) -> String {
    let mut text = String::new();
    let mut rest = vec![whole];
    while let Some(piece) = rest.pop() {
        match piece {
            Piece::Word(word) => text.push_str(&word),
            Piece::Formula(id, tightness) => {
                let kind = &expressions[id].kind;
                let pieces = pieces(kind);
                let wrapped = binding(kind) < tightness;
                rest.extend(wrapped.then(|| word(")")));
                rest.extend(pieces.into_iter().rev());
                rest.extend(wrapped.then(|| word("(")));
            }
        }
        if text.chars().count() > LONGEST {
            return text.chars().take(LONGEST).collect::<String>().trim_end().to_owned() + " …";
        }
    }
    text
}

fn word(text: impl Into<String>) -> Piece {
    Piece::Word(text.into())
}

fn pieces(kind: &Kind) -> Vec<Piece> {
    match kind {
        Kind::Number(value) => vec![word(value.to_string())],
        Kind::Name(name) => vec![word(name.to_string())],
        Kind::Call { function, arguments } => list(&function.to_string(), arguments),
        Kind::Negate(operand) => vec![word("-"), Piece::Formula(*operand, 8)],
        Kind::Not(operand) => vec![word("!"), Piece::Formula(*operand, 3)],
        Kind::Binary { operator, left, right, .. } => {
            let (tight_left, tight_right) = sides(*operator);
            let operator = word(format!(" {} ", operator.text()));
            vec![Piece::Formula(*left, tight_left), operator, Piece::Formula(*right, tight_right)]
        }
        Kind::Slice { vector, start, end } => {
            let mut pieces = vec![Piece::Formula(*vector, 9), word("[")];
            pieces.extend(start.map(|start| Piece::Formula(start, 5)));
            pieces.push(word(".."));
            pieces.extend(end.map(|end| Piece::Formula(end, 5)));
            pieces.push(word("]"));
            pieces
        }
        Kind::Tuple(parts) => list("", parts),
    }
}

fn list(name: &str, parts: &[ExpressionId]) -> Vec<Piece> {
    let mut pieces = vec![word(format!("{name}("))];
    for (at, part) in parts.iter().enumerate() {
        pieces.extend((at > 0).then(|| word(", ")));
        pieces.push(Piece::Formula(*part, 0));
    }
    pieces.push(word(")"));
    pieces
}

/// How tightly a form holds together.
fn binding(kind: &Kind) -> u8 {
    match kind {
        Kind::Number(_) | Kind::Name(_) | Kind::Call { .. } | Kind::Slice { .. } | Kind::Tuple(_) => 9,
        Kind::Negate(_) => 8,
        Kind::Not(_) => 3,
        Kind::Binary { operator, .. } => tightness(*operator),
    }
}

fn tightness(operator: Operator) -> u8 {
    match operator {
        Operator::MatMul => 7,
        Operator::Mul | Operator::Div => 6,
        Operator::Add | Operator::Sub => 5,
        Operator::Less
        | Operator::LessEqual
        | Operator::Greater
        | Operator::GreaterEqual
        | Operator::Equal
        | Operator::NotEqual => 4,
        Operator::And => 2,
        Operator::Or => 1,
    }
}

/// How tightly the operands must hold together to need no parentheses.
fn sides(operator: Operator) -> (u8, u8) {
    let own = tightness(operator);
    match operator {
        Operator::MatMul => (own + 1, own),
        // a product with a matrix below a fraction is written in parentheses always
        Operator::Div => (own, 8),
        Operator::Mul | Operator::Add | Operator::Sub | Operator::And | Operator::Or => (own, own + 1),
        Operator::Less
        | Operator::LessEqual
        | Operator::Greater
        | Operator::GreaterEqual
        | Operator::Equal
        | Operator::NotEqual => (own + 1, own + 1),
    }
}
