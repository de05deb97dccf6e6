//! Gradients that are computed where those of a flat model stay: the same as those of the model that is not flat.

use rand::{SeedableRng, rngs::StdRng};

use crate::flat::Flat;
use crate::{Error, Float, Module, Param, Result, Tensor, grad};

/// Weights that are factors of products, once and several times, on either side, plainly and transposed.
#[derive(Module)]
struct Weights<F: Float> {
    once: Param<F>,
    bias: Param<F>,
    twice: Param<F>,
    turned: Param<F>,
    left: Param<F>,
    stacked: Param<F>,
    unused: Param<F>,
    mixed: Param<F>,
}

fn weights() -> Weights<f64> {
    let mut rng = StdRng::seed_from_u64(7);
    let mut param = |shape: &[usize]| Param::new(Tensor::normal(shape, 0.0, 1.0, &mut rng));
    let twice = param(&[5, 5]);
    Weights {
        once: param(&[5, 3]),
        bias: param(&[5]),
        turned: twice.share_transposed(),
        twice,
        left: param(&[2, 4]),
        stacked: param(&[3, 5, 2]),
        unused: param(&[3]),
        mixed: param(&[2, 7]),
    }
}

fn loss<F: Float>(m: &Weights<F>, x: &Tensor<F>) -> Tensor<F> {
    let h = (x.matmul_transposed(&m.once.get()) + m.bias.get()).tanh();
    let h = h.matmul(&m.twice.get()).tanh().matmul_transposed(&m.twice.get()).matmul(&m.turned.get());
    let h = m.left.get().matmul(&h);
    let mixed = m.mixed.get();
    let stack = h.matmul(&m.stacked.get()).matmul(&mixed);
    // The gradient of the last one comes from a product and from elsewhere, on both sides of it.
    stack.square().sum() + (&mixed * &mixed).sum() + mixed.matmul_transposed(&mixed).sin().sum()
}

fn data() -> Tensor<f64> {
    Tensor::normal([4, 3], 0.0, 1.0, &mut StdRng::seed_from_u64(8))
}

#[test]
fn gradients_of_a_flat_model_are_those_of_the_model() -> Result<()> {
    let (plain, x) = (weights(), data());
    let flat = Flat::new(plain.duplicate())?;
    let [expected, found] =
        [grad(&plain, |m| Ok::<_, Error>(loss(m, &x)))?, grad(&flat, |m| Ok::<_, Error>(loss(m, &x)))?];
    for ((path, expected), (_, found)) in expected.iter().zip(found.iter()) {
        assert_eq!(found.is_some(), path != "unused", "{path}");
        let [expected, found] =
            [expected, found].map(|value| value.map(crate::AnyTensor::to_f64_vec).unwrap_or_default());
        assert_eq!(expected.len(), found.len(), "{path}");
        for (expected, found) in expected.iter().zip(found) {
            assert!((expected - found).abs() < 1e-12 * (1.0 + expected.abs()), "{path}: {found} is not {expected}");
        }
    }
    assert_eq!(found.as_slice::<f64>(), Some(found.flatten::<f64>()?.as_slice()));
    assert_eq!(found.by_path("unused")?, None);
    let range = flat.layout().range("unused").expect("it is in the layout");
    assert_eq!(found.flatten::<f64>()?.slice(0, range).to_vec(), [0.0; 3]);
    Ok(())
}

#[test]
fn gradients_of_gradients_of_a_flat_model_are_those_of_the_model() -> Result<()> {
    let (plain, x) = (weights(), data());
    let flat = Flat::new(plain.duplicate())?;
    let penalty = |m: &Weights<f64>, gradients: crate::Gradients| {
        let slopes = [&m.once, &m.twice, &m.left, &m.stacked, &m.mixed].map(|param| gradients.get(param));
        slopes.into_iter().flatten().fold(Tensor::scalar(0.0), |sum, slope| sum + slope.square().sum())
    };
    let expected = grad(&plain, |m| Ok::<_, Error>(penalty(m, grad(m, |m| Ok::<_, Error>(loss(m, &x)))?)))?;
    let found = grad(&flat, |m| Ok::<_, Error>(penalty(m, grad(m, |m| Ok::<_, Error>(loss(m, &x)))?)))?;
    for (expected, found) in expected.flatten::<f64>()?.as_slice().iter().zip(found.flatten::<f64>()?.as_slice()) {
        assert!((expected - found).abs() < 1e-12 * (1.0 + expected.abs()), "{found} is not {expected}");
    }
    Ok(())
}

#[test]
fn a_gradient_that_is_not_finite_is_found_where_it_was_computed() -> Result<()> {
    let flat = Flat::new(weights())?;
    let x = data() * f64::NAN;
    let gradients = grad(&flat, |m| Ok::<_, Error>(loss(m, &x)))?;
    assert!(!gradients.is_finite());
    Ok(())
}
