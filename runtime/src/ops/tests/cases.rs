//! The table of gradient cases: an operation, inputs, and a function of them.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::array::kernels::Layout::{Plain, Transposed};
use crate::autodiff::GradientCheck;
use crate::{Param, Result, Tensor, check_gradients, concat, grad, stack};

type Function = fn(&[Tensor<f64>]) -> Tensor<f64>;

/// How inputs are drawn. All values of a case differ.
#[derive(Clone, Copy)]
enum Fill {
    Normal,
    /// At odd multiples of 1/16: away from each other, and from kinks at multiples of 1/8.
    Spread,
    /// From 1/2 upwards, away from each other.
    Positive,
}

/// A function of a few tensors that puts `op` on the tape.
pub(super) struct Case {
    pub(super) op: &'static str,
    pub(super) what: &'static str,
    shapes: &'static [&'static [usize]],
    fill: Fill,
    function: Function,
}

impl Case {
    /// Compares the gradient with differences.
    pub(super) fn first_order(&self) -> Result<GradientCheck> {
        check_gradients(&self.model(), |model| Ok(self.loss(model)), &mut StdRng::seed_from_u64(2))
    }

    /// Compares the gradient of the gradient's squared norm with differences.
    pub(super) fn second_order(&self) -> Result<GradientCheck> {
        let penalty = |model: &Vec<Param<f64>>| {
            let gradients = grad(model, |model| Ok::<_, crate::Error>(self.loss(model)))?;
            let squares = model.iter().filter_map(|param| gradients.get(param)).map(|slope| slope.square().sum());
            Ok(squares.fold(Tensor::scalar(0.0), |sum, square| sum + square))
        };
        check_gradients(&self.model(), penalty, &mut StdRng::seed_from_u64(3))
    }

    pub(super) fn loss(&self, model: &[Param<f64>]) -> Tensor<f64> {
        let inputs: Vec<_> = model.iter().map(Param::get).collect();
        let y = (self.function)(&inputs);
        // Another weight for each element, and curved, so that operations that are linear have second derivatives.
        let weights = Tensor::normal(y.shape(), 0.0, 1.0, &mut StdRng::seed_from_u64(1));
        (weights * (&y + y.square())).sum()
    }

    pub(super) fn model(&self) -> Vec<Param<f64>> {
        let mut rng = StdRng::seed_from_u64(4);
        let count = self.shapes.iter().map(|shape| shape.iter().product::<usize>()).sum();
        let mut ranks: Vec<usize> = (0..count).collect();
        ranks.shuffle(&mut rng);
        let mut ranks = ranks.into_iter();
        let mut draw = |fill| {
            let rank = ranks.next().unwrap_or_default() as f64;
            let near = rng.random_range(0.0..0.02);
            match fill {
                Fill::Normal => rng.sample(rand_distr::StandardNormal),
                Fill::Spread => (rank - (count / 2) as f64 + 0.5) / 8.0 + near,
                Fill::Positive => 0.5 + rank / 8.0 + near,
            }
        };
        let mut param = |shape: &&[usize]| {
            let elements = (0..shape.iter().product()).map(|_| draw(self.fill)).collect();
            Param::new(Tensor::from_vec(elements, *shape).expect("as many elements as the shape has"))
        };
        self.shapes.iter().map(&mut param).collect()
    }
}

/// Rows `operation, what: how the inputs are drawn, shapes => function;`.
macro_rules! cases {
    ($($op:ident, $what:literal: $fill:ident $shapes:expr => $function:expr;)*) => {
        vec![$(Case {
            op: stringify!($op), what: $what, shapes: &$shapes, fill: Fill::$fill, function: $function,
        }),*]
    };
}

pub(super) fn cases() -> Vec<Case> {
    [unary(), with_numbers(), binary(), products(), movements(), choices(), reductions(), normalisations()]
        .into_iter()
        .flatten()
        .collect()
}

