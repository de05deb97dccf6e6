//! Accumulation, centralisation, groups, freezing by pattern, and averages of parameters.

use std::collections::BTreeMap;

use recurve::optim::{
    Accumulate, Adam, AdamW, Centralise, ClipGlobalNorm, ClipNorm, ClipValue, Either, Ema, Groups, Rule, Sgd,
    WeightDecay,
};
use recurve::{AnyTensor, Buffer, Gradients, Module, Param, Tensor, grad};

use crate::support::{assert_close_to, random};
use crate::{Network, made_up, step_made_up};

fn scalars<const N: usize>(values: [f64; N]) -> Vec<Param<f64>> {
    values.map(|value| Param::new(Tensor::from([value]))).into()
}

fn values(model: &impl Module) -> Vec<f64> {
    model.parameters().unwrap().iter().flat_map(|parameter| parameter.get().to_f64_vec()).collect()
}

#[track_caller]
fn words<T>(result: recurve::Result<T>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn accumulation_steps_by_the_mean_of_several_gradients() {
    let rule = (Accumulate::new(3), ClipGlobalNorm::new(1.5), WeightDecay::new(0.1), Adam::new(0.05));
    let mut waiting = Network::new(5);
    let mut at_once = Network::new(5);
    let mut opt = rule.setup(&waiting).unwrap();
    let mut other = (rule.1, rule.2, rule.3).setup(&at_once).unwrap();
    for round in 0..4 {
        let before = waiting.values();
        let mut sum = Tensor::<f64>::zeros([27]);
        for part in 0..3 {
            assert_eq!(waiting.values(), before, "nothing moves before the last");
            let gradients = waiting.gradients(10 * round + part);
            sum = sum + gradients.flatten::<f64>().unwrap();
            opt.update(&mut waiting, &gradients).unwrap();
        }
        let mean = Gradients::from_flat(&at_once, &(sum / 3.0)).unwrap();
        other.update(&mut at_once, &mean).unwrap();
        assert_close_to("accumulated", &waiting.values(), &at_once.values(), 1e-13);
    }
}

#[test]
fn accumulation_of_huge_gradients_does_not_overflow() {
    let mut model = Param::new(Tensor::from([0.0_f64]));
    let mut opt = (Accumulate::new(2), ClipValue::new(3.0)).setup(&model).unwrap();
    for _ in 0..2 {
        let gradients = Gradients::from_flat(&model, &Tensor::from([1.5e308])).unwrap();
        opt.update(&mut model, &gradients).unwrap();
    }
    assert_eq!(model.get().item(), -3.0);
}

#[test]
fn accumulation_of_one_is_none() {
    let (mut model, mut other) = (Network::new(5), Network::new(5));
    let mut opt = (Accumulate::new(1), Adam::new(0.05)).setup(&model).unwrap();
    let mut plain = Adam::new(0.05).setup(&other).unwrap();
    for seed in 0..3 {
        step_made_up(&mut model, &mut opt, seed);
        step_made_up(&mut other, &mut plain, seed);
    }
    assert_eq!(model.values(), other.values());
}

#[test]
fn accumulation_behind_another_rule_is_refused() {
    let found = words((Sgd::new(0.1), Accumulate::new(2)).setup(&Network::new(1)));
    let expected = "setup: `Accumulate` takes gradients as they arrive, and must stand first in a chain, found it after \
                    1 other rule; move it to the front";
    assert_eq!(found, expected);
}

#[test]
fn each_tied_parameter_accumulates_once() {
    let tied = Param::new(Tensor::from([0.0_f64]));
    let mut model = (tied.share(), tied);
    let mut opt = (Accumulate::new(2), Sgd::new(1.0)).setup(&model).unwrap();
    let loss = |m: &(Param<f64>, Param<f64>)| Ok::<_, recurve::Error>((m.0.get() * 2.0 + m.1.get() * 3.0).sum());
    for _ in 0..2 {
        let gradients = grad(&model, loss).unwrap();
        opt.update(&mut model, &gradients).unwrap();
    }
    assert_eq!((model.0.get().item(), model.1.get().item()), (-5.0, -5.0));
}

#[test]
fn centralised_gradients_have_no_mean() {
    let mut model = (Param::new(Tensor::<f64>::zeros([2, 3, 2])), Param::new(Tensor::<f64>::zeros([4])));
    let gradients = made_up(&model, 3);
    let given = gradients.flatten::<f64>().unwrap();
    Centralise.setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    let given = |at: usize| given.slice(0, at..at + 6);
    for row in 0..2 {
        let expected = given(6 * row).mean() - given(6 * row);
        assert_close_to("row", &model.0.get().to_vec()[6 * row..][..6], expected.as_slice(), 1e-15);
    }
    let vector: Vec<f64> = model.1.get().as_slice().iter().map(|v| -v).collect();
    assert_eq!(vector, gradients.flatten::<f64>().unwrap().to_vec()[12..], "a vector passes unchanged");
}

#[test]
fn groups_step_each_parameter_by_its_rule() {
    let mut model = scalars([1.0, 1.0, 1.0]);
    let mut opt = Groups::new().group("1", Sgd::new(0.5)).rest(Sgd::new(0.25)).setup(&model).unwrap();
    let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, 1.0, 2.0])).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(values(&model), [0.75, 0.5, 0.5]);
    assert_eq!(opt.rule_at("1").unwrap(), &Sgd::new(0.5));
    assert_eq!(
        words(opt.rule_at("3")),
        "Optimizer::rule_at: no parameter of the optimiser has the path \"3\"; there are `0`, `1`, `2`"
    );
    opt.set_learning_rate(1.0);
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(values(&model), [-0.25, -0.5, -1.5]);
}

