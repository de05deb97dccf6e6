//! A table of words that is also the output layer, in every kind of container, whatever happened to the model before.

use std::collections::BTreeMap;

use recurve::nn::{Embedding, Linear, Reduction, loss::cross_entropy};
use recurve::optim::{Adam, AdamW, ClipGlobalNorm, Rule, Sgd};
use recurve::{AnyTensor, Error, Float, Forward, Gradients, Module, Param, Result, Tensor, value_and_grad};

use crate::support::{assert_close_to, f64s, random};

const WORDS: usize = 6;
const FEATURES: usize = 3;

/// Three uses of one table: rows, the transposed output, and the table read as a map from features to words.
#[derive(Module)]
struct Language<F: Float> {
    embedding: Box<Embedding<F>>,
    output: Vec<Output<F>>,
    extra: BTreeMap<String, Option<Param<F>>>,
}

#[derive(Module)]
enum Output<F: Float> {
    Plain { layer: Linear<F> },
}

fn language(table: impl Fn() -> Param<f64>, turned: impl Fn() -> Param<f64>) -> Language<f64> {
    Language {
        embedding: Box::new(Embedding { weight: table() }),
        output: vec![Output::Plain { layer: Linear { weight: table(), bias: Some(Param::new(random(&[WORDS], 2))) } }],
        extra: BTreeMap::from([("turned".to_owned(), Some(turned())), ("none".to_owned(), None)]),
    }
}

fn tied() -> Language<f64> {
    let table = Param::new(random(&[WORDS, FEATURES], 1));
    language(|| table.share(), || table.share_transposed())
}

fn untied() -> Language<f64> {
    let table = || Param::new(random(&[WORDS, FEATURES], 1));
    language(table, || Param::new(random(&[WORDS, FEATURES], 1).transpose(0, 1)))
}

impl<F: Float> Language<F> {
    fn turned(&self) -> &Param<F> {
        self.extra["turned"].as_ref().expect("a third use")
    }

    fn loss(&self, step: u64) -> Result<Tensor<F>> {
        let words = Tensor::from([1_usize, (step % 6) as usize, 1, 4]);
        let targets = Tensor::from([(step % 5) as usize, 0, 5, 2]);
        let h = self.embedding.forward(&words)?.tanh();
        let Output::Plain { layer } = &self.output[0];
        let logits = layer.forward(&h)? + h.matmul(&self.turned().get()).square() * F::from_f64(0.3);
        cross_entropy(&logits, &targets, Reduction::Sum)
    }
}

const STEPS: u64 = 20;

fn train(mut model: Language<f64>, rule: impl Rule) -> Result<Vec<f64>> {
    assert_eq!(model.count(), WORDS * FEATURES + WORDS);
    let mut opt = rule.setup(&model)?;
    assert_eq!(opt.states_mut().len(), 2);
    for step in 0..STEPS {
        let (_, gradients) = value_and_grad(&model, |m| m.loss(step))?;
        opt.update(&mut model, &gradients)?;
    }
    let (flat, _) = model.flatten::<f64>()?;
    assert_eq!(flat.count(), model.count());
    Ok(flat.to_vec())
}

/// Three separate tables, each stepped by the sum of the three gradients.
fn train_by_hand(rule: impl Rule) -> Result<Vec<f64>> {
    let mut model = untied();
    let mut opt = rule.setup(&model)?;
    for step in 0..STEPS {
        let (_, gradients) = value_and_grad(&model, |m| m.loss(step))?;
        let at = |path: &str| gradients.by_path(path).map(|found| f64s(found.expect("used")));
        let parts = [at("embedding.weight")?, at("output.0.Plain.layer.weight")?, at("extra.turned")?.transpose(0, 1)];
        assert!((&parts[0] - &parts[1]).abs().max().item() > 0.01, "the uses have different gradients");
        assert!((&parts[2] - &parts[1]).abs().max().item() > 0.01, "the uses have different gradients");
        let sum = &parts[0] + &parts[1] + &parts[2];
        let list: Vec<Option<AnyTensor>> = model
            .trainables()?
            .iter()
            .map(|parameter| match parameter.path() {
                "extra.turned" => Some(sum.transpose(0, 1).into()),
                "output.0.Plain.layer.bias" => {
                    gradients.by_path(parameter.path()).expect("exists").map(AnyTensor::from)
                }
                _ => Some((&sum).into()),
            })
            .collect();
        let sums = Gradients::from_list(&model, list)?;
        opt.update(&mut model, &sums)?;
    }
    let Output::Plain { layer } = &model.output[0];
    assert_eq!(layer.weight.get(), model.embedding.weight.get());
    assert_eq!(model.turned().get().transpose(0, 1), layer.weight.get());
    let bias = layer.bias.as_ref().expect("a bias").get();
    Ok(recurve::concat(&[&layer.weight.get().flatten(), &bias], 0)?.to_vec())
}