fn unary() -> Vec<Case> {
    cases! {
        neg, "": Spread [&[4, 6]] => |x| -&x[0];
        exp, "": Spread [&[4, 6]] => |x| x[0].exp();
        expm1, "": Spread [&[4, 6]] => |x| x[0].expm1();
        ln, "": Positive [&[4, 6]] => |x| x[0].ln();
        log1p, "": Positive [&[4, 6]] => |x| x[0].log1p();
        sqrt, "": Positive [&[4, 6]] => |x| x[0].sqrt();
        square, "": Spread [&[4, 6]] => |x| x[0].square();
        recip, "": Positive [&[4, 6]] => |x| x[0].recip();
        abs, "": Spread [&[4, 6]] => |x| x[0].abs();
        sin, "": Spread [&[4, 6]] => |x| x[0].sin();
        cos, "": Spread [&[4, 6]] => |x| x[0].cos();
        erf, "": Spread [&[4, 6]] => |x| x[0].erf();
        tanh, "": Spread [&[4, 6]] => |x| x[0].tanh();
        sigmoid, "": Spread [&[4, 6]] => |x| x[0].sigmoid();
        relu, "": Spread [&[4, 6]] => |x| x[0].relu();
        gelu, "": Spread [&[4, 6]] => |x| x[0].gelu();
        gelu_tanh, "": Spread [&[4, 6]] => |x| x[0].gelu_tanh();
        silu, "": Spread [&[4, 6]] => |x| x[0].silu();
        softplus, "": Spread [&[4, 6]] => |x| x[0].softplus();
        elu, "": Spread [&[4, 6]] => |x| x[0].elu(1.3);
        leaky_relu, "": Spread [&[4, 6]] => |x| x[0].leaky_relu(0.2);
        selu, "": Spread [&[4, 6]] => |x| x[0].selu();
        mish, "": Spread [&[4, 6]] => |x| x[0].mish();
        softsign, "": Spread [&[4, 6]] => |x| x[0].softsign();
        hard_sigmoid, "both corners inside": Spread [&[8, 8]] => |x| x[0].hard_sigmoid();
        hard_tanh, "both corners inside": Spread [&[4, 6]] => |x| x[0].hard_tanh();
        log_sigmoid, "": Spread [&[4, 6]] => |x| x[0].log_sigmoid();
        clamp, "": Spread [&[4, 6]] => |x| x[0].clamp(-0.5, 1.0);
        powf, "a whole exponent and negative numbers": Spread [&[4, 6]] => |x| x[0].powf(3.0);
        powf, "a broken exponent": Positive [&[4, 6]] => |x| x[0].powf(-1.5);
        powf, "the exponent 1": Spread [&[4, 6]] => |x| x[0].powf(1.0);
        tanh, "one number": Normal [&[]] => |x| x[0].tanh();
    }
}

fn with_numbers() -> Vec<Case> {
    cases! {
        offset, "a number added": Spread [&[2, 3]] => |x| &x[0] + 0.3;
        offset, "a number subtracted": Spread [&[2, 3]] => |x| x[0].clone() - 0.3;
        scale, "": Spread [&[2, 3]] => |x| &x[0] * -2.5;
        div, "by a number": Spread [&[2, 3]] => |x| &x[0] / 2.5;
        add, "a number in front": Spread [&[2, 3]] => |x| 0.3 + &x[0];
        sub, "from a number": Spread [&[2, 3]] => |x| 0.3 - &x[0];
        mul, "a number in front": Spread [&[2, 3]] => |x| -2.5 * x[0].clone();
        div, "of a number": Positive [&[2, 3]] => |x| 2.5 / &x[0];
    }
}

/// Equal shapes, missing leading axes, axes of size 1 on both sides, and a number on either side.
macro_rules! broadcasts {
    ($($op:ident $fill:ident $function:expr;)*) => {
        [$(cases! {
            $op, "equal shapes": $fill [&[2, 3], &[2, 3]] => $function;
            $op, "leading axes on the left": $fill [&[2, 3, 4], &[4]] => $function;
            $op, "leading axes on the right": $fill [&[3], &[4, 2, 3]] => $function;
            $op, "axes of size 1 on both sides": $fill [&[2, 1, 4], &[3, 1]] => $function;
            $op, "a number on the left": $fill [&[], &[2, 3]] => $function;
            $op, "a number on the right": $fill [&[3, 2], &[1, 1, 1]] => $function;
        }),*].into_iter().flatten().collect()
    };
}

