//! Models with parameters of both precisions, end to end, with every rule.

use recurve::nn::{LayerNorm, Linear};
use recurve::optim::{Adam, AdamW, ClipGlobalNorm, ClipNorm, ClipValue, Rule, Sgd};
use recurve::{AnyTensor, Cast, Cell, Error, Float, Forward, Gradients, Gru, Module, Param, Result, Tensor, grad};

use super::dense;
use crate::support::{assert_close_to, random, rng};

/// A narrow cell between wide layers, with a tie inside of each precision.
#[derive(Module)]
struct Model<F: Float> {
    input: Linear<f64>,
    cell: Gru<F>,
    norm: LayerNorm<F>,
    output: Linear<f64>,
    tied: Param<F>,
}

const HIDDEN: usize = 3;

fn wide() -> Result<Model<f64>> {
    let rng = &mut rng(1);
    let (input, output) = (Linear::with_dtype(2, HIDDEN, rng), Linear::with_dtype(HIDDEN, 2, rng));
    let cell = Gru::<f64>::with_dtype(HIDDEN, HIDDEN, rng);
    let tied = cell.u_n.share();
    dense(&Model { input, cell, norm: LayerNorm::with_dtype(HIDDEN), output, tied }, 2)
}

/// The same values, those in the middle rounded to single precision.
fn mixed(model: &Model<f64>) -> Result<Model<f32>> {
    let middle = (model.cell.share(), model.norm.share(), model.tied.share());
    let (cell, norm, tied) = middle.cast::<f32>()?;
    Ok(Model { input: model.input.duplicate(), cell, norm, output: model.output.duplicate(), tied })
}

fn loss<F: Float>(m: &Model<F>, x: &Tensor<f64>) -> Result<Tensor<f64>> {
    let h = m.input.forward(x)?.tanh();
    let (ys, _) = m.cell.scan(h.cast::<F>(), None)?;
    let h = m.norm.forward(&ys.last()?.matmul(&m.tied.get()))?;
    Ok(m.output.forward(&h.cast::<f64>())?.square().sum())
}

/// Trains both models; the mixed one follows the wide one up to the digits of single precision.
fn follows(rule: impl Rule + Copy, name: &str) -> Result<()> {
    let mut wide = wide()?;
    let mut mixed = mixed(&wide)?;
    assert_eq!((mixed.count(), mixed.cell.u_n.id()), (wide.count(), mixed.tied.id()));
    let (mut first, mut second) = (rule.setup(&wide)?, rule.setup(&mixed)?);
    for step in 0..10 {
        let x = random(&[4, 5, 2], 10 + step);
        let expected = grad(&wide, |m| loss(m, &x))?;
        let found = grad(&mixed, |m| loss(m, &x))?;
        let types: Vec<_> = found.iter().map(|(_, gradient)| gradient.map(AnyTensor::dtype)).collect();
        let expected_types: Vec<_> = mixed.trainables()?.iter().map(|parameter| Some(parameter.dtype())).collect();
        assert_eq!(types, expected_types);
        let (found_flat, expected_flat) = (found.flatten::<f64>()?, expected.flatten::<f64>()?);
        assert_close_to(&format!("{name}, gradient {step}"), found_flat.as_slice(), expected_flat.as_slice(), 2e-4);
        first.update(&mut wide, &expected)?;
        second.update(&mut mixed, &found)?;
        let (found, expected) = (mixed.flatten::<f64>()?.0, wide.flatten::<f64>()?.0);
        assert_close_to(&format!("{name}, step {step}"), found.as_slice(), expected.as_slice(), 2e-4);
    }
    assert!(mixed.flatten::<f32>().is_err(), "the wide parameters do not fit");
    Ok(())
}

