//! Products of matrices: rows of examples times a matrix that all of them share, wherever that is possible.

use super::lower::Lowering;
use super::{Call, Kind, Register, Value};

impl Lowering<'_> {
    pub(super) fn matmul(&mut self, a: Register, b: Register) -> Register {
        let (a, b) = (self.present(a), self.present(b));
        match self.value(b).rank {
            1 => self.matrix_vector(a, b),
            _ => self.matrices(a, b),
        }
    }

    /// `w @ x` for all examples at once is `x wᵀ`, where `x` has one row for each.
    fn matrix_vector(&mut self, a: Register, b: Register) -> Register {
        let (matrix, vector) = (self.value(a), self.value(b));
        if matrix.batched && self.untransposed(a).is_some() {
            let row = self.push(Call::Unsqueeze(b, -2), Value { rank: 2, ..vector });
            let product = self.rows_times(row, a, Value::example(2));
            return self.push(Call::Squeeze(product, -2), Value::example(1));
        }
        if matrix.batched {
            let column = self.push(Call::Unsqueeze(b, -1), Value { rank: 2, ..vector });
            let product = self.push(Call::MatMul(a, column), Value::example(2));
            return self.push(Call::Squeeze(product, -1), Value::example(1));
        }
        if vector.batched {
            return self.rows_times(b, a, Value::example(1));
        }
        let row = self.push(Call::Unsqueeze(b, -2), Value::parameter(2));
        let product = self.rows_times(row, a, Value::parameter(2));
        self.push(Call::Squeeze(product, -2), Value::parameter(1))
    }

    fn matrices(&mut self, a: Register, b: Register) -> Register {
        let batched = self.value(a).batched || self.value(b).batched;
        let value = Value { kind: Kind::Real, batched, rank: 2 };
        match self.untransposed(b) {
            Some(original) => self.push(Call::MatMulTransposed(a, original), value),
            None => self.push(Call::MatMul(a, b), value),
        }
    }

    /// Rows times the transpose of a matrix, which nobody transposes for it.
    fn rows_times(&mut self, rows: Register, matrix: Register, value: Value) -> Register {
        match self.untransposed(matrix) {
            Some(original) => self.push(Call::MatMul(rows, original), value),
            None => self.push(Call::MatMulTransposed(rows, matrix), value),
        }
    }

    /// What a matrix is the transpose of. A transpose that nobody reads any more is removed in the end.
    fn untransposed(&self, matrix: Register) -> Option<Register> {
        match self.call_of(matrix) {
            Call::Transpose(original) => Some(*original),
            _ => None,
        }
    }
}
