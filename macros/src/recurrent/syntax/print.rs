//! Cells as text: one form for all ways of writing the same, with the fewest parentheses.

use super::attributes::path_text;
use super::expressions::Level;
use super::{
    Cell, Declaration, ExpressionId, Expressions, Initialiser, Kind, Members, Operator, Shape, Start, Statement, Step,
};
use quote::ToTokens;
use std::fmt::Display;
use syn::{Attribute, Expr, Lit, Meta, Visibility};

/// The whole cell, one line for each declaration and each statement.
pub(crate) fn cell(cell: &Cell) -> String {
    let mut text = attributes(&cell.attributes, "");
    let visibility = match &cell.visibility {
        Visibility::Inherited => String::new(),
        visibility => format!("{} ", visibility_text(visibility)),
    };
    let header: Vec<String> = cell.header.iter().map(|size| format!("{}: {}", size.name, size.dimension)).collect();
    text.push_str(&format!("{visibility}cell {}({}) {{\n", cell.name, header.join(", ")));
    for line in &cell.declarations {
        text.push_str(&attributes(attributes_of(line), "    "));
        text.push_str(&format!("    {}\n", declaration(&cell.expressions, line)));
    }
    if !cell.declarations.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("    {} {{\n", signature(&cell.expressions, &cell.step)));
    for line in &cell.step.statements {
        text.push_str(&format!("        {}\n", statement(&cell.expressions, line)));
    }
    text.push_str(&format!("        {}\n    }}\n}}\n", expression(&cell.expressions, cell.step.tail)));
    text
}

/// `param w_r, w_z: [H, D] = glorot_uniform;`, without its documentation
pub(crate) fn declaration(expressions: &Expressions, declaration: &Declaration) -> String {
    match declaration {
        Declaration::Parameter(members) => line_of_members(expressions, "param", members),
        Declaration::Buffer(members) => line_of_members(expressions, "buffer", members),
        Declaration::Hyper { name, value, .. } => format!("hyper {name} = {};", expression(expressions, *value)),
        Declaration::State { name, shape: size, start, .. } => {
            let start = start.as_ref().map(|start| format!(" = {}", initial_state(expressions, start)));
            format!("state {name}: {}{};", shape(expressions, size), start.unwrap_or_default())
        }
        Declaration::Context { name, shape: size, .. } => format!("context {name}: {};", shape(expressions, size)),
        Declaration::Helper { name, arguments, body } => {
            format!("fn {name}({}) = {};", joined(arguments), expression(expressions, *body))
        }
    }
}

/// `step(x: [D]) -> [H]`
pub(crate) fn signature(expressions: &Expressions, step: &Step) -> String {
    let inputs = step.inputs.iter().map(|input| format!("{}: {}", input.name, shape(expressions, &input.shape)));
    let outputs = step.outputs.iter().map(|output| {
        let label = output.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
        format!("{label}{}", shape(expressions, &output.shape))
    });
    let outputs = match step.outputs.as_slice() {
        [output] if output.label.is_none() => shape(expressions, &output.shape),
        [..] => format!("({})", outputs.collect::<Vec<_>>().join(", ")),
    };
    format!("step({}) -> {outputs}", inputs.collect::<Vec<_>>().join(", "))
}

/// `let r = sigmoid(w_r @ x);`
pub(crate) fn statement(expressions: &Expressions, statement: &Statement) -> String {
    match statement {
        Statement::Let { name, shape: None, value } => format!("let {name} = {};", expression(expressions, *value)),
        Statement::Let { name, shape: Some(size), value } => {
            format!("let {name}: {} = {};", shape(expressions, size), expression(expressions, *value))
        }
        Statement::LetTuple { names, value, .. } => {
            format!("let ({}) = {};", joined(names), expression(expressions, *value))
        }
        Statement::Assign { name, value } => format!("{name} = {};", expression(expressions, *value)),
    }
}

/// `[H, D]`
pub(crate) fn shape(expressions: &Expressions, shape: &Shape) -> String {
    let axes: Vec<String> = shape.axes.iter().map(|axis| expression(expressions, *axis)).collect();
    format!("[{}]", axes.join(", "))
}

fn line_of_members(expressions: &Expressions, word: &str, members: &Members) -> String {
    let size = shape(expressions, &members.shape);
    let mark = if members.optional { "?" } else { "" };
    let start = initialiser(expressions, &members.initialiser);
    format!("{word} {}: {size}{mark} = {start};", joined(&members.names))
}

/// `uniform(1 / sqrt(H))`
pub(crate) fn initialiser(expressions: &Expressions, initialiser: &Initialiser) -> String {
    let arguments: Vec<String> = initialiser.arguments.iter().map(|id| expression(expressions, *id)).collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    format!("{}{arguments}", initialiser.name)
}

fn initial_state(expressions: &Expressions, start: &Start) -> String {
    match start {
        Start::Fixed(fixed) => initialiser(expressions, fixed),
        Start::Learned { initialiser: None, .. } => "learned".to_owned(),
        Start::Learned { initialiser: Some(first), .. } => format!("learned({})", initialiser(expressions, first)),
    }
}

fn visibility_text(visibility: &Visibility) -> String {
    match visibility {
        // `pub(in path)` has the only space that counts
        Visibility::Restricted(restricted) if restricted.in_token.is_some() => {
            format!("pub(in {})", path_text(&restricted.path))
        }
        _ => path_text(visibility),
    }
}

fn joined(names: &[impl Display]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn attributes_of(declaration: &Declaration) -> &[Attribute] {
    match declaration {
        Declaration::Parameter(members) | Declaration::Buffer(members) => &members.attributes,
        Declaration::Hyper { attributes, .. }
        | Declaration::State { attributes, .. }
        | Declaration::Context { attributes, .. } => attributes,
        Declaration::Helper { .. } => &[],
    }
}

fn attributes(attributes: &[Attribute], indent: &str) -> String {
    attributes.iter().map(|attribute| format!("{indent}{}\n", attribute_text(attribute))).collect()
}

fn attribute_text(attribute: &Attribute) -> String {
    match documentation(attribute) {
        Some(line) => format!("///{line}"),
        None => format!("#[{}]", attribute.meta.to_token_stream()),
    }
}

/// The text of one line after `///`.
fn documentation(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(value) = &meta.value else { return None };
    let Lit::Str(text) = &value.lit else { return None };
    let text = text.value();
    // a fourth `/` would make it a comment, and a line ends it
    let is_line = meta.path.is_ident("doc") && !text.starts_with('/') && !text.contains(['\n', '\r']);
    is_line.then_some(text)
}

/// What is still to be printed.
enum Piece {
    Text(&'static str),
    Owned(String),
    /// In parentheses if it binds looser than this.
    Expression(ExpressionId, Level),
}

/// `sigmoid(w_r @ x + u_r @ h + b_r)`
pub(crate) fn expression(expressions: &Expressions, id: ExpressionId) -> String {
    operand(expressions, id, Level::Or)
}

/// The same, in parentheses if it binds looser than this.
pub(super) fn operand(expressions: &Expressions, id: ExpressionId, loosest: Level) -> String {
    let mut text = String::new();
    // the next piece is the last one
    let mut pieces = vec![Piece::Expression(id, loosest)];
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
