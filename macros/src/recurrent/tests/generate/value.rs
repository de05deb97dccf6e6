//! Formulas with what is known about them.

use super::range::Range;
use super::tree::Tree;
use crate::recurrent::functions::Function;
use crate::recurrent::typed::{Binary, Dim, Unary};

/// The sizes of the axes of a value.
pub(super) type Shape = Vec<Dim>;

/// A formula of real numbers with its shape and its range.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) tree: Tree,
    pub(super) shape: Shape,
    pub(super) range: Range,
}

/// Beyond this, values are brought back before they are used.
const LARGE: f64 = 20.0;

impl Value {
    pub(super) fn new(tree: Tree, shape: &[Dim], range: Range) -> Self {
        Self { tree, shape: shape.to_vec(), range }
    }

    /// A number as it is written.
    pub(super) fn number(text: &'static str) -> Self {
        let value: f64 = text.replace('_', "").parse().unwrap_or_else(|_| unreachable!("`{text}` is a number"));
        Self::new(Tree::Number(text), &[], Range::exactly(value))
    }

    /// A call with one argument; `None` where the function is not tame for it.
    pub(super) fn unary(self, function: Unary) -> Option<Self> {
        let range = self.range.unary(function).filter(|range| range.magnitude() <= LARGE)?;
        let tree = match function {
            Unary::Neg => Tree::Prefix("-", Box::new(self.tree)),
            named => Tree::call(Function::Unary(named).signature().name, [self.tree]),
        };
        Some(Self { tree, shape: self.shape, range })
    }

    /// An operator or a call with two arguments, one of which may be a scalar; `None` where it is not tame.
    pub(super) fn binary(self, function: Binary, other: Self) -> Option<Self> {
        // the derivative by an exponent needs a logarithm, also where the exponent cannot be but one number
        if function == Binary::Pow && self.range.low < 0.2 && !matches!(other.tree, Tree::Number(_)) {
            return None;
        }
        let range = self.range.binary(function, other.range).filter(|range| range.magnitude() <= LARGE)?;
        let shape = if self.shape.is_empty() { other.shape } else { self.shape };
        let tree = match function {
            Binary::Add => Tree::infix("+", self.tree, other.tree),
            Binary::Sub => Tree::infix("-", self.tree, other.tree),
            Binary::Mul => Tree::infix("*", self.tree, other.tree),
            Binary::Div => Tree::infix("/", self.tree, other.tree),
            Binary::Pow | Binary::Minimum | Binary::Maximum | Binary::Rem => {
                Tree::call(Function::Binary(function).signature().name, [self.tree, other.tree])
            }
        };
        Some(Self { tree, shape, range })
    }

    /// A call with this argument and others, whose range is known.
    pub(super) fn call(self, function: &str, others: Vec<Tree>, shape: &[Dim], range: Range) -> Self {
        let arguments = std::iter::once(self.tree).chain(others);
        Self::new(Tree::call(function, arguments), shape, range)
    }

    /// Between -1 and 1, whatever it was.
    pub(super) fn squashed(self, function: Unary) -> Self {
        let (shape, tree) = (self.shape, self.tree);
        Self {
            tree: Tree::call(Function::Unary(function).signature().name, [tree]),
            shape,
            range: Range::new(-1.0, 1.0),
        }
    }
}
