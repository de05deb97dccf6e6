//! Formulas of written numbers become numbers, computed in f64.

use super::erf::erf;
use super::inference::Inference;
use super::parts::real;
use crate::recurrent::messages::shapes as messages;
use crate::recurrent::syntax::ExpressionId;
use crate::recurrent::typed::{Binary, NodeId, Op, Stage, Type, Unary};
use std::f64::consts::{PI, SQRT_2};

impl Inference<'_> {
    /// The number that a node is known to be, also through the name of a `let`.
    pub(super) fn known(&self, id: NodeId) -> Option<f64> {
        let mut id = id;
        loop {
            match &self.node(id).op {
                Op::Number(value) => return Some(*value),
                Op::Local(local) => id = self.local(*local)?,
                _ => return None,
            }
        }
    }

    /// The node of an operation, or its result where it is known already.
    ///
    /// A name is kept, so that the `let` behind it is not useless.
    pub(super) fn computed(&mut self, op: Op, ty: Type, id: ExpressionId) -> Option<NodeId> {
        let operands = op.operands();
        let written = |id: &NodeId| match self.node(*id).op {
            Op::Number(value) => Some(value),
            _ => None,
        };
        let Some(numbers) = operands.iter().map(written).collect::<Option<Vec<f64>>>() else {
            return Some(self.push(op, ty));
        };
        let result = result(&op, &numbers);
        if result.is_nan() || (result.is_infinite() && numbers.iter().all(|number| number.is_finite())) {
            self.error(self.place(id), messages::result_not_finite(self.text(id), result));
            return None;
        }
        operands.iter().rev().for_each(|operand| self.forget(*operand));
        Some(self.push(Op::Number(result), real(Vec::new(), Stage::Constant)))
    }
}

/// The value of an operation on numbers.
fn result(op: &Op, numbers: &[f64]) -> f64 {
    match (op, numbers) {
        (Op::Unary(function, _), [x]) => unary(*function, *x),
        (Op::Binary(function, ..), [a, b]) => binary(*function, *a, *b),
        (Op::StopGradient(_), [x]) => *x,
        (Op::Clamp { .. }, [x, low, high]) => x.max(*low).min(*high),
        (Op::Elu { .. }, [x, alpha]) => {
            if *x > 0.0 {
                *x
            } else {
                alpha * x.exp_m1()
            }
        }
        (Op::LeakyRelu { .. }, [x, slope]) => {
            if *x > 0.0 {
                *x
            } else {
                slope * x
            }
        }
        _ => unreachable!("constants are made by no other operation"),
    }
}

pub(crate) fn unary(function: Unary, x: f64) -> f64 {
    match function {
        Unary::Neg => -x,
        Unary::Exp => x.exp(),
        Unary::Expm1 => x.exp_m1(),
        Unary::Ln => x.ln(),
        Unary::Log1p => x.ln_1p(),
        Unary::Sqrt => x.sqrt(),
        Unary::Square => x * x,
        Unary::Recip => 1.0 / x,
        Unary::Abs => x.abs(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Erf => erf(x),
        Unary::Tanh => x.tanh(),
        Unary::Sigmoid => sigmoid(x),
        Unary::Relu => x.max(0.0),
        Unary::Gelu => x * 0.5 * (1.0 + erf(x / SQRT_2)),
        Unary::GeluTanh => x * 0.5 * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
        Unary::Silu => x * sigmoid(x),
        Unary::Softplus => softplus(x),
        Unary::Selu => selu(x),
        Unary::Mish => x * softplus(x).tanh(),
        Unary::Softsign => x / (1.0 + x.abs()),
        Unary::HardSigmoid => (x / 6.0 + 0.5).clamp(0.0, 1.0),
        Unary::HardTanh => x.clamp(-1.0, 1.0),
        Unary::LogSigmoid => -softplus(-x),
        Unary::Floor => x.floor(),
        Unary::Sign => {
            if x == 0.0 {
                0.0
            } else {
                x.signum()
            }
        }
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Without overflow for large numbers.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// With the constants of Klambauer et al. 2017.
fn selu(x: f64) -> f64 {
    const ALPHA: f64 = 1.673_263_242_354_377_2;
    const SCALE: f64 = 1.050_700_987_355_480_5;
    SCALE * if x > 0.0 { x } else { ALPHA * x.exp_m1() }
}

pub(crate) fn binary(function: Binary, a: f64, b: f64) -> f64 {
    match function {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => a / b,
        Binary::Pow => a.powf(b),
        Binary::Minimum => a.min(b),
        Binary::Maximum => a.max(b),
        Binary::Rem => remainder(a, b),
    }
}

/// The floored remainder, exact as the one of tensors: a rounded quotient would make 0 of `rem(1, 0.1)`.
fn remainder(a: f64, b: f64) -> f64 {
    let truncated = a % b;
    let other_side = truncated != 0.0 && (truncated < 0.0) != (b < 0.0);
    if other_side { truncated + b } else { truncated }
}
