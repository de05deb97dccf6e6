//! Rules, chains and the two ways to take a step.

#[path = "../support/mod.rs"]
mod support;

mod composition;
mod edge_cases;
mod papers;
mod refusals;
mod rules;
mod schedules;
mod sharing;

use recurve::optim::{Adam, AdamW, ClipGlobalNorm, ClipNorm, ClipValue, Optimizer, Rule, Sgd};
use recurve::{AnyTensor, Gradients, Module, Param, Result, Tensor, grad, ndarray};

use crate::support::{assert_close_to, random};

/// Two layers with a scale: three parameters of different ranks and sizes.
#[derive(Module)]
struct Network {
    first: Param<f64>,
    second: Param<f64>,
    scale: Param<f64>,
}

impl Network {
    fn new(seed: u64) -> Self {
        let param = |shape: &[usize], at| Param::new(random(shape, seed + at));
        Self { first: param(&[3, 5], 0), second: param(&[5, 2], 1), scale: param(&[2], 2) }
    }

    fn loss(&self, x: &Tensor<f64>, y: &Tensor<f64>) -> Result<Tensor<f64>> {
        let h = x.matmul(&self.first.get()).tanh();
        Ok((h.matmul(&self.second.get()) * self.scale.get() - y).square().mean())
    }

    fn gradients(&self, seed: u64) -> Gradients {
        let (x, y) = (random(&[4, 3], seed), random(&[4, 2], seed + 1));
        grad(self, |m| m.loss(&x, &y)).unwrap()
    }

    fn values(&self) -> Vec<f64> {
        self.parameters().unwrap().iter().flat_map(|parameter| parameter.get().to_f64_vec()).collect()
    }
}

/// Gradients of made-up numbers, so that they depend on nothing else.
fn made_up(model: &impl Module, seed: u64) -> Gradients {
    let count = Gradients::none(model).unwrap().flatten::<f64>().unwrap().count();
    Gradients::from_flat(model, &random(&[count], seed)).unwrap()
}

/// One step against made-up gradients.
#[track_caller]
fn step_made_up<R: Rule>(model: &mut impl Module, opt: &mut Optimizer<R>, seed: u64) {
    let gradients = made_up(model, seed);
    opt.update(model, &gradients).unwrap();
}

/// The parameter after one step from zero against the gradient.
fn step_of(rule: impl Rule, gradient: &[f64]) -> Vec<f64> {
    let mut model = Param::new(Tensor::<f64>::zeros([gradient.len()]));
    let gradients = Gradients::from_flat(&model, &Tensor::from(gradient)).unwrap();
    rule.setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    model.get().as_slice().iter().map(|value| 0.0 - value).collect()
}

/// All values after some steps with made-up gradients.
fn walk(rule: impl Rule) -> Vec<f64> {
    let mut model = Network::new(1);
    let mut opt = rule.setup(&model).unwrap();
    for at in 0..6 {
        step_made_up(&mut model, &mut opt, 100 + at);
    }
    model.values()
}

#[test]
fn values_are_clipped_one_by_one() {
    assert_eq!(step_of(ClipValue::new(13.0), &[1.0, 10.0, 100.0, -100.0]), [1.0, 10.0, 13.0, -13.0]);
}

#[test]
fn norms_are_clipped_only_when_too_long() {
    assert_eq!(step_of(ClipNorm::new(10.0), &[3.0, -4.0, 0.5]), [3.0, -4.0, 0.5]);
    assert_close_to("long", &step_of(ClipNorm::new(10.0), &[30.0, -40.0]), &[6.0, -8.0], 1e-15);
    assert_eq!(step_of(ClipGlobalNorm::new(10.0), &[0.0, 0.0]), [0.0, 0.0]);
    assert_close_to("huge", &step_of(ClipNorm::new(10.0), &[3e200, -4e200]), &[6.0, -8.0], 1e-15);
}

