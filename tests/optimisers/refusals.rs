//! What optimisers refuse, with its exact words, and that nothing has changed then.

use recurve::optim::{Adam, AdamW, ClipGlobalNorm, ClipNorm, ClipValue, Optimizer, Rule, Sgd};
use recurve::{Error, ErrorKind, Gradients, Module, Param, Result, Tensor};

use crate::support::{panic_of, random};
use crate::{Network, made_up, step_made_up};

/// Asserts that `attempt` fails with these words, and that model and states are as if it had not been made: the values
/// are equal, and so are those after a further step.
#[track_caller]
fn assert_refused(
    kind: ErrorKind,
    words: &str,
    attempt: impl FnOnce(&mut Network, &mut Optimizer<Adam>) -> Result<(), Error>,
) {
    let prepared = || {
        let mut model = Network::new(8);
        let mut opt = Adam::new(0.1).setup(&model).unwrap();
        for seed in 0..2 {
            step_made_up(&mut model, &mut opt, seed);
        }
        (model, opt)
    };
    let ((mut model, mut opt), (mut control, mut control_opt)) = (prepared(), prepared());
    let error = attempt(&mut model, &mut opt).unwrap_err();
    assert_eq!(error.to_string(), words);
    assert_eq!(error.kind(), kind);
    model.thaw("**").unwrap();
    assert_eq!(model.values(), control.values(), "values after the error");
    step_made_up(&mut model, &mut opt, 3);
    step_made_up(&mut control, &mut control_opt, 3);
    assert_eq!(model.values(), control.values(), "values after a further step");
}

/// Made-up gradients of which the last is replaced.
fn with_last(model: &Network, last: Option<Tensor<f64>>) -> Gradients {
    let mut gradients = made_up(model, 7);
    gradients.set("scale", last.map(Into::into)).unwrap();
    gradients
}

#[test]
fn a_missing_gradient() {
    let words = "scale: has no gradient, because the loss does not depend on it; use the closure's argument inside \
                 the closure, freeze the parameter, or call `update_partial`, which skips it";
    assert_refused(ErrorKind::Gradient, words, |model, opt| opt.update(model, &with_last(model, None)));
}

#[test]
fn a_gradient_that_is_not_finite() {
    let words = "scale: the gradient is not finite, found NaN at [1]; nothing was changed";
    let broken = || Some(Tensor::from([1.0, f64::NAN]));
    assert_refused(ErrorKind::Gradient, words, |model, opt| opt.update(model, &with_last(model, broken())));
    assert_refused(ErrorKind::Gradient, words, |model, opt| {
        opt.update_partial(model, &with_last(model, broken())).map(|_| ())
    });
    let words = "second: the gradient is not finite, found -inf at [3, 1]; nothing was changed";
    assert_refused(ErrorKind::Gradient, words, |model, opt| {
        let mut second = random(&[5, 2], 1);
        second.as_mut_slice()[7] = f64::NEG_INFINITY;
        let mut gradients = made_up(model, 7);
        gradients.set("second", Some(second.into())).unwrap();
        opt.update(model, &gradients)
    });
}

#[test]
fn gradients_of_another_model() {
    let words = "first: has no gradient, because the gradients belong to another model or were taken while it was \
                 frozen; take them with this model";
    let other = Network::new(8);
    assert_refused(ErrorKind::Gradient, words, |model, opt| opt.update(model, &made_up(&other, 1)));
    assert_refused(ErrorKind::Gradient, words, |model, opt| opt.update_partial(model, &made_up(&other, 1)).map(|_| ()));
}

#[test]
fn gradients_taken_while_a_parameter_was_frozen() {
    let words = "second: has no gradient, because the gradients belong to another model or were taken while it was \
                 frozen; take them with this model";
    assert_refused(ErrorKind::Gradient, words, |model, opt| {
        model.freeze("second").unwrap();
        let gradients = made_up(model, 1);
        model.thaw("second").unwrap();
        opt.update(model, &gradients)
    });
}

#[test]
fn another_model() {
    let words = "first: the optimiser was set up for a model with this parameter, which the model here does not have; \
                 pass the model of `setup`, or set up an optimiser for this one";
    assert_refused(ErrorKind::Name, words, |model, opt| {
        let mut other = model.duplicate();
        let before = other.values();
        let gradients = made_up(&other, 1);
        let outcome = opt.update(&mut other, &gradients);
        assert_eq!(other.values(), before);
        outcome
    });
}

