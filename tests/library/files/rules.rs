//! The names of rules beside the states: a state goes back to the rule that made it, and to no other that it would fit.

use recurve::files::Checkpoint;
use recurve::optim::schedule::Plateau;
use recurve::optim::*;
use recurve::{Buffer, ErrorKind, Gradients, Module, Param, Result, Tensor};

use super::Bits;
use crate::support::{assert_close_to, assert_error, random};

type Model = Vec<Param<f64>>;

fn model(seed: u64) -> Model {
    vec![Param::new(random(&[2, 3], seed)), Param::new(random(&[4], seed + 1))]
}

fn step<R: Rule>(model: &mut impl Module, opt: &mut Optimizer<R>, seed: u64) -> Result<()> {
    let count = Gradients::none(model)?.flatten::<f64>()?.count();
    let gradients = Gradients::from_flat(model, &random(&[count], seed))?;
    opt.update(model, &gradients)
}

/// The file of a model after a step.
fn saved<R: Rule>(rule: R) -> Result<Vec<u8>> {
    let mut model = model(1);
    let mut opt = rule.setup(&model)?;
    step(&mut model, &mut opt, 9)?;
    Checkpoint::of_training(&model, &opt)?.to_bytes()
}

/// Resumes by another rule, and asserts that this changes nothing; returns what the error says.
#[track_caller]
fn refusal<R: Rule + Clone>(bytes: &[u8], rule: R) -> String {
    let (mut new, mut control) = (model(5), model(5));
    let (mut opt, mut untouched) = (rule.clone().setup(&new).unwrap(), rule.setup(&control).unwrap());
    let error = Checkpoint::from_bytes(bytes).unwrap().resume(&mut new, &mut opt).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Name);
    assert_eq!(Bits::of(&new), Bits::of(&control));
    step(&mut new, &mut opt, 3).unwrap();
    step(&mut control, &mut untouched, 3).unwrap();
    assert_eq!(Bits::of(&new), Bits::of(&control), "the state is untouched too");
    error.to_string()
}

fn words(expected: &str, found: &str) -> String {
    format!(
        "checkpoint: does not fit the model, which is unchanged: the states of `0`, `1` should be those of the rule \
         `{expected}`, found those of `{found}`; set the optimiser up by the rule that was saved, or, if both remember the \
         same, resume by `Checkpoint::any_rule`"
    )
}

#[test]
fn a_state_is_not_given_to_another_rule_that_it_would_fit() -> Result<()> {
    let adam = saved(Adam::new(0.1))?;
    assert_eq!(refusal(&adam, AdamW::new(0.1)), words("AdamW", "Adam"));
    assert_eq!(refusal(&adam, RAdam::new(0.1)), words("RAdam", "Adam"));
    assert_eq!(refusal(&adam, AdaBelief::new(0.1)), words("AdaBelief", "Adam"));
    assert_eq!(refusal(&adam, Lamb::new(0.1)), words("Lamb", "Adam"));
    assert_eq!(refusal(&saved(Sgd::new(0.1))?, Accumulate::new(2)), words("Accumulate", "Sgd"));
    Ok(())
}

#[test]
fn a_chain_is_saved_with_its_structure() -> Result<()> {
    let chain = saved((ClipNorm::new(1.0), Adam::new(0.1)))?;
    let found = "(ClipNorm, Adam)";
    assert_eq!(refusal(&chain, (ClipValue::new(1.0), Adam::new(0.1))), words("(ClipValue, Adam)", found));
    assert_eq!(refusal(&chain, (ClipNorm::new(1.0), AdamW::new(0.1))), words("(ClipNorm, AdamW)", found));
    assert_eq!(refusal(&chain, Adam::new(0.1)), words("Adam", found));
    assert_eq!(refusal(&saved(Adam::new(0.1))?, (Adam::new(0.1),)), words("(Adam,)", "Adam"));
    assert_eq!(refusal(&saved(())?, ((), ())), words("((), ())", "()"));
    Ok(())
}

#[test]
fn constants_are_no_part_of_a_name_and_one_of_two_rules_is_that_rule() -> Result<()> {
    let (mut first, mut second) = (model(1), model(5));
    let mut opt = Adam::new(0.1).setup(&first)?;
    step(&mut first, &mut opt, 9)?;
    let checkpoint = Checkpoint::of_training(&first, &opt)?;
    opt.rule_mut().set_learning_rate(0.025);
    let mut other = Either::<Sgd, Adam>::Second(Adam::new(0.025)).setup(&second)?;
    checkpoint.resume(&mut second, &mut other)?;
    step(&mut first, &mut opt, 10)?;
    step(&mut second, &mut other, 10)?;
    assert_eq!(Bits::of(&first), Bits::of(&second));
    Ok(())
}

