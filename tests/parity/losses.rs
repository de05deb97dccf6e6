//! Golden values of the losses, and of their gradients with respect to the prediction.

use recurve::nn::Reduction::{BatchMean, Mean, Sum};
use recurve::nn::loss::{CrossEntropy, bce_with_logits, cross_entropy, huber, kl_divergence, mae, mse};
use recurve::{Param, Result, Tensor, value_and_grad};

use crate::support::Golden;

/// Compares `loss(prediction, target)`.
#[track_caller]
fn check_real(golden: Golden, loss: impl Fn(&Tensor<f64>, &Tensor<f64>) -> Result<Tensor<f64>>) {
    let target = golden.input("target");
    check(golden, |prediction| loss(prediction, &target));
}

/// Compares `loss(prediction, target)` for targets that are classes.
#[track_caller]
fn check_classes(golden: Golden, loss: impl Fn(&Tensor<f64>, &Tensor<usize>) -> Result<Tensor<f64>>) {
    let target = golden.index("target");
    check(golden, |prediction| loss(prediction, &target));
}

#[track_caller]
fn check(golden: Golden, loss: impl Fn(&Tensor<f64>) -> Result<Tensor<f64>>) {
    let prediction = Param::new(golden.input("pred"));
    let (value, gradients) = value_and_grad(&prediction, |prediction| loss(&prediction.get())).unwrap();
    golden.check_number("loss", &value);
    golden.check("grad.pred", &gradients.get(&prediction).unwrap());
    golden.finish(4);
}

#[test]
fn mse_as_in_pytorch() {
    check_real(Golden::load("loss_mse"), |x, t| mse(x, t, Mean));
}

#[test]
fn mae_as_in_pytorch() {
    check_real(Golden::load("loss_mae"), |x, t| mae(x, t, Mean));
}

#[test]
fn huber_as_in_pytorch() {
    let golden = Golden::load("loss_huber");
    let delta = golden.option("delta");
    check_real(golden, |x, t| huber(x, t, delta, Mean));
}

#[test]
fn bce_with_logits_as_in_pytorch() {
    check_real(Golden::load("loss_bce_with_logits"), |x, t| bce_with_logits(x, t, Mean));
}

#[test]
fn kl_divergence_as_in_pytorch() {
    check_real(Golden::load("loss_kl_div_log_softmax"), |x, t| kl_divergence(&x.log_softmax(-1), t, BatchMean));
}

#[test]
fn cross_entropy_as_in_pytorch() {
    check_classes(Golden::load("loss_cross_entropy"), |x, t| cross_entropy(x, t, Mean));
}

#[test]
fn cross_entropy_with_ignored_class_as_in_pytorch() {
    let golden = Golden::load("loss_cross_entropy_ignore_index");
    let ignored = golden.option("ignore_index") as usize;
    check_classes(golden, |x, t| CrossEntropy::new().ignored(ignored).loss(x, t));
}

#[test]
fn cross_entropy_with_smoothed_labels_as_in_pytorch() {
    let golden = Golden::load("loss_cross_entropy_sum_smoothing");
    let smoothing = golden.option("label_smoothing");
    check_classes(golden, |x, t| CrossEntropy::new().label_smoothing(smoothing).reduction(Sum).loss(x, t));
}