#[test]
fn the_norm_of_each_parameter_is_its_own() {
    let mut model = (Param::new(Tensor::<f64>::zeros([2])), Param::new(Tensor::<f64>::zeros([1])));
    let gradients = Gradients::from_flat(&model, &Tensor::from([30.0, 40.0, 2.0])).unwrap();
    ClipNorm::new(10.0).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    assert_close_to("long", model.0.get().as_slice(), &[-6.0, -8.0], 1e-15);
    assert_eq!(model.1.get().to_vec(), [-2.0]);
}

#[test]
fn the_global_norm_spans_parameters_of_both_types_and_counts_ties_once() {
    let tied = Param::new(Tensor::<f64>::zeros([1]));
    let mut model = (tied.share(), Param::new(Tensor::<f32>::zeros([2])), tied, Param::new(Tensor::<f64>::ones([7])));
    model.3.set_frozen(true);
    let gradients = Gradients::from_flat(&model, &Tensor::from([12.0, 3.0, -4.0])).unwrap();
    ClipGlobalNorm::new(6.5).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    assert_eq!(model.2.get().to_vec(), [-6.0]);
    assert_eq!(model.1.get().to_vec(), [-1.5, 2.0]);
}

#[test]
fn the_norm_of_huge_gradients_is_finite() {
    let model = (Param::new(Tensor::<f64>::zeros([1])), Param::new(Tensor::<f64>::zeros([1])));
    let gradients = Gradients::from_flat(&model, &Tensor::from([3e200, -4e200])).unwrap();
    assert_close_to("huge", &[gradients.norm() / 1e200], &[5.0], 1e-15);
}

#[test]
fn order_matters_in_chains() {
    assert_eq!(step_of((ClipValue::new(1.0), Sgd::new(0.5)), &[100.0]), [0.5]);
    assert_eq!(step_of((Sgd::new(0.5), ClipValue::new(1.0)), &[100.0]), [1.0]);
}

#[test]
fn the_empty_chain_steps_by_the_gradient() {
    assert_eq!(step_of((), &[1.5, -2.0]), [1.5, -2.0]);
    assert_eq!(step_of(((), ()), &[1.5, -2.0]), [1.5, -2.0]);
}

#[test]
fn nested_chains_equal_flat_ones() {
    let (global, value, norm) = (ClipGlobalNorm::new(2.0), ClipValue::new(0.4), ClipNorm::new(0.7));
    let flat = walk((global, value, norm, Adam::new(0.1)));
    assert_eq!(walk(((global, value), (norm, Adam::new(0.1)))), flat);
    assert_eq!(walk(((global,), ((value, norm), (Adam::new(0.1),)))), flat);
    assert_eq!(walk((global, (), value, (), norm, Adam::new(0.1))), flat);
    assert_eq!(walk((global, value, (), norm, Adam::new(0.1))), flat);
    assert_ne!(walk((global, norm, value, Adam::new(0.1))), flat);
}

#[test]
fn dampening_spares_the_first_gradient() {
    let mut model = Param::new(Tensor::from([0.0_f64]));
    let mut opt = Sgd::new(0.5).momentum(0.75).dampening(0.25).setup(&model).unwrap();
    let mut path = Vec::new();
    for g in [1.0, 2.0, -4.0] {
        let gradients = Gradients::from_flat(&model, &Tensor::from([g])).unwrap();
        opt.update(&mut model, &gradients).unwrap();
        path.push(model.get().item());
    }
    // Velocities 1, 0.75 + 0.75 · 2 = 2.25 and 0.75 · 2.25 - 0.75 · 4 = -1.3125.
    assert_eq!(path, [-0.5, -1.625, -0.96875]);
}