fn binary() -> Vec<Case> {
    let mut all: Vec<Case> = broadcasts! {
        add Spread |x| &x[0] + &x[1];
        sub Spread |x| &x[0] - &x[1];
        mul Spread |x| &x[0] * &x[1];
        div Positive |x| &x[0] / &x[1];
        minimum Spread |x| x[0].minimum(&x[1]);
        maximum Spread |x| x[0].maximum(&x[1]);
        pow Positive |x| x[0].pow(&(&x[1] * 0.5));
        rem Spread |x| x[0].rem(&(&x[1] + 9.03));
        rem Spread |x| (&x[0] * 9.0).rem(&(&x[1] - 9.03));
    };
    all.extend(cases! {
        add, "of owned tensors": Spread [&[2, 3], &[2, 3]] => |x| x[0].clone() + x[1].clone();
        sub, "of an owned tensor": Spread [&[2, 3], &[2, 3]] => |x| &x[0] - x[1].clone();
        mul, "of a tensor with itself": Spread [&[2, 3]] => |x| &x[0] * &x[0];
        pow, "of negative numbers": Spread [&[2, 3]] => |x| x[0].pow(&Tensor::from([[2.0], [3.0]]));
        pow, "of a tensor by itself": Positive [&[2, 3]] => |x| x[0].pow(&x[0]);
        pow, "exponents of 0": Positive [&[2, 3]] => |x| x[0].pow(&(&x[0] * 0.0));
        div, "of an owned intermediate": Positive [&[2, 3], &[3]] => |x| x[0].exp() / (&x[1] * 2.0);
    });
    all
}

fn products() -> Vec<Case> {
    cases! {
        matmul, "two matrices": Normal [&[2, 3], &[3, 4]] => |x| x[0].matmul(&x[1]);
        matmul, "the second transposed": Normal [&[2, 3], &[4, 3]] => |x| x[0].matmul_transposed(&x[1]);
        matmul, "the first transposed": Normal [&[3, 2], &[3, 4]] => |x| x[0].product(&x[1], Transposed, Plain);
        matmul, "both transposed": Normal [&[3, 2], &[4, 3]] => |x| x[0].product(&x[1], Transposed, Transposed);
        matmul, "a stack and one matrix": Normal [&[5, 2, 3], &[3, 4]] => |x| x[0].matmul(&x[1]);
        matmul, "a deep stack and one matrix transposed": Normal [&[2, 5, 2, 3], &[4, 3]] => {
            |x| x[0].matmul_transposed(&x[1])
        };
        matmul, "a transposed stack and one matrix": Normal [&[5, 3, 2], &[3, 4]] => {
            |x| x[0].product(&x[1], Transposed, Plain)
        };
        matmul, "one matrix and a stack": Normal [&[2, 3], &[5, 3, 4]] => |x| x[0].matmul(&x[1]);
        matmul, "two stacks": Normal [&[5, 2, 3], &[5, 3, 4]] => |x| x[0].matmul(&x[1]);
        matmul, "broadcast stacks": Normal [&[2, 1, 2, 3], &[3, 3, 4]] => |x| x[0].matmul(&x[1]);
        matmul, "broadcast stacks, the second transposed": Normal [&[3, 2, 3], &[2, 1, 4, 3]] => {
            |x| x[0].matmul_transposed(&x[1])
        };
        matmul, "broadcast stacks, the first transposed": Normal [&[2, 1, 3, 2], &[3, 3, 4]] => {
            |x| x[0].product(&x[1], Transposed, Plain)
        };
        matmul, "broadcast stacks, both transposed": Normal [&[1, 3, 2], &[5, 4, 3]] => {
            |x| x[0].product(&x[1], Transposed, Transposed)
        };
        matmul, "a stack and one column": Normal [&[5, 2, 3], &[3, 1]] => |x| x[0].matmul(&x[1]);
        matmul, "a stack and a stack of columns": Normal [&[5, 2, 3], &[5, 3, 1]] => |x| x[0].matmul(&x[1]);
        matmul, "one row and a matrix transposed": Normal [&[1, 3], &[4, 3]] => |x| x[0].matmul_transposed(&x[1]);
        mul, "vectors, dot": Normal [&[4], &[4]] => |x| x[0].dot(&x[1]);
        mul, "stacks of vectors, dot": Normal [&[2, 1, 4], &[3, 4]] => |x| x[0].dot(&x[1]);
        mul, "vectors, outer": Normal [&[2], &[3]] => |x| x[0].outer(&x[1]);
        mul, "stacks of vectors, outer": Normal [&[2, 1, 4], &[3, 2]] => |x| x[0].outer(&x[1]);
        select, "a vector on the diagonal": Normal [&[3]] => |x| x[0].diag();
        select, "vectors on diagonals": Normal [&[2, 3]] => |x| x[0].diag().matmul(&x[0].diag().sin());
        matmul, "of a matrix with itself": Normal [&[3, 3]] => |x| x[0].matmul(&x[0]);
    }
}

