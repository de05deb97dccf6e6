//! Activation functions and their derivatives against PyTorch.

use recurve::{Error, Param, Tensor, value_and_grad_aux};

use crate::support::Golden;

type Function = fn(&Tensor<f64>) -> Tensor<f64>;

/// The names in the file and ours; parameters are PyTorch's defaults.
const FUNCTIONS: [(&str, Function); 15] = [
    ("elu", |x| x.elu(1.0)),
    ("gelu", |x| x.gelu()),
    ("gelu_tanh", |x| x.gelu_tanh()),
    ("hardsigmoid", |x| x.hard_sigmoid()),
    ("hardtanh", |x| x.hard_tanh()),
    ("leaky_relu", |x| x.leaky_relu(0.01)),
    ("log_sigmoid", |x| x.log_sigmoid()),
    ("mish", |x| x.mish()),
    ("relu", |x| x.relu()),
    ("selu", |x| x.selu()),
    ("sigmoid", |x| x.sigmoid()),
    ("silu", |x| x.silu()),
    ("softplus", |x| x.softplus()),
    ("softsign", |x| x.softsign()),
    ("tanh", |x| x.tanh()),
];

#[test]
fn values_and_gradients_agree() {
    let golden = Golden::load("activations");
    let (x, weights) = (Param::new(golden.input("x")), golden.input("g"));
    for (name, function) in FUNCTIONS {
        let (_, y, gradients) = value_and_grad_aux(&x, |x| {
            let y = function(&x.get());
            Ok::<_, Error>(((&y * &weights).sum(), y))
        })
        .unwrap();
        golden.check(name, &y);
        golden.check(&format!("grad.{name}"), &gradients.get(&x).unwrap());
    }
    golden.finish(32);
}
