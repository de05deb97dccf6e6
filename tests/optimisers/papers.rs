//! Rules beside their papers: each equation once more, element by element in f64, along 30 steps.

use recurve::optim::{
    AdaBelief, Adadelta, Adagrad, Adam, Adan, AmsGrad, Lamb, Lion, Muon, NAdam, RAdam, RmsProp, Rprop, Rule, Sgd,
};
use recurve::{Gradients, Param, Tensor};

use crate::support::{assert_close_to, random};

const STEPS: u64 = 30;

/// Walks with `rule` and with `step`, which is given the number of the step from 1, the parameter and the gradient.
#[track_caller]
fn compare(what: &str, rule: impl Rule, shape: &[usize], mut step: impl FnMut(i32, &mut [f64], &[f64])) {
    let mut model = Param::new(random(shape, 40));
    let mut expected = model.get().to_vec();
    let mut opt = rule.setup(&model).unwrap();
    for at in 0..STEPS {
        let gradient = random(shape, 200 + at) * (1.0 + (at as f64).sin());
        step(at as i32 + 1, &mut expected, gradient.as_slice());
        let gradients = Gradients::from_list(&model, [Some(gradient.into())]).unwrap();
        opt.update(&mut model, &gradients).unwrap();
        assert_close_to(&format!("{what}, step {at}"), model.get().as_slice(), &expected, 1e-12);
    }
    assert!((model.get() - random(shape, 40)).abs().min().item() > 1e-6, "{what}: every element has moved");
}

/// As [`compare`] for a rule that steps each element by itself, with as many numbers to remember of each.
#[track_caller]
fn compare_elements<const N: usize>(
    what: &str,
    rule: impl Rule,
    start: [f64; N],
    step: impl Fn(i32, f64, f64, &mut [f64; N]) -> f64,
) {
    let mut memory = vec![start; 12];
    compare(what, rule, &[3, 4], |t, p, g| {
        for ((p, g), memory) in p.iter_mut().zip(g).zip(&mut memory) {
            *p = step(t, *p, *g, memory);
        }
    });
}

#[test]
fn lion_is_that_of_the_paper() {
    let ([b1, b2], rate, decay) = ([0.85, 0.97], 0.01, 0.1);
    let rule = Lion::new(rate).betas(b1, b2).weight_decay(decay);
    // Chen et al. 2023, algorithm 2.
    compare_elements("Lion", rule, [0.0], |_, p, g, [m]| {
        let c = b1 * *m + (1.0 - b1) * g;
        *m = b2 * *m + (1.0 - b2) * g;
        p - rate * (c.signum() + decay * p)
    });
}

#[test]
fn lion_is_not_that_of_flux() {
    // There, with β₁ and β₂ exchanged in the momentum, this gradient is followed at once; here the momentum prevails.
    let mut model = Param::new(Tensor::from([0.0_f64]));
    let mut opt = Lion::new(0.1).setup(&model).unwrap();
    for g in [1.0; 40].into_iter().chain([-0.5]) {
        let gradients = Gradients::from_flat(&model, &Tensor::from([g])).unwrap();
        opt.update(&mut model, &gradients).unwrap();
    }
    assert!((model.get().item() + 0.1 * 41.0).abs() < 1e-12, "{}", model.get().item());
}

#[test]
fn adabelief() {
    let ([b1, b2], rate, epsilon) = ([0.85, 0.98], 0.01, 1e-4);
    // Zhuang et al. 2020, algorithm 2.
    let rule = AdaBelief::new(rate).betas(b1, b2).epsilon(epsilon);
    compare_elements("AdaBelief", rule, [0.0; 2], |t, p, g, [m, s]| {
        *m = b1 * *m + (1.0 - b1) * g;
        *s = b2 * *s + (1.0 - b2) * (g - *m).powi(2) + epsilon;
        let (m, s) = (*m / (1.0 - b1.powi(t)), *s / (1.0 - b2.powi(t)));
        p - rate * m / (s.sqrt() + epsilon)
    });
}

