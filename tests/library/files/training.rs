//! Training that goes on from a file as if nothing had happened.

use recurve::files::Checkpoint;
use recurve::optim::*;
use recurve::{Float, Gradients, Module, Param, Result, Tensor, grad};

use super::{Bits, Folder, Language, language};
use crate::support::random;

fn words(step: u64) -> Tensor<usize> {
    let word = |at: u64| ((step * 7 + at * at) % 5) as usize;
    Tensor::from_vec((0..8).map(word).collect(), [4, 2]).unwrap()
}

fn train<R: Rule>(model: &mut Language, opt: &mut Optimizer<R>, steps: std::ops::Range<u64>) {
    for step in steps {
        let gradients = grad(model, |m| m.loss(&words(step))).unwrap();
        opt.update(model, &gradients).unwrap();
    }
}

/// A step against a gradient as one vector.
fn step_by<R: Rule, F: Float>(model: &mut impl Module, opt: &mut Optimizer<R>, gradient: &Tensor<F>) -> Result<()> {
    let gradients = Gradients::from_flat(model, gradient)?;
    opt.update(model, &gradients)
}

/// Ten steps, a file, and ten more with another model and another optimiser, against twenty.
#[track_caller]
fn goes_on<R: Rule>(setup: impl Fn(&Language) -> Optimizer<R>) {
    let mut whole = language(1);
    let mut opt = setup(&whole);
    train(&mut whole, &mut opt, 0..20);

    let mut first = language(1);
    let mut opt = setup(&first);
    train(&mut first, &mut opt, 0..10);
    let bytes = Checkpoint::of_training(&first, &opt).unwrap().to_bytes().unwrap();

    let mut second = language(2);
    let mut opt = setup(&second);
    // A state that must go: an optimiser need not be fresh.
    train(&mut second, &mut opt, 40..42);
    Checkpoint::from_bytes(&bytes).unwrap().resume(&mut second, &mut opt).unwrap();
    assert_eq!(Bits::of(&second), Bits::of(&first));
    train(&mut second, &mut opt, 10..20);
    assert_eq!(Bits::of(&second), Bits::of(&whole));
    let again = Checkpoint::of_training(&second, &opt).unwrap().to_bytes().unwrap();
    assert_ne!(again, bytes);
}

#[track_caller]
fn rule_goes_on(rule: impl Rule + Clone) {
    goes_on(|model| rule.clone().setup(model).unwrap());
}

#[test]
fn plain_rules() {
    rule_goes_on(Sgd::new(0.1));
    rule_goes_on(Sgd::new(0.1).momentum(0.9).dampening(0.3).weight_decay(0.01));
    rule_goes_on(Sgd::new(0.1).nesterov(0.9));
    rule_goes_on(RmsProp::new(0.01));
    rule_goes_on(RmsProp::new(0.01).centred().momentum(0.5));
    rule_goes_on(Adagrad::new(0.1));
    rule_goes_on(Adadelta::new(1.0));
    rule_goes_on(Rprop::new(0.01));
    rule_goes_on(Lion::new(0.01));
}

#[test]
fn the_family_of_adam() {
    rule_goes_on(Adam::new(0.01));
    rule_goes_on(AdamW::new(0.01));
    rule_goes_on(AmsGrad::new(0.01));
    rule_goes_on(AdaMax::new(0.01));
    rule_goes_on(NAdam::new(0.01));
    rule_goes_on(RAdam::new(0.01));
    rule_goes_on(AdaBelief::new(0.01));
    rule_goes_on(Lamb::new(0.01));
    rule_goes_on(Adan::new(0.01));
    rule_goes_on(Muon::new(0.01));
}

#[test]
fn chains_groups_and_accumulation_between_two_steps() {
    rule_goes_on((ClipGlobalNorm::new(0.1), AdamW::new(0.01)));
    rule_goes_on((Accumulate::new(3), ClipGlobalNorm::new(0.1), (WeightDecay::new(0.01), Sgd::new(0.1).momentum(0.5))));
    goes_on(|model| {
        let groups = Groups::new().group("cells", Either::First(Sgd::new(0.1).momentum(0.9)));
        groups.rest(Either::Second((Accumulate::new(4), Adam::new(0.01)))).setup(model).unwrap()
    });
}

