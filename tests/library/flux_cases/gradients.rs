//! Cases 24 to 33: gradients of models and of flat vectors.

use recurve::{AnyTensor, Error, Gradients, Module, Param, Result, Tensor, concat, grad, value_and_grad};

use super::{Dense, Triple, a, b, tied};
use crate::support::{assert_close, assert_close_to, f64s, random};

/// The gradient of `loss(restructure(v))` in `v`.
fn through<M: Module>(model: &M, loss: impl Fn(&M) -> Tensor<f64>) -> Result<Vec<f64>> {
    let (flat, restructure) = model.flatten::<f64>()?;
    let vector = Param::new(flat);
    let gradients = grad(&vector, |v| Ok::<_, Error>(loss(&restructure.restructure(&v.get())?)))?;
    Ok(gradients.get(&vector).unwrap().to_vec())
}

fn one_hot(length: usize, at: usize) -> Vec<f64> {
    (0..length).map(|place| if place == at { 1.0 } else { 0.0 }).collect()
}

#[test]
fn case_24_an_element_of_the_flat_vector_depends_on_one_parameter() -> Result<()> {
    let mut model = (tied(), b());
    model.freeze("1")?;
    for at in 0..6 {
        let gradients = grad(&model, |m| {
            let (flat, _) = m.flatten::<f64>()?;
            Ok::<_, Error>(flat.slice(0, at..at + 1).sum())
        })?;
        assert_eq!(gradients.flatten::<f64>()?.to_vec(), one_hot(6, at));
        assert_eq!(gradients.len(), 2, "the tied slot has no entry of its own and the frozen parameter none");
        assert!(gradients.get(&model.1).is_none());
        assert_eq!(gradients.get(&model.0.y), gradients.get(&model.0.x));
    }
    Ok(())
}

#[test]
fn case_25_an_element_of_a_rebuilt_field_depends_on_one_element_of_the_vector() -> Result<()> {
    let model = (a(), Param::new(random(&[2, 3], 1)), b());
    for at in 0..6 {
        let gradient = through(&model, |m| m.1.get().flatten().slice(0, at..at + 1).sum())?;
        assert_eq!(gradient, one_hot(12, 3 + at));
    }
    Ok(())
}

/// `x` and `z` are one parameter.
fn outer_tie() -> Triple {
    let x = Param::new(Tensor::from([1.0, 2.0]));
    Triple { z: x.share(), x, y: Param::new(Tensor::from([3.0, 4.0])) }
}

#[test]
fn case_26_contributions_to_tied_parameters_are_summed() -> Result<()> {
    let sum = |param: &Param<f64>| param.get().sum();
    let model = outer_tie();
    assert_eq!(through(&model, |m| sum(&m.x) * 3.0 + sum(&m.z) * 13.0)?, [16.0, 16.0, 0.0, 0.0]);
    assert_eq!(through(&model, |m| (sum(&m.x) + sum(&m.z)) * 4.0)?, [8.0, 8.0, 0.0, 0.0]);
    assert_eq!(through(&model, |m| (sum(&m.x) + sum(&m.y)) * 4.0 + sum(&m.z) * 13.0)?, [17.0, 17.0, 4.0, 4.0]);
    Ok(())
}

#[test]
fn case_27_an_unused_layer_does_not_shorten_the_gradient() -> Result<()> {
    let model = (Dense::random(2, 3, true, 1), Dense::random(3, 4, true, 2));
    let x = random(&[5, 2], 3);
    let gradient = through(&model, |m| m.0.forward(&x).square().sum())?;
    assert_eq!(gradient.len(), 25);
    assert!(gradient[..9].iter().all(|value| *value != 0.0));
    assert!(gradient[9..].iter().all(|value| *value == 0.0));
    Ok(())
}

#[test]
fn case_28_a_layer_in_two_slots_gets_the_sum_of_both_gradients() -> Result<()> {
    let layer = Dense::random(3, 3, true, 1);
    let (shared, separate) = ((layer.share(), layer.share()), (layer.duplicate(), layer.duplicate()));
    let x = random(&[4, 3], 3);
    let loss = |m: &(Dense, Dense)| m.1.forward(&m.0.forward(&x).tanh()).square().sum();
    let (together, apart) = (through(&shared, loss)?, through(&separate, loss)?);
    let sums: Vec<f64> = apart[..12].iter().zip(&apart[12..]).map(|(first, second)| first + second).collect();
    assert_close_to("sum over both slots", &together, &sums, 1e-13);
    Ok(())
}

#[test]
fn case_29_gradients_have_the_type_of_their_parameter_and_missing_ones_are_zeros_in_the_vector() -> Result<()> {
    let model = (Param::new(Tensor::from([1.5_f32, -2.0])), Param::new(Tensor::from([0.25_f64])));
    let wide = grad(&model, |m| Ok::<_, Error>((m.0.get().cast::<f64>().square() * m.1.get()).sum()))?;
    assert_eq!(wide.get(&model.0).unwrap().to_vec(), [0.75_f32, -1.0]);
    assert_eq!(wide.get(&model.1).unwrap().to_vec(), [6.25_f64]);
    let narrow = grad(&model, |m| Ok::<_, Error>((m.0.get() * m.1.get().cast::<f32>()).sum()))?;
    assert!(matches!(narrow.by_path("1")?, Some(AnyTensor::F64(_))));
    assert_eq!(through(&model, |m| m.0.get().square().sum().cast::<f64>())?, [3.0, -4.0, 0.0]);
    assert_eq!(Gradients::none(&model)?.flatten::<f64>()?.to_vec(), [0.0; 3]);
    Ok(())
}

