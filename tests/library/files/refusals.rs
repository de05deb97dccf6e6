//! What does not fit is told at once, and nothing is changed.

use std::collections::BTreeMap;

use recurve::files::{self, Checkpoint};
use recurve::optim::{Adam, NAdam, Rule, Sgd};
use recurve::{Buffer, ErrorKind, Gradients, Module, Param, Result, Tensor};

use super::{Bits, language};
use crate::support::{assert_error, random};

type Named = BTreeMap<String, Param<f64>>;

fn named(parameters: &[(&str, &[usize])]) -> Named {
    let parameter =
        |(name, shape): &(&str, &[usize])| ((*name).to_owned(), Param::new(random(shape, name.len() as u64)));
    parameters.iter().map(parameter).collect()
}

/// Asserts that a load is refused with this message, and changes nothing.
#[track_caller]
fn refuse(checkpoint: &Checkpoint, model: &mut impl Module, message: &str) {
    let before = Bits::of(model);
    let outcome = checkpoint.load(model);
    assert_eq!(Bits::of(model), before, "half loaded");
    assert_error(outcome, &format!("checkpoint: {message}"));
}

#[test]
fn everything_that_does_not_fit_is_told_at_once() -> Result<()> {
    let old = (
        named(&[("a", &[2]), ("b", &[2, 3]), ("c", &[4]), ("old", &[1]), ("older", &[])]),
        Buffer::new(random(&[2], 1)),
    );
    let mut new = (
        named(&[("a", &[2]), ("b", &[3, 2]), ("c", &[]), ("new", &[1]), ("newer", &[2])]),
        Buffer::new(Tensor::<f32>::zeros([3])),
    );
    let checkpoint = Checkpoint::of(&old)?;
    refuse(
        &checkpoint,
        &mut new,
        "does not fit the model, which is unchanged: missing `0.new`, `0.newer`; unexpected `0.old`, `0.older`; `0.b` should \
         have shape [3, 2], found [2, 3]; `0.c` should have shape [], found [4]; `1` should have shape [3], found [2]; `1` \
         should hold f32, found f64; to round f32 and f64 to the types of the model, load by `Checkpoint::cast`",
    );
    let differences = checkpoint.differences(&new)?;
    assert_eq!(differences.missing(), ["0.new", "0.newer"]);
    assert_eq!(differences.unexpected(), ["0.old", "0.older"]);
    assert_eq!(differences.mis_shaped(), ["0.b", "0.c", "1"]);
    assert_eq!(differences.mis_typed(), ["1"]);
    assert!(differences.ties().is_empty() && !differences.is_empty());
    assert!(checkpoint.differences(&old)?.is_empty());
    Ok(())
}

#[test]
fn each_kind_of_difference_is_a_kind_of_error() -> Result<()> {
    let checkpoint = Checkpoint::of(&vec![Param::new(random(&[2], 1))])?;
    let kind = |mut model: Vec<Param<f64>>| checkpoint.load(&mut model).unwrap_err().kind();
    assert_eq!(kind(vec![]), ErrorKind::Name);
    assert_eq!(kind(vec![Param::new(random(&[3], 1))]), ErrorKind::Shape);
    let mut single = vec![Param::new(Tensor::<f32>::zeros([2]))];
    assert_eq!(checkpoint.load(&mut single).unwrap_err().kind(), ErrorKind::Type);
    let shared = Param::new(random(&[1], 1));
    let mut apart = (Param::new(random(&[1], 2)), Param::new(random(&[1], 2)));
    let error = Checkpoint::of(&(shared.share(), shared))?.load(&mut apart).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sharing);
    Ok(())
}

#[test]
fn another_type_is_rounded_only_when_asked() -> Result<()> {
    let value = Tensor::from([0.1_f64, 1e300]);
    let double = (Param::new(value.clone()), Buffer::new(value));
    let mut single = (Param::new(Tensor::<f32>::zeros([2])), Buffer::new(Tensor::<f32>::zeros([2])));
    refuse(
        &Checkpoint::of(&double)?,
        &mut single,
        "does not fit the model, which is unchanged: `0` should hold f32, found f64; `1` should hold f32, found f64; to \
         round f32 and f64 to the types of the model, load by `Checkpoint::cast`",
    );
    Checkpoint::of(&double)?.cast().load(&mut single)?;
    assert_eq!(
        (single.0.get().to_vec(), single.1.get().to_vec()),
        (vec![0.1, f32::INFINITY], vec![0.1, f32::INFINITY])
    );
    let mut wide = (Param::new(Tensor::<f64>::zeros([2])), Buffer::new(Tensor::<f64>::zeros([2])));
    Checkpoint::of(&single)?.cast().load(&mut wide)?;
    assert_eq!(wide.0.get().at([0]), f64::from(0.1_f32));
    Ok(())
}

