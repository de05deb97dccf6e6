//! Losses: values against the plain formulas, gradients, options, borders, and what they say to wrong input.

use recurve::nn::Reduction::{self, BatchMean, Mean, Sum};
use recurve::nn::loss::{CrossEntropy, bce_with_logits, cross_entropy, huber, kl_divergence, mae, mse};
use recurve::{Error, Param, Result, Tensor, check_gradients, value_and_grad};

use super::{Function, LEADING, with_last};
use crate::support::{assert_close_to, assert_error, random, rng};

type Loss = fn(&Tensor<f64>, &Tensor<f64>, Reduction) -> Result<Tensor<f64>>;

/// The losses of two tensors of equal shapes, with what makes a valid target of any number.
const ELEMENTWISE: [(&str, Loss, Function); 5] = [
    ("mse", |x, t, r| mse(x, t, r), Tensor::clone),
    ("mae", |x, t, r| mae(x, t, r), Tensor::clone),
    ("huber", |x, t, r| huber(x, t, 0.8, r), Tensor::clone),
    ("bce_with_logits", |x, t, r| bce_with_logits(x, t, r), Tensor::sigmoid),
    ("kl_divergence", |x, t, r| kl_divergence(x, t, r), |t| t.softmax(-1)),
];

/// The formula of each loss for one prediction and target, as the papers write it.
fn formula(name: &str, x: f64, t: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    match name {
        "mse" => (x - t).powi(2),
        "mae" => (x - t).abs(),
        "huber" if (x - t).abs() <= 0.8 => 0.5 * (x - t).powi(2),
        "huber" => 0.8 * ((x - t).abs() - 0.4),
        "bce_with_logits" => -t * sigmoid(x).ln() - (1.0 - t) * sigmoid(-x).ln(),
        "kl_divergence" => t * (t.ln() - x),
        _ => panic!("no formula for {name}"),
    }
}

/// Labels below 5 for the leading axes, no two rows alike.
fn labels(leading: &[usize]) -> Tensor<usize> {
    let count = leading.iter().product::<usize>();
    Tensor::from_vec((0..count).map(|at| (at * at + at / 3) % 5).collect(), leading).unwrap()
}

/// One number from a loss of any reduction.
fn score(loss: Tensor<f64>) -> Tensor<f64> {
    (&loss * random(loss.shape(), 1)).sum()
}

#[test]
fn elementwise_losses_are_their_formulas_in_all_reductions() {
    for (name, loss, target) in ELEMENTWISE {
        for leading in LEADING {
            let shape = with_last(leading, 5);
            let (x, t) = (random(&shape, 2), target(&random(&shape, 3)));
            let pairs = x.as_slice().iter().zip(t.as_slice());
            let expected: Vec<f64> = pairs.map(|(&x, &t)| formula(name, x, t)).collect();
            let none = loss(&x, &t, Reduction::None).unwrap();
            assert_eq!(none.shape(), shape);
            assert_close_to(name, none.as_slice(), &expected, 1e-12);
            let sum: f64 = expected.iter().sum();
            for (reduction, count) in
                [(Sum, 1.0), (Mean, expected.len() as f64), (BatchMean, expected.len() as f64 / 5.0)]
            {
                let reduced = loss(&x, &t, reduction).unwrap();
                assert_eq!(reduced.rank(), 0);
                assert_close_to(&format!("{name} {reduction:?}"), &[reduced.item()], &[sum / count], 1e-12);
            }
        }
    }
}

#[test]
fn elementwise_losses_have_gradients_to_both_arguments() {
    for (name, loss, target) in ELEMENTWISE {
        for leading in LEADING {
            let shape = with_last(leading, 5);
            let model = (Param::new(random(&shape, 4)), Param::new(random(&shape, 5)));
            for reduction in [Mean, Sum, BatchMean, Reduction::None] {
                let checked =
                    |(x, t): &(Param<f64>, Param<f64>)| Ok(score(loss(&x.get(), &target(&t.get()), reduction)?));
                let result = check_gradients(&model, checked, &mut rng(6));
                result.unwrap_or_else(|error| panic!("{name} {leading:?} {reduction:?}: {error}"));
            }
        }
    }
}

