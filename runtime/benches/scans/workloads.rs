//! What is measured.

use std::convert::identity;
use std::hint::black_box;
use std::time::{Duration, Instant};

use recurve::cells::{
    AntisymmetricRnn, DecayGru, DecoderGru, GruResetBefore, IndRnn, IntersectionRnn, LayerNormLstm, Mgu, PeepholeLstm,
    RnnRelu, Scrn, UpdateGateRnn,
};
use recurve::nn::loss::{cross_entropy, mse};
use recurve::nn::{Linear, Reduction};
use recurve::optim::{Adam, Rule};
use recurve::rand::{RngExt, rngs::StdRng};
use recurve::{
    Cell, CompiledCell, DType, Extent, Forward, Gru, InputShape, Lstm, Module, Pass, Result, Rnn, Tensor,
    value_and_grad,
};

use crate::cost::{Cost, Sizes};
use crate::perceptron;

/// Makes new inputs, and tells how long the work on them took.
pub(crate) type Call = Box<dyn FnMut(&mut StdRng) -> Result<Duration>>;

/// Makes the model that its calls work on.
pub(crate) type Start = Box<dyn Fn(&mut StdRng) -> Result<Call>>;

pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// `None` where nobody has counted.
    pub(crate) cost: Option<Cost>,
    pub(crate) start: Start,
}

const CLASSIFIED: Sizes = Sizes { steps: 100, batch: 32, input: 128, hidden: 128, outputs: 10 };
const LARGE: Sizes = Sizes { steps: 128, batch: 64, input: 256, hidden: 512, outputs: 256 };
const SMALL: Sizes = Sizes { steps: 1000, batch: 1, input: 8, hidden: 32, outputs: 1 };
const SINGLE: Sizes = Sizes { steps: 1, batch: 1, input: 128, hidden: 128, outputs: 0 };

/// Slow units of [`Scrn`].
const SLOW: usize = 40;
/// Steps in one call of `lstm-step`, which tells the time of one.
const CALLED_STEPS: u32 = 1000;
/// Small: nothing is learned from random labels, and a cell with relu must not grow over the repetitions.
const LEARNING_RATE: f64 = 1e-5;

pub(crate) fn all() -> Vec<Workload> {
    let (input, hidden) = (CLASSIFIED.input, CLASSIFIED.hidden);
    let batch = CLASSIFIED.batch;
    vec![
        workload("gru", CLASSIFIED.training(3, 3, batch), move |rng| {
            classification(Gru::new(input, hidden, rng), hidden, identity, rng)
        }),
        workload("lstm", LARGE.training(4, 5, LARGE.rows()), |rng| regression(LARGE, rng)),
        workload("peephole-lstm", CLASSIFIED.training(4, 5, batch), move |rng| {
            classification(PeepholeLstm::new(input, hidden, rng), hidden, identity, rng)
        }),
        workload("small-lstm", SMALL.training(4, 5, SMALL.rows()), |rng| regression(SMALL, rng)),
        workload("gru-inference", CLASSIFIED.inference(3, 3), |rng| Ok(inference(rng))),
        workload("lstm-step", SINGLE.inference(4, 5), stepping),
        workload("perceptron", perceptron::cost(), perceptron::start),
        other("lstm-128", hidden, identity, move |rng| Lstm::new(input, hidden, rng)),
        other("rnn", hidden, identity, move |rng| Rnn::new(input, hidden, rng)),
        other("rnn-relu", hidden, identity, move |rng| RnnRelu::new(input, hidden, rng)),
        other("gru-reset-before", hidden, identity, move |rng| GruResetBefore::new(input, hidden, rng)),
        other("layer-norm-lstm", hidden, identity, move |rng| LayerNormLstm::new(input, hidden, rng)),
        other("mgu", hidden, identity, move |rng| Mgu::new(input, hidden, rng)),
        other("ind-rnn", hidden, identity, move |rng| IndRnn::new(input, hidden, rng)),
        other("antisymmetric-rnn", hidden, identity, move |rng| AntisymmetricRnn::new(input, hidden, rng)),
        other("scrn", hidden + SLOW, identity, move |rng| Scrn::new(input, hidden, SLOW, rng)),
        other("decay-gru", hidden, identity, move |rng| DecayGru::new(input, hidden, rng)),
        other("decoder-gru", hidden, identity, move |rng| DecoderGru::new(input, hidden, hidden, rng)),
        other("intersection-rnn", hidden, |(y, _)| y, move |rng| IntersectionRnn::new(hidden, rng)),
        other("update-gate-rnn", hidden, identity, move |rng| UpdateGateRnn::new(input, hidden, rng)),
    ]
}

fn workload(name: &'static str, cost: Cost, start: impl Fn(&mut StdRng) -> Result<Call> + 'static) -> Workload {
    Workload { name, cost: Some(cost), start: Box::new(start) }
}

/// A cell at the sizes of `gru`, trained in the same way; `width` is the size of what `read` takes from its outputs.
fn other<C: CompiledCell<Element = f32> + 'static>(
    name: &'static str,
    width: usize,
    read: fn(C::Output) -> Tensor,
    new: impl Fn(&mut StdRng) -> C + 'static,
) -> Workload {
    let cost = planned(&new);
    let start = move |rng: &mut StdRng| classification(new(rng), width, read, rng);
    Workload { name, cost, start: Box::new(start) }
}