#[test]
fn a_part_of_the_model() {
    let words = "second: the optimiser was set up for a model with this parameter, which the model here does not have; \
                 pass the model of `setup`, or set up an optimiser for this one";
    assert_refused(ErrorKind::Name, words, |model, opt| {
        let gradients = made_up(model, 1);
        opt.update(&mut (model.first.share(), model.scale.share()), &gradients)
    });
}

/// A field that its attribute freezes.
#[derive(Module)]
struct Fixed {
    #[module(frozen)]
    fixed: Param<f64>,
    free: Param<f64>,
}

#[test]
fn a_parameter_without_state() {
    let fixed = Fixed { fixed: Param::new(random(&[2], 1)), free: Param::new(random(&[3], 2)) };
    let mut opt = Adam::new(0.1).setup(&fixed).unwrap();
    let mut model = (fixed.fixed.share(), fixed.free.share());
    let gradients = made_up(&model, 1);
    let words = "0: the optimiser has no state for this parameter: it belongs to another model, or its field was marked \
                 `#[module(frozen)]`; set up the optimiser with this model";
    assert_eq!(opt.update(&mut model, &gradients).unwrap_err().to_string(), words);
    assert_eq!(opt.update_partial(&mut model, &gradients).unwrap_err().to_string(), words);
    assert_eq!(opt.add_states(&model).unwrap_err().to_string(), words);
    assert_eq!(model.0.get(), random(&[2], 1));
    assert_eq!(model.1.get(), random(&[3], 2));
}

/// Takes the explicit loop's step of `scale` with the gradient `scale`, or returns its error.
fn step_scale(
    model: &mut Network,
    opt: &mut Optimizer<Adam>,
    gradient: impl Into<recurve::AnyTensor>,
) -> Result<(), Error> {
    let (state, parameter) = opt.states_mut().zip(model.trainables_mut()?).last().unwrap();
    state.update(parameter, gradient)
}

#[test]
fn a_gradient_that_does_not_fit_in_the_explicit_loop() {
    let words = "scale: `gradient` should have shape [2], found [3]";
    assert_refused(ErrorKind::Shape, words, |model, opt| step_scale(model, opt, random(&[3], 1)));
    let words = "scale: `gradient` should have shape [2], found [2, 1]";
    assert_refused(ErrorKind::Shape, words, |model, opt| step_scale(model, opt, random(&[2, 1], 1)));
    let words = "scale: expected a gradient of type f64, found f32";
    assert_refused(ErrorKind::Type, words, |model, opt| step_scale(model, opt, Tensor::from([1.0_f32, 2.0])));
    let words = "scale: the gradient is not finite, found inf at [0]; nothing was changed";
    assert_refused(ErrorKind::Gradient, words, |model, opt| step_scale(model, opt, Tensor::from([f64::INFINITY, 1.0])));
}

#[test]
fn gradients_that_do_not_fit_cannot_be_made() {
    let model = Network::new(8);
    let error = made_up(&model, 1).set("second", Some(random(&[2, 5], 1).into())).unwrap_err();
    assert_eq!(error.to_string(), "second: `gradient` should have shape [5, 2], found [2, 5]");
    let error = made_up(&model, 1).set("scale", Some(Tensor::from([1.0_f32, 2.0]).into())).unwrap_err();
    assert_eq!(error.to_string(), "scale: expected a gradient of type f64, found f32");
}

#[test]
fn states_out_of_step_with_parameters() {
    let words = "scale: expected the state of this parameter, found that of `second`; states and parameters run in step \
                 as long as the same parameters are frozen as at `setup`, so leave out the states of the others";
    assert_refused(ErrorKind::Name, words, |model, opt| {
        model.freeze("second").unwrap();
        let (state, parameter) = opt.states_mut().zip(model.trainables_mut()?).last().unwrap();
        assert_eq!(state.path(), "second");
        assert_ne!(state.id(), parameter.id());
        state.update(parameter, random(&[2], 1))
    });
}

