//! The value of one part of a formula whose own parts have values.

use super::inference::{Inference, Value};
use crate::recurrent::resolve::Meaning;
use crate::recurrent::syntax::{ExpressionId, Kind, Operator};
use crate::recurrent::typed::{Binary, Comparison, Dim, Element, NodeId, Op, Shape, Stage, Type, Unary};

impl Inference<'_> {
    /// The value of the part under way; `None` where a body has to be read first.
    pub(super) fn part(&mut self, id: ExpressionId) -> Option<Value> {
        let expression = &self.cell.expressions[id];
        let node = match &expression.kind {
            Kind::Number(value) => Some(self.number(*value)),
            Kind::Name(_) => return Some(self.name(id)),
            Kind::Call { arguments, .. } => return self.call(id, arguments),
            Kind::Negate(operand) => self.unary(Unary::Neg, id, *operand),
            Kind::Not(operand) => self.not(*operand),
            Kind::Binary { operator, left, right, .. } => self.operator(*operator, id, *left, *right),
            Kind::Slice { vector, start, end } => self.slice(id, *vector, *start, *end),
            Kind::Tuple(parts) => {
                return Some(Value::Several(parts.iter().map(|part| self.one(*part).map(|one| one.node)).collect()));
            }
        };
        Some(node.map_or(Value::Unknown, Value::One))
    }

    fn operator(
        &mut self,
        operator: Operator,
        id: ExpressionId,
        left: ExpressionId,
        right: ExpressionId,
    ) -> Option<NodeId> {
        match operator {
            Operator::MatMul => self.product(id, left, right),
            Operator::Mul => self.binary(Binary::Mul, id, left, right),
            Operator::Div => self.binary(Binary::Div, id, left, right),
            Operator::Add => self.binary(Binary::Add, id, left, right),
            Operator::Sub => self.binary(Binary::Sub, id, left, right),
            Operator::Less => self.compare(Comparison::Less, id, left, right),
            Operator::LessEqual => self.compare(Comparison::LessEqual, id, left, right),
            Operator::Greater => self.compare(Comparison::Greater, id, left, right),
            Operator::GreaterEqual => self.compare(Comparison::GreaterEqual, id, left, right),
            Operator::Equal => self.compare(Comparison::Equal, id, left, right),
            Operator::NotEqual => self.compare(Comparison::NotEqual, id, left, right),
            Operator::And => self.logic("&&", Op::And, id, left, right),
            Operator::Or => self.logic("||", Op::Or, id, left, right),
        }
    }

    /// A number of the language.
    pub(super) fn number(&mut self, value: f64) -> NodeId {
        self.push(Op::Number(value), real(Vec::new(), Stage::Constant))
    }

    /// The value of a name.
    fn name(&mut self, id: ExpressionId) -> Value {
        let (op, shape, stage) = match self.names.meaning(id) {
            Meaning::Dimension(at) => (Op::Size(Dim::dimension(at)), Some(Vec::new()), Stage::Constant),
            Meaning::Constant(value) => (Op::Number(value), Some(Vec::new()), Stage::Constant),
            Meaning::Hyper(at) => (Op::Hyper(at), Some(Vec::new()), Stage::Constant),
            Meaning::Parameter(at) => {
                let number = self.parameter_numbers[at];
                (Op::Parameter(number), self.parameters[at].clone(), Stage::Parameter)
            }
            Meaning::Buffer(at) => (Op::Buffer(at), self.buffers[at].clone(), Stage::Parameter),
            Meaning::Input(at) => (Op::Input(at), self.inputs[at].clone(), Stage::Example),
            Meaning::Context(at) => (Op::Context(at), self.contexts[at].clone(), Stage::Example),
            Meaning::State(at) => {
                let op = if self.assigned[at] { Op::Next(at) } else { Op::State(at) };
                (op, self.states[at].clone(), Stage::Example)
            }
            Meaning::Local(at) => {
                return self.local(at).map_or(Value::Unknown, |value| self.local_use(at, value));
            }
            Meaning::Argument(at) => return self.argument_use(at),
            Meaning::Helper(_) | Meaning::Function(_) => unreachable!("a function without a call is refused before"),
        };
        shape.map_or(Value::Unknown, |shape| Value::One(self.push(op, real(shape, stage))))
    }

    fn local_use(&mut self, local: usize, value: NodeId) -> Value {
        let ty = self.ty(value).clone();
        Value::One(self.push(Op::Local(local), ty))
    }

    fn argument_use(&mut self, at: usize) -> Value {
        match self.argument(at) {
            Some(local) => self.local(local).map_or(Value::Unknown, |value| self.local_use(local, value)),
            None => Value::Unknown,
        }
    }
}

/// The type of numbers.
pub(super) fn real(shape: Shape, stage: Stage) -> Type {
    Type { shape, element: Element::Real, stage }
}