#[test]
fn adan() {
    let ([b1, b2, b3], rate, epsilon, decay) = ([0.9, 0.8, 0.95], 0.01, 1e-5, 0.2);
    // Xie et al. 2022, algorithm 1, whose betas are 1 - β of here, with the correction of the bias of its authors' code.
    let rule = Adan::new(rate).betas(b1, b2, b3).epsilon(epsilon).weight_decay(decay);
    compare_elements("Adan", rule, [0.0, 0.0, 0.0, f64::NAN], |t, p, g, [m, v, n, before]| {
        let difference = if t == 1 { 0.0 } else { g - *before };
        *before = g;
        *m = b1 * *m + (1.0 - b1) * g;
        *v = b2 * *v + (1.0 - b2) * difference;
        *n = b3 * *n + (1.0 - b3) * (g + b2 * difference).powi(2);
        let divisor = (*n / (1.0 - b3.powi(t))).sqrt() + epsilon;
        let step = (*m / (1.0 - b1.powi(t)) + b2 * *v / (1.0 - b2.powi(t))) / divisor;
        (p - rate * step) / (1.0 + decay * rate)
    });
}

#[test]
fn rprop() {
    let ([less, more], [smallest, largest]) = ([0.4, 1.3], [0.02, 0.3]);
    // Igel and Hüsken 2000: iRprop-.
    let rule = Rprop::new(0.1).factors(less, more).sizes(smallest, largest);
    compare_elements("Rprop", rule, [0.0, 0.1], |_, p, g, [before, size]| {
        let turn = g * *before;
        if turn > 0.0 {
            *size = (*size * more).min(largest);
        } else if turn < 0.0 {
            *size = (*size * less).max(smallest);
        }
        let g = if turn < 0.0 { 0.0 } else { g };
        *before = g;
        if g == 0.0 { p } else { p - *size * g.signum() }
    });
}

/// What the golden files, which are without decay, leave out: the decay goes into the gradient of the rule.
#[test]
fn coupled_decay_is_added_to_the_gradient() {
    fn check<R: Rule + Copy>(what: &str, rule: R, decayed: R) {
        let (mut plain, mut other) = (Param::new(random(&[5], 3)), Param::new(random(&[5], 3)));
        let (mut opt, mut other_opt) = (rule.setup(&plain).unwrap(), decayed.setup(&other).unwrap());
        for seed in 0..STEPS {
            let gradient = random(&[5], 300 + seed);
            let summed = &gradient + plain.get() * 0.3;
            let gradients = list(&plain, summed);
            opt.update(&mut plain, &gradients).unwrap();
            let gradients = list(&other, gradient);
            other_opt.update(&mut other, &gradients).unwrap();
            assert_close_to(what, other.get().as_slice(), plain.get().as_slice(), 1e-12);
        }
    }
    fn list(model: &Param<f64>, gradient: Tensor<f64>) -> Gradients {
        Gradients::from_list(model, [Some(gradient.into())]).unwrap()
    }
    check("Sgd", Sgd::new(0.1).momentum(0.8), Sgd::new(0.1).momentum(0.8).weight_decay(0.3));
    check("Adam", Adam::new(0.1), Adam::new(0.1).weight_decay(0.3));
    check("AmsGrad", AmsGrad::new(0.1), AmsGrad::new(0.1).weight_decay(0.3));
    check("NAdam", NAdam::new(0.1), NAdam::new(0.1).weight_decay(0.3));
    check("RAdam", RAdam::new(0.1), RAdam::new(0.1).weight_decay(0.3));
    check("AdaBelief", AdaBelief::new(0.1), AdaBelief::new(0.1).weight_decay(0.3));
    check("RmsProp", RmsProp::new(0.1), RmsProp::new(0.1).weight_decay(0.3));
    check("Adadelta", Adadelta::new(1.0), Adadelta::new(1.0).weight_decay(0.3));
    check("Adagrad", Adagrad::new(0.1), Adagrad::new(0.1).weight_decay(0.3));
}

