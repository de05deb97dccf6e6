//! The table of derivatives: for each operation what the adjoint of an operand gets.
//!
//! `g` is the adjoint of the result `y`, `a` and `b` (or `x`) are the operands, `da` and `db` (or `dx`) what they get.
//! Where a formula may be written with the result or with an operand, it has the result, which is more often kept anyway.

use super::site::{Contribution, Site, Term};
use crate::recurrent::ir::{Binary, Comparison, Dim, Op, Reduction, Unary};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
/// √(2/π)
const GELU_FACTOR: f64 = FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
const GELU_CUBIC: f64 = 0.044_715;

/// What the adjoint of an operand gets. A scalar that was stretched may get a value of the stretched shape.
pub(crate) fn derive(site: &Site<'_>) -> Contribution {
    let (g, shape) = (site.g(), site.shape(site.operand));
    let whole = match site.op() {
        Op::Unary(function, _) => unary(*function, site),
        Op::Binary(function, ..) => binary(*function, site),
        // y = m ? a : b: da = m ? g : 0, db = m ? 0 : g
        Op::Select { .. } if site.operand == 1 => site.x(0).select(g, site.number(0.0)),
        Op::Select { .. } => site.x(0).select(site.number(0.0), g),
        Op::MatMul { transpose_a, transpose_b, .. } if site.shape(1).len() == 2 => {
            matrix_product(site, *transpose_a, *transpose_b)
        }
        Op::MatMul { transpose_a, .. } => return vector_product(site, *transpose_a),
        // y = a bᵀ: da = g b, db = gᵀ a
        Op::Outer(..) => g.matmul(site.operand == 1, site.x(1 - site.operand), false),
        Op::Transpose(_) => g.push(Op::Transpose(g.id)),
        Op::Diag(_) => g.push(Op::DiagonalOf(g.id)),
        Op::DiagonalOf(_) => g.push(Op::Diag(g.id)),
        // y = Σ x: dx = g everywhere
        Op::Reduce(Reduction::Sum, _) => g.stretch(last(shape)),
        // evenly over all elements that are the extremum
        Op::Reduce(Reduction::Min | Reduction::Max, _) => {
            let hits = site.x(0).compare(Comparison::Equal, site.y().stretch(last(shape)));
            let hits = hits.select(site.number(1.0), site.number(0.0));
            hits * (g / hits.sum()).stretch(last(shape))
        }
        Op::Stretch(..) => g.sum(),
        // each part gets its place of g
        Op::Concat(_) => g.push(Op::Slice { value: g.id, start: site.before.clone(), length: last(shape).clone() }),
        Op::Slice { start, .. } => g.push(Op::Pad { value: g.id, start: start.clone(), length: last(shape).clone() }),
        Op::Pad { start, .. } => g.push(Op::Slice { value: g.id, start: start.clone(), length: last(shape).clone() }),
        op @ (Op::Number(_)
        | Op::Size(_)
        | Op::Hyper(_)
        | Op::Parameter(_)
        | Op::Buffer(_)
        | Op::Input(_)
        | Op::Context(_)
        | Op::State(_)
        | Op::Forward(_)
        | Op::OutputAdjoint(_)
        | Op::NextAdjoint(_)
        | Op::Total(_)
        | Op::Compare(..)
        | Op::And(..)
        | Op::Or(..)
        | Op::Not(_)
        | Op::Identity(_)
        | Op::StopGradient(_)) => unreachable!("nothing is differentiated through {op:?}"),
    };
    Contribution::Whole(whole.id)
}

/// The size of the last axis.
fn last(shape: &[Dim]) -> &Dim {
    shape.last().unwrap_or_else(|| unreachable!("a value with an axis"))
}

