//! The derivatives: one rule per operation, written in tensor operations so that gradients of gradients work. Those of
//! computations with several results are not (`autodiff/joint.rs`).

use super::Op;
use super::index::add_rows;
use super::layout::{add_part, inverse_permutation};
use super::product::Planned;
use crate::array::element::{DType, Float};
use crate::array::kernels::{Binary, GELU_CUBIC, GELU_FACTOR, Layout, SELU_ALPHA, SELU_SCALE, Unary};
use crate::array::shape::Shape;
use crate::array::storage::Counted;
use crate::autodiff::link::Link;
use crate::autodiff::node::{Node, Step};
use crate::error::{Error, ErrorKind, Result};
use crate::tensor::Tensor;
use crate::tensor::any::AnyTensor;

/// Operations that a tape records but through which no gradient flows: asking for one is an error.
pub(crate) const WITHOUT_GRADIENT: [&str; 2] = ["sign", "floor"];

/// What an operation adds to the gradient of one input.
pub(crate) enum Contribution<F: Float> {
    Whole(Tensor<F>),
    Part(Part<F>),
}

/// A gradient of some of the input's elements; the others get none.
pub(crate) enum Part<F: Float> {
    Range { axis: usize, start: usize, value: Tensor<F> },
    Rows { axis: usize, indices: Tensor<usize>, value: Tensor<F> },
}

impl<F: Float> Part<F> {
    pub(crate) fn add_into(&self, whole: &mut [F], shape: &Shape) {
        match self {
            Self::Range { axis, start, value } => add_part(value, *axis, *start, whole, shape),
            Self::Rows { axis, indices, value } => add_rows(value, *axis, indices, whole, shape),
        }
    }
}

/// The recorded step whose rule is applied.
pub(crate) struct Context<'a, F: Float> {
    pub(crate) node: &'a Counted<Node>,
    pub(crate) step: &'a Step<F>,
    /// Whether the rule's own operations must be recorded, because a surrounding scope differentiates them.
    pub(crate) nested: bool,
}

impl<F: Float> Context<'_, F> {
    fn input(&self, at: usize) -> Tensor<F> {
        let input = &self.step.inputs.as_slice()[at];
        let node = input.node().filter(|_| self.nested).map_or(Link::NONE, Link::to);
        Tensor { array: input.array(&self.node.shape), node }
    }

    fn shape(&self, at: usize) -> &Shape {
        self.step.inputs.as_slice()[at].shape(&self.node.shape)
    }

    fn output(&self) -> Tensor<F> {
        let array = self.step.output.shaped(self.node.shape);
        let node = if self.nested { Link::to(self.node) } else { Link::NONE };
        Tensor { array, node }
    }
}

/// The gradient's contribution to input `at` of a recorded step.
pub(crate) fn derive<F: Float>(context: &Context<'_, F>, g: &Tensor<F>, at: usize) -> Result<Contribution<F>> {
    let contribution = rule(context, g, at)?;
    #[cfg(test)]
    let contribution = super::tests::hooks::sabotage(context.step.op.name(), at, contribution);
    Ok(contribution)
}

fn rule<F: Float>(context: &Context<'_, F>, g: &Tensor<F>, at: usize) -> Result<Contribution<F>> {
    let x = || context.input(0);
    let shape = context.shape(at);
    Ok(Contribution::Whole(match &context.step.op {
        Op::Unary(op) => unary(*op, context, g)?,
        Op::Binary(op) => binary(*op, context, g, at).sum_to(shape),
        Op::Select { mask } => {
            let zero = Tensor::scalar(F::ZERO);
            let kept = if at == 0 { g.select(mask, &zero) } else { zero.select(mask, g) };
            kept.sum_to(shape)
        }
        Op::MatMul { left, right } => product(context, g, at, *left, *right).sum_to(shape),
        Op::Reshape => g.reshape(*shape),
        Op::Permute { axes } => g.permute_to(inverse_permutation(axes)),
        Op::BroadcastTo => g.sum_to(shape),
        Op::SumTo => g.broadcast_to(*shape),
        &Op::Slice { axis, start } => {
            return Ok(part(context, g, shape, Part::Range { axis, start, value: g.clone() }));
        }
        &Op::Pad { axis, start } => g.narrow(axis, start, shape[axis]),
        Op::IndexSelect { axis, indices } => {
            let rows = Part::Rows { axis: *axis, indices: (**indices).clone(), value: g.clone() };
            return Ok(part(context, g, shape, rows));
        }
        Op::IndexAdd { axis, indices } => g.index_select(*axis, indices)?,
        Op::Concat { axis, starts } => g.narrow(*axis, starts[at], shape[*axis]),
        Op::Extreme { .. } => {
            // Evenly over ties.
            let hits = x().detach().equal(&context.output().detach()).cast::<F>();
            let share = &hits / hits.sum_to(g.shape_value());
            g * share
        }
        &Op::Softmax { axis } => {
            let y = context.output();
            let gy = g * &y;
            let total = gy.sum_keep(axis);
            gy - y * total
        }
        &Op::LogSoftmax { axis } => g - context.output().exp() * g.sum_keep(axis),
        Op::LogSumExp { .. } => g * (x() - infinite_as_zero(&context.output())).exp(),
        &Op::LayerNorm { epsilon } => layer_norm(&x(), g, epsilon),
    }))
}

