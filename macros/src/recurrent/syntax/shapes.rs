//! Shapes: `[]`, `[H]`, `[H, D]`.

use super::Shape;
use super::reader::{Read, Reader};
use super::tokens::{Tokens, contents};
use crate::recurrent::messages::syntax as messages;
use crate::recurrent::place::Place;
use proc_macro2::{Delimiter, Group, Ident, Span};

/// Types that somebody might write where a shape belongs.
const TYPES: &[&str] = &[
    "Tensor", "Array", "Array1", "Array2", "Vec", "Param", "Buffer", "Option", "Vector", "Matrix", "Scalar", "f16",
    "f32", "f64", "usize", "isize", "i32", "i64", "u32", "u64", "bool", "int", "float", "double", "str", "String",
];

impl Reader<'_> {
    pub(super) fn shape(&mut self, tokens: &mut Tokens) -> Read<Shape> {
        if let Some(group) = tokens.take_group(Delimiter::Bracket) {
            return self.axes(&group);
        }
        if let Some(word) = tokens.word().cloned() {
            return self.word_for_shape(tokens, &word);
        }
        if let Some(group) = tokens.group(Delimiter::Parenthesis) {
            let inside = contents(group);
            return self.refuse(tokens.place(), messages::shape_in_parentheses(inside));
        }
        self.refuse_next(tokens, "a shape", "`[]` for a number, `[H]` for a vector, `[H, D]` for a matrix")
    }

    fn axes(&mut self, group: &Group) -> Read<Shape> {
        let mut inside = Tokens::inside(group);
        if inside.has_sign(";") {
            return self.refuse(Place::from(group.span()), messages::array_as_shape());
        }
        let axes = self.list(&mut inside, |reader, inside| reader.size(inside))?;
        if axes.len() > 2 {
            return self.refuse(Place::from(group.span()), messages::rank(axes.len()));
        }
        Ok(Shape { axes, place: Place::from(group.span()) })
    }

    /// A shape that could not be read.
    pub(super) fn no_shape() -> Shape {
        Shape { axes: Vec::new(), place: Place::from(Span::call_site()) }
    }

    fn word_for_shape(&mut self, tokens: &mut Tokens, word: &Ident) -> Read<Shape> {
        let first = Place::from(word);
        tokens.next();
        let is_type = TYPES.iter().any(|ty| word == ty);
        if is_type || matches!(tokens.sign(), Some("<" | "::")) {
            return self.refuse(first, messages::type_as_shape(word));
        }
        self.refuse(first, messages::name_as_shape(word))
    }
}