/// The definition with explicit target distributions; `None` for an ignored target.
fn plain_cross_entropy(logits: &[f64], target: Option<usize>, smoothing: f64, weights: &[f64]) -> f64 {
    let Some(target) = target else { return 0.0 };
    let total = logits.iter().map(|x| x.exp()).sum::<f64>().ln();
    let share = |class| smoothing / logits.len() as f64 + if class == target { 1.0 - smoothing } else { 0.0 };
    logits.iter().enumerate().map(|(class, x)| share(class) * weights[class] * (total - x)).sum()
}

#[test]
fn cross_entropy_is_its_formula_with_all_options() {
    let weights = [0.5, 2.0, 0.0, 1.5, 3.0];
    for leading in LEADING {
        let (logits, targets) = (random(&with_last(leading, 5), 7), labels(leading));
        for (smoothing, ignored, weighted) in [(0.0, None, false), (0.2, Some(1), false), (0.3, Some(1), true)] {
            let weights = if weighted { weights } else { [1.0; 5] };
            let mut options = CrossEntropy::new().label_smoothing(smoothing);
            options = ignored.into_iter().fold(options, CrossEntropy::ignored);
            options = if weighted { options.weights(&weights.into()) } else { options };
            let counted = targets.as_slice().iter().map(|&t| Some(t).filter(|_| Some(t) != ignored));
            let rows = logits.as_slice().chunks(5).zip(counted.clone());
            let expected: Vec<f64> = rows.map(|(x, t)| plain_cross_entropy(x, t, smoothing, &weights)).collect();
            let none = options.clone().reduction(Reduction::None).loss(&logits, &targets).unwrap();
            assert_eq!(none.shape(), leading);
            assert_close_to("none", none.as_slice(), &expected, 1e-12);
            let sum: f64 = expected.iter().sum();
            let weight: f64 = counted.flatten().map(|t| weights[t]).sum();
            for (reduction, count) in [(Sum, 1.0), (BatchMean, expected.len() as f64), (Mean, weight)] {
                let found = options.clone().reduction(reduction).loss(&logits, &targets);
                if count > 0.0 {
                    assert_close_to(&format!("{reduction:?}"), &[found.unwrap().item()], &[sum / count], 1e-12);
                } else {
                    assert!(found.is_err());
                }
            }
        }
    }
}

#[test]
fn cross_entropy_gradients_with_all_options() {
    let weights = Tensor::from([0.5, 2.0, 0.25, 1.5, 3.0]);
    let options = [
        CrossEntropy::new(),
        CrossEntropy::new().ignored(1),
        CrossEntropy::new().weights(&weights).ignored(1),
        CrossEntropy::new().weights(&weights).ignored(1).label_smoothing(0.3),
    ];
    for leading in LEADING {
        let (logits, targets) = (Param::new(random(&with_last(leading, 5), 8)), labels(leading));
        for options in &options {
            for reduction in [Mean, Sum, BatchMean, Reduction::None] {
                let loss = options.clone().reduction(reduction);
                check_gradients(&logits, |x| Ok(score(loss.loss(&x.get(), &targets)?)), &mut rng(9)).unwrap();
            }
        }
    }
}

/// The gradient of a loss with respect to a prediction.
fn slope(x: Tensor<f64>, loss: impl Fn(&Tensor<f64>) -> Result<Tensor<f64>>) -> (f64, Vec<f64>) {
    let x = Param::new(x);
    let (value, gradients) = value_and_grad(&x, |x| loss(&x.get())).unwrap();
    (value.item(), gradients.get(&x).unwrap().to_vec())
}

#[test]
fn ignored_rows_may_hold_anything() {
    let logits = Tensor::from([[1.0, 2.0], [f64::NAN, f64::INFINITY], [0.5, -0.5]]);
    let targets = Tensor::from([0, 77, 1]);
    for reduction in [Mean, Sum] {
        let options = CrossEntropy::new().ignored(77).reduction(reduction).label_smoothing(0.1);
        let (value, gradient) = slope(logits.clone(), |x| options.loss(x, &targets));
        assert!(value.is_finite() && gradient.iter().all(|g| g.is_finite()));
        assert_eq!(gradient[2..4], [0.0, 0.0]);
    }
}

#[test]
fn excluded_classes_cost_nothing_while_another_is_the_target() {
    let logits = Tensor::from([[0.0, f64::NEG_INFINITY, 0.0]]);
    let (value, gradient) = slope(logits, |x| cross_entropy(x, &Tensor::from([2]), Mean));
    assert_close_to("value", &[value], &[std::f64::consts::LN_2], 1e-15);
    assert_close_to("gradient", &gradient, &[0.5, 0.0, -0.5], 1e-15);
}

