//! Tells nine speakers apart by how they say two vowels: a classifier with a recurrent cell of its own.
//!
//! The data are 640 utterances of different lengths (Japanese Vowels, see `examples/data/README.md`). Run it with
//! `cargo run --release --example speakers`; the last line is
//! `test accuracy 0.9xxx (n of 370) after E epochs, seed S`. The test set is read once, after training.

#[path = "support/utterances.rs"]
mod utterances;

use std::path::PathBuf;

use clap::Parser;
use indicatif::ProgressBar;
use recurve::nn::loss::CrossEntropy;
use recurve::nn::{Dropout, Forward, Linear, Mode};
use recurve::optim::{AdamW, ClipGlobalNorm, Rule};
use recurve::rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use recurve::{Buffer, Cell, Module, Result, Sequence, Tensor, concat, recurrent, value_and_grad};
use utterances::{FEATURES, SPEAKERS, Utterance, padded, print_confusion, read, statistics};

/// Trains a recurrent classifier of nine speakers
#[derive(Parser)]
struct Options {
    /// Passes over the 270 training utterances
    #[arg(long, default_value_t = 60)]
    epochs: usize,
    /// Seed of the initial weights, the order of the utterances and dropout
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder with the two `.ts` files
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/japanese_vowels"))]
    data: PathBuf,
    /// Print the last line only
    #[arg(long)]
    quiet: bool,
}

recurrent! {
    /// A gated unit whose gates look at the frame only; the candidate sees what was heard before.
    cell Listener(input: D, hidden: H) {
        param w_r, w_z, w_n: [H, D] = uniform(1 / sqrt(H));
        param u: [H, H] = uniform(1 / sqrt(H));
        param b_r, b_z, b_n, c_n: [H] = zeros;
        state h: [H];

        step(x: [D]) -> [H] {
            let r = sigmoid(w_r @ x + b_r);
            let z = sigmoid(w_z @ x + b_z);
            let n = tanh(w_n @ x + b_n + r * (u @ h + c_n));
            h = (1 - z) * n + z * h;
            h
        }
    }
}

/// A recurrent layer over the frames, its outputs pooled by attention and by their mean, and a linear classifier.
#[derive(Module)]
struct SpeakerModel {
    /// Mean and deviation `[D]` of the training frames.
    mean: Buffer,
    deviation: Buffer,
    cell: Listener,
    attention: Linear,
    output: Linear,
    dropout: Dropout,
}

impl SpeakerModel {
    const HIDDEN: usize = 64;

    fn new(training: &[Utterance], rng: &mut StdRng) -> Self {
        let (mean, deviation) = statistics(training);
        Self {
            mean: Buffer::new(mean),
            deviation: Buffer::new(deviation),
            cell: Listener::new(FEATURES, Self::HIDDEN, rng),
            attention: Linear::new(Self::HIDDEN, 1, rng),
            output: Linear::new(2 * Self::HIDDEN, SPEAKERS, rng),
            dropout: Dropout::new(0.3),
        }
    }

    /// `frames: Sequence of [T, B, D]` to the logits `[B, 9]`.
    fn logits(&self, frames: &Sequence<Tensor>, mut mode: Mode<'_>) -> Result<Tensor> {
        let standard = frames.map(|x| Ok((x - self.mean.get()) / self.deviation.get()))?;
        let inputs = standard.map(|x| self.dropout.forward(x, mode.reborrow()))?;
        let (hidden, _) = self.cell.scan(&inputs, None)?;
        let scores = self.attention.forward(hidden.data())?.squeeze(-1);
        let pooled = concat(&[&hidden.attention(&scores)?, &hidden.mean()?], -1)?;
        self.output.forward(&self.dropout.forward(&pooled, mode)?)
    }
}

fn main() -> Result<()> {
    let options = Options::parse();
    let mut rng = StdRng::seed_from_u64(options.seed);
    let training = read(&options.data.join("JapaneseVowels_TRAIN.ts"))?;
    let mut model = SpeakerModel::new(&training, &mut rng);
    if !options.quiet {
        println!("{}\n", model.summary()?);
    }
    train(&mut model, &training, &options, &mut rng)?;
    report(&model, &read(&options.data.join("JapaneseVowels_TEST.ts"))?, &options)
}

fn train(model: &mut SpeakerModel, training: &[Utterance], options: &Options, rng: &mut StdRng) -> Result<()> {
    const BATCH: usize = 15;
    const RATE: f64 = 3e-3;
    let mut order: Vec<&Utterance> = training.iter().collect();
    let mut optimizer = (ClipGlobalNorm::new(1.0), AdamW::new(RATE).weight_decay(0.05)).setup(model)?;
    let smoothed = CrossEntropy::new().label_smoothing(0.1);
    let bar = if options.quiet { ProgressBar::hidden() } else { ProgressBar::new(options.epochs as u64) };
    for epoch in 0..options.epochs {
        // Half a cosine: large steps first, small ones at the end.
        let progress = epoch as f64 / options.epochs as f64;
        optimizer.rule_mut().1.set_learning_rate(RATE * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()));
        order.shuffle(rng);
        let mut loss = 0.0;
        for utterances in order.chunks(BATCH) {
            let (frames, speakers) = padded(utterances)?;
            let (mean, gradients) = value_and_grad(model, |twin| -> Result<_> {
                smoothed.loss(&twin.logits(&frames, Mode::Train(rng))?, &speakers)
            })?;
            optimizer.update(model, &gradients)?;
            loss += mean.item() * utterances.len() as f32;
        }
        bar.inc(1);
        if !options.quiet {
            bar.suspend(|| println!("epoch {:3}  loss {:.4}", epoch + 1, loss / order.len() as f32));
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// Prints the accuracy on the test set, and who was taken for whom.
fn report(model: &SpeakerModel, test: &[Utterance], options: &Options) -> Result<()> {
    let (frames, speakers) = padded(&test.iter().collect::<Vec<_>>())?;
    let guesses = model.logits(&frames, Mode::Eval)?.argmax(-1);
    if !options.quiet {
        print_confusion(&speakers, &guesses);
    }
    let (right, all, Options { epochs, seed, .. }) = (guesses.equal(&speakers).count_true(), test.len(), options);
    println!("test accuracy {:.4} ({right} of {all}) after {epochs} epochs, seed {seed}", right as f64 / all as f64);
    Ok(())
}

#[cfg(test)]
#[path = "support/speakers_tests.rs"]
mod tests;