fn movements() -> Vec<Case> {
    cases! {
        reshape, "": Normal [&[2, 3, 4]] => |x| x[0].reshape([4, 6]).tanh();
        reshape, "an axis inserted and removed": Normal [&[2, 1, 3]] => |x| x[0].squeeze(1).unsqueeze(-1).sin();
        reshape, "flattened": Normal [&[2, 3]] => |x| x[0].flatten();
        permute, "": Normal [&[2, 3, 4]] => |x| x[0].permute([2, 0, 1]);
        permute, "two axes swapped": Normal [&[2, 3, 4]] => |x| x[0].transpose(0, -1);
        broadcast_to, "": Normal [&[3, 1]] => |x| x[0].broadcast_to([2, 3, 4]);
        broadcast_to, "a number": Normal [&[]] => |x| x[0].broadcast_to([2, 3]);
        slice, "the first axis": Normal [&[5, 3]] => |x| x[0].slice(0, 1..4);
        slice, "an inner axis": Normal [&[2, 5, 3]] => |x| x[0].slice(1, 2..4);
        slice, "overlapping parts": Normal [&[2, 5]] => |x| x[0].slice(-1, 0..3) * x[0].slice(-1, 2..5);
        slice, "one step": Normal [&[4, 2, 3]] => |x| x[0].select_index(0, 2) * x[0].select_index(0, 3);
        slice, "one inner index": Normal [&[2, 4, 3]] => |x| x[0].select_index(1, 3);
        slice, "split": Normal [&[2, 6]] => {
            |x| x[0].split(1, 3).into_iter().reduce(|a, b| a * b.tanh()).expect("three parts")
        };
        pad, "the first axis": Normal [&[2, 3]] => |x| x[0].pad_to(0, 1, 4);
        pad, "an inner axis": Normal [&[2, 3, 2]] => |x| x[0].pad_to(1, 2, 7).sin();
        index_select, "repeated rows": Normal [&[4, 3]] => {
            |x| x[0].index_select(0, &Tensor::from([2, 0, 2, 2, 1])).expect("rows inside")
        };
        index_select, "a table of repeated columns": Normal [&[2, 4, 3]] => {
            |x| x[0].index_select(1, &Tensor::from([[3, 1, 3], [1, 0, 3]])).expect("columns inside")
        };
        index_add, "repeated rows": Normal [&[5, 3]] => |x| x[0].index_add(0, &Tensor::from([2, 0, 2, 2, 1]), 4);
        index_add, "a table of columns": Normal [&[2, 2, 3, 2]] => {
            |x| x[0].index_add(1, &Tensor::from([[3, 1, 3], [1, 0, 3]]), 4)
        };
        concat, "the first axis": Normal [&[2, 3], &[1, 3], &[4, 3]] => |x| joined(x, 0);
        concat, "an inner axis": Normal [&[2, 2, 3], &[2, 1, 3], &[2, 4, 3]] => |x| joined(x, 1);
        concat, "a tensor with itself": Normal [&[2, 3]] => |x| joined(&[x[0].clone(), x[0].sin(), x[0].clone()], -1);
        concat, "stacked": Normal [&[2, 3], &[2, 3]] => |x| stack(&[&x[0], &x[1]], 1).expect("equal shapes");
    }
}

fn joined(tensors: &[Tensor<f64>], axis: i32) -> Tensor<f64> {
    concat(&tensors.iter().collect::<Vec<_>>(), axis).expect("shapes that fit")
}