#[test]
fn the_global_norm_spans_groups() {
    let mut model = scalars([0.0, 0.0]);
    let rule = |rate| (ClipGlobalNorm::new(1.0), Sgd::new(rate));
    let mut opt = Groups::new().group("0", rule(1.0)).group("1", rule(10.0)).setup(&model).unwrap();
    let gradients = Gradients::from_flat(&model, &Tensor::from([30.0, 40.0])).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert_close_to("clipped", &values(&model), &[-0.6, -8.0], 1e-15);
}

#[test]
fn every_parameter_is_in_exactly_one_group() {
    let tied = Param::new(random(&[2], 1));
    let model = BTreeMap::from([
        ("decoder".to_owned(), vec![tied.share()]),
        ("encoder".to_owned(), vec![Param::new(random(&[3], 2)), tied]),
    ]);
    let groups = |patterns: &[&str]| {
        patterns.iter().fold(Groups::new(), |groups, pattern| groups.group(*pattern, Sgd::new(0.1)))
    };
    assert_eq!(
        words(groups(&["encoder.1"]).setup(&model)),
        "encoder.0: the parameter is in no group, the patterns are `encoder.1`; add a group for it, or one for all \
         others by `rest`"
    );
    assert_eq!(
        words(groups(&["*.0", "encoder"]).setup(&model)),
        "decoder.0: the parameter (it is also at encoder.1) is in two groups, \"*.0\" and \"encoder\"; make one of the \
         patterns narrower, or use `rest`"
    );
    assert_eq!(
        words(groups(&["encoder.2"]).rest(Sgd::new(0.1)).setup(&model)),
        "Groups: no parameter matches \"encoder.2\"; there are `decoder.0`, `encoder.0`"
    );
    assert_eq!(words(groups(&[]).setup(&model)), "Groups: there is no group; add one by `group` or `rest`");
    assert!(groups(&["enc*.0", "dec*"]).setup(&model).is_ok());
    assert!(groups(&["encoder"]).setup(&model).is_ok(), "the tied one is in it by its second path");
}