#[test]
fn case_30_the_flat_gradient_is_the_gradient_of_the_flat_vector() -> Result<()> {
    let embedding = Param::new(random(&[4, 3], 1));
    let model = (embedding.share_transposed(), Dense::random(3, 3, false, 2), vec![embedding], b());
    let x = random(&[2, 4], 3);
    let loss = |m: &(Param<f64>, Dense, Vec<Param<f64>>, Param<f64>)| {
        let hidden = m.1.forward(&x.matmul(&m.2[0].get())).tanh() * m.3.get();
        hidden.matmul(&m.0.get()).square().sum()
    };
    let direct = grad(&model, |m| Ok::<_, Error>(loss(m)))?;
    assert_close_to("flat gradient", &through(&model, loss)?, direct.flatten::<f64>()?.as_slice(), 1e-13);
    Ok(())
}

/// One input, several branches side by side.
#[derive(Module)]
struct Split {
    branches: Vec<Dense>,
}

#[test]
fn case_31_differences_along_a_direction_agree_with_the_reverse_mode() -> Result<()> {
    let model = Split { branches: (0..3).map(|at| Dense::random(3, 1 + at as usize, at != 1, 10 + at)).collect() };
    let x = random(&[4, 3], 1);
    let loss = |m: &Split| -> Result<Tensor<f64>> {
        let parts: Vec<Tensor<f64>> = m.branches.iter().map(|branch| branch.forward(&x).tanh()).collect();
        Ok(concat(&parts.iter().collect::<Vec<_>>(), 1)?.square().sum())
    };
    let (flat, restructure) = model.flatten::<f64>()?;
    let (direction, h) = (random(&[flat.count()], 2), 1e-3);
    let at = |step: f64| Ok::<_, Error>(loss(&restructure.restructure(&(&flat + &direction * step))?)?.item());
    let forward = (8.0 * (at(h)? - at(-h)?) - (at(2.0 * h)? - at(-2.0 * h)?)) / (12.0 * h);
    let vector = Param::new(flat.clone());
    let reverse = grad(&vector, |v| loss(&restructure.restructure(&v.get())?))?.get(&vector).unwrap();
    assert_close_to("along the direction", &[(reverse * &direction).sum().item()], &[forward], 1e-9);
    Ok(())
}

/// The gradient in `v` of the squared norm of an inner gradient.
fn of_squared_slope(inner: impl Fn(&Param<f64>) -> Result<Tensor<f64>>, v: &Param<f64>) -> Result<Vec<f64>> {
    let gradients = grad(v, |v| {
        let slope = grad(v, &inner)?;
        Ok::<_, Error>(slope.get(v).unwrap().square().sum())
    })?;
    Ok(gradients.get(v).unwrap().to_vec())
}

#[test]
fn case_32_second_derivatives_through_flat_vectors_both_ways() -> Result<()> {
    // d/dv of |d/dv of sum(v²)|² = |2v|² is 8v.
    let v = a();
    assert_eq!(of_squared_slope(|v| Ok(v.get().square().sum()), &v)?, [8.0, 16.0, 24.0]);
    let beside = Tensor::from([4.0, 5.0, 6.0]);
    let pair = |v: &Param<f64>| (v.share(), Param::new(beside.clone()));
    let flattened = |v: &Param<f64>| Ok(pair(v).flatten::<f64>()?.0.square().sum());
    assert_eq!(of_squared_slope(flattened, &v)?, [8.0, 16.0, 24.0]);
    // The inner gradient of (sum of all six)³ is 3 · 21² in each place; the derivative of the three's sum is 18 · 21.
    let cubic = grad(&v, |v| {
        let inner = grad(v, |v| Ok::<_, Error>(pair(v).flatten::<f64>()?.0.sum().powf(3.0)))?;
        Ok::<_, Error>(inner.get(v).unwrap().sum())
    })?;
    assert_close_to("cubic", cubic.get(&v).unwrap().as_slice(), &[378.0; 3], 1e-14);
    let (flat, restructure) = tied().flatten::<f64>()?;
    let vector = Param::new(flat);
    let first = |v: &Param<f64>| Ok(restructure.restructure(&v.get())?.y.get().square().sum());
    assert_eq!(of_squared_slope(first, &vector)?, [8.0, 16.0, 24.0, 0.0, 0.0, 0.0]);
    let last = |v: &Param<f64>| Ok(restructure.restructure(&v.get())?.z.get().square().sum());
    assert_eq!(of_squared_slope(last, &vector)?, [0.0, 0.0, 0.0, 32.0, 40.0, 48.0]);
    Ok(())
}

#[test]
fn case_33_a_penalty_over_all_parameters_counts_tied_ones_once() -> Result<()> {
    let model = (tied(), Dense::random(2, 3, true, 4));
    let (_, gradients) = value_and_grad(&model, |m| {
        let squares = m.trainables()?.into_iter().map(|parameter| f64s(&parameter.get()).square().sum());
        squares.reduce(|sum, square| sum + square).ok_or(Error::new(recurve::ErrorKind::Value, "penalty", "empty"))
    })?;
    let (flat, _) = model.flatten::<f64>()?;
    assert_eq!(flat.count(), 15);
    assert_close("2 p", &gradients.flatten()?, &(flat * 2.0));
    Ok(())
}
