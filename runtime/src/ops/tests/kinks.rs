//! Values and derivatives at kinks, and where branches meet.

use crate::{Error, Param, Result, Tensor, grad, value_and_grad};

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

type Function = fn(&Tensor<f64>) -> Tensor<f64>;
type Pair = fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>;

/// The value and the derivative of a function at one point.
fn at(point: f64, function: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> (f64, f64) {
    let x = Param::new(Tensor::scalar(point));
    let (value, gradients) = value_and_grad(&x, |x| Ok::<_, Error>(function(&x.get()))).unwrap();
    (value.item(), gradients.get(&x).unwrap().item())
}

#[test]
fn functions_of_one_number() {
    let table: [(&str, Function, f64, f64, f64); 29] = [
        ("relu", |x| x.relu(), 0.0, 0.0, 0.0),
        ("relu", |x| x.relu(), -0.0, 0.0, 0.0),
        ("abs", |x| x.abs(), 0.0, 0.0, 0.0),
        ("abs", |x| x.abs(), -0.0, 0.0, 0.0),
        ("leaky_relu", |x| x.leaky_relu(0.2), 0.0, 0.0, 0.2),
        ("elu", |x| x.elu(1.3), 0.0, 0.0, 1.3),
        ("selu", |x| x.selu(), 0.0, 0.0, SELU_SCALE * SELU_ALPHA),
        ("hard_sigmoid", |x| x.hard_sigmoid(), 3.0, 1.0, 0.0),
        ("hard_sigmoid", |x| x.hard_sigmoid(), -3.0, 0.0, 0.0),
        ("hard_sigmoid", |x| x.hard_sigmoid(), 0.0, 0.5, 1.0 / 6.0),
        ("hard_tanh", |x| x.hard_tanh(), 1.0, 1.0, 0.0),
        ("hard_tanh", |x| x.hard_tanh(), -1.0, -1.0, 0.0),
        ("hard_tanh", |x| x.hard_tanh(), 0.0, 0.0, 1.0),
        ("clamp", |x| x.clamp(-0.5, 2.0), -0.5, -0.5, 1.0),
        ("clamp", |x| x.clamp(-0.5, 2.0), 2.0, 2.0, 1.0),
        ("clamp", |x| x.clamp(-0.5, 2.0), 2.5, 2.0, 0.0),
        ("clamp to one value", |x| x.clamp(2.0, 2.0), 2.0, 2.0, 1.0),
        ("softsign", |x| x.softsign(), 0.0, 0.0, 1.0),
        ("sqrt", |x| x.sqrt(), 0.0, 0.0, f64::INFINITY),
        ("powf 0", |x| x.powf(0.0), 0.0, 1.0, 0.0),
        ("powf 1", |x| x.powf(1.0), 0.0, 0.0, 1.0),
        ("powf 2", |x| x.powf(2.0), 0.0, 0.0, 0.0),
        ("pow of a power of 0", |x| x.pow(&Tensor::scalar(0.0)), 0.0, 1.0, 0.0),
        ("pow of a tiny number to 0", |x| x.pow(&Tensor::scalar(0.0)), 1e-310, 1.0, 0.0),
        ("norm", |x| x.norm(), 0.0, 0.0, 0.0),
        ("norm", |x| x.norm(), -2.0, 2.0, -1.0),
        ("rem of a multiple", |x| x.rem(&Tensor::scalar(2.0)), 6.0, 0.0, 1.0),
        ("minimum with a number", |x| x.minimum(&Tensor::scalar(2.0)), 2.0, 2.0, 0.5),
        ("maximum with itself", |x| x.maximum(x), 2.0, 2.0, 1.0),
    ];
    for (name, function, point, value, derivative) in table {
        assert_eq!(at(point, function), (value, derivative), "{name} at {point}");
    }
}

#[test]
fn elementwise_extremes_share_the_gradient_at_ties() -> Result<()> {
    let model = (Param::new(Tensor::from([1.0, 2.0, 3.0])), Param::new(Tensor::from([2.0, 2.0, 2.0])));
    let functions: [(Pair, [[f64; 3]; 2]); 2] = [
        (|x, y| x.minimum(y), [[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]]),
        (|x, y| x.maximum(y), [[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]]),
    ];
    for (function, [left, right]) in functions {
        let gradients = grad(&model, |(x, y)| Ok::<_, Error>(function(&x.get(), &y.get()).sum()))?;
        assert_eq!(gradients.get(&model.0).unwrap().to_vec(), left);
        assert_eq!(gradients.get(&model.1).unwrap().to_vec(), right);
    }
    Ok(())
}

/// The value of a function of two numbers, and both derivatives.
fn at_pair(a: f64, b: f64, function: Pair) -> [f64; 3] {
    let model = (Param::new(Tensor::scalar(a)), Param::new(Tensor::scalar(b)));
    let (value, gradients) = value_and_grad(&model, |(a, b)| Ok::<_, Error>(function(&a.get(), &b.get()))).unwrap();
    [&value, &gradients.get(&model.0).unwrap(), &gradients.get(&model.1).unwrap()].map(Tensor::item)
}

#[test]
fn powers_of_zero_and_to_zero() {
    let infinity = f64::INFINITY;
    let table = [
        (0.0, 2.0, [0.0, 0.0, 0.0]),
        (-0.0, 2.0, [0.0, 0.0, 0.0]),
        (0.0, 1.0, [0.0, 1.0, 0.0]),
        (0.0, 0.5, [0.0, infinity, 0.0]),
        (0.0, 0.0, [1.0, 0.0, 0.0]),
        (1e-310, 0.0, [1.0, 0.0, 1e-310_f64.ln()]),
        (0.0, -1.0, [infinity, -infinity, -infinity]),
        (2.0, 0.0, [1.0, 0.0, std::f64::consts::LN_2]),
    ];
    for (a, b, expected) in table {
        assert_eq!(at_pair(a, b, |a, b| a.pow(b)), expected, "{a} to the power of {b}");
    }
    // A negative number has a power beside whole exponents nowhere.
    let [value, slope, along] = at_pair(-2.0, 3.0, |a, b| a.pow(b));
    assert!(value == -8.0 && slope == 12.0 && along.is_nan());
}

#[test]
fn remainders_have_the_sign_and_the_quotient_of_floored_division() {
    let table = [
        (7.0, 3.0, [1.0, 1.0, -2.0]),
        (-7.0, 3.0, [2.0, 1.0, 3.0]),
        (7.0, -3.0, [-2.0, 1.0, 3.0]),
        (-7.0, -3.0, [-1.0, 1.0, -2.0]),
        (6.0, 3.0, [0.0, 1.0, -2.0]),
        (-6.0, 3.0, [0.0, 1.0, 2.0]),
        (5.0, f64::INFINITY, [5.0, 1.0, 0.0]),
    ];
    for (a, b, expected) in table {
        assert_eq!(at_pair(a, b, |a, b| a.rem(b)), expected, "{a} and {b}");
    }
    // The quotient is 10 when it is rounded, but 0.1 is a little more than a tenth.
    let [value, slope, along] = at_pair(1.0, 0.1, |a, b| a.rem(b));
    assert!((value - 0.1).abs() < 1e-15 && slope == 1.0 && along == -9.0);
    assert!(at_pair(1.0, 0.0, |a, b| a.rem(b))[0].is_nan());
}

/// The gradient of the squared gradient, whose inner gradient is recorded.
fn second(point: &[f64], function: Function) -> Vec<f64> {
    let x = Param::new(Tensor::from(point));
    let penalty = |x: &Param<f64>| {
        let slope = grad(x, |x| Ok::<_, Error>(function(&x.get()).sum()))?.get(x).unwrap();
        Ok::<_, Error>((&slope * Tensor::from([1.0, 3.0])).sum() + slope.square().sum())
    };
    grad(&x, penalty).unwrap().get(&x).unwrap().to_vec()
}

#[test]
fn gradients_of_gradients_are_numbers_at_kinks() {
    assert_eq!(second(&[0.0, 0.0], |x| x.norm()), [0.0, 0.0]);
    assert_eq!(second(&[0.0, 0.0], |x| x.unsqueeze(0).norm_axes(-1)), [0.0, 0.0]);
    // x² has the slope 2 x and the curvature 2, by a number and by a tensor.
    assert_eq!(second(&[0.0, 0.0], |x| x.pow(&Tensor::scalar(2.0))), [2.0, 6.0]);
    assert_eq!(second(&[0.0, 1.0], |x| x.pow(&Tensor::from([0.0, 0.0]))), [0.0, 0.0]);
    // The exponent's own curvature is 0 beside a base of 0: 0^b is 0 for all b around.
    assert_eq!(second(&[2.0, 3.0], |b| Tensor::scalar(0.0).pow(b)), [0.0, 0.0]);
}

#[test]
fn reductions_share_the_gradient_evenly_over_ties() {
    let slopes = |values: [[f64; 3]; 2], function: Function| -> Vec<f64> {
        let x = Param::new(Tensor::from(values));
        grad(&x, |x| Ok::<_, Error>((function(&x.get()) * 6.0).sum())).unwrap().get(&x).unwrap().to_vec()
    };
    let values = [[5.0, 1.0, 5.0], [1.0, 5.0, 2.0]];
    assert_eq!(slopes(values, |x| x.max()), [2.0, 0.0, 2.0, 0.0, 2.0, 0.0]);
    assert_eq!(slopes(values, |x| x.min()), [0.0, 3.0, 0.0, 3.0, 0.0, 0.0]);
    assert_eq!(slopes(values, |x| x.max_axes(1)), [3.0, 0.0, 3.0, 0.0, 6.0, 0.0]);
    assert_eq!(slopes(values, |x| x.min_axes(0)), [0.0, 6.0, 0.0, 6.0, 0.0, 6.0]);
    assert_eq!(slopes([[7.0; 3]; 2], |x| x.max_axes([0, 1])), [1.0; 6]);
}

#[test]
fn choices_send_zero_to_the_branch_not_taken() -> Result<()> {
    let model = (Param::new(Tensor::from([1.0, 2.0])), Param::new(Tensor::from([3.0, 4.0])));
    let mask = Tensor::from([true, false]);
    let gradients = grad(&model, |(x, y)| Ok::<_, Error>(x.get().select(&mask, &y.get()).sum()))?;
    assert_eq!(gradients.get(&model.0).unwrap().to_vec(), [1.0, 0.0]);
    assert_eq!(gradients.get(&model.1).unwrap().to_vec(), [0.0, 1.0]);
    Ok(())
}

/// Zero times infinity: the cure is to make the argument harmless before the function, which works too.
#[test]
fn choices_do_not_hide_a_derivative_that_is_not_a_number() {
    let one = Tensor::scalar(1.0);
    let (value, derivative) = at(0.0, |x| x.sqrt().select(&x.greater(&Tensor::scalar(0.0)), &one));
    assert!(value == 1.0 && derivative.is_nan());
    let harmless = at(0.0, |x| {
        let positive = x.greater(&Tensor::scalar(0.0));
        x.select(&positive, &one).sqrt().select(&positive, &one)
    });
    assert_eq!(harmless, (1.0, 0.0));
}