/// What a training step costs of the cell that `_new` makes, as its plan counts.
fn planned<C: CompiledCell>(_new: &impl Fn(&mut StdRng) -> C) -> Option<Cost> {
    let Sizes { steps, batch, hidden, .. } = CLASSIFIED;
    let size = |name: &&'static str| (*name, if *name == "S" { SLOW } else { hidden });
    let dimensions: Vec<_> = C::plan().dimensions().iter().map(size).collect();
    let pass = Pass::Training { input_gradients: false };
    let extent = Extent { steps, batch, dimensions: &dimensions, dtype: DType::F32, pass };
    let cost = C::plan().cost(&extent).ok()?;
    Some(Cost {
        flops: cost.flops as f64,
        transcendentals: cost.transcendentals as f64,
        bytes: cost.bytes_read_written as f64,
    })
}

/// Value, gradient and step of Adam.
pub(crate) fn training<M: Module + 'static, B: 'static>(
    mut model: M,
    batch: impl Fn(&M, &mut StdRng) -> B + 'static,
    loss: impl Fn(&M, &B) -> Result<Tensor> + 'static,
) -> Result<Call> {
    let mut optimizer = Adam::new(LEARNING_RATE).setup(&model)?;
    Ok(Box::new(move |rng| {
        let batch = batch(&model, rng);
        let start = Instant::now();
        let (value, gradients) = value_and_grad(&model, |twin| loss(twin, &batch))?;
        optimizer.update(&mut model, &gradients)?;
        drop(gradients); // memory returns to its pool within the time, as in a program
        black_box(value.item());
        Ok(start.elapsed())
    }))
}

/// A linear layer on the last outputs, ten classes, cross entropy.
fn classification<C: CompiledCell<Element = f32> + 'static>(
    cell: C,
    width: usize,
    read: fn(C::Output) -> Tensor,
    rng: &mut StdRng,
) -> Result<Call> {
    let model = (cell, Linear::new(width, CLASSIFIED.outputs, rng));
    let batch = |(cell, _): &(C, Linear), rng: &mut StdRng| {
        let labels: Vec<usize> = (0..CLASSIFIED.batch).map(|_| rng.random_range(0..CLASSIFIED.outputs)).collect();
        (random_inputs(cell, rng), Tensor::from(labels))
    };
    training(model, batch, move |(cell, head), (xs, labels)| {
        let (ys, _) = cell.scan(xs, None)?;
        cross_entropy(&head.forward(&read(ys.last()?))?, labels, Reduction::Mean)
    })
}

/// `[T, B, …]` for inputs, `[B, …]` for contexts; a number for each row is a length of time, from 0 to 1.
fn random_inputs<C: CompiledCell<Element = f32>>(cell: &C, rng: &mut StdRng) -> C::Input {
    let Sizes { steps, batch, hidden, .. } = CLASSIFIED;
    cell.input_from(&mut |_| hidden, &mut |input: InputShape<'_>| {
        let leading: &[usize] = if input.context { &[batch] } else { &[steps, batch] };
        let shape = [leading, input.sizes].concat();
        if input.sizes.is_empty() { Tensor::uniform(shape, 0.0, 1.0, rng) } else { normal(shape, rng) }
    })
}

/// A linear layer on the outputs of all steps, mean squared error.
fn regression(sizes: Sizes, rng: &mut StdRng) -> Result<Call> {
    let Sizes { steps, batch, input, hidden, outputs } = sizes;
    let model = (Lstm::new(input, hidden, rng), Linear::new(hidden, outputs, rng));
    let batch = move |_: &(Lstm, Linear), rng: &mut StdRng| {
        (normal(vec![steps, batch, input], rng), normal(vec![steps, batch, outputs], rng))
    };
    training(model, batch, |(cell, head), (xs, targets)| {
        let (ys, _) = cell.scan(xs, None)?;
        mse(&head.forward(ys.data())?, targets, Reduction::Mean)
    })
}

fn inference(rng: &mut StdRng) -> Call {
    let Sizes { steps, batch, input, hidden, .. } = CLASSIFIED;
    let cell = Gru::new(input, hidden, rng);
    Box::new(move |rng| {
        let xs = normal(vec![steps, batch, input], rng);
        let start = Instant::now();
        drop(black_box(cell.scan(&xs, None)?));
        Ok(start.elapsed())
    })
}

fn stepping(rng: &mut StdRng) -> Result<Call> {
    let Sizes { batch, input, hidden, .. } = SINGLE;
    let mut stepper = Lstm::new(input, hidden, rng).stepper(batch)?;
    Ok(Box::new(move |rng| {
        let xs = normal(vec![CALLED_STEPS as usize, input], rng);
        let start = Instant::now();
        for x in xs.as_slice().chunks_exact(input) {
            black_box(stepper.push(x)?);
        }
        Ok(start.elapsed() / CALLED_STEPS)
    }))
}

pub(crate) fn normal(shape: Vec<usize>, rng: &mut StdRng) -> Tensor {
    Tensor::normal(shape, 0.0, 1.0, rng)
}