fn pair(seed: u64) -> (Param<f64>, Param<f64>) {
    (Param::new(random(&[2, 2], seed)), Param::new(random(&[2, 2], seed + 1)))
}

fn tied_pair(seed: u64) -> (Param<f64>, Param<f64>) {
    let param = Param::new(random(&[2, 2], seed));
    (param.share(), param)
}

#[test]
fn ties_of_the_file_that_the_model_lacks_are_refused_unless_asked() -> Result<()> {
    let (checkpoint, mut model) = (Checkpoint::of(&tied_pair(1))?, pair(5));
    let message = "does not fit the model, which is unchanged: `0` and `1` are one parameter in the file and two in the \
                   model; tie them by `share`, or load by `Checkpoint::untie`";
    refuse(&checkpoint, &mut model, message);
    checkpoint.untie().load(&mut model)?;
    assert_eq!((model.0.get(), model.1.get()), (random(&[2, 2], 1), random(&[2, 2], 1)));
    assert_ne!(model.0.id(), model.1.id());
    Ok(())
}

#[test]
fn ties_of_the_model_that_the_file_lacks_need_equal_values() -> Result<()> {
    let mut model = tied_pair(5);
    let message = "does not fit the model, which is unchanged: `0` and `1` are one parameter in the model, but differ";
    refuse(&Checkpoint::of(&pair(1))?, &mut model, message);
    let equal = (Param::new(random(&[2, 2], 1)), Param::new(random(&[2, 2], 1)));
    Checkpoint::of(&equal)?.load(&mut model)?;
    assert_eq!(model.1.get(), random(&[2, 2], 1));
    // Zeros of two signs are equal as numbers and not as values.
    let zero = |zero: f64| Param::new(Tensor::from([[zero, 1.0], [2.0, 3.0]]));
    refuse(&Checkpoint::of(&(zero(0.0), zero(-0.0)))?, &mut model, message);
    Ok(())
}

#[test]
fn a_tie_through_a_transpose_is_another_tie() -> Result<()> {
    let param = Param::new(random(&[2, 2], 1));
    let turned = (param.share(), param.share_transposed());
    let mut model = tied_pair(5);
    let message = "does not fit the model, which is unchanged: `0` and `1` are one parameter in the model, but differ";
    refuse(&Checkpoint::of(&turned)?, &mut model, message);
    let untied = (Param::new(random(&[2, 2], 1)), Param::new(random(&[2, 2], 1).transpose(0, 1)));
    let mut model = (param.share(), param.share_transposed());
    Checkpoint::of(&untied)?.load(&mut model)?;
    assert_eq!(model.0.get(), random(&[2, 2], 1));
    Ok(())
}

#[test]
fn ties_of_buffers_count_too() -> Result<()> {
    let buffer = Buffer::new(random(&[2], 1));
    let mut model = (Buffer::new(random(&[2], 2)), Buffer::new(random(&[2], 3)));
    let error = Checkpoint::of(&(buffer.share(), buffer))?.load(&mut model).unwrap_err();
    assert!(error.message().contains("`0` and `1` are one parameter in the file"), "{error}");
    Ok(())
}

#[test]
fn patterns_hold_on_both_sides() -> Result<()> {
    let old = (named(&[("a", &[2]), ("b", &[3])]), named(&[("c", &[1])]));
    let mut new = (named(&[("a", &[2]), ("x", &[3])]), named(&[("c", &[2])]));
    let checkpoint = Checkpoint::of(&old)?;
    refuse(
        &checkpoint.clone().only("0"),
        &mut new,
        "does not fit the model, which is unchanged: missing `0.x`; unexpected `0.b`",
    );
    refuse(
        &checkpoint.clone().only("0.a").only("decoder"),
        &mut new,
        "no parameter or buffer of the model matches \"decoder\"; there are `0.a`, `0.x`, `1.c`",
    );
    assert_eq!(checkpoint.only("*.a").load(&mut new)?, 1);
    assert_eq!(new.0["a"].get(), old.0["a"].get());
    Ok(())
}