#[test]
fn what_is_frozen_in_the_optimiser_stays_frozen() -> Result<()> {
    let folder = Folder::new();
    let path = folder.path("run.safetensors");
    let (mut old, mut new) = (language(1), language(2));
    let (mut opt, mut other) = (Adam::new(0.1).setup(&old)?, Adam::new(0.1).setup(&new)?);
    opt.freeze("cells.0")?;
    train(&mut old, &mut opt, 0..2);
    Checkpoint::of_training(&old, &opt)?.save(&path)?;
    Checkpoint::read(&path)?.resume(&mut new, &mut other)?;
    train(&mut new, &mut other, 2..3);
    assert_eq!(new.cells[0].u_r.get(), language(1).cells[0].u_r.get());
    assert_ne!(new.cells[1].u_r.get(), old.cells[1].u_r.get());
    Ok(())
}

#[test]
fn states_follow_a_matrix_that_is_stored_the_other_way_round() -> Result<()> {
    let upright = |seed| {
        let weight = Param::new(random(&[3, 3], seed));
        (weight.share(), weight.share_transposed())
    };
    let turned = |seed| {
        let weight = Param::new(random(&[3, 3], seed));
        (weight.share_transposed(), weight)
    };
    let step = |model: &mut (Param<f64>, Param<f64>), opt: &mut Optimizer<Adam>, seed| -> Result<()> {
        let weights = random(&[3, 3], seed);
        let gradients = grad(model, |m| Ok::<_, recurve::Error>((m.0.get() * &weights).sum()))?;
        opt.update(model, &gradients)
    };
    let (mut old, mut new) = (upright(1), turned(2));
    let (mut opt, mut other) = (Adam::new(0.1).setup(&old)?, Adam::new(0.1).setup(&new)?);
    step(&mut old, &mut opt, 5)?;
    Checkpoint::of_training(&old, &opt)?.resume(&mut new, &mut other)?;
    step(&mut old, &mut opt, 6)?;
    step(&mut new, &mut other, 6)?;
    assert_eq!(new.0.get(), old.0.get());
    Ok(())
}

#[test]
fn one_part_of_a_model_resumes() -> Result<()> {
    let mut old = (Param::new(random(&[2], 1)), Param::new(random(&[3], 2)));
    let mut opt = Adam::new(0.1).setup(&old)?;
    step_by(&mut old, &mut opt, &random(&[5], 3))?;
    let mut new = (Param::new(random(&[2], 4)), Param::new(random(&[3], 5)));
    let mut other = Adam::new(0.1).setup(&new)?;
    assert_eq!(Checkpoint::of_training(&old, &opt)?.only("1").resume(&mut new, &mut other)?, 1);
    let gradients = random(&[5], 6);
    step_by(&mut old, &mut opt, &gradients)?;
    step_by(&mut new, &mut other, &gradients)?;
    assert_eq!(new.1.get(), old.1.get());
    assert_ne!(new.0.get(), old.0.get());
    Ok(())
}

#[test]
fn states_are_cast_with_the_model() -> Result<()> {
    let mut old = Param::new(Tensor::from([1.0_f64, -2.0]));
    let mut opt = NAdam::new(0.1).setup(&old)?;
    step_by(&mut old, &mut opt, &Tensor::from([0.5_f64, 3.0]))?;
    let mut new = Param::new(Tensor::<f32>::zeros([2]));
    let mut other = NAdam::new(0.1).setup(&new)?;
    Checkpoint::of_training(&old, &opt)?.cast().resume(&mut new, &mut other)?;
    let gradient = Tensor::from([0.25_f32, -1.0]);
    step_by(&mut old, &mut opt, &gradient.cast::<f64>())?;
    step_by(&mut new, &mut other, &gradient)?;
    let difference = (new.get().cast::<f64>() - old.get()).abs().max().item();
    assert!(difference < 1e-6, "{difference}");
    Ok(())
}

#[test]
fn averages_are_loaded_between_two_exchanges() -> Result<()> {
    let (mut model, mut average) = (Param::new(Tensor::from([4.0_f64])), Param::new(Tensor::from([1.0_f64])));
    let mut ema = Ema::new(&model, 0.5);
    average.set(Tensor::from([2.0]))?;
    let saved = Checkpoint::of(&average)?;
    ema.swap(&mut model)?;
    saved.load(&mut model)?;
    ema.swap(&mut model)?;
    assert_eq!((model.get().item(), ema.model().get().item()), (4.0, 2.0));
    ema.update(&model)?;
    assert_eq!(ema.model().get().item(), 3.0);
    Ok(())
}