#[test]
fn freezing_by_pattern_keeps_values_and_states() {
    let (mut paused, mut never) = (Network::new(2), Network::new(2));
    let mut opt = Adam::new(0.1).setup(&paused).unwrap();
    let mut other = Adam::new(0.1).setup(&never).unwrap();
    for seed in [1, 2, 3, 4] {
        if seed == 2 {
            assert_eq!(opt.freeze("s*").unwrap(), 2);
        }
        if seed == 4 {
            assert_eq!(opt.thaw("s*").unwrap(), 2);
        }
        let before = paused.scale.get();
        step_made_up(&mut paused, &mut opt, seed);
        if seed == 2 || seed == 3 {
            assert_eq!(paused.scale.get(), before);
        } else {
            step_made_up(&mut never, &mut other, seed);
        }
    }
    assert_eq!(paused.scale.get(), never.scale.get(), "as if the steps in between had not been");
    assert_eq!(paused.second.get(), never.second.get());
    assert_ne!(paused.first.get(), never.first.get());
}

#[test]
fn patterns_without_a_parameter_are_refused() {
    let model = Network::new(2);
    let mut opt = AdamW::new(0.1).setup(&model).unwrap();
    let expected = |place: &str| {
        format!(
            "Optimizer::{place}: no parameter of the optimiser matches \"third\"; there are `first`, `second`, `scale`"
        )
    };
    assert_eq!(words(opt.freeze("third")), expected("freeze"));
    assert_eq!(words(opt.thaw("third")), expected("thaw"));
    assert_eq!(words(opt.adjust("third", |rule| *rule = rule.weight_decay(0.5))), expected("adjust"));
}

#[test]
fn adjusting_touches_the_settings_of_the_pattern_alone() {
    let mut model = scalars([1.0, 1.0]);
    let mut opt = (ClipNorm::new(1.0), Sgd::new(0.5).momentum(0.5)).setup(&model).unwrap();
    let gradients = Gradients::from_flat(&model, &Tensor::from([4.0, 4.0])).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(opt.adjust("1", |rule| rule.0 = ClipNorm::new(2.0)).unwrap(), 1);
    opt.update(&mut model, &gradients).unwrap();
    // Velocities 1, then 0.5 + 1 or 0.5 + 2: the state has stayed.
    assert_eq!(values(&model), [1.0 - 0.5 - 0.75, 1.0 - 0.5 - 1.25]);
    opt.adjust("*", |rule| rule.1.set_learning_rate(0.0)).unwrap();
    let before = values(&model);
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(values(&model), before);
}

#[test]
fn adjusting_to_the_other_rule_is_refused_and_changes_nothing() {
    let model = scalars([1.0, 1.0]);
    let mut opt = Either::<Sgd, Adam>::First(Sgd::new(0.5)).setup(&model).unwrap();
    let other = Either::Second(Adam::new(0.1));
    assert_eq!(
        words(opt.adjust("1", |rule| *rule = other)),
        "1: the state of this parameter is that of another rule; set up an optimiser to step by it"
    );
    assert_eq!(opt.rule_at("1").unwrap(), &Either::First(Sgd::new(0.5)));
}

#[test]
fn a_parameter_thawed_after_setup_begins_anew() {
    let mut model = Network::new(8);
    model.freeze("second").unwrap();
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    assert_eq!(opt.states_mut().len(), 2);
    step_made_up(&mut model, &mut opt, 1);
    model.thaw("second").unwrap();
    let mut alone = Param::new(model.second.get());
    let mut fresh = Adam::new(0.1).setup(&alone).unwrap();
    for seed in 2..5 {
        let gradients = made_up(&model, seed);
        let gradient: AnyTensor = gradients.by_path("second").unwrap().unwrap().clone();
        opt.update(&mut model, &gradients).unwrap();
        let gradients = Gradients::from_list(&alone, [Some(gradient)]).unwrap();
        fresh.update(&mut alone, &gradients).unwrap();
        assert_eq!(model.second.get(), alone.get());
    }
    let paths: Vec<String> = opt.states_mut().map(|state| state.path().to_owned()).collect();
    assert_eq!(paths, ["first", "second", "scale"]);
}

