//! Reductions, and what puts vectors together and takes them apart.

use super::inference::{Inference, Operand, Value};
use super::parts::real;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::syntax::{ExpressionId, Kind};
use crate::recurrent::typed::{Dim, NodeId, Normalisation, Op, Reduction, Stage};

impl Inference<'_> {
    pub(super) fn reduce(&mut self, reduction: Reduction, id: ExpressionId, value: ExpressionId) -> Option<NodeId> {
        let operand = self.numbers(value, self.function_name(id))?;
        let Some((_, rest)) = operand.ty.shape.split_last() else {
            let text = self.text(value);
            let instead = match reduction {
                Reduction::Norm => format!("abs({text})"),
                Reduction::Sum | Reduction::Mean | Reduction::Min | Reduction::Max | Reduction::LogSumExp => text,
            };
            self.error(self.place(id), messages::reduction_of_scalar(self.text(id), instead));
            return None;
        };
        let ty = real(rest.to_vec(), operand.ty.stage);
        Some(self.push(Op::Reduce(reduction, operand.node), ty))
    }

    pub(super) fn normalise(
        &mut self,
        normalisation: Normalisation,
        id: ExpressionId,
        value: ExpressionId,
    ) -> Option<NodeId> {
        let operand = self.along_axis(id, value)?;
        Some(self.push(Op::Normalise(normalisation, operand.node), operand.ty))
    }

    pub(super) fn layer_norm(
        &mut self,
        id: ExpressionId,
        value: ExpressionId,
        epsilon: Option<ExpressionId>,
    ) -> Option<NodeId> {
        let operand = self.along_axis(id, value);
        let number = self.setting_or(
            epsilon,
            ("the epsilon of `layer_norm`", "(v - mean(v)) / sqrt(mean(square(v - mean(v))) + epsilon)"),
            1e-5,
        );
        let (operand, number) = operand.zip(number)?;
        if let Some(epsilon) = epsilon.filter(|_| self.known(number).is_some_and(|number| number < 0.0)) {
            self.error(self.place(epsilon), messages::negative_epsilon(self.text(epsilon)));
            return None;
        }
        let op = Op::LayerNorm { value: operand.node, epsilon: number };
        Some(self.push(op, operand.ty))
    }

    /// An argument with an axis to work along.
    fn along_axis(&mut self, id: ExpressionId, value: ExpressionId) -> Option<Operand> {
        let name = self.function_name(id);
        let operand = self.numbers(value, name)?;
        if operand.ty.shape.is_empty() {
            self.error(self.place(id), messages::normalisation_of_scalar(self.text(id), name));
            return None;
        }
        Some(operand)
    }

    pub(super) fn concat(&mut self, id: ExpressionId, parts: &[ExpressionId]) -> Option<NodeId> {
        let operands: Vec<Option<Operand>> = parts.iter().map(|part| self.concat_part(*part)).collect();
        let operands = operands.into_iter().collect::<Option<Vec<_>>>()?;
        let one = Dim::number(1);
        let lengths = operands.iter().map(|operand| operand.ty.shape.first().unwrap_or(&one));
        let Some(length) = lengths.into_iter().try_fold(Dim::number(0), Dim::plus) else {
            self.error(self.place(id), messages::size_too_large(self.text(id)));
            return None;
        };
        let stage = operands.iter().map(|operand| operand.ty.stage).fold(Stage::Parameter, Stage::max);
        let nodes = operands.iter().map(|operand| operand.node).collect();
        Some(self.push(Op::Concat(nodes), real(vec![length], stage)))
    }

    fn concat_part(&mut self, id: ExpressionId) -> Option<Operand> {
        let operand = self.numbers(id, "concat")?;
        if operand.ty.shape.len() < 2 {
            return Some(operand);
        }
        let shape = self.shape_text(&operand.ty.shape);
        self.error(self.place(id), messages::concat_of_matrix(self.text(id), shape));
        None
    }

    /// The parts of `split(value, count)`.
    pub(super) fn split(&mut self, id: ExpressionId, value: ExpressionId, count: ExpressionId) -> Value {
        let count = self.split_count(count);
        let operand = self.vector(id, value);
        let Some((count, operand)) = count.zip(operand) else { return Value::Unknown };
        let length = &operand.ty.shape[0];
        let Some(part) = length.divided(count) else {
            let shape = self.shape_text(&operand.ty.shape);
            self.error(self.place(id), messages::split_remainder(self.text(id), shape, count));
            return Value::Unknown;
        };
        let parts = (0..count).map(|at| {
            let start = part.times(&Dim::number(at)).unwrap_or_else(|| unreachable!("the whole is not too large"));
            let op = Op::Slice { value: operand.node, start, length: part.clone() };
            Some(self.push(op, real(vec![part.clone()], operand.ty.stage)))
        });
        Value::Several(parts.collect())
    }

    /// How many parts: a whole number, written as one.
    fn split_count(&mut self, id: ExpressionId) -> Option<u64> {
        match &self.cell.expressions[id].kind {
            Kind::Number(number) if number.fract() == 0.0 && (1.0..=1000.0).contains(number) => Some(*number as u64),
            _ => {
                self.error(self.place(id), messages::split_count(self.text(id)));
                None
            }
        }
    }

    /// `vector[start..end]`
    pub(super) fn slice(
        &mut self,
        id: ExpressionId,
        vector: ExpressionId,
        start: Option<ExpressionId>,
        end: Option<ExpressionId>,
    ) -> Option<NodeId> {
        let operand = self.numbers(vector, "[..]");
        let first = start.map_or(Some(Dim::number(0)), |start| self.size(start));
        let last = end.map(|end| self.size(end));
        let (operand, first) = operand.zip(first)?;
        let [whole] = operand.ty.shape.as_slice() else {
            let shape = self.shape_text(&operand.ty.shape);
            self.error(self.place(id), messages::slice_of_other(self.text(vector), shape));
            return None;
        };
        let last = last.unwrap_or_else(|| Some(whole.clone()))?;
        if !whole.covers(&last) {
            let (text, shape) = (self.text(id), self.shape_text(&operand.ty.shape));
            self.error(self.place(id), messages::slice_beyond_end(text, shape, self.dim_text(&last)));
            return None;
        }
        match last.minus(&first) {
            Some(length) if length.as_number() != Some(0) => {
                let ty = real(vec![length.clone()], operand.ty.stage);
                let op = Op::Slice { value: operand.node, start: first, length };
                Some(self.push(op, ty))
            }
            Some(_) => {
                self.error(self.place(id), messages::slice_of_nothing(self.text(id)));
                None
            }
            None => {
                let (first, last) = (self.dim_text(&first), self.dim_text(&last));
                self.error(self.place(id), messages::slice_length(self.text(id), first, last));
                None
            }
        }
    }
}