#[test]
fn the_global_norm_in_the_explicit_loop() {
    let mut model = Network::new(8);
    let before = model.values();
    let mut opt = (ClipGlobalNorm::new(1.0), Adam::new(0.1)).setup(&model).unwrap();
    let (state, parameter) = opt.states_mut().zip(model.trainables_mut().unwrap()).next().unwrap();
    let words = "first: `ClipGlobalNorm` needs the gradients of all parameters, and one state sees one; make them a \
                 `Gradients` (`Gradients::from_list`) and call `Optimizer::update`";
    assert_eq!(state.update(parameter, random(&[3, 5], 1)).unwrap_err().to_string(), words);
    assert_eq!(model.values(), before);
}

#[test]
fn the_global_norm_behind_another_rule() {
    fn refusal(rule: impl Rule) -> String {
        rule.setup(&Network::new(8)).map(|_| ()).unwrap_err().to_string()
    }
    let (global, value, adam) = (ClipGlobalNorm::new(1.0), ClipValue::new(1.0), Adam::new(0.1));
    let words = |found: &str| {
        format!(
            "setup: the norm of all gradients is taken as they arrive, so `ClipGlobalNorm` must stand first in a chain, \
             found it after {found}; move it to the front"
        )
    };
    assert_eq!(refusal((value, global)), words("1 other rule"));
    assert_eq!(refusal((value, adam, global)), words("2 other rules"));
    assert_eq!(refusal((value, (global, adam))), words("1 other rule"));
    assert_eq!(refusal(((value, global), adam)), words("1 other rule"));
    assert_eq!(refusal((global, (adam, global))), words("2 other rules"));
}

#[test]
fn a_model_with_contradictory_names() {
    use std::collections::BTreeMap;
    let model = BTreeMap::from([("a.b".to_owned(), Param::new(random(&[2], 1)))]);
    let error = Adam::new(0.1).setup(&model).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Name);
    assert!(error.to_string().starts_with("a.b: the map key \"a.b\" contains a dot"), "{error}");
}

#[test]
fn constants_out_of_range() {
    let cases: [(String, &str); 16] = [
        (panic_of(|| Sgd::new(-0.1)), "Sgd: the learning rate should be finite and not negative, found -0.1"),
        (panic_of(|| Sgd::new(f64::NAN)), "Sgd: the learning rate should be finite and not negative, found NaN"),
        (panic_of(|| Sgd::new(0.1).momentum(1.0)), "Sgd: the momentum should be at least 0 and below 1, found 1"),
        (panic_of(|| Sgd::new(0.1).nesterov(-0.5)), "Sgd: the momentum should be at least 0 and below 1, found -0.5"),
        (panic_of(|| Sgd::new(0.1).dampening(1.5)), "Sgd: the dampening should be from 0 to 1, found 1.5"),
        (
            panic_of(|| Sgd::new(0.1).nesterov(0.9).dampening(0.5)),
            "Sgd: Nesterov's momentum has no dampening, found dampening 0.5",
        ),
        (
            panic_of(|| Sgd::new(0.1).dampening(0.5).nesterov(0.9)),
            "Sgd: Nesterov's momentum has no dampening, found dampening 0.5",
        ),
        (
            panic_of(|| Sgd::new(0.1).weight_decay(-1.0)),
            "Sgd: the weight decay should be finite and not negative, found -1",
        ),
        (panic_of(|| Adam::new(f64::INFINITY)), "Adam: the learning rate should be finite and not negative, found inf"),
        (
            panic_of(|| Adam::new(0.1).betas(0.9, 1.0)),
            "Adam: the second beta should be at least 0 and below 1, found 1",
        ),
        (panic_of(|| Adam::new(0.1).epsilon(0.0)), "Adam: the epsilon should be finite and at least 1.2e-38, found 0"),
        (
            panic_of(|| Adam::new(0.1).set_learning_rate(-1.0)),
            "Adam: the learning rate should be finite and not negative, found -1",
        ),
        (panic_of(|| AdamW::new(-1.0)), "AdamW: the learning rate should be finite and not negative, found -1"),
        (
            panic_of(|| AdamW::new(0.1).weight_decay(f64::NAN)),
            "AdamW: the weight decay should be finite and not negative, found NaN",
        ),
        (panic_of(|| ClipValue::new(0.0)), "ClipValue: the limit should be finite and above 0, found 0"),
        (panic_of(|| ClipNorm::new(f64::NAN)), "ClipNorm: the limit should be finite and above 0, found NaN"),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
    assert_eq!(
        panic_of(|| ClipGlobalNorm::new(-2.0)),
        "ClipGlobalNorm: the limit should be finite and above 0, found -2"
    );
}