#[test]
fn large_logits_neither_overflow_nor_lose_digits() {
    let loss = |x: f64, t: f64| slope(Tensor::from([x]), |x| bce_with_logits(x, &Tensor::from([t]), Sum));
    assert_eq!(loss(1000.0, 0.0), (1000.0, vec![1.0]));
    assert_eq!(loss(-1000.0, 1.0), (1000.0, vec![-1.0]));
    assert_eq!(loss(1000.0, 1.0).0, 0.0);
    let (small, gradient) = loss(40.0, 1.0);
    assert!((small / (-40.0_f64).exp() - 1.0).abs() < 1e-12, "{small}");
    assert!((gradient[0] / -(-40.0_f64).exp() - 1.0).abs() < 1e-12, "{gradient:?}");
    let (value, _) = slope(Tensor::from([[1e4, -1e4]]), |x| cross_entropy(x, &Tensor::from([1]), Sum));
    assert_eq!(value, 2e4);
}

#[test]
fn targets_of_zero_add_nothing_to_the_divergence() {
    let target = Tensor::from([[1.0, 0.0]]);
    let (value, gradient) = slope(Tensor::from([[0.0, f64::NEG_INFINITY]]), |x| kl_divergence(x, &target, Sum));
    assert_eq!((value, gradient), (0.0, vec![-1.0, 0.0]));
    let (_, gradient) = slope(target, |t| kl_divergence(&Tensor::from([[-0.5, f64::NEG_INFINITY]]), t, Sum));
    assert_eq!(gradient, [1.5, 0.0]);
}

#[test]
fn derivatives_at_the_corners() {
    let zero = Tensor::scalar(0.0);
    assert_eq!(slope(zero.clone(), |x| mae(x, &zero, Sum)).1, [0.0]);
    assert_eq!(slope(zero.clone(), |x| huber(x, &zero, 0.5, Sum)).1, [0.0]);
    assert_eq!(slope(Tensor::scalar(0.5), |x| huber(x, &zero, 0.5, Sum)), (0.125, vec![0.5]));
    assert_eq!(slope(Tensor::scalar(-0.5), |x| huber(x, &zero, 0.5, Sum)), (0.125, vec![-0.5]));
}

#[test]
fn empty_batches_have_sums_and_no_means() {
    let none = Tensor::from_vec(vec![], [3, 0]).unwrap();
    let losses = |x: &Tensor<f64>, reduction| {
        let mut all = ELEMENTWISE.map(|(name, loss, _)| (name, loss(x, x, reduction))).to_vec();
        all.push(("cross_entropy", cross_entropy(x, &none, reduction)));
        all
    };
    let x = Tensor::zeros([3, 0, 5]);
    for (name, loss) in losses(&x, Sum) {
        assert_eq!(loss.unwrap().item(), 0.0, "{name}");
    }
    for (name, loss) in losses(&x, Mean).into_iter().chain(losses(&x, BatchMean)) {
        let message = format!(
            "{name}: there is no mean over an empty batch (shape [3, 0, 5]); leave the batch out, or use \
             `Reduction::Sum`, which is 0 here"
        );
        assert_error(loss, &message);
    }
    assert_eq!(cross_entropy(&x, &none, Reduction::None).unwrap().shape(), [3, 0]);
    for at in 0..=ELEMENTWISE.len() {
        let model = Param::new(x.clone());
        let (_, gradients) = value_and_grad(&model, |x| losses(&x.get(), Sum).swap_remove(at).1).unwrap();
        assert_eq!(gradients.get(&model).unwrap().shape(), [3, 0, 5]);
    }
}

#[test]
fn means_without_weight_are_errors() {
    let (logits, targets) = (random(&[3, 5], 10), Tensor::from([2, 2, 2]));
    let ignoring = CrossEntropy::new().ignored(2);
    let message = "cross_entropy: there is no mean, because all targets are the ignored 2; use `Reduction::Sum`";
    assert_error(ignoring.loss(&logits, &targets), message);
    let (value, gradient) = slope(logits.clone(), |x| ignoring.clone().reduction(Sum).loss(x, &targets));
    assert_eq!((value, gradient), (0.0, vec![0.0; 15]));
    let weightless = CrossEntropy::new().weights(&Tensor::from([1.0, 1.0, 0.0, 1.0, 1.0]));
    let message = "cross_entropy: there is no mean, because the `weights` of all 3 targets are 0";
    assert_error(weightless.loss(&logits, &targets), message);
}