#[test]
fn decay_reaches_the_moments_of_adam_but_not_of_adamw() {
    // The first step of Adam has the size of the learning rate whatever the gradient: coupled decay only sets its sign.
    let after = |rule: &dyn Fn(&mut Param<f64>)| {
        let mut model = Param::new(Tensor::from([4.0_f64]));
        rule(&mut model);
        model.get().item()
    };
    let coupled = after(&|model| {
        let gradients = Gradients::from_flat(model, &Tensor::from([-1.0])).unwrap();
        Adam::new(0.1).weight_decay(0.5).setup(model).unwrap().update(model, &gradients).unwrap();
    });
    let decoupled = after(&|model| {
        let gradients = Gradients::from_flat(model, &Tensor::from([-1.0])).unwrap();
        AdamW::new(0.1).weight_decay(0.5).setup(model).unwrap().update(model, &gradients).unwrap();
    });
    assert_close_to("decay", &[coupled, decoupled], &[4.0 - 0.1, 4.0 + 0.1 - 0.1 * 0.5 * 4.0], 1e-8);
}

#[test]
fn no_gradient_is_not_a_gradient_of_zero() {
    let mut model = (Param::new(Tensor::from([1.0_f64])), Param::new(Tensor::from([1.0_f64])));
    let mut opt = Adam::new(0.1).setup(&model).unwrap();
    step_made_up(&mut model, &mut opt, 1);
    let before = (model.0.get().item(), model.1.get().item());
    let zero = Some(AnyTensor::from(Tensor::<f64>::zeros([1])));
    let gradients = Gradients::from_list(&model, [zero, None]).unwrap();
    let report = opt.update_partial(&mut model, &gradients).unwrap();
    assert_eq!(report.skipped(), ["1"]);
    assert!((model.0.get().item() - before.0).abs() > 1e-2, "momentum moves on a gradient of zero");
    assert_eq!(model.1.get().item(), before.1);
}

#[test]
fn the_explicit_loop_equals_update() {
    let (mut by_update, mut by_loop) = (Network::new(3), Network::new(3));
    let rule = (ClipNorm::new(0.5), AdamW::new(0.05));
    let (mut first, mut second) = (rule.setup(&by_update).unwrap(), rule.setup(&by_loop).unwrap());
    for seed in 0..5 {
        let gradients = by_update.gradients(seed);
        first.update(&mut by_update, &gradients).unwrap();
        let tensors: Vec<Tensor<f64>> = gradients.iter().map(|(_, g)| g.unwrap().get().unwrap().clone()).collect();
        for ((s, p), g) in second.states_mut().zip(by_loop.trainables_mut().unwrap()).zip(tensors) {
            match seed {
                0 => s.update(p, &g),
                1 => s.update(p, g),
                2 => s.update(p, AnyTensor::from(&g)),
                // An ndarray whose memory is column-major, and a view of it.
                3 => s.update(p, &g.transpose(0, -1).into_ndarray().reversed_axes()),
                _ => s.update(p, &g.view()),
            }
            .unwrap();
        }
        assert_eq!(by_update.values(), by_loop.values(), "step {seed}");
    }
}

#[test]
fn single_precision_stays_single_and_follows_double() {
    fn run<F: recurve::Float>() -> Vec<f64> {
        let mut model = Param::new(random(&[3, 4], 1).cast::<F>());
        let mut opt = (ClipNorm::new(2.0), Adam::new(0.05).weight_decay(0.1)).setup(&model).unwrap();
        let mut sgd = Sgd::new(0.1).nesterov(0.9).setup(&model).unwrap();
        for seed in 0..10 {
            let array: ndarray::ArrayD<F> = random(&[3, 4], seed).cast::<F>().into_ndarray();
            for (s, p) in opt.states_mut().zip(model.trainables_mut().unwrap()) {
                s.update(p, &array).unwrap();
            }
            let gradients = Gradients::from_list(&model, [Some(Tensor::from(array).into())]).unwrap();
            sgd.update(&mut model, &gradients).unwrap();
        }
        model.get().cast::<f64>().to_vec()
    }
    assert_close_to("f32", &run::<f32>(), &run::<f64>(), 2e-6);
}