#[test]
fn adagrad_with_a_first_sum_and_a_decay() {
    let (rate, decay, start, epsilon) = (0.3, 0.05, 0.7, 1e-6);
    let rule = Adagrad::new(rate).learning_rate_decay(decay).initial_sum(start).epsilon(epsilon);
    // Duchi et al. 2011, with PyTorch's decay of the learning rate.
    compare_elements("Adagrad", rule, [start], |t, p, g, [sum]| {
        *sum += g * g;
        p - rate / (1.0 + f64::from(t - 1) * decay) * g / (sum.sqrt() + epsilon)
    });
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[test]
fn lamb() {
    let ([b1, b2], rate, epsilon, decay) = ([0.85, 0.98], 0.02, 1e-5, 0.3);
    let mut moments = [vec![0.0; 12], vec![0.0; 12]];
    // You et al. 2020, algorithm 2.
    let rule = Lamb::new(rate).betas(b1, b2).epsilon(epsilon).weight_decay(decay);
    compare("Lamb", rule, &[3, 4], |t, p, g| {
        let [m, v] = &mut moments;
        let mut update = vec![0.0; p.len()];
        for at in 0..p.len() {
            m[at] = b1 * m[at] + (1.0 - b1) * g[at];
            v[at] = b2 * v[at] + (1.0 - b2) * g[at] * g[at];
            let r = m[at] / (1.0 - b1.powi(t)) / ((v[at] / (1.0 - b2.powi(t))).sqrt() + epsilon);
            update[at] = r + decay * p[at];
        }
        let ratio = norm(p) / norm(&update);
        p.iter_mut().zip(update).for_each(|(p, update)| *p -= rate * ratio * update);
    });
}

#[test]
fn lamb_at_zero_steps_as_without_a_ratio() {
    let mut model = Param::new(Tensor::<f64>::zeros([2]));
    let gradients = Gradients::from_flat(&model, &Tensor::from([3.0, -5.0])).unwrap();
    Lamb::new(0.1).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    assert_close_to("from zero", model.get().as_slice(), &[-0.1, 0.1], 1e-6);
    let before = model.get().to_vec();
    let gradients = Gradients::from_flat(&model, &Tensor::<f64>::zeros([2])).unwrap();
    Lamb::new(0.1).weight_decay(0.0).setup(&model).unwrap().update(&mut model, &gradients).unwrap();
    assert_eq!(model.get().to_vec(), before, "no step has no length to be scaled to");
}

/// The product of `[n, k]` and `[k, m]`.
fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let dot = |row: &Vec<f64>, at: usize| row.iter().zip(b).map(|(x, b)| x * b[at]).sum();
    a.iter().map(|row| (0..b[0].len()).map(|at| dot(row, at)).collect()).collect()
}

fn turned(a: &[Vec<f64>]) -> Vec<Vec<f64>> {
    (0..a[0].len()).map(|at| a.iter().map(|row| row[at]).collect()).collect()
}

/// Jordan et al. 2024: five iterations of Newton and Schulz, always `X Xᵀ X` in this order.
fn orthogonal(of: &[f64], columns: usize) -> Vec<f64> {
    let length = norm(of) + 1e-7;
    let mut x: Vec<Vec<f64>> = of.chunks(columns).map(|row| row.iter().map(|x| x / length).collect()).collect();
    for _ in 0..5 {
        let square = product(&x, &turned(&x));
        let (third, fifth) = (product(&square, &x), product(&product(&square, &square), &x));
        for ((x, third), fifth) in x.iter_mut().zip(&third).zip(&fifth) {
            for ((x, third), fifth) in x.iter_mut().zip(third).zip(fifth) {
                *x = 3.4445 * *x - 4.7750 * third + 2.0315 * fifth;
            }
        }
    }
    x.concat()
}

#[test]
fn muon() {
    let (rate, keep, decay) = (0.05, 0.9, 0.1);
    for (shape, columns) in [(&[3, 5][..], 5), (&[5, 3], 3), (&[4, 2, 3], 6), (&[6], 6), (&[1, 1], 1)] {
        let count = shape.iter().product::<usize>();
        let scale = f64::max(1.0, (count / columns) as f64 / columns as f64).sqrt();
        let mut momentum = vec![0.0; count];
        let rule = Muon::new(rate).momentum(keep).weight_decay(decay);
        compare(&format!("Muon {shape:?}"), rule, shape, |_, p, g| {
            momentum.iter_mut().zip(g).for_each(|(m, g)| *m = keep * *m + (1.0 - keep) * g);
            let ahead: Vec<f64> = momentum.iter().zip(g).map(|(m, g)| keep * m + (1.0 - keep) * g).collect();
            for (p, x) in p.iter_mut().zip(orthogonal(&ahead, columns)) {
                *p -= rate * (scale * x + decay * *p);
            }
        });
    }
}
