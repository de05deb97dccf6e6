//! Mistakes and the texts in them.

use super::inference::Inference;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::place::Place;
use crate::recurrent::syntax::ExpressionId;
use crate::recurrent::typed::Dim;

impl Inference<'_> {
    pub(super) fn place(&self, id: ExpressionId) -> Place {
        self.cell.expressions[id].place
    }

    /// A part of the cell as the user wrote it.
    pub(super) fn text(&self, id: ExpressionId) -> String {
        super::text::of(&self.cell.expressions, id)
    }

    /// The same for an operand of `@` and `*`, in parentheses if it needs them.
    pub(super) fn factor_text(&self, id: ExpressionId) -> String {
        super::text::of_factor(&self.cell.expressions, id)
    }

    /// A shape as the user would write it.
    pub(super) fn shape_text(&self, shape: &[Dim]) -> String {
        let axes: Vec<String> = shape.iter().map(|axis| self.dim_text(axis)).collect();
        format!("[{}]", axes.join(", "))
    }

    pub(super) fn dim_text(&self, dim: &Dim) -> String {
        dim.text(&|dimension| self.dimensions[dimension].as_str())
    }

    /// Notes a mistake. One in the body of a function is one of the call, and the first is enough.
    pub(super) fn error(&mut self, place: Place, message: String) {
        if self.frames.len() < 2 {
            self.errors.error(place, message);
            return;
        }
        if std::mem::replace(&mut self.call_failed, true) {
            return;
        }
        let call = self.frames[0].part().unwrap_or_else(|| unreachable!("a call is under way"));
        let place = self.place(call.id);
        let message = messages::in_call(self.calls_text(), message);
        self.errors.error(place, message);
    }

    /// The functions whose bodies are under way: "`outer`, in `inner(a: [H])`".
    fn calls_text(&self) -> String {
        let helpers: Vec<String> =
            self.frames.iter().filter_map(|frame| frame.helper).map(ToString::to_string).collect();
        let [outer @ .., inner] = helpers.as_slice() else { unreachable!("asked for inside of functions only") };
        let frame = self.frames.last().unwrap_or_else(|| unreachable!("a body is under way"));
        let declared = self.names.helpers.iter().find(|declared| declared.name == inner);
        let names = declared.map_or(&[][..], |declared| declared.arguments);
        let arguments: Vec<String> = names
            .iter()
            .zip(&frame.arguments)
            .map(|(name, local)| match local.and_then(|local| self.local(local)) {
                Some(node) => format!("{name}: {}", self.shape_text(&self.ty(node).shape)),
                None => name.to_string(),
            })
            .collect();
        let inner = format!("`{inner}({})`", arguments.join(", "));
        outer.first().map_or(inner.clone(), |outer| format!("`{outer}`, in {inner}"))
    }
}