#[test]
fn each_parameter_of_a_mixed_model_is_stepped_in_its_type() {
    let start = random(&[2, 3], 5);
    let gradient = random(&[2, 3], 6);
    let mut model = (Param::new(start.cast::<f32>()), Param::new(start.clone()), Param::new(Tensor::<f32>::zeros([0])));
    let list =
        [Some(gradient.cast::<f32>().into()), Some(gradient.clone().into()), Some(Tensor::<f32>::zeros([0]).into())];
    let gradients = Gradients::from_list(&model, list).unwrap();
    (ClipGlobalNorm::new(1.0), Adam::new(0.1)).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    let (single, double) = (model.0.get(), model.1.get());
    assert_close_to("the two", single.cast::<f64>().as_slice(), double.as_slice(), 1e-6);
    assert!((&double - start).abs().min().item() > 0.09, "every element has moved");
    assert_eq!(model.2.get().shape(), [0]);
}

#[test]
fn the_learning_rate_can_change_and_the_state_stays() {
    let (mut model, betas, epsilon) = (Param::new(Tensor::from([1.0_f64])), [0.8, 0.9], 1e-6);
    let mut opt = Adam::new(0.1).betas(betas[0], betas[1]).epsilon(epsilon).setup(&model).unwrap();
    let (mut p, mut m, mut v) = (1.0, 0.0, 0.0);
    for at in 1..=8 {
        let rate = if at <= 4 { 0.1 } else { 0.003 };
        opt.rule_mut().set_learning_rate(rate);
        assert_eq!(opt.rule().learning_rate(), rate);
        let g = f64::from(at).sin();
        let gradients = Gradients::from_flat(&model, &Tensor::from([g])).unwrap();
        opt.update(&mut model, &gradients).unwrap();
        m = betas[0] * m + (1.0 - betas[0]) * g;
        v = betas[1] * v + (1.0 - betas[1]) * g * g;
        let corrected = |mean: f64, beta: f64| mean / (1.0 - beta.powi(at));
        p -= rate * corrected(m, betas[0]) / (corrected(v, betas[1]).sqrt() + epsilon);
        assert_close_to("Adam by hand", &[model.get().item()], &[p], 1e-14);
    }
}

#[test]
fn a_learning_rate_inside_of_a_chain_can_change() {
    let mut model = Param::new(Tensor::from([0.0_f64]));
    let mut opt = (ClipValue::new(1.0), Sgd::new(0.5)).setup(&model).unwrap();
    opt.rule_mut().1.set_learning_rate(0.125);
    let gradients = Gradients::from_flat(&model, &Tensor::from([8.0])).unwrap();
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(model.get().item(), -0.125);
}

#[test]
fn steps_are_in_place_unless_somebody_holds_the_values() {
    let mut model = Network::new(1);
    let mut opt = (ClipGlobalNorm::new(1.0), Adam::new(0.1)).setup(&model).unwrap();
    let address = |model: &Network| model.first.get().as_slice().as_ptr();
    let before = address(&model);
    for seed in 0..3 {
        let gradients = model.gradients(seed);
        opt.update(&mut model, &gradients).unwrap();
        assert_eq!(address(&model), before);
    }
    let (snapshot, gradients) = (model.first.get(), model.gradients(3));
    let (kept, given) = (snapshot.to_vec(), gradients.flatten::<f64>().unwrap());
    opt.update(&mut model, &gradients).unwrap();
    assert_eq!(snapshot.to_vec(), kept);
    assert_ne!(model.first.get().to_vec(), kept);
    assert_eq!(gradients.flatten::<f64>().unwrap(), given, "gradients are not consumed");
}

#[test]
fn optimisers_can_move_between_threads() {
    fn crosses<T: Send + Sync>(_: &T) {}
    let opt = (ClipNorm::new(1.0), Adam::new(0.1)).setup(&Network::new(1)).unwrap();
    crosses(&opt);
    let text = format!("{opt:?}");
    assert!(text.contains("ClipNorm { limit: 1.0 }") && text.contains(r#"["first", "second", "scale"]"#), "{text}");
}