#[test]
fn unequal_shapes_are_never_stretched() {
    for (name, loss, _) in ELEMENTWISE {
        let argument = match name {
            "kl_divergence" => "probabilities",
            "bce_with_logits" => "targets",
            _ => "target",
        };
        let found = loss(&random(&[4, 1], 11), &random(&[4], 12), Mean);
        assert_error(found, &format!("{name}: `{argument}` should have shape [4, 1], found [4]"));
    }
}

#[test]
fn wrong_values_are_named_with_their_positions() {
    let x = random(&[2, 2], 13);
    let one_wrong = |value: f64| Tensor::from([[0.5, 1.0], [0.0, value]]);
    for delta in [0.0, -1.0, f64::NAN] {
        let message = format!("huber: `delta` should be above 0, found {delta}");
        assert_error(huber(&x, &x, delta, Mean), &message);
    }
    let message = "bce_with_logits: `targets` should be from 0 to 1, found 1.5 at position [1, 1]";
    assert_error(bce_with_logits(&x, &one_wrong(1.5), Mean), message);
    let message = "kl_divergence: `probabilities` should be finite and not negative, found -0.5 at position [1, 1]";
    assert_error(kl_divergence(&x, &one_wrong(-0.5), Mean), message);
    let message = "kl_divergence: `probabilities` should be finite and not negative, found NaN at position [1, 1]";
    assert_error(kl_divergence(&x, &one_wrong(f64::NAN), Mean), message);
}

#[test]
fn wrong_arguments_of_the_cross_entropy_are_named() {
    let (logits, targets) = (random(&[2, 3, 5], 14), Tensor::from([[0, 1, 2], [3, 7, 4]]));
    let message = "cross_entropy: `targets` should be below the number of classes 5, found 7 at position [1, 1]";
    assert_error(cross_entropy(&logits, &targets, Mean), message);
    assert_error(CrossEntropy::new().ignored(5).loss(&logits, &targets), message);
    let message = "cross_entropy: `targets` should have shape [2, 3], found [6]";
    assert_error(cross_entropy(&logits, &Tensor::from(targets.to_vec()), Mean), message);
    let message = "cross_entropy: `logits` should have shape [.., C], found []";
    assert_error(cross_entropy(&Tensor::scalar(1.0), &Tensor::scalar(0), Mean), message);
    let of = |options: CrossEntropy<f64>| options.ignored(7).loss(&logits, &targets);
    let message = "cross_entropy: `label_smoothing` should be from 0 to 1, found 1.5";
    assert_error(of(CrossEntropy::new().label_smoothing(1.5)), message);
    let message = "cross_entropy: `weights` should have shape [5], found [4]";
    assert_error(of(CrossEntropy::new().weights(&Tensor::ones([4]))), message);
    let message = "cross_entropy: `weights` should be finite and not negative, found -1 at position [2]";
    assert_error(of(CrossEntropy::new().weights(&Tensor::from([1.0, 1.0, -1.0, 1.0, 1.0]))), message);
}

#[test]
fn losses_in_single_precision_agree_with_double() {
    let (x, t) = (random(&[3, 4, 5], 15), random(&[3, 4, 5], 16).softmax(-1));
    let (x32, t32) = (x.cast::<f32>(), t.cast::<f32>());
    let labels = labels(&[3, 4]);
    macro_rules! all {
        ($x:expr, $t:expr) => {
            [
                mse(&$x, &$t, Mean),
                mae(&$x, &$t, Mean),
                huber(&$x, &$t, 0.8, Mean),
                bce_with_logits(&$x, &$t, Mean),
                kl_divergence(&$x.log_softmax(-1), &$t, BatchMean),
                CrossEntropy::new().label_smoothing(0.1).ignored(1).loss(&$x, &labels),
            ]
            .map(|loss| f64::from(loss.unwrap().item()))
        };
    }
    assert_close_to("losses in f32", &all!(x32, t32), &all!(x, t), 1e-5);
}

#[test]
fn losses_of_a_model_in_the_usual_error_type() {
    let x = Param::new(random(&[4, 5], 17));
    let (loss, _) = value_and_grad(&x, |x| {
        let loss = cross_entropy(&x.get(), &labels(&[4]), Mean)?;
        Ok::<_, Error>(loss + mse(&x.get(), &Tensor::zeros([4, 5]), Mean)? * 0.01)
    })
    .unwrap();
    assert!(loss.item() > 0.0);
}
