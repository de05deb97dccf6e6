//! Batches without sequences and sequences without steps, through a whole model.

use recurve::nn::loss::{CrossEntropy, bce_with_logits, huber, kl_divergence, mae, mse};
use recurve::nn::{Dropout, Embedding, LayerNorm, Linear, Mode, Reduction};
use recurve::optim::{Adam, Rule};
use recurve::{Cell, Forward, Gru, GruState, Module, Param, Result, Sequence, Tensor, value_and_grad};

use super::dense;
use crate::support::{random, rng};

const FEATURES: usize = 4;
const HIDDEN: usize = 3;
const CLASSES: usize = 5;

/// Tokens to classes, through every kind of layer.
#[derive(Module)]
struct Model {
    embedding: Embedding<f64>,
    norm: LayerNorm<f64>,
    dropout: Dropout,
    first: Gru<f64>,
    second: Gru<f64>,
    score: Linear<f64>,
    output: Linear<f64>,
    h: Param<f64>,
}

impl Model {
    fn new(batch: usize) -> Result<Self> {
        let rng = &mut rng(1);
        let model = Self {
            embedding: Embedding::with_dtype(7, FEATURES, rng),
            norm: LayerNorm::with_dtype(FEATURES),
            dropout: Dropout::new(0.25),
            first: Gru::with_dtype(FEATURES, HIDDEN, rng),
            second: Gru::with_dtype(HIDDEN, HIDDEN, rng),
            score: Linear::with_dtype(HIDDEN, 1, rng),
            output: Linear::with_dtype(4 * HIDDEN, CLASSES, rng),
            h: Param::new(Tensor::zeros([batch, HIDDEN])),
        };
        dense(&model, 2)
    }

    fn logits(&self, tokens: Sequence<Tensor<usize>>, mut mode: Mode<'_>) -> Result<Tensor<f64>> {
        let xs = tokens.map(|tokens| {
            let x = self.norm.forward(&self.embedding.forward(tokens)?)?;
            self.dropout.forward(&x, mode.reborrow())
        })?;
        let (ys, _) = self.first.scan(xs, None)?;
        let (ys, _) = self.second.scan(ys, GruState { h: self.h.get() })?;
        let scores = self.score.forward(ys.data())?.squeeze(-1);
        let pooled = [ys.last()?, ys.mean()?, ys.max()?, ys.attention(&scores)?];
        let pooled = recurve::concat(&pooled.each_ref(), 1)?;
        self.output.forward(&self.dropout.forward(&pooled, mode)?)
    }
}

type Loss = fn(&Tensor<f64>, Reduction) -> Result<Tensor<f64>>;
const LOSSES: [(&str, Loss); 6] = [
    ("mse", |y, r| mse(y, &Tensor::zeros(y.shape()), r)),
    ("mae", |y, r| mae(y, &Tensor::zeros(y.shape()), r)),
    ("huber", |y, r| huber(y, &Tensor::zeros(y.shape()), 0.5, r)),
    ("bce_with_logits", |y, r| bce_with_logits(y, &Tensor::ones(y.shape()), r)),
    ("kl_divergence", |y, r| kl_divergence(&y.log_softmax(-1), &Tensor::full(y.shape(), 0.2), r)),
    ("cross_entropy", |y, r| {
        CrossEntropy::new().reduction(r).label_smoothing(0.1).loss(y, &Tensor::full(&y.shape()[..1], 2_usize))
    }),
];

fn tokens(steps: usize, batch: usize) -> Tensor<usize> {
    let tokens = (0..steps * batch).map(|at| (at * 3 + 1) % 7).collect();
    Tensor::from_vec(tokens, [steps, batch]).expect("one for each place")
}

