//! Formulas as text, for messages.

use crate::recurrent::syntax::{ExpressionId, Expressions, Kind, print};

/// Longer formulas are cut: a message is about their shape, and their place is underlined anyway.
const LONGEST: usize = 70;

/// A formula as the user would write it.
pub(super) fn of(expressions: &Expressions, id: ExpressionId) -> String {
    let text = print::expression(expressions, id);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).collect::<String>().trim_end().to_owned() + " …"
}

/// The same, in parentheses if it needs them beside `@`.
pub(super) fn of_factor(expressions: &Expressions, id: ExpressionId) -> String {
    let text = of(expressions, id);
    match &expressions[id].kind {
        Kind::Binary { .. } | Kind::Not(_) => format!("({text})"),
        Kind::Number(_) | Kind::Name(_) | Kind::Call { .. } | Kind::Negate(_) | Kind::Slice { .. } | Kind::Tuple(_) => {
            text
        }
    }
}