fn choices() -> Vec<Case> {
    cases! {
        select, "equal shapes": Normal [&[2, 3], &[2, 3]] => {
            |x| x[0].select(&Tensor::from([[true, false, true], [false, false, true]]), &x[1])
        };
        select, "a broadcast mask and branch": Normal [&[4, 2, 3], &[3]] => {
            |x| x[0].select(&Tensor::from([[true], [false]]), &x[1])
        };
        select, "both branches broadcast": Normal [&[1, 3], &[]] => {
            |x| x[0].select(&Tensor::from([[true, false, true], [false, true, true]]), &x[1])
        };
        select, "by a comparison": Spread [&[2, 3], &[2, 3]] => |x| x[0].select(&x[0].less(&x[1]), &(&x[1] * 3.0));
        max, "all axes": Spread [&[2, 3, 4]] => |x| x[0].max();
        max, "several axes": Spread [&[2, 3, 4]] => |x| x[0].max_axes([0, -1]);
        max, "an inner axis": Spread [&[2, 3, 4]] => |x| x[0].max_axes(1);
        min, "all axes": Spread [&[2, 3, 4]] => |x| x[0].min();
        min, "several axes": Spread [&[2, 3, 4]] => |x| x[0].min_axes([1, 2]);
        min, "an inner axis": Spread [&[2, 3, 4]] => |x| x[0].min_axes(-2);
    }
}

fn reductions() -> Vec<Case> {
    cases! {
        sum_to, "sum of all": Normal [&[2, 3, 4]] => |x| x[0].tanh().sum();
        sum_to, "sum over outer and inner axes": Normal [&[2, 3, 4]] => |x| x[0].sum_axes([0, 2]);
        sum_to, "sum that keeps the axis": Normal [&[2, 3, 4]] => |x| &x[0] * x[0].sum_keep(1);
        sum_to, "mean of all": Normal [&[2, 3, 4]] => |x| x[0].mean();
        sum_to, "mean over axes": Normal [&[2, 3, 4]] => |x| x[0].mean_axes([0, -1]);
        sum_to, "mean that keeps the axis": Normal [&[2, 3, 4]] => |x| &x[0] * x[0].mean_keep(-1);
        sum_to, "variance of all": Normal [&[2, 3, 4]] => |x| x[0].variance();
        sum_to, "variance, correction 0": Normal [&[2, 3, 4]] => |x| x[0].variance_axes(1, 0.0);
        sqrt, "norm of all": Normal [&[2, 3, 4]] => |x| x[0].norm();
        sqrt, "norm over axes": Normal [&[2, 3, 4]] => |x| x[0].norm_axes([0, -1]);
        sqrt, "norm of one number": Spread [&[]] => |x| x[0].norm();
        sum_to, "variance, correction 1": Normal [&[2, 3, 4]] => |x| x[0].variance_axes([0, 2], 1.0);
    }
}

fn normalisations() -> Vec<Case> {
    cases! {
        softmax, "the last axis": Normal [&[2, 3, 4]] => |x| x[0].softmax(-1);
        softmax, "the first axis": Normal [&[4, 3]] => |x| x[0].softmax(0);
        softmax, "an inner axis": Normal [&[2, 4, 3]] => |x| x[0].softmax(1);
        log_softmax, "the last axis": Normal [&[2, 3, 4]] => |x| x[0].log_softmax(-1);
        log_softmax, "the first axis": Normal [&[4, 3]] => |x| x[0].log_softmax(0);
        log_softmax, "an inner axis": Normal [&[2, 4, 3]] => |x| x[0].log_softmax(1);
        logsumexp, "the last axis": Normal [&[2, 3, 4]] => |x| x[0].logsumexp(-1);
        logsumexp, "the first axis": Normal [&[4, 3]] => |x| x[0].logsumexp(0);
        logsumexp, "an inner axis": Normal [&[2, 4, 3]] => |x| x[0].logsumexp(1);
        layer_norm, "": Normal [&[2, 3, 5]] => |x| x[0].layer_norm(1e-5);
        layer_norm, "a large epsilon": Normal [&[4, 3]] => |x| x[0].layer_norm(0.5);
    }
}
