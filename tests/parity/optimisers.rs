//! Each rule along 25 steps of another library, for each way in which a model can be held and stepped.

use recurve::flat::Flat;
use recurve::optim::{
    AdaMax, Adadelta, Adagrad, Adam, AdamW, AmsGrad, NAdam, Optimizer, RAdam, RmsProp, Rule, Scope, Sgd,
};
use recurve::{AnyTensor, Gradients, Module, Param, Shape, Tensor};

use crate::support::{Golden, assert_close_to};

const STEPS: usize = 25;

/// A model with six elements and its optimiser.
trait Held<R: Rule> {
    fn new(rule: R, start: Tensor<f64>) -> Self;
    fn step(&mut self, gradient: Tensor<f64>);
    fn values(&self) -> Vec<f64>;
}

/// One parameter, stepped by `update`.
struct Updated<R: Rule>(Param<f64>, Optimizer<R>);

impl<R: Rule> Held<R> for Updated<R> {
    fn new(rule: R, start: Tensor<f64>) -> Self {
        let model = Param::new(start);
        let opt = rule.setup(&model).unwrap();
        Self(model, opt)
    }

    fn step(&mut self, gradient: Tensor<f64>) {
        let gradients = Gradients::from_list(&self.0, [Some(AnyTensor::from(gradient))]).unwrap();
        self.1.update(&mut self.0, &gradients).unwrap();
    }

    fn values(&self) -> Vec<f64> {
        self.0.get().to_vec()
    }
}

/// One parameter, stepped by the explicit loop with an ndarray.
struct Looped<R: Rule>(Updated<R>);

impl<R: Rule> Held<R> for Looped<R> {
    fn new(rule: R, start: Tensor<f64>) -> Self {
        Self(Updated::new(rule, start))
    }

    fn step(&mut self, gradient: Tensor<f64>) {
        let Updated(model, opt) = &mut self.0;
        let arrays = [gradient.into_ndarray()];
        for ((s, p), g) in opt.states_mut().zip(model.trainables_mut().unwrap()).zip(arrays) {
            s.update(p, &g).unwrap();
        }
    }

    fn values(&self) -> Vec<f64> {
        self.0.values()
    }
}

/// A tree of three parameters, of which the last is tied.
type Parts = (Param<f64>, Vec<Param<f64>>, Param<f64>);

fn parts(start: &Tensor<f64>) -> Parts {
    let last = Param::new(start.slice(0, 5..6));
    let middle = Param::new(start.slice(0, 2..5).reshape([1, 3]));
    (Param::new(start.slice(0, 0..2)), vec![middle, last.share()], last)
}

/// The tree, stepped by `update`.
struct Tree<R: Rule>(Parts, Optimizer<R>);

impl<R: Rule> Held<R> for Tree<R> {
    fn new(rule: R, start: Tensor<f64>) -> Self {
        let model = parts(&start);
        let opt = rule.setup(&model).unwrap();
        Self(model, opt)
    }

    fn step(&mut self, gradient: Tensor<f64>) {
        let gradients = Gradients::from_flat(&self.0, &gradient).unwrap();
        self.1.update(&mut self.0, &gradients).unwrap();
    }

    fn values(&self) -> Vec<f64> {
        assert_eq!(self.0.1[1].get(), self.0.2.get());
        self.0.flatten::<f64>().unwrap().0.to_vec()
    }
}

/// The tree in one buffer.
struct Flattened<R: Rule>(Flat<Parts>, Optimizer<R>);

impl<R: Rule> Held<R> for Flattened<R> {
    fn new(rule: R, start: Tensor<f64>) -> Self {
        let model = Flat::new(parts(&start)).unwrap();
        let opt = rule.setup(&model).unwrap();
        Self(model, opt)
    }

    fn step(&mut self, gradient: Tensor<f64>) {
        let gradients = Gradients::from_flat(&self.0, &gradient).unwrap();
        self.1.update(&mut self.0, &gradients).unwrap();
        assert_eq!(self.0.copies(), 0);
    }

    fn values(&self) -> Vec<f64> {
        self.0.params::<f64>().to_vec()
    }
}

/// One slice for three parameters behind each other, without a model.
struct Slices<R: Rule>(Vec<f64>, R, R::State<f64>);

impl<R: Rule> Held<R> for Slices<R> {
    fn new(rule: R, start: Tensor<f64>) -> Self {
        let state = rule.init(&start);
        Self(start.to_vec(), rule, state)
    }

    fn step(&mut self, gradient: Tensor<f64>) {
        let shapes = [Shape::from([2]), Shape::from([1, 3]), Shape::from([1])];
        self.1.step(&mut self.2, &mut self.0, gradient.as_slice(), &Scope::new(&[0..2, 2..5, 5..6], &shapes));
    }

    fn values(&self) -> Vec<f64> {
        self.0.clone()
    }
}

/// Follows the path of the file from its start with the gradient of each step.
fn follow<R: Rule, H: Held<R>>(rule: R, golden: &Golden, way: &str) {
    let (gradients, path) = (golden.input("grads"), golden.input("path"));
    assert_eq!(gradients.shape(), [STEPS, 6]);
    assert_eq!(path.shape(), [STEPS, 6]);
    let mut held = H::new(rule, golden.input("start"));
    let row = |table: &Tensor<f64>, at: usize| table.slice(0, at..at + 1).flatten();
    for at in 0..STEPS {
        held.step(row(&gradients, at));
        assert_close_to(&format!("{way}, step {at}"), &held.values(), row(&path, at).as_slice(), 1e-13);
    }
}

fn check<R: Rule + Copy>(rule: R, golden: Golden) {
    follow::<R, Updated<R>>(rule, &golden, "update");
    follow::<R, Looped<R>>(rule, &golden, "explicit loop");
    follow::<R, Tree<R>>(rule, &golden, "tree");
    follow::<R, Flattened<R>>(rule, &golden, "flat");
    follow::<R, Slices<R>>(rule, &golden, "slices");
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
