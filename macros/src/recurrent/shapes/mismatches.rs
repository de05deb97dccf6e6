//! What to write instead, where the shapes of two operands have no meaning together.

use super::inference::{Inference, Operand};
use crate::recurrent::functions::Function;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::resolve::Meaning;
use crate::recurrent::syntax::{ExpressionId, Kind};
use crate::recurrent::typed::{Dim, Element, Stage};

impl Inference<'_> {
    /// About operands of different shapes, neither of which is a scalar, that meet element by element.
    pub(super) fn different_shapes(&self, id: ExpressionId, left: &Operand, right: &Operand, product: bool) -> String {
        let (text, a, b) = (self.text(id), self.text(left.id), self.text(right.id));
        let (shape_a, shape_b) = (self.shape_text(&left.ty.shape), self.shape_text(&right.ty.shape));
        let numbers = left.ty.element == Element::Real;
        let is_one = |shape: &[Dim]| shape.len() == 1 && shape[0].as_number() == Some(1);
        match (left.ty.shape.as_slice(), right.ty.shape.as_slice()) {
            (one, _) if is_one(one) => messages::one_is_no_scalar(text, shape_a, shape_b, a),
            (_, one) if is_one(one) => messages::one_is_no_scalar(text, shape_a, shape_b, b),
            ([rows, one], [_]) if one.as_number() == Some(1) => {
                messages::one_column(text, shape_a, shape_b, a, self.shape_text(std::slice::from_ref(rows)))
            }
            ([_], [rows, one]) if one.as_number() == Some(1) => {
                messages::one_column(text, shape_a, shape_b, b, self.shape_text(std::slice::from_ref(rows)))
            }
            ([_, columns], [rows, ..]) if product && columns == rows => {
                let (a, b) = (self.factor_text(left.id), self.factor_text(right.id));
                messages::product_by_elements(text, shape_a, shape_b, a, b)
            }
            ([rows, _], [length]) | ([length], [rows, _]) if product && rows == length => {
                let (matrix, vector) = if left.ty.shape.len() == 2 { (left, right) } else { (right, left) };
                let (inner, vector) = (self.text(vector.id), self.factor_text(vector.id));
                messages::vector_times_matrix(text, shape_a, shape_b, self.factor_text(matrix.id), vector, inner)
            }
            ([_, _], [_]) | ([_], [_, _]) => messages::vector_with_matrix(text, shape_a, shape_b),
            ([rows, columns], [height, width]) if rows == width && columns == height => {
                messages::transposed_operand(text, shape_a, shape_b, b, self.transposed_text(right.id))
            }
            ([wanted], [length]) if numbers && self.is_known_to_new(wanted) && self.is_known_to_new(length) => {
                let matrix = self.shape_text(&[wanted.clone(), length.clone()]);
                let b = self.factor_text(right.id);
                messages::different_vectors(text, &shape_a, shape_b, b, &shape_a, matrix)
            }
            (_, _) => messages::different_operands(text, shape_a, shape_b),
        }
    }

    /// About operands of `@` that have no product.
    pub(super) fn no_product(&self, id: ExpressionId, left: &Operand, right: &Operand) -> String {
        let (text, a, b) = (self.text(id), self.factor_text(left.id), self.factor_text(right.id));
        let (shape_a, shape_b) = (self.shape_text(&left.ty.shape), self.shape_text(&right.ty.shape));
        let stage = left.ty.stage.max(right.ty.stage);
        match (left.ty.shape.as_slice(), right.ty.shape.as_slice()) {
            ([], _) | (_, []) => messages::product_with_scalar(text, shape_a, shape_b, a, b),
            ([first], [second]) => {
                let (a, b) = (self.text(left.id), self.text(right.id));
                if first == second {
                    messages::product_of_vectors(text, shape_a, shape_b, a, b)
                } else {
                    messages::product_of_unequal_vectors(text, shape_a, shape_b, a, b)
                }
            }
            ([length], [rows, columns]) => {
                let direct = length == columns && length != rows;
                let matrix = if direct { b } else { self.transposed_text(right.id) };
                messages::product_of_vector_and_matrix(text, shape_a, shape_b, matrix, a)
            }
            ([_, _], [_, _]) if stage > Stage::Parameter => messages::product_per_example(text, shape_a, shape_b, a, b),
            ([_, _], _) => self.other_columns(id, left, right),
            (_, _) => unreachable!("there are no more than two axes"),
        }
    }

    /// About a matrix that has not as many columns as the right operand of `@` has rows.
    fn other_columns(&self, id: ExpressionId, left: &Operand, right: &Operand) -> String {
        let (text, a, b) = (self.text(id), self.factor_text(left.id), self.factor_text(right.id));
        let (shape_a, shape_b) = (self.shape_text(&left.ty.shape), self.shape_text(&right.ty.shape));
        let (rows, columns, height) = (&left.ty.shape[0], &left.ty.shape[1], &right.ty.shape[0]);
        let (columns_text, height_text) = (self.dim_text(columns), self.dim_text(height));
        match right.ty.shape.get(1) {
            None if rows == height => {
                let a = self.transposed_text(left.id);
                messages::transposed_product(text, shape_a, shape_b, columns_text, height_text, a, b)
            }
            None => messages::product_mismatch(text, shape_a, shape_b, &columns_text, &height_text, a, b),
            Some(width) if columns == width => {
                let b = self.transposed_text(right.id);
                messages::transposed_matrices(text, shape_a, shape_b, columns_text, height_text, a, b)
            }
            Some(_) if rows == height => {
                let a = self.transposed_text(left.id);
                messages::transposed_matrices(text, shape_a, shape_b, columns_text, height_text, a, b)
            }
            Some(_) => messages::matrices_mismatch(text, shape_a, shape_b, columns_text, height_text),
        }
    }

    /// The transposed operand as one would write it.
    fn transposed_text(&self, id: ExpressionId) -> String {
        match &self.cell.expressions[id].kind {
            Kind::Call { arguments, .. }
                if matches!(self.names.meaning(id), Meaning::Function(Function::Transpose)) =>
            {
                self.factor_text(arguments[0])
            }
            _ => format!("transpose({})", self.text(id)),
        }
    }

    /// Whether a parameter can have an axis of this size.
    fn is_known_to_new(&self, size: &Dim) -> bool {
        size.dimensions().iter().all(|dimension| *dimension < self.cell.header.len())
    }
}