/// dx for y = f(x).
fn unary<'a>(function: Unary, site: &Site<'a>) -> Term<'a> {
    let (g, x, y) = (site.g(), || site.x(0), || site.y());
    let number = |value| site.number(value);
    let kept_if = |mask: Term<'a>| mask.select(g, site.number(0.0));
    match function {
        Unary::Neg => -g,
        // g eˣ
        Unary::Exp => g * y(),
        // g eˣ
        Unary::Expm1 => g * (y() + 1.0),
        // g / x
        Unary::Ln => g / x(),
        // g / (1 + x)
        Unary::Log1p => g / (x() + 1.0),
        // g / 2√x, infinite at 0
        Unary::Sqrt => g / (2.0 * y()),
        // 2 g x
        Unary::Square => g * (2.0 * x()),
        // -g / x²
        Unary::Recip => -(g * y().unary(Unary::Square)),
        // g sign(x), 0 at 0
        Unary::Abs => g * x().unary(Unary::Sign),
        Unary::Sin => g * x().unary(Unary::Cos),
        Unary::Cos => -(g * x().unary(Unary::Sin)),
        // g 2/√π exp(-x²)
        Unary::Erf => g * (FRAC_2_SQRT_PI * (-x().unary(Unary::Square)).unary(Unary::Exp)),
        // g (1 - y²)
        Unary::Tanh => g * (1.0 - y().unary(Unary::Square)),
        // g y (1 - y)
        Unary::Sigmoid => g * (y() * (1.0 - y())),
        // g where x > 0, which is where y > 0
        Unary::Relu => kept_if(y().compare(Comparison::Greater, number(0.0))),
        // g (Φ(x) + x φ(x)) with the normal distribution Φ and its density φ
        Unary::Gelu => {
            let below = 0.5 + 0.5 * (x() * FRAC_1_SQRT_2).unary(Unary::Erf);
            let density = 0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * (-0.5 * x().unary(Unary::Square)).unary(Unary::Exp);
            g * (below + x() * density)
        }
        // g (1/2 (1 + t) + 1/2 x (1 - t²) u') with t = tanh(u) and u = √(2/π) (x + c x³)
        Unary::GeluTanh => {
            let square = x().unary(Unary::Square);
            let t = (GELU_FACTOR * (x() * (1.0 + GELU_CUBIC * square))).unary(Unary::Tanh);
            let inner = GELU_FACTOR * (1.0 + 3.0 * GELU_CUBIC * square);
            g * (0.5 * (1.0 + t) + 0.5 * x() * ((1.0 - t.unary(Unary::Square)) * inner))
        }
        // g s (1 + x (1 - s)) with s = sigmoid(x)
        Unary::Silu => {
            let s = x().unary(Unary::Sigmoid);
            g * (s * (1.0 + x() * (1.0 - s)))
        }
        // g sigmoid(x)
        Unary::Softplus => g * x().unary(Unary::Sigmoid),
        // g λ where x > 0, else g λ α eˣ = g (y + λ α)
        Unary::Selu => {
            let is_positive = y().compare(Comparison::Greater, number(0.0));
            g * is_positive.select(number(SELU_SCALE), y() + SELU_SCALE * SELU_ALPHA)
        }
        // g (t + (1 - t²) x sigmoid(x)) with t = tanh(softplus(x))
        Unary::Mish => {
            let t = x().unary(Unary::Softplus).unary(Unary::Tanh);
            g * (t + (1.0 - t.unary(Unary::Square)) * (x() * x().unary(Unary::Sigmoid)))
        }
        // g / (1 + |x|)² = g (1 - |y|)²
        Unary::Softsign => g * (1.0 - y().unary(Unary::Abs)).unary(Unary::Square),
        // g / 6 strictly between the corners, where y is between 0 and 1
        Unary::HardSigmoid => {
            let is_above = y().compare(Comparison::Greater, number(0.0));
            kept_if(is_above.and(y().compare(Comparison::Less, number(1.0)))) * (1.0 / 6.0)
        }
        // g strictly between the corners
        Unary::HardTanh => kept_if(y().unary(Unary::Abs).compare(Comparison::Less, number(1.0))),
        // g sigmoid(-x)
        Unary::LogSigmoid => g * (-x()).unary(Unary::Sigmoid),
        Unary::Floor | Unary::Sign => unreachable!("nothing is differentiated through steps"),
    }
}

