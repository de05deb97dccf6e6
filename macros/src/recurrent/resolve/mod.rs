//! What each name means.
//!
//! All names of a cell share one namespace, in which nothing is shadowed: dimensions, parameters, buffers, hyper-parameters,
//! states, inputs, contexts, names of `let` and helpers. Functions and numbers of the language are reserved in it;
//! initialisers, starts of states, labels of outputs and arguments of `new` are not part of it. Arguments of `new` must
//! differ from fields and methods of the cell, with which they are read.
//!
//! A helper sees its arguments and what is declared before `step`, neither inputs nor names of `let`. Its arguments are
//! therefore names of their own that may be those of inputs and of `let`, but of nothing that the helper sees.
//!
//! A name that means nothing is reported where it stands first. What was declared with a mistake is not judged again.

mod assignments;
mod calls;
mod declare;
mod fields;
mod foreign;
mod initialisers;
mod recursion;
mod scope;
mod suggest;
#[cfg(test)]
mod tests;
mod tuples;
mod values;
mod walk;
mod words;

pub(crate) use fields::METHODS;

use super::functions::Function;
use super::syntax::{Cell, ExpressionId, Members, Shape, Start};
use crate::errors::Errors;
use proc_macro2::Ident;

/// The declared names of a cell, in the order of their declaration, and what each name in an expression means.
pub(crate) struct Names<'a> {
    /// Those of the header first, then those that stand in contexts only.
    pub(crate) dimensions: Vec<&'a Ident>,
    /// One entry for each name of a line.
    pub(crate) parameters: Vec<(&'a Ident, &'a Members)>,
    pub(crate) buffers: Vec<(&'a Ident, &'a Members)>,
    pub(crate) hypers: Vec<(&'a Ident, ExpressionId)>,
    pub(crate) states: Vec<(&'a Ident, &'a Shape, Option<&'a Start>)>,
    pub(crate) contexts: Vec<(&'a Ident, &'a Shape)>,
    pub(crate) helpers: Vec<Helper<'a>>,
    pub(crate) inputs: Vec<(&'a Ident, &'a Shape)>,
    /// Every name of a `let`, in the order of the statements.
    pub(crate) locals: Vec<&'a Ident>,
    /// By the number of the expression; `None` where the expression is neither a name nor a call.
    pub(crate) meanings: Vec<Option<Meaning>>,
}

/// A formula with a name.
pub(crate) struct Helper<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) arguments: &'a [Ident],
    pub(crate) body: ExpressionId,
}

/// What a name stands for. The numbers count the entries of [`Names`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    Dimension(usize),
    Parameter(usize),
    Buffer(usize),
    Hyper(usize),
    /// The value before or after the assignment, whichever is valid at this place.
    State(usize),
    Input(usize),
    Context(usize),
    Local(usize),
    /// An argument of the helper around it.
    Argument(usize),
    /// A call of a helper.
    Helper(usize),
    /// A call of a function of the language.
    Function(Function),
    /// `pi` or `inf`.
    Constant(f64),
}

impl Names<'_> {
    /// What the name or the called function at this place means.
    pub(crate) fn meaning(&self, expression: ExpressionId) -> Meaning {
        self.meanings[expression.index()].unwrap_or_else(|| unreachable!("names and calls have a meaning"))
    }
}

/// Finds what each name means, or says what is wrong with it.
pub(crate) fn resolve<'a>(errors: &mut Errors, cell: &'a Cell) -> Names<'a> {
    let (mut scope, mut names) = declare::declare(errors, cell);
    fields::check(errors, cell, &names);
    assignments::check(errors, cell, &mut scope, &names);
    let calls = walk::walk(errors, cell, scope, &mut names);
    recursion::check(errors, cell, &names, &calls);
    names
}
