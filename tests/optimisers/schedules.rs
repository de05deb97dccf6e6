//! Schedules at their borders, against values computed by hand.

use recurve::optim::schedule::{
    Constant, Cosine, CosineRestarts, Exponential, LinearWarmup, MultiStep, OneCycle, Plateau, Polynomial, Schedule,
    StepDecay,
};
use recurve::optim::{Adam, ClipNorm, Rule, Sgd};
use recurve::{Gradients, Param, Tensor};

use crate::support::{assert_close_to, panic_of};

#[track_caller]
fn check<const N: usize>(what: &str, schedule: impl Schedule, expected: [(usize, f64); N]) {
    for (step, rate) in expected {
        assert_close_to(&format!("{what} at {step}"), &[schedule.at(step)], &[rate], 1e-15);
    }
}

#[test]
fn constant() {
    check("constant", Constant::new(0.3), [(0, 0.3), (usize::MAX, 0.3)]);
}

#[test]
fn decays_by_factors() {
    check("step", StepDecay::new(8.0, 3, 0.5), [(0, 8.0), (2, 8.0), (3, 4.0), (5, 4.0), (6, 2.0), (9, 1.0)]);
    check("milestones", MultiStep::new(8.0, [2, 5, 5], 0.5), [(1, 8.0), (2, 4.0), (4, 4.0), (5, 1.0), (999, 1.0)]);
    check("milestones in any order", MultiStep::new(8.0, [5, 2], 0.5), [(1, 8.0), (2, 4.0), (5, 2.0)]);
    check("no milestones", MultiStep::new(8.0, [], 0.5), [(0, 8.0), (99, 8.0)]);
    check("exponential", Exponential::new(8.0, 0.5), [(0, 8.0), (1, 4.0), (5, 0.25), (100_000, 0.0)]);
}

#[test]
fn polynomial() {
    let square = Polynomial::new(8.0, 4, 2.0);
    check("square", square, [(0, 8.0), (1, 4.5), (2, 2.0), (3, 0.5), (4, 0.0), (5, 0.0)]);
    check("line", Polynomial::new(8.0, 4, 1.0).down_to(4.0), [(0, 8.0), (1, 7.0), (3, 5.0), (4, 4.0), (99, 4.0)]);
    check("one step", Polynomial::new(8.0, 1, 1.0), [(0, 8.0), (1, 0.0)]);
}

#[test]
fn cosine() {
    let root = 0.5_f64.sqrt();
    let expected = [(0, 8.0), (1, 4.0 + 4.0 * root), (2, 4.0), (3, 4.0 - 4.0 * root), (4, 0.0), (5, 0.0), (8, 0.0)];
    check("cosine", Cosine::new(8.0, 4), expected);
    check("to a rate", Cosine::new(8.0, 3).down_to(2.0), [(0, 8.0), (1, 6.5), (2, 3.5), (3, 2.0), (4, 2.0)]);
}

#[test]
fn warm_restarts() {
    let schedule = CosineRestarts::new(8.0, 3).down_to(2.0);
    check("restarts", schedule, [(0, 8.0), (1, 6.5), (2, 3.5), (3, 8.0), (5, 3.5), (6, 8.0), (3_000_001, 6.5)]);
    // Falls of 2, 4 and 8 steps.
    let schedule = CosineRestarts::new(8.0, 2).lengthened(2);
    check("longer", schedule, [(0, 8.0), (1, 4.0), (2, 8.0), (4, 4.0), (6, 8.0), (10, 4.0), (14, 8.0), (22, 4.0)]);
    assert!((0.0..=8.0).contains(&schedule.at(usize::MAX)), "the length does not overflow");
}

#[test]
fn one_cycle() {
    // A rise to step 0.3 · 10 - 1 = 2, a fall to step 9.
    let schedule = OneCycle::new(5.0, 10);
    let fall = |at: f64| 2e-5 + (5.0 - 2e-5) * (1.0 + (std::f64::consts::PI * at).cos()) / 2.0;
    check(
        "one cycle",
        schedule,
        [(0, 0.2), (1, 2.6), (2, 5.0), (3, fall(1.0 / 7.0)), (9, 2e-5), (10, 2e-5), (99, 2e-5)],
    );
    let schedule = OneCycle::new(4.0, 9).rise(5.0 / 9.0).divisors(4.0, 10.0);
    check("settings", schedule, [(0, 1.0), (2, 2.5), (4, 4.0), (6, 2.05), (8, 0.1), (9, 0.1)]);
    check("one step", OneCycle::new(4.0, 1), [(0, 4.0 / 250_000.0), (1, 4.0 / 250_000.0)]);
}

#[test]
fn warm_up() {
    check("line", LinearWarmup::new(0.25, 3), [(0, 0.25), (1, 0.5), (2, 0.75), (3, 1.0), (4, 1.0)]);
    let schedule = Exponential::new(8.0, 0.5).warm_up(3);
    check("in front", schedule, [(0, 2.0), (1, 4.0), (2, 6.0), (3, 8.0), (4, 4.0)]);
    check("none", Exponential::new(8.0, 0.5).warm_up(0), [(0, 8.0), (1, 4.0)]);
}

