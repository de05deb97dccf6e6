//! Losses and gradients that are not finite: values to look at, never a step.

use recurve::optim::{Adam, AdamW, ClipGlobalNorm, ClipNorm, ClipValue, Optimizer, Rule, Sgd};
use recurve::{Error, Gradients, Param, Result, Tensor, value_and_grad};

use super::bits;
use crate::support::{assert_close_to, random};

type Model = (Param<f64>, Vec<Param<f64>>);

fn model() -> Model {
    (Param::new(random(&[3, 2], 1)), vec![Param::new(random(&[2], 2)), Param::new(random(&[], 3))])
}

fn loss(m: &Model, factor: f64) -> Result<Tensor<f64>> {
    let y = (m.0.get() * m.1[0].get()).tanh().sum() + m.1[1].get().square();
    Ok(y * factor)
}

fn gradients(model: &Model, factor: f64) -> Gradients {
    value_and_grad(model, |m| loss(m, factor)).unwrap().1
}

/// Every way to step refuses, and the training goes on as if nothing had been tried.
fn refuses<R: Rule + Copy>(rule: R) {
    let (mut tried, mut control) = (model(), model());
    let (mut opt, mut other) = (rule.setup(&tried).unwrap(), rule.setup(&control).unwrap());
    for step in 0..3 {
        let (good, same) = (gradients(&tried, 1.0), gradients(&control, 1.0));
        opt.update(&mut tried, &good).unwrap();
        other.update(&mut control, &same).unwrap();
        assert_eq!(bits(&tried), bits(&control), "step {step}");
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            refuses_one(&mut tried, &mut opt, bad);
        }
        assert_eq!(bits(&tried), bits(&control), "step {step}, after refusals");
    }
}

/// One element of one gradient is bad: the others are not stepped either.
fn refuses_one<R: Rule>(model: &mut Model, opt: &mut Optimizer<R>, bad: f64) {
    for path in ["0", "1.0", "1.1"] {
        let mut gradients = gradients(model, 1.0);
        let mut value = gradients.by_path(path).unwrap().unwrap().get::<f64>().unwrap().clone();
        *value.as_mut_slice().last_mut().unwrap() = bad;
        gradients.set(path, Some(value.into())).unwrap();
        assert!(!gradients.is_finite());
        for error in [opt.update(model, &gradients), opt.update_partial(model, &gradients).map(drop)] {
            let message = error.unwrap_err().to_string();
            assert!(message.starts_with(&format!("{path}: ")), "{message}");
        }
    }
}

#[test]
fn a_gradient_that_is_not_finite_is_refused_by_every_rule() {
    refuses(Sgd::new(0.1).momentum(0.9));
    refuses(Sgd::new(0.1).nesterov(0.9).weight_decay(0.1));
    refuses(Adam::new(0.1));
    refuses(AdamW::new(0.1));
    refuses((ClipValue::new(0.1), Adam::new(0.1)));
    refuses((ClipNorm::new(0.1), Adam::new(0.1)));
    refuses((ClipGlobalNorm::new(0.1), Sgd::new(0.1).momentum(0.5)));
}

#[test]
fn a_loss_that_is_not_finite_is_a_value() -> Result<()> {
    let mut model = model();
    let before = bits(&model);
    let mut opt = Adam::new(0.1).setup(&model)?;
    for factor in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let (value, gradients) = value_and_grad(&model, |m| loss(m, factor))?;
        assert!(!value.is_finite() && !gradients.is_finite(), "{factor}");
        assert!(opt.update(&mut model, &gradients).is_err());
        assert_eq!(bits(&model), before);
    }
    Ok(())
}

/// The sum of the squares of finite gradients can overflow; the norm need not.
#[test]
fn very_large_and_very_small_gradients_are_clipped_to_the_limit() -> Result<()> {
    for size in [1e300, 1e200, 1.0, 1e-200, 1e-300] {
        for (name, step) in [
            ("global norm", step_of((ClipGlobalNorm::new(size * 0.5), Sgd::new(1.0)), size)?),
            ("norm", step_of((ClipNorm::new(size * 0.5), Sgd::new(1.0)), size)?),
        ] {
            let expected = [size * 0.3, size * 0.4];
            let relative: Vec<f64> = step.iter().zip(expected).map(|(found, expected)| found / expected).collect();
            assert_close_to(&format!("{name} of {size:e}"), &relative, &[1.0, 1.0], 1e-12);
        }
    }
    Ok(())
}

/// The step of a parameter at zero against the gradient `[3, 4]` times `size`.
fn step_of(rule: impl Rule, size: f64) -> Result<[f64; 2]> {
    let mut model = Param::new(Tensor::<f64>::zeros([2]));
    let mut opt = rule.setup(&model)?;
    let gradients = Gradients::from_flat(&model, &Tensor::from([3.0 * size, 4.0 * size]))?;
    assert!((gradients.norm() / (5.0 * size) - 1.0).abs() < 1e-12, "norm at {size:e}: {}", gradients.norm());
    opt.update(&mut model, &gradients)?;
    Ok([-model.get().at([0]), -model.get().at([1])])
}

#[test]
fn a_clipped_gradient_of_zero_stays_zero() -> Result<()> {
    let mut model = model();
    let before = bits(&model);
    let zero = Gradients::from_flat(&model, &Tensor::<f64>::zeros([9]))?;
    let rule = (ClipGlobalNorm::new(1.0), ClipNorm::new(1.0), ClipValue::new(1.0), Adam::new(0.1));
    rule.setup(&model)?.update(&mut model, &zero)?;
    assert_eq!(bits(&model), before);
    Ok(())
}

#[test]
fn a_wrong_number_in_one_part_of_a_model_does_not_spread() -> Result<()> {
    let model = (Param::new(Tensor::from([f64::NAN, 1.0])), Param::new(Tensor::from([2.0, 3.0])));
    let (value, gradients) =
        value_and_grad(&model, |(x, y)| Ok::<_, Error>(x.get().slice(0, 1..2).sum() + (y.get() * y.get()).sum()))?;
    assert_eq!(value.item(), 14.0);
    assert_eq!(gradients.get(&model.0).unwrap().to_vec(), [0.0, 1.0]);
    assert_eq!(gradients.get(&model.1).unwrap().to_vec(), [4.0, 6.0]);
    Ok(())
}