fn agrees(rule: impl Rule + Copy, name: &str) -> Result<()> {
    let expected = train_by_hand(rule)?;
    let (flat, restructure) = tied().flatten::<f64>()?;
    let ways = [
        ("as made", tied()),
        ("duplicated", tied().duplicate()),
        ("shared", tied().share()),
        ("restructured", restructure.restructure(&flat)?),
        ("cast", tied().cast::<f64>()?),
        ("duplicated, restructured, cast and shared", {
            let (flat, restructure) = tied().duplicate().flatten::<f64>()?;
            restructure.restructure(&flat)?.cast::<f64>()?.share()
        }),
    ];
    for (way, model) in ways {
        assert_close_to(&format!("{name}, {way}"), &train(model, rule)?, &expected, 1e-12);
    }
    Ok(())
}

#[test]
fn a_tied_table_trains_as_its_untied_uses_with_summed_gradients() -> Result<()> {
    agrees(Adam::new(0.05), "Adam")?;
    agrees(Adam::new(0.05).weight_decay(0.1), "Adam with decay")?;
    agrees(AdamW::new(0.05).weight_decay(0.1), "AdamW")?;
    agrees(Sgd::new(0.02).momentum(0.9), "Sgd with momentum")?;
    agrees(Sgd::new(0.02).nesterov(0.9).weight_decay(0.1), "Nesterov")
}

/// The norm over all gradients sees a tied one once.
#[test]
fn the_global_norm_counts_a_tied_gradient_once() -> Result<()> {
    let mut model = tied();
    let (_, gradients) = value_and_grad(&model, |m| m.loss(0))?;
    let flat = gradients.flatten::<f64>()?;
    let norm = flat.square().sum().item().sqrt();
    assert_close_to("norm", &[gradients.norm()], &[norm], 1e-13);
    let (before, _) = model.flatten::<f64>()?;
    (ClipGlobalNorm::new(norm * 0.25), Sgd::new(1.0)).setup(&model)?.update(&mut model, &gradients)?;
    let (after, _) = model.flatten::<f64>()?;
    assert_close_to("step", (before - after).as_slice(), (flat * 0.25).as_slice(), 1e-13);
    Ok(())
}

#[test]
fn freezing_any_use_freezes_the_table_in_mid_training_and_thawing_goes_on() -> Result<()> {
    for pattern in ["embedding.*", "output.0.Plain.layer.weight", "extra.turned"] {
        let mut model = tied();
        let mut opt = Sgd::new(0.1).momentum(0.5).setup(&model)?;
        let mut step = |model: &mut Language<f64>| -> Result<()> {
            let (_, gradients) = value_and_grad(model, |m| m.loss(3))?;
            opt.update(model, &gradients)
        };
        step(&mut model)?;
        let table = model.embedding.weight.get();
        assert_eq!(model.freeze(pattern)?, 1, "{pattern}");
        let bias = model.flatten::<f64>()?.0;
        assert_eq!(bias.count(), WORDS, "only the bias is left");
        step(&mut model)?;
        assert_eq!(
            (model.embedding.weight.get(), model.turned().get().transpose(0, 1)),
            (table.clone(), table.clone())
        );
        assert_ne!(model.flatten::<f64>()?.0, bias);
        model.thaw(pattern)?;
        step(&mut model)?;
        assert_ne!(model.embedding.weight.get(), table);
        assert_eq!(model.turned().get().transpose(0, 1), model.embedding.weight.get());
    }
    Ok(())
}

#[test]
fn a_narrow_copy_has_the_same_ties_and_nearly_the_same_gradients() -> Result<()> {
    let (model, narrow) = (tied(), tied().cast::<f32>()?);
    assert_eq!(narrow.count(), model.count());
    let (_, wide) = value_and_grad(&model, |m| m.loss(2))?;
    let (_, found) = value_and_grad(&narrow, |m| m.loss(2))?;
    let (found, wide) = (found.flatten::<f64>()?, wide.flatten::<f64>()?);
    assert_close_to("gradients", found.as_slice(), wide.as_slice(), 1e-4);
    let error = value_and_grad(&narrow, |m| Ok::<_, Error>(m.turned().get().detach().sum())).unwrap_err();
    assert!(error.to_string().contains("does not depend on a trainable parameter"));
    Ok(())
}
