//! Which axes meet: only `[]` stretches in the equations, and the batch stands in front of everything.

use super::lower::Lowering;
use super::{Call, Kind, Register, Value};
use crate::recurrent::typed::{Binary, Dim, NodeId, Shape, Unary};

impl Lowering<'_> {
    /// A parameter that may be absent as one that is there.
    pub(super) fn present(&mut self, register: Register) -> Register {
        let value = self.value(register);
        match value.kind {
            Kind::Optional => {
                let shape = self.optional_shape(register).clone();
                self.push(Call::OrZeros(register, shape), Value { kind: Kind::Real, ..value })
            }
            Kind::Number | Kind::Real | Kind::Mask => register,
        }
    }

    fn optional_shape(&self, register: Register) -> &Shape {
        match self.call_of(register) {
            Call::Optional(at) => &self.cell.parameters[*at].shape,
            _ => unreachable!("only parameters are optional"),
        }
    }

    /// Anything as a tensor.
    pub(super) fn tensor(&mut self, register: Register) -> Register {
        match self.value(register).kind {
            Kind::Number => self.push(Call::Scalar(register), Value::parameter(0)),
            Kind::Real | Kind::Optional | Kind::Mask => self.present(register),
        }
    }

    /// Tensors that broadcast as the equations mean it, and what an operation on them gives.
    ///
    /// The scalar of each example `[B]` gets the axes that it stretches over behind the batch. Nothing else needs help:
    /// trailing axes meet, and what has no batch axis is the same for the whole batch.
    pub(super) fn aligned<const N: usize>(&mut self, registers: [Register; N]) -> ([Register; N], Value) {
        let registers = registers.map(|register| self.tensor(register));
        let values = registers.map(|register| self.value(register));
        let rank = values.iter().map(|value| value.rank).max().unwrap_or(0);
        let batched = values.iter().any(|value| value.batched);
        let raised = registers.map(|register| self.raised(register, rank));
        let kind = values.first().map_or(Kind::Real, |value| value.kind);
        (raised, Value { kind, batched, rank })
    }

    fn raised(&mut self, register: Register, rank: usize) -> Register {
        let value = self.value(register);
        if !value.batched || value.rank > 0 {
            return register;
        }
        (1..=rank).fold(register, |register, rank| self.push(Call::Unsqueeze(register, -1), Value { rank, ..value }))
    }

    pub(super) fn unary(&mut self, op: Unary, a: Register) -> Register {
        if let Some(folded) = self.known_number(a).and_then(|a| fold_unary(op, a)) {
            return self.literal(folded);
        }
        let a = self.present(a);
        let value = self.value(a);
        self.push(Call::Unary(op, a), value)
    }

    pub(super) fn binary(&mut self, op: Binary, a: Register, b: Register) -> Register {
        let is_number = |register| self.value(register).kind == Kind::Number;
        match (is_number(a), is_number(b)) {
            (true, true) => self.numbers(op, a, b),
            (false, true) => self.with_number(op, a, b),
            (true, false) => self.number_with(op, a, b),
            (false, false) => self.tensors(op, a, b),
        }
    }

    fn numbers(&mut self, op: Binary, a: Register, b: Register) -> Register {
        let known = self.known_number(a).zip(self.known_number(b));
        match known.and_then(|(a, b)| fold_binary(op, a, b)) {
            Some(folded) => self.literal(folded),
            None => self.push(Call::Binary(op, a, b), Value::NUMBER),
        }
    }

    /// A tensor and a number, by calls that keep no tensor for the number.
    fn with_number(&mut self, op: Binary, a: Register, number: Register) -> Register {
        let a = self.present(a);
        let value = self.value(a);
        let call = match op {
            Binary::Add => Call::Offset(a, number),
            Binary::Sub => Call::Offset(a, self.unary(Unary::Neg, number)),
            Binary::Mul => Call::Scale(a, number),
            Binary::Div => Call::Divide(a, number),
            Binary::Pow if self.known_number(number) == Some(2.0) => Call::Unary(Unary::Square, a),
            Binary::Pow => Call::Power(a, number),
            Binary::Minimum | Binary::Maximum | Binary::Rem => Call::Binary(op, a, self.tensor(number)),
        };
        self.push(call, value)
    }

    /// A number and a tensor: `1 - z` is `-z + 1`, which keeps nothing for its derivative.
    fn number_with(&mut self, op: Binary, number: Register, b: Register) -> Register {
        match op {
            Binary::Add | Binary::Mul => self.with_number(op, b, number),
            Binary::Sub => {
                let negative = self.unary(Unary::Neg, b);
                self.with_number(Binary::Add, negative, number)
            }
            Binary::Div if self.known_number(number) == Some(1.0) => self.unary(Unary::Recip, b),
            Binary::Div | Binary::Pow | Binary::Minimum | Binary::Maximum | Binary::Rem => {
                let number = self.tensor(number);
                self.tensors(op, number, b)
            }
        }
    }

    fn tensors(&mut self, op: Binary, a: Register, b: Register) -> Register {
        if op == Binary::Add {
            if self.may_skip(a, b) {
                let value = self.value(a);
                return self.push(Call::AddOptional(a, b), value);
            }
            if self.may_skip(b, a) {
                let value = self.value(b);
                return self.push(Call::AddOptional(b, a), value);
            }
        }
        let ([a, b], value) = self.aligned([a, b]);
        self.push(Call::Binary(op, a, b), value)
    }

    /// Whether a sum is its first operand where the second is absent: else the second would at least give its shape.
    fn may_skip(&self, sum: Register, optional: Register) -> bool {
        let (sum, optional) = (self.value(sum), self.value(optional));
        let fits = optional.rank == 0 || optional.rank == sum.rank;
        sum.kind == Kind::Real && optional.kind == Kind::Optional && fits
    }

    /// Vectors and scalars to one vector.
    pub(super) fn concat(&mut self, parts: &[NodeId]) -> Register {
        let batched = parts.iter().any(|&part| self.value(self.get(part)).batched);
        let vectors: Vec<Register> = parts.iter().map(|&part| self.as_vector(part, batched)).collect();
        match vectors.as_slice() {
            [only] => *only,
            _ => self.push(Call::Concat(vectors), Value { kind: Kind::Real, batched, rank: 1 }),
        }
    }

    /// A vector or a scalar as a vector, of each example if the others are.
    fn as_vector(&mut self, part: NodeId, batched: bool) -> Register {
        let cell = self.cell;
        let register = self.tensor(self.get(part));
        let value = self.value(register);
        match (value.rank, batched && !value.batched) {
            (0, true) => self.stretched(register, &vec![Dim::number(1)]),
            (0, false) => self.push(Call::Unsqueeze(register, -1), Value { rank: 1, ..value }),
            (_, true) => self.stretched(register, &cell.node(part).ty.shape),
            (_, false) => register,
        }
    }
}

/// Operations whose result is the same on every machine.
fn fold_unary(op: Unary, a: f64) -> Option<f64> {
    match op {
        Unary::Neg => Some(-a),
        Unary::Sqrt => Some(a.sqrt()),
        Unary::Square => Some(a * a),
        Unary::Recip => Some(1.0 / a),
        Unary::Abs => Some(a.abs()),
        _ => None,
    }
}

fn fold_binary(op: Binary, a: f64, b: f64) -> Option<f64> {
    match op {
        Binary::Add => Some(a + b),
        Binary::Sub => Some(a - b),
        Binary::Mul => Some(a * b),
        Binary::Div => Some(a / b),
        Binary::Pow | Binary::Minimum | Binary::Maximum | Binary::Rem => None,
    }
}