/// In a nested sweep the part is placed by a recorded operation, otherwise by writing into the buffer.
fn part<F: Float>(context: &Context<'_, F>, g: &Tensor<F>, shape: &Shape, part: Part<F>) -> Contribution<F> {
    if !context.nested {
        return Contribution::Part(part);
    }
    Contribution::Whole(match part {
        Part::Range { axis, start, .. } => g.pad_to(axis, start, shape[axis]),
        Part::Rows { axis, indices, .. } => g.index_add(axis, &indices, shape[axis]),
    })
}

fn unary<F: Float>(op: Unary, context: &Context<'_, F>, g: &Tensor<F>) -> Result<Tensor<F>> {
    let x = || context.input(0);
    let y = || context.output();
    let number = F::from_f64;
    let zero = || Tensor::scalar(F::ZERO);
    Ok(match op {
        Unary::Neg => -g,
        Unary::Exp => g * y(),
        Unary::Expm1 => g * (y() + F::ONE),
        Unary::Ln => g / x(),
        Unary::Log1p => g / (x() + F::ONE),
        Unary::Sqrt => g / (y() * number(2.0)),
        Unary::Square => g * (x() * number(2.0)),
        Unary::Recip => -(g * y().square()),
        Unary::Abs => g * x().detach().sign(),
        Unary::Sign | Unary::Floor => return Err(without_gradient(context.step.op.name())),
        Unary::Sin => g * x().cos(),
        Unary::Cos => -(g * x().sin()),
        Unary::Erf => g * (-x().square()).exp() * number(std::f64::consts::FRAC_2_SQRT_PI),
        Unary::Tanh => g * (-y().square() + F::ONE),
        Unary::Sigmoid => {
            let y = y();
            g * (&y * (-&y + F::ONE))
        }
        // The result is positive where the argument is.
        Unary::Relu if context.nested => g.select(&y().greater(&zero()), &zero()),
        Unary::Relu => Tensor::untracked(g.array.build_alike(|to| F::gate(g.as_slice(), y().as_slice(), to))),
        Unary::Gelu => {
            let x = x();
            let density = (x.square() * number(-0.5)).exp()
                * number(0.5 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2);
            let below = (&x * number(std::f64::consts::FRAC_1_SQRT_2)).erf() * number(0.5) + number(0.5);
            g * (below + x * density)
        }
        Unary::GeluTanh => {
            let x = x();
            let t = ((&x + x.powf(3.0) * number(GELU_CUBIC)) * number(GELU_FACTOR)).tanh();
            let inner = x.square() * number(3.0 * GELU_CUBIC * GELU_FACTOR) + number(GELU_FACTOR);
            let slope = (-t.square() + F::ONE) * inner * x * number(0.5);
            g * ((t + F::ONE) * number(0.5) + slope)
        }
        Unary::Silu => {
            let (x, s) = (x(), x().sigmoid());
            g * (&s * (x * (-&s + F::ONE) + F::ONE))
        }
        Unary::Softplus => g * x().sigmoid(),
        Unary::Elu { alpha } => {
            let x = x();
            g * Tensor::scalar(F::ONE).select(&x.greater(&zero()), &(below(&x).exp() * number(alpha)))
        }
        Unary::LeakyRelu { slope } => g.select(&x().greater(&zero()), &(g * number(slope))),
        Unary::Selu => {
            let x = x();
            let negative = below(&x).exp() * number(SELU_SCALE * SELU_ALPHA);
            g * Tensor::scalar(number(SELU_SCALE)).select(&x.greater(&zero()), &negative)
        }
        Unary::Mish => {
            let x = x();
            let t = x.softplus().tanh();
            g * (&t + (-t.square() + F::ONE) * (&x * x.sigmoid()))
        }
        Unary::Softsign => g / (x().abs() + F::ONE).square(),
        Unary::HardSigmoid => g.select(&inside(&x(), 3.0), &zero()) * number(1.0 / 6.0),
        Unary::HardTanh => g.select(&inside(&x(), 1.0), &zero()),
        Unary::LogSigmoid => g * (-x()).sigmoid(),
        Unary::Powf { exponent: 0.0 } => g * number(0.0),
        Unary::Powf { exponent } => g * (x().powf(exponent - 1.0) * number(exponent)),
        Unary::Clamp { low, high } => {
            let x = x();
            let outside = x.less(&Tensor::scalar(number(low))).or(&x.greater(&Tensor::scalar(number(high))));
            zero().select(&outside, g)
        }
        Unary::Scale { factor } => g * number(factor),
        Unary::Offset { .. } => g.clone(),
    })
}