#[test]
fn another_rule_takes_the_states_when_asked() -> Result<()> {
    let (mut first, mut second) = (model(1), model(5));
    let (mut opt, mut other) = (Adam::new(0.1).setup(&first)?, AdamW::new(0.1).weight_decay(0.0).setup(&second)?);
    step(&mut first, &mut opt, 9)?;
    let checkpoint = Checkpoint::of_training(&first, &opt)?;
    assert!(checkpoint.resume(&mut second, &mut other).is_err());
    checkpoint.any_rule().resume(&mut second, &mut other)?;
    step(&mut first, &mut opt, 10)?;
    step(&mut second, &mut other, 10)?;
    assert_eq!(Bits::of(&first), Bits::of(&second));
    Ok(())
}

#[test]
fn each_parameter_of_a_group_has_its_own_rule() -> Result<()> {
    type Two = Either<Adam, AdamW>;
    let groups = |first: Two, rest: Two| Groups::new().group("0", first).rest(rest);
    let (adam, adam_w) = (|| Two::First(Adam::new(0.1)), || Two::Second(AdamW::new(0.1)));
    let mut old = model(1);
    let mut opt = groups(adam(), adam_w()).setup(&old)?;
    step(&mut old, &mut opt, 9)?;
    let checkpoint = Checkpoint::from_bytes(&Checkpoint::of_training(&old, &opt)?.to_bytes()?)?;
    let mut new = model(5);
    let mut exchanged = groups(adam_w(), adam()).setup(&new)?;
    let error = checkpoint.resume(&mut new, &mut exchanged).unwrap_err().to_string();
    assert!(
        error.contains("the states of `1` should be those of the rule `Adam`, found those of `AdamW`; "),
        "{error}"
    );
    assert!(
        error.contains("the states of `0` should be those of the rule `AdamW`, found those of `Adam`; "),
        "{error}"
    );
    // The part that agrees can be resumed alone.
    let mut half = groups(adam(), adam()).setup(&new)?;
    assert!(checkpoint.resume(&mut new, &mut half).is_err());
    assert_eq!(checkpoint.only("0").resume(&mut new, &mut half)?, 1);
    Ok(())
}

/// A rule of the user's, whose type has an argument.
#[derive(Clone)]
struct Mine<T>(T);

impl<T: Send + Sync> Rule for Mine<T> {
    type State<F: recurve::Float> = ();

    fn init<F: recurve::Float>(&self, _: &Tensor<F>) {}

