//! Not-a-number, infinities and very large arguments.

use crate::{Error, Float, Param, Result, Tensor, value_and_grad};

type Function<F> = fn(&Tensor<F>) -> Tensor<F>;
/// A function, its values and its slopes at two points.
type Row = (&'static str, Function<f64>, [f64; 2], [f64; 2]);

fn functions<F: Float>() -> Vec<(&'static str, Function<F>)> {
    vec![
        ("neg", |x| -x),
        ("exp", |x| x.exp()),
        ("expm1", |x| x.expm1()),
        ("ln", |x| x.ln()),
        ("log1p", |x| x.log1p()),
        ("sqrt", |x| x.sqrt()),
        ("square", |x| x.square()),
        ("recip", |x| x.recip()),
        ("abs", |x| x.abs()),
        ("sign", |x| x.sign()),
        ("floor", |x| x.floor()),
        ("sin", |x| x.sin()),
        ("cos", |x| x.cos()),
        ("erf", |x| x.erf()),
        ("tanh", |x| x.tanh()),
        ("sigmoid", |x| x.sigmoid()),
        ("relu", |x| x.relu()),
        ("gelu", |x| x.gelu()),
        ("gelu_tanh", |x| x.gelu_tanh()),
        ("silu", |x| x.silu()),
        ("softplus", |x| x.softplus()),
        ("elu", |x| x.elu(1.0)),
        ("leaky_relu", |x| x.leaky_relu(0.1)),
        ("selu", |x| x.selu()),
        ("mish", |x| x.mish()),
        ("softsign", |x| x.softsign()),
        ("hard_sigmoid", |x| x.hard_sigmoid()),
        ("hard_tanh", |x| x.hard_tanh()),
        ("log_sigmoid", |x| x.log_sigmoid()),
        ("powf", |x| x.powf(2.5)),
        ("pow", |x| x.pow(&Tensor::scalar(F::from_f64(2.5)))),
        ("pow as an exponent", |x| Tensor::scalar(F::from_f64(2.5)).pow(x)),
        ("rem", |x| x.rem(&Tensor::scalar(F::ONE))),
        ("rem on the right", |x| Tensor::scalar(F::ONE).rem(x)),
        ("norm", |x| x.norm()),
        ("clamp", |x| x.clamp(-1.0, 1.0)),
        ("minimum", |x| x.minimum(&Tensor::scalar(F::ONE))),
        ("minimum on the right", |x| Tensor::scalar(F::ONE).minimum(x)),
        ("maximum", |x| x.maximum(&Tensor::scalar(F::ONE))),
        ("maximum on the right", |x| Tensor::scalar(F::ONE).maximum(x)),
    ]
}

fn check_not_a_number<F: Float>() {
    for (name, function) in functions::<F>() {
        assert!(function(&Tensor::scalar(F::NAN)).item().is_nan(), "{name} of {}", F::DTYPE);
        assert!(!function(&Tensor::scalar(F::from_f64(0.25))).item().is_nan(), "{name} of {}", F::DTYPE);
    }
}

#[test]
fn not_a_number_passes_through() {
    check_not_a_number::<f32>();
    check_not_a_number::<f64>();
}

#[test]
fn reductions_do_not_lose_not_a_number() {
    for values in [[f64::NAN, 1.0, 2.0], [1.0, f64::NAN, 2.0], [1.0, 2.0, f64::NAN]] {
        let at = values.iter().position(|value| value.is_nan()).unwrap();
        let x = Tensor::from(values);
        assert_eq!(x.argmax(0).item(), at);
        let reduced = [x.sum(), x.mean(), x.max(), x.min(), x.variance(), x.logsumexp(0)];
        assert!(reduced.iter().all(|value| value.item().is_nan()), "{values:?}");
        assert!(x.softmax(0).as_slice().iter().all(|value| value.is_nan()));
        assert!(x.log_softmax(0).as_slice().iter().all(|value| value.is_nan()));
        assert!(x.layer_norm(1e-5).as_slice().iter().all(|value| value.is_nan()));
    }
}

/// The values and the slopes of a function.
fn gradient(values: &[f64], function: Function<f64>) -> Result<(Vec<f64>, Vec<f64>)> {
    let x = Param::new(Tensor::from(values));
    let (_, y, gradients) = crate::value_and_grad_aux(&x, |x| {
        let y = function(&x.get());
        Ok::<_, Error>((y.sum(), y))
    })?;
    Ok((y.to_vec(), gradients.get(&x).unwrap().to_vec()))
}

#[test]
fn large_arguments_neither_overflow_nor_lose_their_derivative() -> Result<()> {
    let ends = [-1000.0, 1000.0];
    let table: [Row; 9] = [
        ("sigmoid", |x| x.sigmoid(), [0.0, 1.0], [0.0, 0.0]),
        ("softplus", |x| x.softplus(), [0.0, 1000.0], [0.0, 1.0]),
        ("log_sigmoid", |x| x.log_sigmoid(), [-1000.0, 0.0], [1.0, 0.0]),
        ("tanh", |x| x.tanh(), [-1.0, 1.0], [0.0, 0.0]),
        ("silu", |x| x.silu(), [0.0, 1000.0], [0.0, 1.0]),
        ("mish", |x| x.mish(), [0.0, 1000.0], [0.0, 1.0]),
        ("elu", |x| x.elu(1.0), [-1.0, 1000.0], [0.0, 1.0]),
        ("gelu", |x| x.gelu(), [0.0, 1000.0], [0.0, 1.0]),
        ("gelu_tanh", |x| x.gelu_tanh(), [0.0, 1000.0], [0.0, 1.0]),
    ];
    for (name, function, values, slopes) in table {
        let found = gradient(&ends, function)?;
        assert_eq!((&found.0[..], &found.1[..]), (&values[..], &slopes[..]), "{name}");
    }
    Ok(())
}

#[test]
fn softmax_of_large_and_infinite_arguments() -> Result<()> {
    let low = f64::NEG_INFINITY;
    assert_eq!(Tensor::from([1e300, 1e300, low]).softmax(0).to_vec(), [0.5, 0.5, 0.0]);
    assert_eq!(Tensor::from([low, -1e300]).softmax(0).to_vec(), [0.0, 1.0]);
    assert_eq!(Tensor::from([low, 5.0]).log_softmax(0).to_vec(), [low, 0.0]);
    assert_eq!(Tensor::from([[low, low], [1e300, low]]).logsumexp(1).to_vec(), [low, 1e300]);
    assert_eq!(Tensor::from([f64::INFINITY, 1.0]).logsumexp(0).item(), f64::INFINITY);
    // Nothing to share: no share is right.
    assert!(Tensor::from([low, low]).softmax(0).as_slice().iter().all(|share| share.is_nan()));
    let (_, slopes) = gradient(&[low, 1.0, 1.0], |x| x.softmax(0) * Tensor::from([3.0, 5.0, 7.0]))?;
    assert_eq!(slopes, [0.0, -0.5, 0.5]);
    assert_eq!(gradient(&[low, 0.0], |x| x.logsumexp(0))?.1, [0.0, 1.0]);
    assert_eq!(gradient(&[low, low], |x| x.logsumexp(0))?.1, [0.0, 0.0]);
    Ok(())
}

#[test]
fn an_infinite_loss_is_a_value_and_its_gradient_is_marked() -> Result<()> {
    let x = Param::new(Tensor::from([0.0, 1.0]));
    let (loss, gradients) = value_and_grad(&x, |x| Ok::<_, Error>(x.get().ln().sum()))?;
    assert_eq!(loss.item(), f64::NEG_INFINITY);
    assert_eq!(gradients.get(&x).unwrap().to_vec(), [f64::INFINITY, 1.0]);
    assert!(!gradients.is_finite());
    Ok(())
}