#[test]
fn parts_names_and_metadata() -> Result<()> {
    let checkpoint = Checkpoint::of(&vec![Param::new(random(&[2], 1)), Param::new(random(&[2], 2))])?;
    assert_error(checkpoint.part("2"), "checkpoint: nothing lies below \"2\"; there are `0`, `1`");
    assert_error(
        checkpoint.renamed(|_| "same".to_owned()),
        "checkpoint: two arrays are called `same`; make names that differ",
    );
    assert_error(checkpoint.metadata("epoch"), "checkpoint: the metadata has no `epoch`; there are none");
    assert_error(
        checkpoint.with_metadata("recurve.version", "7"),
        "checkpoint: the key \"recurve.version\" begins with `recurve.`, which is kept for the library; choose another",
    );
    for name in ["__metadata__", "optimizer:x"] {
        let message = "files use this name themselves; rename the field or the map key";
        assert_error(Checkpoint::of(&named(&[(name, &[1])])), &format!("{name}: {message}"));
    }
    assert_error(
        files::to_bytes(&named(&[("a.b", &[1])])),
        "a.b: the map key \"a.b\" contains a dot; paths need keys that are names without a dot",
    );
    Ok(())
}

#[test]
fn states_that_do_not_fit_change_neither_model_nor_optimiser() -> Result<()> {
    let mut old = language(1);
    let mut opt = Adam::new(0.1).setup(&old)?;
    let gradients = Gradients::from_flat(&old, &random(&[old.flatten::<f64>()?.0.count()], 9))?;
    opt.update(&mut old, &gradients)?;
    let checkpoint = Checkpoint::of_training(&old, &opt)?;

    let mut new = language(2);
    let before = Bits::of(&new);
    let mut other = NAdam::new(0.1).setup(&new)?;
    let error = checkpoint.resume(&mut new, &mut other).unwrap_err();
    assert!(error.message().contains("should be those of the rule `NAdam`, found those of `Adam`; set the"), "{error}");
    let any = checkpoint.clone().any_rule();
    let error = any.resume(&mut new, &mut other).unwrap_err();
    assert!(error.message().contains("missing `optimizer:embedding.weight:product`, "), "{error}");
    let mut plain = Sgd::new(0.1).setup(&new)?;
    let error = any.resume(&mut new, &mut plain).unwrap_err();
    assert!(error.message().contains("unexpected `optimizer:embedding.weight:first`, "), "{error}");
    let mut own = Adam::new(0.1).setup(&language(3))?;
    let error = checkpoint.resume(&mut new, &mut own).unwrap_err();
    assert!(error.to_string().starts_with("embedding.weight: the optimiser was set up for a model with"), "{error}");
    let mut same = Adam::new(0.1).setup(&new)?;
    assert_error(
        Checkpoint::of(&old)?.resume(&mut new, &mut same),
        "checkpoint: there are no states of an optimiser; save them by `Checkpoint::of_training`, or load the model alone by \
         `Checkpoint::load`",
    );
    assert_error(
        Checkpoint::of_training(&new, &opt).map(|_| ()),
        "embedding.weight: the optimiser was set up for a model with this parameter, which the model here does not have; \
         pass the model of `setup`",
    );
    assert_eq!(Bits::of(&new), before);
    assert!(checkpoint.has_optimizer());
    assert!(checkpoint.load(&mut new).is_ok(), "the model alone");
    Ok(())
}

#[test]
fn a_parameter_that_was_frozen_at_setup_has_no_state() -> Result<()> {
    let (mut old, mut new) = (pair(1), pair(3));
    old.0.set_frozen(true);
    let opt = Adam::new(0.1).setup(&old)?;
    let mut complete = Adam::new(0.1).setup(&new)?;
    let message = "checkpoint: does not fit the model, which is unchanged: missing `optimizer:0:first`, \
                   `optimizer:0:second`, `optimizer:0:steps`";
    assert_error(Checkpoint::of_training(&old, &opt)?.resume(&mut new, &mut complete), message);
    let complete = Adam::new(0.1).setup(&new)?;
    let message = "checkpoint: does not fit the model, which is unchanged: unexpected `optimizer:0:first`, \
                   `optimizer:0:second`, `optimizer:0:steps`";
    let mut opt = opt;
    assert_error(Checkpoint::of_training(&new, &complete)?.resume(&mut old, &mut opt), message);
    Ok(())
}
