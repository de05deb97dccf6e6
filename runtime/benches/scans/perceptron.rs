//! A perceptron: layers without a scan, whose products are small.

use recurve::flat::Flat;
use recurve::nn::loss::cross_entropy;
use recurve::nn::{Linear, Reduction};
use recurve::rand::{RngExt, rngs::StdRng};
use recurve::{Forward, Module, Result, Tensor};

use crate::cost::Cost;
use crate::workloads::{Call, normal, training};

const BATCH: usize = 128;
const INPUTS: usize = 784;
const HIDDEN: usize = 256;
const CLASSES: usize = 10;

#[derive(Module)]
struct Perceptron {
    first: Linear,
    second: Linear,
    head: Linear,
}

impl Forward<&Tensor> for Perceptron {
    type Output = Tensor;

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let h = self.first.forward(x)?.relu();
        let h = self.second.forward(&h)?.relu();
        self.head.forward(&h)
    }
}

/// The products of all layers, forward and with respect to weights and inputs; the first layer's inputs have no gradient.
pub(crate) fn cost() -> Cost {
    let inner = HIDDEN * HIDDEN + HIDDEN * CLASSES;
    Cost {
        flops: (2 * BATCH * (2 * INPUTS * HIDDEN + 3 * inner)) as f64,
        transcendentals: (BATCH * CLASSES) as f64,
        bytes: (28 * (INPUTS * HIDDEN + inner)) as f64, // parameter and both moments, read and written, and the gradient
    }
}

pub(crate) fn start(rng: &mut StdRng) -> Result<Call> {
    let first = Linear::new(INPUTS, HIDDEN, rng);
    let second = Linear::new(HIDDEN, HIDDEN, rng);
    let model = Flat::new(Perceptron { first, second, head: Linear::new(HIDDEN, CLASSES, rng) })?;
    let batch = |_: &Flat<Perceptron>, rng: &mut StdRng| {
        let labels: Vec<usize> = (0..BATCH).map(|_| rng.random_range(0..CLASSES)).collect();
        (normal(vec![BATCH, INPUTS], rng), Tensor::from(labels))
    };
    training(model, batch, |model, (xs, labels)| cross_entropy(&model.forward(xs)?, labels, Reduction::Mean))
}
