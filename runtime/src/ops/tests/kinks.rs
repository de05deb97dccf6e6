//! Values and derivatives at kinks, and where branches meet.

use crate::{Error, Param, Result, Tensor, grad, value_and_grad};

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

type Function = fn(&Tensor<f64>) -> Tensor<f64>;

/// The value and the derivative of a function at one point.
fn at(point: f64, function: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> (f64, f64) {
    let x = Param::new(Tensor::scalar(point));
    let (value, gradients) = value_and_grad(&x, |x| Ok::<_, Error>(function(&x.get()))).unwrap();
    (value.item(), gradients.get(&x).unwrap().item())
}

#[test]
fn functions_of_one_number() {
    let table: [(&str, Function, f64, f64, f64); 24] = [
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
    let functions: [(fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>, [[f64; 3]; 2]); 2] = [
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