    fn apply<F: recurve::Float>(&self, _: &mut (), _: &[F], _: &mut [F], _: &Scope<'_>) {}
}

#[test]
fn the_names_of_all_rules() {
    let names = [
        (Sgd::new(0.1).name(), "Sgd"),
        (Adam::new(0.1).name(), "Adam"),
        (AdamW::new(0.1).name(), "AdamW"),
        (AmsGrad::new(0.1).name(), "AmsGrad"),
        (AdaMax::new(0.1).name(), "AdaMax"),
        (NAdam::new(0.1).name(), "NAdam"),
        (RAdam::new(0.1).name(), "RAdam"),
        (AdaBelief::new(0.1).name(), "AdaBelief"),
        (Adan::new(0.1).name(), "Adan"),
        (RmsProp::new(0.1).name(), "RmsProp"),
        (Adagrad::new(0.1).name(), "Adagrad"),
        (Adadelta::new(0.1).name(), "Adadelta"),
        (Rprop::new(0.1).name(), "Rprop"),
        (Lion::new(0.1).name(), "Lion"),
        (Lamb::new(0.1).name(), "Lamb"),
        (Muon::new(0.1).name(), "Muon"),
        (ClipValue::new(1.0).name(), "ClipValue"),
        (ClipNorm::new(1.0).name(), "ClipNorm"),
        (ClipGlobalNorm::new(1.0).name(), "ClipGlobalNorm"),
        (WeightDecay::new(0.1).name(), "WeightDecay"),
        (Accumulate::new(2).name(), "Accumulate"),
        (Centralise.name(), "Centralise"),
        (Mine(vec![1.0]).name(), "Mine"),
        (().name(), "()"),
        (((), (ClipNorm::new(1.0), Mine(())), Sgd::new(0.1)).name(), "((), (ClipNorm, Mine), Sgd)"),
        (Either::<Sgd, (Adam,)>::Second((Adam::new(0.1),)).name(), "(Adam,)"),
    ];
    for (found, expected) in names {
        assert_eq!(found, expected, "files have this name: it must not change");
    }
}

/// The model of the file of version 1, with other values.
fn small(seed: u64) -> (Vec<Param<f64>>, Param<f32>, Buffer<f64>) {
    let weight = Param::new(random(&[2, 3], seed));
    let list = vec![weight.share_transposed(), weight, Param::new(random(&[2], seed + 10))];
    (list, Param::new(random(&[3], seed + 20).cast()), Buffer::new(random(&[1], seed + 30)))
}

#[test]
fn files_of_version_1_are_read_and_their_states_go_to_any_rule_that_they_fit() -> Result<()> {
    let bytes = include_bytes!("version_1.safetensors");
    let (mut model, mut other) = (small(2), small(3));
    let (mut adam, mut adam_w) = (Adam::new(0.1).setup(&model)?, AdamW::new(0.1).weight_decay(0.0).setup(&other)?);
    let checkpoint = Checkpoint::from_bytes(bytes)?;
    assert_eq!(checkpoint.metadata("epoch")?, "3");
    assert_eq!(checkpoint.resume(&mut model, &mut adam)?, 4);
    checkpoint.resume(&mut other, &mut adam_w)?;
    assert_eq!(Bits::of(&model), Bits::of(&other));
    assert_eq!(model.0[0].id(), model.0[1].id());
    assert!(model.0[2].is_frozen() && !model.1.is_frozen());
    let single = model.1.get();
    step(&mut model, &mut adam, 4)?;
    step(&mut other, &mut adam_w, 4)?;
    assert_eq!(Bits::of(&model), Bits::of(&other), "both have the moments of the file");
    assert_eq!(model.1.get(), single, "frozen in the optimiser that was saved");
    // Values of the run that wrote the file: the bias-corrected step of Adam from `small(1)`.
    let (mut old, gradient) = (small(1), random(&[11], 41));
    let mut opt = Adam::new(0.1).setup(&old)?;
    let gradients = Gradients::from_flat(&old, &gradient)?;
    opt.update(&mut old, &gradients)?;
    let mut loaded = small(2);
    Checkpoint::from_bytes(bytes)?.load(&mut loaded)?;
    assert_close_to("a weight of the file", loaded.0[1].get().as_slice(), old.0[1].get().as_slice(), 1e-14);
    assert_eq!((loaded.1.get(), loaded.2.get()), (old.1.get(), old.2.get()));
    // Written again, it has the present version, and still no names of rules.
    let again = Checkpoint::from_bytes(&checkpoint.to_bytes()?)?;
    let mut last = small(4);
    let mut lamb = Lamb::new(0.1).setup(&last)?;
    assert_eq!(again.resume(&mut last, &mut lamb)?, 4);
    Ok(())
}

#[test]
fn a_plateau_goes_on_from_its_progress() -> Result<()> {
    let fresh = || Plateau::new(0.8).factor(0.5).patience(1).cooldown(2).down_to(0.01);
    let losses: Vec<f64> =
        (0..40).map(|at| [3.0, 2.5, 2.6, 2.7, 2.4, f64::NAN, 2.9, 3.0][at % 8] - at as f64 / 100.0).collect();
    let mut whole = fresh();
    let rates: Vec<f64> = losses.iter().map(|loss| whole.observe(*loss)).collect();
    assert!(rates.windows(2).filter(|pair| pair[0] != pair[1]).count() > 3, "{rates:?}");
    for stop in 0..losses.len() {
        let mut first = fresh();
        for loss in &losses[..stop] {
            first.observe(*loss);
        }
        let bytes = Checkpoint::of(&model(1))?.with_metadata("plateau", first.progress())?.to_bytes()?;
        let mut second = fresh();
        second.resume(Checkpoint::from_bytes(&bytes)?.metadata("plateau")?)?;
        assert_eq!(second, first, "after {stop}");
        let rest: Vec<f64> = losses[stop..].iter().map(|loss| second.observe(*loss)).collect();
        assert_eq!(rest, rates[stop..], "after {stop}");
    }
    Ok(())
}

#[test]
fn a_progress_that_is_none_changes_nothing() {
    let mut plateau = Plateau::new(0.5);
    plateau.observe(2.0);
    let before = plateau;
    let text = "rate 0.5, smallest measure 2.0, not better 0, cooling 0";
    assert_eq!(plateau.progress(), text);
    let others = [
        "",
        "0.5",
        "rate x, smallest measure 2.0, not better 0, cooling 0",
        "rate -0.5, smallest measure 2.0, not better 0, cooling 0",
        "rate NaN, smallest measure 2.0, not better 0, cooling 0",
        "rate inf, smallest measure 2.0, not better 0, cooling 0",
        "rate 0.5, smallest measure NaN, not better 0, cooling 0",
        "rate 0.5, smallest measure 2.0, not better -1, cooling 0",
        "rate 0.5, smallest measure 2.0, not better 0, cooling 0, more",
        "rate 0.5, largest measure 2.0, not better 0, cooling 0",
    ];
    for other in others {
        assert_error(
            plateau.resume(other),
            &format!(
                "Plateau::resume: expected a text of `Plateau::progress`, such as {text:?}, found {other:?}; save the \
                 progress of a plateau with the same settings"
            ),
        );
        assert_eq!(plateau, before);
    }
    let mut rising = Plateau::new(0.5).maximise();
    assert!(rising.resume(text).is_err());
    assert!(rising.resume("rate 0.25, largest measure -inf, not better 3, cooling 1").is_ok());
    assert_eq!(rising.rate(), 0.25);
}
