//! Derivatives of derivatives through layers and scans.

use recurve::nn::{LayerNorm, Linear, Reduction, loss::cross_entropy};
use recurve::optim::{Rule, Sgd};
use recurve::{
    Cell, Error, Forward, Gradients, Gru, Module, Param, Result, Sequence, Tensor, check_gradients, grad,
    value_and_grad,
};

use super::dense;
use crate::support::{assert_close_to, random, rng};

#[derive(Module)]
struct Model {
    input: Linear<f64>,
    cell: Gru<f64>,
    norm: LayerNorm<f64>,
    output: Linear<f64>,
}

fn model() -> Result<Model> {
    let rng = &mut rng(1);
    let (input, cell) = (Linear::with_dtype(2, 3, rng), Gru::with_dtype(3, 4, rng));
    let (mut norm, mut output) = (LayerNorm::with_dtype(4), Linear::with_dtype(4, 4, rng));
    norm.epsilon = 0.5; // differences need a function that is not steep
    // A tie across kinds of layers, so that products with the Hessian mix both uses.
    output.weight = cell.u_z.share_transposed();
    dense(&Model { input, cell, norm, output }, 2)
}

fn loss(m: &Model) -> Result<Tensor<f64>> {
    let xs = Sequence::time_major(random(&[3, 2, 2], 3)).lengths(&[3, 2])?;
    let xs = xs.map(|x| Ok(m.input.forward(x)?.tanh()))?;
    let (ys, _) = m.cell.scan_steps(xs, None)?;
    // No maximum: differences across its kink mean nothing.
    let h = m.norm.forward(&(ys.last()? + ys.mean()? * 0.5 + ys.attention(&random(&[3, 2], 4))?))?;
    cross_entropy(&m.output.forward(&h)?, &Tensor::from([3_usize, 0]), Reduction::Mean)
}

fn dot(gradients: &Gradients, direction: &Tensor<f64>) -> Result<Tensor<f64>> {
    Ok((gradients.flatten::<f64>()? * direction).sum())
}

/// `H v` as the gradient of `⟨∇f, v⟩`.
fn hessian_product(model: &Model, direction: &Tensor<f64>) -> Result<Tensor<f64>> {
    grad(model, |m| dot(&grad(m, loss)?, direction))?.flatten()
}

/// `H v` by differences of gradients: four points, so that the error is of fourth order.
fn hessian_product_by_differences(model: &Model, direction: &Tensor<f64>) -> Result<Tensor<f64>> {
    let (flat, restructure) = model.flatten::<f64>()?;
    let h = 1e-4;
    let at = |step: f64| grad(&restructure.restructure(&(&flat + direction * (step * h)))?, loss)?.flatten::<f64>();
    Ok(((at(1.0)? - at(-1.0)?) * 8.0 - (at(2.0)? - at(-2.0)?)) / (12.0 * h))
}

#[test]
fn products_with_the_hessian_agree_with_differences() -> Result<()> {
    let model = model()?;
    check_gradients(&model, loss, &mut rng(5))?;
    for seed in 10..14 {
        let direction = random(&[model.count()], seed);
        let found = hessian_product(&model, &direction)?;
        let expected = hessian_product_by_differences(&model, &direction)?;
        assert!(expected.abs().max().item() > 0.1);
        assert_close_to("H v", found.as_slice(), expected.as_slice(), 1e-8);
    }
    Ok(())
}

#[test]
fn the_hessian_is_symmetric_and_linear() -> Result<()> {
    let model = model()?;
    let [u, v] = [20, 21].map(|seed| random(&[model.count()], seed));
    let (of_u, of_v) = (hessian_product(&model, &u)?, hessian_product(&model, &v)?);
    assert_close_to("symmetry", (&u * &of_v).sum().as_slice(), (&v * &of_u).sum().as_slice(), 1e-11);
    let of_both = hessian_product(&model, &(&u * 2.0 - &v))?;
    assert_close_to("linearity", of_both.as_slice(), (of_u * 2.0 - of_v).as_slice(), 1e-11);
    Ok(())
}

/// One inner step of training, differentiated with respect to the start and to the step size.
#[test]
fn a_step_of_training_can_be_differentiated() -> Result<()> {
    let model = (model()?, Param::new(Tensor::scalar(0.3)));
    let after_one_step = |(model, rate): &(Model, Param<f64>)| -> Result<Tensor<f64>> {
        let slope = grad(model, loss)?.flatten::<f64>()?;
        let (flat, restructure) = model.flatten::<f64>()?;
        loss(&restructure.restructure(&(flat - slope * rate.get()))?)
    };
    let (value, gradients) = value_and_grad(&model, after_one_step)?;
    assert!(!value.is_tracked() && gradients.len() == model.0.trainables()?.len() + 1);
    check_gradients(&model, after_one_step, &mut rng(6))?;
    // The same step by an optimiser has the same loss.
    let mut stepped = model.0.duplicate();
    let gradients = grad(&stepped, loss)?;
    Sgd::new(0.3).setup(&stepped)?.update(&mut stepped, &gradients)?;
    assert_close_to("loss", value.as_slice(), loss(&stepped)?.as_slice(), 1e-13);
    Ok(())
}

/// A penalty on the slope of the output in the input, as it keeps critics smooth.
#[test]
fn penalties_on_the_slope_in_the_input_train_the_parameters() -> Result<()> {
    let model = (model()?.cell, Linear::<f64>::with_dtype(4, 1, &mut rng(7)));
    let penalty = |m: &(Gru<f64>, Linear<f64>)| -> Result<Tensor<f64>> {
        let xs = Param::new(random(&[3, 2, 3], 8));
        let inner = grad(&xs, |xs| Ok::<_, Error>(m.1.forward(&m.0.scan_steps(xs.get(), None)?.0.mean()?)?.sum()))?;
        Ok((inner.get(&xs).expect("used").square().sum() + 1e-3).sqrt())
    };
    let gradients = grad(&model, penalty)?;
    assert!(gradients.iter().all(|(path, gradient)| gradient.is_some() || path == "1.bias"));
    check_gradients(&model, penalty, &mut rng(9))?;
    Ok(())
}

#[test]
fn frozen_parameters_stay_out_of_both_levels() -> Result<()> {
    let mut model = model()?;
    model.freeze("cell.*")?;
    let squared = |m: &Model| {
        let inner = grad(m, loss)?;
        assert!(inner.iter().all(|(path, _)| !path.starts_with("cell.")));
        Ok(inner.flatten::<f64>()?.square().sum())
    };
    let outer = grad(&model, squared)?;
    assert_eq!(outer.len(), model.trainables()?.len());
    check_gradients(&model, squared, &mut rng(10))?;
    Ok(())
}