#[test]
fn a_mixed_model_follows_the_wide_one_under_every_rule() -> Result<()> {
    follows(Sgd::new(0.01), "Sgd")?;
    follows(Sgd::new(0.01).momentum(0.8).dampening(0.1).weight_decay(0.1), "Sgd, momentum")?;
    follows(Sgd::new(0.01).nesterov(0.8), "Sgd, Nesterov")?;
    // A large epsilon, so that tiny gradients do not decide over whole steps.
    follows(Adam::new(0.01).epsilon(0.1).weight_decay(0.1), "Adam")?;
    follows(AdamW::new(0.01).epsilon(0.1).weight_decay(0.1), "AdamW")?;
    follows((ClipValue::new(0.5), Sgd::new(0.01)), "ClipValue")?;
    follows((ClipNorm::new(0.5), Sgd::new(0.01).momentum(0.5)), "ClipNorm")?;
    follows((ClipGlobalNorm::new(0.5), Adam::new(0.01).epsilon(0.1)), "ClipGlobalNorm")
}

/// With numbers that neither precision rounds, both parts of a model do exactly what each does alone.
#[test]
fn the_parts_of_a_mixed_model_are_stepped_as_if_alone() -> Result<()> {
    let values = [0.5, -1.25, 2.0, 0.0625];
    let mut model = (Param::new(Tensor::from(values)), Param::new(Tensor::from(values).cast::<f32>()));
    let mut alone = Param::new(Tensor::from(values).cast::<f32>());
    let rule = Adam::new(0.125);
    let (mut opt, mut other) = (rule.setup(&model)?, rule.setup(&alone)?);
    for _ in 0..5 {
        let gradients = grad(&model, |(wide, narrow)| {
            Ok::<_, Error>(wide.get().square().sum() + narrow.get().square().sum().cast::<f64>())
        })?;
        opt.update(&mut model, &gradients)?;
        let gradients = grad(&alone, |narrow| Ok::<_, Error>(narrow.get().square().sum()))?;
        other.update(&mut alone, &gradients)?;
        assert_eq!(model.1.get(), alone.get());
    }
    assert_ne!(model.0.get().cast::<f32>(), alone.get(), "double precision keeps digits that single lacks");
    Ok(())
}

/// A gradient that is finite in f64 can overflow in f32: it is refused, as any other that is not finite.
#[test]
fn a_gradient_that_overflows_its_narrow_parameter_is_refused() -> Result<()> {
    let mut model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([1.0_f32])));
    let before = super::bits(&model);
    let mut opt = Sgd::new(0.1).setup(&model)?;
    let gradients =
        grad(&model, |(wide, narrow)| Ok::<_, Error>((wide.get() + narrow.get().cast::<f64>() * 1e60).sum()))?;
    assert!(!gradients.is_finite());
    assert!(opt.update(&mut model, &gradients).unwrap_err().to_string().starts_with("1: "));
    assert_eq!(super::bits(&model), before);
    let list = [Some(Tensor::from([1.0_f64]).into()), Some(Tensor::from([1e60_f64]).into())];
    let outcome = Gradients::from_list(&model, list).and_then(|gradients| opt.update(&mut model, &gradients));
    assert!(outcome.is_err(), "a list entry of the wrong type, or one that overflows, is no step");
    assert_eq!(super::bits(&model), before);
    Ok(())
}

#[test]
fn casting_there_and_back_keeps_ties_and_training() -> Result<()> {
    fn round_trip<M>(model: &M) -> Result<<M::Output as Cast<f64>>::Output>
    where
        M: Module + Cast<f32>,
        M::Output: Cast<f64> + Module,
    {
        model.cast::<f32>()?.cast::<f64>()
    }
    let cell = Gru::<f64>::with_dtype(2, 2, &mut rng(3));
    let model = (cell.share(), cell, Linear::<f64>::with_dtype(2, 2, &mut rng(4)));
    let again = round_trip(&model)?;
    assert_eq!((again.count(), again.0.w_r.id()), (model.count(), again.1.w_r.id()));
    assert_ne!(again.0.w_r.id(), model.0.w_r.id());
    let (found, expected) = (again.flatten::<f64>()?.0, model.flatten::<f64>()?.0);
    assert_close_to("rounded once", found.as_slice(), expected.as_slice(), 1e-7);
    Ok(())
}
