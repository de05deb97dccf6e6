//! Operations element by element.

use super::inference::{Inference, Operand};
use super::parts::real;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::syntax::ExpressionId;
use crate::recurrent::typed::{Binary, Comparison, Element, NodeId, Op, Shape, Stage, Type, Unary};

impl Inference<'_> {
    /// A part that must be numbers.
    pub(super) fn numbers(&mut self, id: ExpressionId, taker: &str) -> Option<Operand> {
        let operand = self.one(id)?;
        match operand.ty.element {
            Element::Real => Some(operand),
            Element::Mask => {
                self.error(self.place(id), messages::mask_as_number(self.text(id), taker));
                None
            }
        }
    }

    /// A part that must be a mask.
    fn mask(&mut self, id: ExpressionId, taker: &str) -> Option<Operand> {
        let operand = self.one(id)?;
        match operand.ty.element {
            Element::Mask => Some(operand),
            Element::Real => {
                self.error(self.place(id), messages::number_as_mask(self.text(id), taker));
                None
            }
        }
    }

    /// Two parts that must be numbers; both are looked at.
    fn pair(&mut self, left: ExpressionId, right: ExpressionId, taker: &str) -> Option<(Operand, Operand)> {
        let left = self.numbers(left, taker);
        let right = self.numbers(right, taker);
        left.zip(right)
    }

    pub(super) fn unary_function(&mut self, unary: Unary, id: ExpressionId, value: ExpressionId) -> Option<NodeId> {
        let without_derivative = matches!(unary, Unary::Floor | Unary::Sign);
        if without_derivative && !self.is_quiet() {
            let operand = self.one(value)?;
            if operand.ty.stage != Stage::Constant {
                let message = messages::no_derivative(self.function_name(id), self.text(id));
                self.error(self.place(id), message);
                return None;
            }
        }
        self.unary(unary, id, value)
    }

    pub(super) fn unary(&mut self, unary: Unary, id: ExpressionId, value: ExpressionId) -> Option<NodeId> {
        let taker = if unary == Unary::Neg { "-" } else { self.function_name(id) };
        let operand = self.numbers(value, taker)?;
        self.computed(Op::Unary(unary, operand.node), operand.ty, id)
    }

    pub(super) fn binary(
        &mut self,
        binary: Binary,
        id: ExpressionId,
        left: ExpressionId,
        right: ExpressionId,
    ) -> Option<NodeId> {
        let (left, right) = self.pair(left, right, taker(binary))?;
        let shape = self.equal_shapes(id, &left, &right, binary == Binary::Mul)?;
        if matches!(binary, Binary::Div | Binary::Rem) && self.known(right.node) == Some(0.0) {
            self.error(self.place(id), messages::division_by_zero(self.text(id)));
            return None;
        }
        let ty = real(shape, left.ty.stage.max(right.ty.stage));
        self.computed(Op::Binary(binary, left.node, right.node), ty, id)
    }

    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        id: ExpressionId,
        left: ExpressionId,
        right: ExpressionId,
    ) -> Option<NodeId> {
        let taker = match comparison {
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
        };
        let (left, right) = self.pair(left, right, taker)?;
        let shape = self.equal_shapes(id, &left, &right, false)?;
        let ty = mask(shape, &[&left, &right]);
        Some(self.push(Op::Compare(comparison, left.node, right.node), ty))
    }

    pub(super) fn logic(
        &mut self,
        taker: &str,
        op: fn(NodeId, NodeId) -> Op,
        id: ExpressionId,
        left: ExpressionId,
        right: ExpressionId,
    ) -> Option<NodeId> {
        let (left, right) = (self.mask(left, taker), self.mask(right, taker));
        let (left, right) = left.zip(right)?;
        let shape = self.equal_shapes(id, &left, &right, false)?;
        let ty = mask(shape, &[&left, &right]);
        Some(self.push(op(left.node, right.node), ty))
    }

    pub(super) fn not(&mut self, value: ExpressionId) -> Option<NodeId> {
        let operand = self.mask(value, "!")?;
        Some(self.push(Op::Not(operand.node), operand.ty))
    }

    pub(super) fn select(
        &mut self,
        id: ExpressionId,
        mask: ExpressionId,
        first: ExpressionId,
        second: ExpressionId,
    ) -> Option<NodeId> {
        let mask = self.mask(mask, "select");
        let branches = self.pair(first, second, "select");
        let (mask, (first, second)) = mask.zip(branches)?;
        let shape = Self::joined(&first.ty.shape, &second.ty.shape);
        let Some(shape) = shape.and_then(|shape| Self::joined(&mask.ty.shape, &shape)) else {
            let shapes = [&mask, &first, &second].map(|operand| self.shape_text(&operand.ty.shape));
            let [mask, first, second] = &shapes;
            self.error(self.place(id), messages::select_shapes(self.text(id), mask, first, second));
            return None;
        };
        let stage = mask.ty.stage.max(first.ty.stage).max(second.ty.stage);
        let op = Op::Select { mask: mask.node, first: first.node, second: second.node };
        Some(self.push(op, real(shape, stage)))
    }

    pub(super) fn stop_gradient(&mut self, id: ExpressionId, value: ExpressionId) -> Option<NodeId> {
        let operand = self.numbers(value, "stop_gradient")?;
        self.computed(Op::StopGradient(operand.node), operand.ty, id)
    }

    pub(super) fn clamp(
        &mut self,
        id: ExpressionId,
        value: ExpressionId,
        low: ExpressionId,
        high: ExpressionId,
    ) -> Option<NodeId> {
        let value = self.numbers(value, "clamp");
        let low = self.setting(low, "the lower bound of `clamp`", "maximum(v, low)");
        let high = self.setting(high, "the upper bound of `clamp`", "minimum(v, high)");
        let (value, (low, high)) = value.zip(low.zip(high))?;
        if let (Some(first), Some(second)) = (self.known(low.node), self.known(high.node))
            && (first > second || first == f64::INFINITY || second == f64::NEG_INFINITY)
        {
            let (low, high) = (self.text(low.id), self.text(high.id));
            self.error(self.place(id), messages::empty_clamp(self.text(id), low, high));
            return None;
        }
        let op = Op::Clamp { value: value.node, low: low.node, high: high.node };
        self.computed(op, value.ty, id)
    }

    pub(super) fn elu(&mut self, id: ExpressionId, value: ExpressionId, alpha: Option<ExpressionId>) -> Option<NodeId> {
        let value = self.numbers(value, "elu");
        let alpha = self.setting_or(alpha, ("the factor of `elu`", "select(v > 0, v, alpha * expm1(v))"), 1.0);
        let (value, alpha) = value.zip(alpha)?;
        self.computed(Op::Elu { value: value.node, alpha }, value.ty, id)
    }

    pub(super) fn leaky_relu(
        &mut self,
        id: ExpressionId,
        value: ExpressionId,
        slope: Option<ExpressionId>,
    ) -> Option<NodeId> {
        let value = self.numbers(value, "leaky_relu");
        let slope = self.setting_or(slope, ("the slope of `leaky_relu`", "select(v > 0, v, slope * v)"), 0.01);
        let (value, slope) = value.zip(slope)?;
        self.computed(Op::LeakyRelu { value: value.node, slope }, value.ty, id)
    }

    /// A part that must be a number which is the same at every step.
    fn setting(&mut self, id: ExpressionId, what: &str, instead: &str) -> Option<Operand> {
        let operand = self.one(id)?;
        if operand.ty.stage != Stage::Constant {
            self.error(self.place(id), messages::setting_not_constant(what, self.text(id), instead));
            return None;
        }
        Some(operand)
    }

    /// The same, or a number that stands for nothing written.
    pub(super) fn setting_or(
        &mut self,
        id: Option<ExpressionId>,
        (what, instead): (&str, &str),
        default: f64,
    ) -> Option<NodeId> {
        let Some(id) = id else { return Some(self.number(default)) };
        let operand = self.setting(id, what, instead)?;
        if self.known(operand.node).is_some_and(|number| !number.is_finite()) {
            self.error(self.place(id), messages::setting_not_finite(what, self.text(id)));
            return None;
        }
        Some(operand.node)
    }

    /// The shape of both operands together.
    fn equal_shapes(&mut self, id: ExpressionId, left: &Operand, right: &Operand, product: bool) -> Option<Shape> {
        let shape = Self::joined(&left.ty.shape, &right.ty.shape);
        if shape.is_none() {
            let message = self.different_shapes(id, left, right, product);
            self.error(self.place(id), message);
        }
        shape
    }
}

/// The sign or the name of an operation.
fn taker(binary: Binary) -> &'static str {
    match binary {
        Binary::Add => "+",
        Binary::Sub => "-",
        Binary::Mul => "*",
        Binary::Div => "/",
        Binary::Pow => "pow",
        Binary::Minimum => "minimum",
        Binary::Maximum => "maximum",
        Binary::Rem => "rem",
    }
}

/// The type of a mask made of these.
fn mask(shape: Shape, operands: &[&Operand]) -> Type {
    let stage = operands.iter().map(|operand| operand.ty.stage).fold(Stage::Parameter, Stage::max);
    Type { shape, element: Element::Mask, stage }
}
