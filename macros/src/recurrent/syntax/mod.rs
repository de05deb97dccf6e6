//! The syntax of cells: what the user wrote, with every name and every place, and nothing else.
//!
//! Expressions stand in one list per cell in which parts come before the whole, so that no phase needs recursion and no
//! length of a formula can overflow a stack.

mod attributes;
mod cells;
mod declarations;
mod expressions;
mod initialisers;
mod operands;
pub(crate) mod print;
mod reader;
mod refused;
mod shapes;
mod step;
#[cfg(test)]
mod tests;
mod tokens;

use super::place::Place;
use crate::errors::Errors;
use crate::runtime::Runtime;
use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::{Attribute, Visibility};

/// All cells of one invocation.
pub(crate) struct Input {
    pub(crate) runtime: Runtime,
    pub(crate) cells: Vec<Cell>,
}

/// `attributes visibility cell Name(input: D, hidden: H) { declarations step }`
pub(crate) struct Cell {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) header: Vec<HeaderArgument>,
    pub(crate) declarations: Vec<Declaration>,
    pub(crate) step: Step,
    pub(crate) expressions: Expressions,
    /// Whether all of it could be read. If not, only what a stub needs is looked at.
    pub(crate) sound: bool,
}

/// `input: D`
pub(crate) struct HeaderArgument {
    pub(crate) name: Ident,
    pub(crate) dimension: Ident,
}

/// A line before `step`. Attributes are documentation.
pub(crate) enum Declaration {
    /// `param w_r, w_z: [H, D]? = uniform(1 / sqrt(H));`
    Parameter(Members),
    /// `buffer mask: [H, H] = identity;`, never optional
    Buffer(Members),
    /// `hyper leak = 0.5;`
    Hyper { attributes: Vec<Attribute>, name: Ident, value: ExpressionId },
    /// `state h: [H] = learned;`
    State { attributes: Vec<Attribute>, name: Ident, shape: Shape, start: Option<Start> },
    /// `context m: [K];`
    Context { attributes: Vec<Attribute>, name: Ident, shape: Shape },
    /// `fn gate(a, b) = sigmoid(a + b);`
    Helper { name: Ident, arguments: Vec<Ident>, body: ExpressionId },
}

/// Parameters or buffers of one line.
pub(crate) struct Members {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) names: Vec<Ident>,
    pub(crate) shape: Shape,
    pub(crate) optional: bool,
    pub(crate) initialiser: Initialiser,
}

/// `uniform(1 / sqrt(H))`, or `zeros` without arguments
pub(crate) struct Initialiser {
    pub(crate) name: Ident,
    pub(crate) arguments: Vec<ExpressionId>,
    pub(crate) place: Place,
}

/// What a state is before the first step.
pub(crate) enum Start {
    /// `zeros`, `ones` or `constant(c)`
    Fixed(Initialiser),
    /// `learned`, or `learned(normal(0.1))`
    Learned { initialiser: Option<Initialiser> },
}

/// `[]`, `[D + H]`, `[H, D]`: each axis a sum or product, not yet checked to be one
pub(crate) struct Shape {
    pub(crate) axes: Vec<ExpressionId>,
    pub(crate) place: Place,
}

/// `step(x: [D], dt: []) -> [H] { statements tail }`
pub(crate) struct Step {
    pub(crate) inputs: Vec<StepInput>,
    pub(crate) outputs: Vec<StepOutput>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) tail: ExpressionId,
}

/// `x: [D]`
pub(crate) struct StepInput {
    pub(crate) name: Ident,
    pub(crate) shape: Shape,
}

/// `[H]`, or in parentheses `gates: [H]`
pub(crate) struct StepOutput {
    pub(crate) label: Option<Ident>,
    pub(crate) shape: Shape,
}

/// A line of `step`.
pub(crate) enum Statement {
    /// `let r: [H] = …;`
    Let { name: Ident, shape: Option<Shape>, value: ExpressionId },
    /// `let (i, f) = …;`
    LetTuple { names: Vec<Ident>, value: ExpressionId, place: Place },
    /// `h = …;`
    Assign { name: Ident, value: ExpressionId },
}

/// The number of an expression in its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExpressionId(u32);

/// The expressions of a cell, parts before the whole.
#[derive(Default)]
pub(crate) struct Expressions(Vec<Expression>);

/// What is written at one place.
pub(crate) struct Expression {
    pub(crate) kind: Kind,
    /// With the parentheses around it, if any.
    pub(crate) place: Place,
}

/// The forms of expressions.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// `0.5`; finite
    Number(f64),
    Name(Ident),
    /// `f(a, b)`: a function of the language or a helper
    Call {
        function: Ident,
        arguments: Vec<ExpressionId>,
    },
    /// `-a`
    Negate(ExpressionId),
    /// `!a`
    Not(ExpressionId),
    Binary {
        operator: Operator,
        left: ExpressionId,
        right: ExpressionId,
    },
    /// `v[a..b]`
    Slice {
        vector: ExpressionId,
        start: Option<ExpressionId>,
        end: Option<ExpressionId>,
    },
    /// `(a, b)`: as a tail or as the body of a helper only
    Tuple(Vec<ExpressionId>),
}

/// Operators between two operands, from tight to loose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    MatMul,
    Mul,
    Div,
    Add,
    Sub,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

impl Operator {
    /// As it is written.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::MatMul => "@",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::And => "&&",
            Self::Or => "||",
        }
    }
}

impl Kind {
    /// The expressions that it is made of, in the order in which they are written.
    pub(crate) fn parts(&self) -> Vec<ExpressionId> {
        match self {
            Self::Number(_) | Self::Name(_) => Vec::new(),
            Self::Call { arguments, .. } => arguments.clone(),
            Self::Negate(part) | Self::Not(part) => vec![*part],
            Self::Binary { left, right, .. } => vec![*left, *right],
            Self::Slice { vector, start, end } => [Some(*vector), *start, *end].into_iter().flatten().collect(),
            Self::Tuple(parts) => parts.clone(),
        }
    }
}

impl Expressions {
    /// Adds an expression whose parts were added before.
    pub(crate) fn push(&mut self, kind: Kind, place: Place) -> ExpressionId {
        let id = ExpressionId(u32::try_from(self.0.len()).unwrap_or_else(|_| unreachable!("tokens fit into 32 bits")));
        self.0.push(Expression { kind, place });
        id
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them with their numbers, parts before the whole.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ExpressionId, &Expression)> {
        (0..).map(ExpressionId).zip(&self.0)
    }
}

impl ExpressionId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl std::ops::Index<ExpressionId> for Expressions {
    type Output = Expression;

    fn index(&self, id: ExpressionId) -> &Expression {
        &self.0[id.index()]
    }
}

impl std::ops::IndexMut<ExpressionId> for Expressions {
    fn index_mut(&mut self, id: ExpressionId) -> &mut Expression {
        &mut self.0[id.index()]
    }
}

/// A name without `r#`: both forms are the same name.
pub(crate) fn bare(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Reads `[path of the runtime] cell …`. Cells that could be read in part are kept, with `sound` false.
pub(crate) fn parse(errors: &mut Errors, tokens: TokenStream) -> Input {
    cells::read(errors, tokens)
}