/// da or db for y = f(a, b).
fn binary<'a>(function: Binary, site: &Site<'a>) -> Term<'a> {
    let (g, a, b, y) = (site.g(), || site.x(0), || site.x(1), || site.y());
    let number = |value| site.number(value);
    match (function, site.operand) {
        (Binary::Add, _) | (Binary::Sub | Binary::Rem, 0) => g,
        (Binary::Sub, _) => -g,
        // g b
        (Binary::Mul, 0) => g * b(),
        // g a
        (Binary::Mul, _) => g * a(),
        // g / b
        (Binary::Div, 0) => g / b(),
        // -g a / b² = -(g / b) y
        (Binary::Div, _) => -(g / b() * y()),
        // -g floor(a / b), by the quotient that belongs to the result
        (Binary::Rem, _) => -(g * ((a() - y()) / b() + 0.5).unary(Unary::Floor)),
        // g b a^(b - 1), and 0 where b is 0
        (Binary::Pow, 0) => {
            let is_constant = b().compare(Comparison::Equal, number(0.0));
            let slope = b() * a().binary(Binary::Pow, b() - 1.0);
            g * is_constant.select(number(0.0), slope)
        }
        // g y ln(a), and 0 where a is 0 and b is not negative
        (Binary::Pow, _) => {
            let is_zero = a().compare(Comparison::Equal, number(0.0));
            let is_flat = is_zero.and(b().compare(Comparison::GreaterEqual, number(0.0)));
            g * (y() * is_flat.select(number(1.0), a()).unary(Unary::Ln))
        }
        // g to the one that wins, half each at ties
        (Binary::Minimum, at) => g * share(site, site.x(at), Comparison::Less, site.x(1 - at)),
        (Binary::Maximum, at) => g * share(site, site.x(at), Comparison::Greater, site.x(1 - at)),
    }
}

/// 1 where the own operand wins, 1/2 at ties, else 0.
fn share<'a>(site: &Site<'a>, own: Term<'a>, wins: Comparison, other: Term<'a>) -> Term<'a> {
    let tie = own.compare(Comparison::Equal, other).select(site.number(0.5), site.number(0.0));
    own.compare(wins, other).select(site.number(1.0), tie)
}

/// y = A x, where A is a or aᵀ.
fn vector_product(site: &Site<'_>, transpose: bool) -> Contribution {
    let (g, a, x) = (site.g(), || site.x(0), || site.x(1));
    match (site.operand, transpose) {
        // dA = g xᵀ
        (0, false) => Contribution::Outer(g.id, x().id),
        // da = dAᵀ = x gᵀ
        (0, true) => Contribution::Outer(x().id, g.id),
        // dx = Aᵀ g
        (_, _) => Contribution::Whole(a().matmul(!transpose, g, false).id),
    }
}

/// y = A B, where A is a or aᵀ and B is b or bᵀ.
fn matrix_product<'a>(site: &Site<'a>, transpose_a: bool, transpose_b: bool) -> Term<'a> {
    let (g, a, b) = (site.g(), || site.x(0), || site.x(1));
    match (site.operand, transpose_a, transpose_b) {
        // dA = g Bᵀ
        (0, false, _) => g.matmul(false, b(), !transpose_b),
        // da = dAᵀ = B gᵀ
        (0, true, _) => b().matmul(transpose_b, g, true),
        // dB = Aᵀ g
        (_, _, false) => a().matmul(!transpose_a, g, false),
        // db = dBᵀ = gᵀ A
        (_, _, true) => g.matmul(true, a(), transpose_a),
    }
}
