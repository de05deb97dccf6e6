//! What a stepper refuses, and in which words.

use super::Stepper;
use crate::error::{Error, ErrorKind, Result};
use crate::recurrent::compiled::CompiledCell;
use crate::recurrent::plan::Leaf;
use crate::tensor::Tensor;

impl<C: CompiledCell> Stepper<C> {
    /// `[B, …]`
    pub(super) fn shape(&self, leaf: &Leaf) -> Vec<usize> {
        let sizes = leaf.sizes(self.plan, &self.dimensions);
        [self.batch].into_iter().chain(sizes).collect()
    }

    pub(super) fn check_state(&self, at: usize, tensor: &Tensor<C::Element>) -> Result<()> {
        let leaf = &self.plan.states[at];
        let sizes = leaf.shape.iter().map(|size| self.plan.sizes[size.0].at(&self.dimensions));
        if tensor.shape().iter().copied().eq([self.batch].into_iter().chain(sizes)) {
            return Ok(());
        }
        let (name, expected) = (format!("state.{}", leaf.name), format!("{:?}", self.shape(leaf)));
        Err(Error::shape(self.place(), &name, expected, tensor.shape()))
    }

    #[cold]
    pub(super) fn wrong_length(&self, leaf: &Leaf, found: usize) -> Error {
        let shape = self.shape(leaf);
        let expected: usize = shape.iter().product();
        let is_row = self.batch > 1 && found * self.batch == expected;
        let advice = if is_row { format!("; give all {} rows one after the other", self.batch) } else { String::new() };
        let name = leaf.name;
        let message = format!("`{name}` should have {expected} elements for shape {shape:?}, found {found}{advice}");
        self.error(ErrorKind::Shape, message)
    }

    #[cold]
    pub(super) fn not_single(&self) -> Error {
        let inputs = in_words(&self.plan.inputs, "and");
        let count = self.plan.outputs.len();
        let message = format!(
            "`push` is for cells with one input and one output, found the inputs {inputs} and {count} outputs; write \
             inputs with `set_input` or `input_mut`, then call `step`, and read results with `output`"
        );
        self.error(ErrorKind::Value, message)
    }

    #[cold]
    pub(super) fn check_written(&self) -> Result<()> {
        let inputs = self.plan.inputs.iter().map(|leaf| ("set_input", leaf.name));
        let contexts = self.plan.contexts.iter().map(|leaf| ("set_context", leaf.name));
        match inputs.chain(contexts).zip(&self.written).find(|(_, written)| !**written) {
            None => Ok(()),
            Some(((method, name), _)) => {
                let message =
                    format!("`{name}` has no values yet; call `{method}(\"{name}\", ..)` before the first step");
                Err(self.error(ErrorKind::Value, message))
            }
        }
    }

    /// The number of an input or context.
    pub(super) fn find(&self, what: &str, name: &str, leaves: &[Leaf]) -> Result<usize> {
        leaves.iter().position(|leaf| leaf.name == name).ok_or_else(|| {
            let expected = match leaves {
                [] => format!("the cell has no {what}"),
                _ => format!("expected {}", in_words(leaves, "or")),
            };
            self.error(ErrorKind::Name, format!("{expected}, found the {what} `{name}`"))
        })
    }

    #[cold]
    pub(super) fn no_row(&self, row: usize) -> Error {
        self.error(ErrorKind::Value, format!("expected a row below {}, found {row}", self.batch))
    }

    fn error(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, self.place(), message)
    }

    fn place(&self) -> String {
        format!("{}::stepper", self.plan.cell)
    }
}

/// "`x`, `dt` and `m`"
fn in_words(leaves: &[Leaf], last: &str) -> String {
    let names: Vec<String> = leaves.iter().map(|leaf| format!("`{}`", leaf.name)).collect();
    match names.as_slice() {
        [first @ .., end] if !first.is_empty() => format!("{} {last} {end}", first.join(", ")),
        _ => names.concat(),
    }
}
