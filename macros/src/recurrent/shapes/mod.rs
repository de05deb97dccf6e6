//! A shape for every expression.
//!
//! Formulas are read in one pass over the list of expressions, parts before the whole. Calls of the cell's own functions
//! are inlined on the way, by a stack of bodies that are not finished yet. A value with a mistake has no type; whatever is
//! made of it has none either, silently.
//!
//! `floor` and `sign` have no derivative. They may stand where none is asked for: anywhere inside the argument of
//! `stop_gradient`, in the operands of a comparison (so in every condition of `select`, also in one that a `let` names), and
//! in values that are made of numbers, sizes and hyper-parameters only. What counts is where they are written; a function
//! of the cell that is called at such a place is at such a place as a whole.

mod bodies;
mod calls;
mod declarations;
pub(crate) mod dim;
mod elementwise;
mod erf;
pub(crate) mod fold;
mod inference;
mod initialisers;
mod matrices;
mod mismatches;
mod parts;
mod report;
mod sizes;
mod step;
#[cfg(test)]
mod tests;
mod text;
mod vectors;

use super::resolve::Names;
use super::{syntax, typed};
use crate::errors::Errors;
use crate::recurrent::syntax::bare;
use declarations::Declared;
use inference::Inference;
use step::Equations;

/// The checked cell; `None` only if there were errors.
pub(crate) fn infer(errors: &mut Errors, cell: &syntax::Cell, names: &Names<'_>) -> Option<typed::Cell> {
    let before = errors.count();
    let mut inference = Inference::new(errors, cell, names);
    let declared = declarations::read(&mut inference);
    let equations = step::read(&mut inference);
    if inference.errors.count() == before {
        declarations::check_dimensions(&mut inference, &declared);
    }
    let found = inference.finish();
    if errors.count() > before {
        return None;
    }
    assemble(cell, found, declared, equations)
}

fn assemble(
    cell: &syntax::Cell,
    found: inference::Found,
    declared: Declared,
    equations: Equations,
) -> Option<typed::Cell> {
    let dimensions = found.dimensions.into_iter().enumerate().map(|(at, name)| {
        let argument = cell.header.get(at).map(|argument| bare(&argument.name));
        typed::Dimension { name, argument }
    });
    Some(typed::Cell {
        name: bare(&cell.name),
        dimensions: dimensions.collect(),
        header: cell.header.len(),
        fields: declared.fields,
        parameters: declared.parameters,
        buffers: declared.buffers,
        hypers: declared.hypers,
        states: declared.states,
        inputs: declared.inputs,
        contexts: declared.contexts,
        locals: found.locals?,
        nodes: found.nodes,
        next: equations.next?,
        outputs: equations.outputs?,
    })
}