/// All sizes, with and without lengths, in training and in evaluation: each parameter has a gradient of its shape,
/// and an optimiser can step.
#[test]
fn every_size_has_a_loss_and_finite_gradients_of_the_right_shapes() -> Result<()> {
    for (steps, batch) in [(0, 0), (0, 1), (0, 3), (1, 0), (4, 0), (1, 1), (4, 3)] {
        for (name, loss) in LOSSES {
            for (train, with_lengths) in [(false, false), (true, false), (true, true)] {
                let place = format!("{name}, T = {steps}, B = {batch}, lengths: {with_lengths}");
                let mut model = Model::new(batch)?;
                let mut opt = Adam::new(0.1).setup(&model)?;
                let run = |m: &Model| {
                    let mut generator = rng(3);
                    let mode = if train { Mode::Train(&mut generator) } else { Mode::Eval };
                    let sequence = Sequence::time_major(tokens(steps, batch));
                    let lengths: Vec<usize> = (0..batch).map(|row| steps.min(row)).collect();
                    let sequence = if with_lengths { sequence.lengths(&lengths)? } else { sequence };
                    let logits = m.logits(sequence, mode)?;
                    assert_eq!(logits.shape(), [batch, CLASSES], "{place}");
                    loss(&logits, Reduction::Sum)
                };
                let (value, gradients) = value_and_grad(&model, run).unwrap_or_else(|e| panic!("{place}: {e}"));
                assert!(value.is_finite() && gradients.is_finite(), "{place}");
                assert!(batch > 0 || value.item() == 0.0, "{place}");
                for ((path, gradient), parameter) in gradients.iter().zip(model.trainables()?) {
                    let gradient = gradient.unwrap_or_else(|| panic!("{place}: no gradient for {path}"));
                    assert_eq!(gradient.shape(), &*parameter.shape(), "{place}: {path}");
                    let zero = gradient.to_f64_vec().iter().all(|value| *value == 0.0);
                    assert!(zero || batch > 0, "{place}: {path}");
                }
                opt.update(&mut model, &gradients).unwrap_or_else(|e| panic!("{place}: {e}"));
            }
        }
    }
    Ok(())
}

/// The mean of nothing is an error that changes nothing, not a silent not-a-number.
#[test]
fn means_over_an_empty_batch_are_errors() -> Result<()> {
    let model = Model::new(0)?;
    let before = super::bits(&model);
    for (name, loss) in LOSSES {
        let run = |m: &Model| loss(&m.logits(tokens(2, 0).into(), Mode::Eval)?, Reduction::Mean);
        let error = value_and_grad(&model, run).unwrap_err().to_string();
        assert!(error.starts_with(name) && error.contains("empty batch"), "{name}: {error}");
    }
    assert_eq!(super::bits(&model), before);
    Ok(())
}

/// Without steps the pooled values are zeros, so only the output layer's bias has a gradient.
#[test]
fn without_steps_only_the_bias_of_the_output_is_trained() -> Result<()> {
    let model = Model::new(3)?;
    let (_, gradients) = value_and_grad(&model, |m| {
        Ok::<_, recurve::Error>((m.logits(tokens(0, 3).into(), Mode::Eval)? * random(&[3, CLASSES], 4)).sum())
    })?;
    for (path, gradient) in gradients.iter() {
        let moved = gradient.expect("a gradient each").to_f64_vec().iter().any(|value| *value != 0.0);
        assert_eq!(moved, path == "output.bias", "{path}");
    }
    Ok(())
}

/// More sequences change nothing for the others: the gradient of a batch is the sum over its parts, an empty one too.
#[test]
fn the_gradient_of_a_batch_is_the_sum_over_its_parts() -> Result<()> {
    let gradient = |rows: std::ops::Range<usize>| -> Result<Tensor<f64>> {
        let mut model = Model::new(rows.len())?;
        model.h = Param::new(random(&[4, HIDDEN], 5).slice(0, rows.clone()));
        model.freeze("h")?;
        let tokens = tokens(5, 4).transpose(0, 1).slice(0, rows.clone());
        let lengths = [5, 0, 2, 4];
        let weights = random(&[4, CLASSES], 6).slice(0, rows.clone());
        let (_, gradients) = value_and_grad(&model, |m| {
            let xs = Sequence::batch_major(tokens.clone()).lengths(&lengths[rows.clone()])?;
            Ok::<_, recurve::Error>((m.logits(xs, Mode::Eval)?.sin() * &weights).sum())
        })?;
        gradients.flatten::<f64>()
    };
    let whole = gradient(0..4)?;
    assert!(whole.abs().max().item() > 0.1);
    for cut in 0..=4 {
        let parts = gradient(0..cut)? + gradient(cut..4)?;
        crate::support::assert_close_to("parts", parts.as_slice(), whole.as_slice(), 1e-12);
    }
    Ok(())
}