/// `x` where it is negative and 0 elsewhere, so that its exponential is finite.
fn below<F: Float>(x: &Tensor<F>) -> Tensor<F> {
    let zero = Tensor::scalar(F::ZERO);
    zero.select(&x.greater(&zero), x)
}

/// Strictly between `-bound` and `bound`: the corners have derivative 0.
fn inside<F: Float>(x: &Tensor<F>, bound: f64) -> Tensor<bool> {
    x.abs().less(&Tensor::scalar(F::from_f64(bound)))
}

fn binary<F: Float>(op: Binary, context: &Context<'_, F>, g: &Tensor<F>, at: usize) -> Tensor<F> {
    let input = |at| context.input(at);
    match (op, at) {
        (Binary::Add, _) | (Binary::Sub, 0) => g.clone(),
        (Binary::Sub, _) => -g,
        (Binary::Mul, _) => g * input(1 - at),
        (Binary::Div, 0) => g / input(1),
        (Binary::Div, _) => {
            let b = input(1);
            -(g * (input(0) / &b) / b)
        }
        (Binary::Minimum | Binary::Maximum, _) => {
            // Half each at ties.
            let (own, other) = (input(at).detach(), input(1 - at).detach());
            let wins = if op == Binary::Minimum { own.less(&other) } else { own.greater(&other) };
            let share = wins.cast::<F>() + own.equal(&other).cast::<F>() * F::from_f64(0.5);
            g * share
        }
        (Binary::Pow, 0) => g * power_slope(&input(0), &input(1)),
        (Binary::Pow, _) => g * (context.output() * power_logarithm(&input(0), &input(1))),
        (Binary::Rem, 0) => g.clone(),
        (Binary::Rem, _) => {
            let (a, b) = (input(0).detach(), input(1).detach());
            // The quotient that belongs to the result, up to rounding a whole number; it has no derivative.
            let quotient = (a - context.output().detach()) / b;
            -(g * (quotient + F::from_f64(0.5)).floor())
        }
    }
}

/// `b a^(b - 1)`, and 0 where `b` is 0, also where `1 / a` is infinite.
fn power_slope<F: Float>(a: &Tensor<F>, b: &Tensor<F>) -> Tensor<F> {
    let number = |value| Tensor::scalar(F::from_f64(value));
    let steep = a.detach().recip().abs().less(&Tensor::scalar(F::INFINITY)).not();
    let harmless = number(1.0).select(&b.equal(&number(0.0)).and(&steep), a);
    b * harmless.pow(&(b - F::ONE))
}

/// `ln(a)`, and 0 where `a` is 0 and `b` is not negative: there `a^b` does not change with `b`.
fn power_logarithm<F: Float>(a: &Tensor<F>, b: &Tensor<F>) -> Tensor<F> {
    let zero = Tensor::scalar(F::ZERO);
    let flat = a.equal(&zero).and(&b.greater_equal(&zero));
    Tensor::scalar(F::ONE).select(&flat, a).ln()
}

