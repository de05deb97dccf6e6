//! Each rule along 25 steps of another library, through `update` and through the explicit loop.

use recurve::optim::{AdaMax, Adadelta, Adagrad, Adam, AdamW, AmsGrad, NAdam, RAdam, RmsProp, Rule, Sgd};
use recurve::{AnyTensor, Gradients, Module, Param, Tensor};

use crate::support::{Golden, assert_close_to};

const STEPS: usize = 25;

/// Follows the path of the file from its start, by `take_step` with the gradient of each step.
fn follow(golden: &Golden, way: &str, mut take_step: impl FnMut(&mut Param<f64>, Tensor<f64>)) {
    let (gradients, path) = (golden.input("grads"), golden.input("path"));
    assert_eq!(gradients.shape(), [STEPS, 6]);
    assert_eq!(path.shape(), [STEPS, 6]);
    let mut model = Param::new(golden.input("start"));
    let row = |table: &Tensor<f64>, at: usize| table.slice(0, at..at + 1).flatten();
    for at in 0..STEPS {
        take_step(&mut model, row(&gradients, at));
        assert_close_to(&format!("{way}, step {at}"), model.get().as_slice(), row(&path, at).as_slice(), 1e-13);
    }
}

fn check(rule: impl Rule + Copy, golden: Golden) {
    let mut opt = None;
    follow(&golden, "update", |model, gradient| {
        let opt = opt.get_or_insert_with(|| rule.setup(model).unwrap());
        opt.update(model, &Gradients::from_list(model, [Some(AnyTensor::from(gradient))]).unwrap()).unwrap();
    });
    let mut opt = None;
    follow(&golden, "explicit loop", |model, gradient| {
        let opt = opt.get_or_insert_with(|| rule.setup(model).unwrap());
        let arrays = [gradient.into_ndarray()];
        for ((s, p), g) in opt.states_mut().zip(model.trainables_mut().unwrap()).zip(arrays) {
            s.update(p, &g).unwrap();
        }
    });
    golden.finish(3);
}

#[test]
fn sgd() {
    let golden = Golden::load("optim_sgd");
    check(Sgd::new(golden.option("lr")), golden);
}

#[test]
fn sgd_with_momentum_and_weight_decay() {
    let golden = Golden::load("optim_sgd_momentum");
    let rule = Sgd::new(golden.option("lr")).momentum(golden.option("momentum"));
    check(rule.weight_decay(golden.option("weight_decay")), golden);
}

#[test]
fn sgd_with_nesterov_momentum() {
    let golden = Golden::load("optim_sgd_nesterov");
    check(Sgd::new(golden.option("lr")).nesterov(golden.option("momentum")), golden);
}

#[test]
fn adam() {
    let golden = Golden::load("optim_adam");
    let betas = golden.options("betas");
    let rule = Adam::new(golden.option("lr")).betas(betas[0], betas[1]);
    check(rule.epsilon(golden.option("eps")), golden);
}

#[test]
fn adamw() {
    let golden = Golden::load("optim_adamw");
    let betas = golden.options("betas");
    let rule = AdamW::new(golden.option("lr")).betas(betas[0], betas[1]).epsilon(golden.option("eps"));
    check(rule.weight_decay(golden.option("weight_decay")), golden);
}

/// The learning rate, the betas and the constant of a file.
fn adam_options(golden: &Golden) -> (f64, [f64; 2], f64) {
    let betas = golden.options("betas");
    (golden.option("lr"), [betas[0], betas[1]], golden.option("eps"))
}

#[test]
fn amsgrad() {
    let golden = Golden::load("optim_amsgrad");
    let (rate, [first, second], epsilon) = adam_options(&golden);
    check(AmsGrad::new(rate).betas(first, second).epsilon(epsilon), golden);
}

#[test]
fn adamax() {
    let golden = Golden::load("optim_adamax");
    let (rate, [first, second], epsilon) = adam_options(&golden);
    check(AdaMax::new(rate).betas(first, second).epsilon(epsilon), golden);
}

#[test]
fn nadam() {
    let golden = Golden::load("optim_nadam");
    let (rate, [first, second], epsilon) = adam_options(&golden);
    let rule = NAdam::new(rate).betas(first, second).epsilon(epsilon);
    check(rule.momentum_decay(golden.option("momentum_decay")), golden);
}

#[test]
fn radam() {
    let golden = Golden::load("optim_radam");
    let (rate, [first, second], epsilon) = adam_options(&golden);
    check(RAdam::new(rate).betas(first, second).epsilon(epsilon), golden);
}

#[test]
fn rmsprop() {
    let golden = Golden::load("optim_rmsprop");
    check(RmsProp::new(golden.option("lr")).decay(golden.option("alpha")).epsilon(golden.option("eps")), golden);
}

#[test]
fn rmsprop_centred_with_momentum() {
    let golden = Golden::load("optim_rmsprop_centered_momentum");
    let rule = RmsProp::new(golden.option("lr")).decay(golden.option("alpha")).epsilon(golden.option("eps"));
    check(rule.centred().momentum(golden.option("momentum")), golden);
}

#[test]
fn adagrad() {
    let golden = Golden::load("optim_adagrad");
    check(Adagrad::new(golden.option("lr")).epsilon(golden.option("eps")), golden);
}

#[test]
fn adadelta() {
    let golden = Golden::load("optim_adadelta");
    check(Adadelta::new(golden.option("lr")).decay(golden.option("rho")).epsilon(golden.option("eps")), golden);
}