#[test]
fn a_thawed_parameter_is_stepped_by_its_group_or_refused() {
    let mut model = scalars([1.0, 1.0, 1.0]);
    model[1].set_frozen(true);
    model[2].set_frozen(true);
    let groups = Groups::new().group("0", Sgd::new(0.5)).group("1", Sgd::new(0.25));
    let mut opt = groups.setup(&model).unwrap();
    model[1].set_frozen(false);
    let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, 1.0])).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(values(&model), [0.5, 0.75, 1.0]);
    model[2].set_frozen(false);
    let gradients = Gradients::from_flat(&model, &Tensor::from([1.0, 1.0, 1.0])).unwrap();
    let expected = "2: the parameter is in no group, the patterns are `0`, `1`; add a group for it, or one for all \
                    others by `rest`";
    assert_eq!(words(opt.update(&mut model, &gradients)), expected);
    assert_eq!(words(opt.add_states(&model)), expected);
    assert_eq!(values(&model), [0.5, 0.75, 1.0]);
}

/// A tied pair, a parameter of the other type and a buffer.
#[derive(Module)]
struct Mixed {
    first: Param<f64>,
    again: Param<f64>,
    single: Param<f32>,
    seen: Buffer<f64>,
}

fn mixed() -> Mixed {
    let first = Param::new(Tensor::from([[1.0, 2.0]]));
    let single = Param::new(Tensor::from([4.0]));
    Mixed { again: first.share_transposed(), first, single, seen: Buffer::new(Tensor::from([0.0])) }
}

#[test]
fn averages_follow_each_parameter_once_and_keep_ties() {
    let mut model = mixed();
    let mut ema = Ema::new(&model, 0.75);
    model.again.set(Tensor::from([[9.0], [10.0]])).unwrap();
    model.single.set(Tensor::from([8.0])).unwrap();
    model.seen.set(Tensor::from([5.0])).unwrap();
    ema.update(&model).unwrap();
    assert_eq!(ema.model().first.get().to_vec(), [3.0, 4.0], "a tied one moves once");
    assert_eq!(ema.model().again.get().to_vec(), [3.0, 4.0]);
    assert_eq!(ema.model().first.id(), ema.model().again.id());
    assert_ne!(ema.model().first.id(), model.first.id());
    assert_eq!(ema.model().single.get().to_vec(), [5.0_f32]);
    assert_eq!(ema.model().seen.get().to_vec(), [5.0]);
    ema.swap(&mut model).unwrap();
    assert_eq!((model.first.get().to_vec(), model.single.get().item()), (vec![3.0, 4.0], 5.0));
    assert_eq!(model.first.id(), model.again.id());
    ema.swap(&mut model).unwrap();
    assert_eq!((model.first.get().to_vec(), model.single.get().item()), (vec![9.0, 10.0], 8.0));
}

#[test]
fn averages_with_a_growing_decay_are_the_mean() {
    let mut model = Param::new(Tensor::from([0.0_f64]));
    let mut ema = Ema::new(&model, 0.0);
    for n in 1..=7_u32 {
        model.set(Tensor::from([f64::from(n * n)])).unwrap();
        // The first counts with the start.
        ema.set_decay(f64::from(n) / f64::from(n + 1));
        ema.update(&model).unwrap();
    }
    assert_close_to("mean of 0, 1, 4 to 49", ema.model().get().as_slice(), &[140.0 / 8.0], 1e-14);
}

#[test]
fn averages_of_another_model_are_refused() {
    let mut ema = Ema::new(&mixed(), 0.5);
    let expected = "first: there is no average of this parameter: it belongs to another model; pass the model of \
                    `Ema::new`";
    assert_eq!(words(ema.update(&mixed())), expected);
    assert_eq!(words(ema.swap(&mut mixed())), expected);
    let model = scalars([1.0, 2.0]);
    let mut ema = Ema::new(&model, 0.5);
    let part = vec![model[0].share()];
    assert_eq!(
        words(ema.update(&part)),
        "Ema: expected the model of `Ema::new` with 2 parameters, found a part of it with 1"
    );
}