/// The derivative of a product as a product that can be written anywhere, if it has the shape of the input as it is, and
/// nothing must be recorded.
pub(crate) fn product_of<F: Float>(context: &Context<'_, F>, g: &Tensor<F>, at: usize) -> Option<Planned<F>> {
    let Op::MatMul { left, right } = context.step.op else { return None };
    if context.nested {
        return None;
    }
    #[cfg(test)]
    if super::tests::hooks::is_sabotaged(context.step.op.name(), at) {
        return None;
    }
    let (left, right, layouts) = factors(context, g, at, left, right);
    Planned::new(left, right, layouts).filter(|product| product.shape() == context.shape(at))
}

fn product<F: Float>(context: &Context<'_, F>, g: &Tensor<F>, at: usize, left: Layout, right: Layout) -> Tensor<F> {
    let (left, right, layouts) = factors(context, g, at, left, right);
    left.product(&right, layouts[0], layouts[1])
}

/// The derivatives of a product are products: of the gradient with the other factor, in the layouts that need no copy.
fn factors<F: Float>(
    context: &Context<'_, F>,
    g: &Tensor<F>,
    at: usize,
    left: Layout,
    right: Layout,
) -> (Tensor<F>, Tensor<F>, [Layout; 2]) {
    use Layout::{Plain, Transposed};
    let mut other = context.input(1 - at);
    let mut g = g.clone();
    if at == 1 && left == Plain && context.shape(1).rank() == 2 {
        // A stack of rows times one matrix: one product over all rows instead of a sum of products.
        (other, g) = (rows(&other), rows(&g));
    }
    match (at, left, right) {
        (0, Plain, Plain) => (g, other, [Plain, Transposed]),
        (0, Plain, Transposed) => (g, other, [Plain, Plain]),
        (0, Transposed, Plain) => (other, g, [Plain, Transposed]),
        (0, Transposed, Transposed) => (other, g, [Transposed, Transposed]),
        (_, Plain, Plain) => (other, g, [Transposed, Plain]),
        (_, Plain, Transposed) => (g, other, [Transposed, Plain]),
        (_, Transposed, Plain) => (other, g, [Plain, Plain]),
        (_, Transposed, Transposed) => (g, other, [Transposed, Transposed]),
    }
}

/// A stack of matrices as one matrix with the rows of all.
fn rows<F: Float>(stack: &Tensor<F>) -> Tensor<F> {
    let (rest, columns) = stack.shape().split_at(stack.rank() - 1);
    stack.reshape([rest.iter().product(), columns[0]])
}

/// With `n = (x - mean) / deviation`: `(g - mean(g) - n mean(g n)) / deviation`.
fn layer_norm<F: Float>(x: &Tensor<F>, g: &Tensor<F>, epsilon: f64) -> Tensor<F> {
    let centred = x - x.mean_keep(-1);
    let inverse = (centred.square().mean_keep(-1) + F::from_f64(epsilon)).powf(-0.5);
    let n = centred * &inverse;
    let along = &n * (g * &n).mean_keep(-1);
    (g - g.mean_keep(-1) - along) * inverse
}

/// For an empty or all `-inf` row: exp(-inf - 0) is 0, where exp(-inf + inf) would not be a number.
fn infinite_as_zero<F: Float>(y: &Tensor<F>) -> Tensor<F> {
    let lowest = Tensor::scalar(-F::INFINITY);
    Tensor::scalar(F::ZERO).select(&y.equal(&lowest), y)
}

fn without_gradient(name: &str) -> Error {
    debug_assert!(WITHOUT_GRADIENT.contains(&name));
    let message = format!("has no derivative, but a gradient is needed through it; write `x.detach().{name}()`");
    Error::new(ErrorKind::Gradient, name.to_owned(), message)
}

/// A gradient in the other element type.
pub(crate) fn convert(gradient: &AnyTensor, to: DType) -> AnyTensor {
    let converted = gradient.cast_to(to);
    #[cfg(test)]
    let converted = super::tests::hooks::sabotage_cast(converted);
    converted
}