#[test]
fn schedules_of_schedules() {
    let then = Constant::new(4.0).then(2, Exponential::new(2.0, 0.5)).then(4, |step: usize| step as f64);
    check("then", then, [(0, 4.0), (1, 4.0), (2, 2.0), (3, 1.0), (4, 0.0), (5, 1.0)]);
    let times = StepDecay::new(8.0, 2, 0.5).times(LinearWarmup::new(0.5, 2));
    check("times", times, [(0, 4.0), (1, 6.0), (2, 4.0), (4, 2.0)]);
    let chosen: Vec<Box<dyn Fn(usize) -> f64>> = vec![Box::new(|_| 3.0), Box::new(|step| 1.0 / (step + 1) as f64)];
    check("boxed", |step| chosen[1].at(step) * chosen[0].at(step), [(0, 3.0), (2, 1.0)]);
}

#[test]
fn plateau_counts_as_pytorch_does() {
    let mut plateau = Plateau::new(8.0).factor(0.5).patience(2).cooldown(1).down_to(1.5);
    let measures = [5.0, 4.0, 4.0, 4.0, 3.9999, f64::NAN, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0];
    let rates: Vec<f64> = measures.iter().map(|measure| plateau.observe(*measure)).collect();
    // 3.9999 is not better by a part of 1e-4: the third in a row that is not. One measure cools down, three more follow.
    let expected = [8.0, 8.0, 8.0, 8.0, 4.0, 4.0, 4.0, 4.0, 2.0, 2.0, 2.0, 2.0, 1.5, 1.5, 1.5, 1.5];
    assert_eq!(rates, expected);
    assert_eq!(plateau.rate(), 1.5);
}

#[test]
fn plateau_of_an_accuracy() {
    let mut plateau = Plateau::new(8.0).factor(0.5).patience(0).maximise().absolute_threshold(0.125);
    let rates: Vec<f64> = [0.5, 0.75, 0.875, 1.0, 1.0].iter().map(|measure| plateau.observe(*measure)).collect();
    assert_eq!(rates, [8.0, 8.0, 4.0, 4.0, 2.0]);
    let mut plateau = Plateau::new(8.0).patience(0).factor(0.5).absolute_threshold(0.25);
    let rates: Vec<f64> = [1.0, 0.75, 0.5, 0.25].iter().map(|measure| plateau.observe(*measure)).collect();
    assert_eq!(rates, [8.0, 4.0, 4.0, 2.0]);
    let mut low = Plateau::new(0.5).patience(0).down_to(1.0);
    assert_eq!([low.observe(1.0), low.observe(1.0)], [0.5, 0.5], "it does not rise to the lowest");
}

#[test]
fn optimisers_follow() {
    let schedule = StepDecay::new(0.5, 2, 0.5);
    let mut model = Param::new(Tensor::from([0.0_f64]));
    let mut opt = (ClipNorm::new(1.0), Sgd::new(0.0)).setup(&model).unwrap();
    let gradients = Gradients::from_flat(&model, &Tensor::from([4.0])).unwrap();
    let mut path = Vec::new();
    for step in 0..4 {
        opt.set_learning_rate(schedule.at(step));
        opt.update(&mut model, &gradients).unwrap();
        path.push(model.get().item());
    }
    assert_eq!(path, [-0.5, -1.0, -1.25, -1.5]);
}

#[test]
fn misuse() {
    let negative = "should be finite and not negative, found";
    let cases = [
        (panic_of(|| Constant::new(-0.1)), format!("Constant: the learning rate {negative} -0.1")),
        (
            panic_of(|| StepDecay::new(0.1, 0, 0.5)),
            "StepDecay: the number of steps should be at least 1, found 0".into(),
        ),
        (panic_of(|| MultiStep::new(0.1, [1], f64::NAN)), format!("MultiStep: the factor {negative} NaN")),
        (panic_of(|| Exponential::new(0.1, -1.0)), format!("Exponential: the factor {negative} -1")),
        (panic_of(|| Polynomial::new(0.1, 5, -2.0)), format!("Polynomial: the power {negative} -2")),
        (panic_of(|| Cosine::new(0.1, 0)), "Cosine: the number of steps should be at least 1, found 0".into()),
        (panic_of(|| Cosine::new(0.1, 5).down_to(-1.0)), format!("Cosine: the learning rate {negative} -1")),
        (
            panic_of(|| CosineRestarts::new(0.1, 5).lengthened(0)),
            "CosineRestarts: the factor of the length should be at least 1, found 0".into(),
        ),
        (
            panic_of(|| OneCycle::new(0.1, 5).rise(1.0)),
            "OneCycle: the fraction that rises should be between 0 and 1, found 1".into(),
        ),
        (
            panic_of(|| OneCycle::new(0.1, 5).divisors(0.0, 1.0)),
            "OneCycle: the first divisor should be finite and above 0, found 0".into(),
        ),
        (
            panic_of(|| LinearWarmup::new(0.1, 0)),
            "LinearWarmup: the number of steps should be at least 1, found 0".into(),
        ),
        (
            panic_of(|| Plateau::new(0.1).factor(1.0)),
            "Plateau: the factor should be at least 0 and below 1, found 1".into(),
        ),
        (panic_of(|| Plateau::new(0.1).threshold(-1.0)), format!("Plateau: the threshold {negative} -1")),
        (
            panic_of(|| Adam::new(0.1).setup(&Param::new(Tensor::from([1.0]))).unwrap().set_learning_rate(f64::NAN)),
            format!("Optimizer: the learning rate {negative} NaN"),
        ),
        (
            panic_of(|| ClipNorm::new(1.0).setup(&Param::new(Tensor::from([1.0]))).unwrap().set_learning_rate(0.1)),
            "Optimizer: the rule has no learning rate to set; add a rule that has one to the chain".into(),
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}
