//! One sample of each operation, checked to be complete by the compiler.

use std::collections::BTreeSet;

use crate::array::kernels::{Binary, Layout, Unary};
use crate::array::shape::Shape;
use crate::ops::Op;
use crate::tensor::Tensor;

/// Rows `pattern => sample`. A `match` over the patterns does not compile while a variant has no row.
macro_rules! samples {
    ($($pattern:pat => $sample:expr,)*) => {
        fn samples() -> Vec<Op> {
            let complete = |op: &Op| match op { $($pattern)|* => () };
            let samples = vec![$($sample),*];
            samples.iter().for_each(complete);
            samples
        }
    };
}

samples! {
    Op::Unary(Unary::Neg) => Op::Unary(Unary::Neg),
    Op::Unary(Unary::Exp) => Op::Unary(Unary::Exp),
    Op::Unary(Unary::Expm1) => Op::Unary(Unary::Expm1),
    Op::Unary(Unary::Ln) => Op::Unary(Unary::Ln),
    Op::Unary(Unary::Log1p) => Op::Unary(Unary::Log1p),
    Op::Unary(Unary::Sqrt) => Op::Unary(Unary::Sqrt),
    Op::Unary(Unary::Square) => Op::Unary(Unary::Square),
    Op::Unary(Unary::Recip) => Op::Unary(Unary::Recip),
    Op::Unary(Unary::Abs) => Op::Unary(Unary::Abs),
    Op::Unary(Unary::Sign) => Op::Unary(Unary::Sign),
    Op::Unary(Unary::Floor) => Op::Unary(Unary::Floor),
    Op::Unary(Unary::Sin) => Op::Unary(Unary::Sin),
    Op::Unary(Unary::Cos) => Op::Unary(Unary::Cos),
    Op::Unary(Unary::Erf) => Op::Unary(Unary::Erf),
    Op::Unary(Unary::Tanh) => Op::Unary(Unary::Tanh),
    Op::Unary(Unary::Sigmoid) => Op::Unary(Unary::Sigmoid),
    Op::Unary(Unary::Relu) => Op::Unary(Unary::Relu),
    Op::Unary(Unary::Gelu) => Op::Unary(Unary::Gelu),
    Op::Unary(Unary::GeluTanh) => Op::Unary(Unary::GeluTanh),
    Op::Unary(Unary::Silu) => Op::Unary(Unary::Silu),
    Op::Unary(Unary::Softplus) => Op::Unary(Unary::Softplus),
    Op::Unary(Unary::Elu { .. }) => Op::Unary(Unary::Elu { alpha: 1.0 }),
    Op::Unary(Unary::LeakyRelu { .. }) => Op::Unary(Unary::LeakyRelu { slope: 0.1 }),
    Op::Unary(Unary::Selu) => Op::Unary(Unary::Selu),
    Op::Unary(Unary::Mish) => Op::Unary(Unary::Mish),
    Op::Unary(Unary::Softsign) => Op::Unary(Unary::Softsign),
    Op::Unary(Unary::HardSigmoid) => Op::Unary(Unary::HardSigmoid),
    Op::Unary(Unary::HardTanh) => Op::Unary(Unary::HardTanh),
    Op::Unary(Unary::LogSigmoid) => Op::Unary(Unary::LogSigmoid),
    Op::Unary(Unary::Powf { .. }) => Op::Unary(Unary::Powf { exponent: 2.0 }),
    Op::Unary(Unary::Clamp { .. }) => Op::Unary(Unary::Clamp { low: -1.0, high: 1.0 }),
    Op::Unary(Unary::Scale { .. }) => Op::Unary(Unary::Scale { factor: 2.0 }),
    Op::Unary(Unary::Offset { .. }) => Op::Unary(Unary::Offset { term: 1.0 }),
    Op::Binary(Binary::Add) => Op::Binary(Binary::Add),
    Op::Binary(Binary::Sub) => Op::Binary(Binary::Sub),
    Op::Binary(Binary::Mul) => Op::Binary(Binary::Mul),
    Op::Binary(Binary::Div) => Op::Binary(Binary::Div),
    Op::Binary(Binary::Minimum) => Op::Binary(Binary::Minimum),
    Op::Binary(Binary::Maximum) => Op::Binary(Binary::Maximum),
    Op::Binary(Binary::Pow) => Op::Binary(Binary::Pow),
    Op::Binary(Binary::Rem) => Op::Binary(Binary::Rem),
    Op::Select { .. } => Op::Select { mask: Box::new(Tensor::scalar(true)) },
    Op::MatMul { .. } => Op::MatMul { left: Layout::Plain, right: Layout::Plain },
    Op::Reshape => Op::Reshape,
    Op::Permute { .. } => Op::Permute { axes: Box::new(Shape::SCALAR) },
    Op::BroadcastTo => Op::BroadcastTo,
    Op::SumTo => Op::SumTo,
    Op::Slice { .. } => Op::Slice { axis: 0, start: 0 },
    Op::Pad { .. } => Op::Pad { axis: 0, start: 0 },
    Op::IndexSelect { .. } => Op::IndexSelect { axis: 0, indices: Box::new(Tensor::scalar(0)) },
    Op::IndexAdd { .. } => Op::IndexAdd { axis: 0, indices: Box::new(Tensor::scalar(0)) },
    Op::Concat { .. } => Op::Concat { axis: 0, starts: [].into() },
    Op::Extreme { largest: true } => Op::Extreme { largest: true },
    Op::Extreme { largest: false } => Op::Extreme { largest: false },
    Op::Softmax { .. } => Op::Softmax { axis: 0 },
    Op::LogSoftmax { .. } => Op::LogSoftmax { axis: 0 },
    Op::LogSumExp { .. } => Op::LogSumExp { axis: 0 },
    Op::LayerNorm { .. } => Op::LayerNorm { epsilon: 1e-5 },
}

/// The names of all operations that a tape records. The conversion of element types is not an [`Op`], but has a rule.
pub(super) fn names() -> BTreeSet<&'static str> {
    samples().iter().map(Op::name).chain(["cast"]).collect()
}

#[test]
fn each_sample_has_a_name_of_its_own() {
    // As many names as rows: no row holds the sample of another.
    assert_eq!(names().len(), samples().len() + 1);
}
