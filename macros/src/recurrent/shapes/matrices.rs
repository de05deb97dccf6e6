//! Products, and what makes matrices.

use super::inference::{Inference, Operand};
use super::parts::real;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::syntax::ExpressionId;
use crate::recurrent::typed::{NodeId, Op, Shape, Stage};

impl Inference<'_> {
    /// `left @ right`
    pub(super) fn product(&mut self, id: ExpressionId, left: ExpressionId, right: ExpressionId) -> Option<NodeId> {
        let (left, right) = (self.numbers(left, "@"), self.numbers(right, "@"));
        let (left, right) = left.zip(right)?;
        let stage = left.ty.stage.max(right.ty.stage);
        let shape = match (left.ty.shape.as_slice(), right.ty.shape.as_slice()) {
            ([rows, columns], [height]) if columns == height => vec![rows.clone()],
            ([rows, columns], [height, width]) if columns == height && stage <= Stage::Parameter => {
                vec![rows.clone(), width.clone()]
            }
            _ => {
                let message = self.no_product(id, &left, &right);
                self.error(self.place(id), message);
                return None;
            }
        };
        Some(self.push(Op::MatMul(left.node, right.node), real(shape, stage)))
    }

    pub(super) fn dot(&mut self, id: ExpressionId, left: ExpressionId, right: ExpressionId) -> Option<NodeId> {
        let (left, right) = (self.vector(id, left), self.vector(id, right));
        let (left, right) = left.zip(right)?;
        if left.ty.shape != right.ty.shape {
            let (a, b) = (self.shape_text(&left.ty.shape), self.shape_text(&right.ty.shape));
            self.error(self.place(id), messages::dot_mismatch(self.text(id), &a, &b));
            return None;
        }
        let stage = left.ty.stage.max(right.ty.stage);
        Some(self.push(Op::Dot(left.node, right.node), real(Vec::new(), stage)))
    }

    pub(super) fn outer(&mut self, id: ExpressionId, left: ExpressionId, right: ExpressionId) -> Option<NodeId> {
        let (left, right) = (self.vector(id, left), self.vector(id, right));
        let (left, right) = left.zip(right)?;
        let shape: Shape = left.ty.shape.iter().chain(&right.ty.shape).cloned().collect();
        let stage = left.ty.stage.max(right.ty.stage);
        Some(self.push(Op::Outer(left.node, right.node), real(shape, stage)))
    }

    pub(super) fn transpose(&mut self, id: ExpressionId, value: ExpressionId) -> Option<NodeId> {
        let operand = self.numbers(value, "transpose")?;
        let [rows, columns] = operand.ty.shape.as_slice() else {
            let shape = self.shape_text(&operand.ty.shape);
            self.error(self.place(id), messages::transpose_of_other(self.text(id), shape, self.text(value)));
            return None;
        };
        let ty = real(vec![columns.clone(), rows.clone()], operand.ty.stage);
        Some(self.push(Op::Transpose(operand.node), ty))
    }

    pub(super) fn diag(&mut self, id: ExpressionId, value: ExpressionId) -> Option<NodeId> {
        let operand = self.vector(id, value)?;
        let length = operand.ty.shape[0].clone();
        let ty = real(vec![length.clone(), length], operand.ty.stage);
        Some(self.push(Op::Diag(operand.node), ty))
    }

    pub(super) fn identity(&mut self, size: ExpressionId) -> Option<NodeId> {
        let dim = self.axis(size)?;
        let ty = real(vec![dim.clone(), dim.clone()], Stage::Parameter);
        Some(self.push(Op::Identity(dim), ty))
    }

    /// An argument that must be a vector.
    pub(super) fn vector(&mut self, call: ExpressionId, id: ExpressionId) -> Option<Operand> {
        let name = self.function_name(call);
        let operand = self.numbers(id, name)?;
        if operand.ty.shape.len() == 1 {
            return Some(operand);
        }
        let shape = self.shape_text(&operand.ty.shape);
        let message = match operand.ty.shape.len() {
            0 => messages::vector_expected_scalar(name, self.text(id), shape),
            _ => messages::vector_expected_matrix(name, self.text(id), shape),
        };
        self.error(self.place(id), message);
        None
    }
}
