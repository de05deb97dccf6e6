//! Tells nine speakers apart by how they say two vowels: a recurrent classifier made of annotated structs.
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
use recurve::optim::{AdamW, ClipGlobalNorm, Optimizer, Rule};
use recurve::rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use recurve::{Buffer, Cell, Gru, Module, Result, Sequence, Tensor, concat, value_and_grad_aux};
use utterances::{FEATURES, SPEAKERS, Utterance, padded, read, statistics};

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

/// A recurrent layer over the frames, its outputs pooled by attention and by their mean, and a linear classifier.
#[derive(Module)]
struct SpeakerModel {
    /// Mean and deviation `[D]` of the training frames.
    mean: Buffer,
    deviation: Buffer,
    cell: Gru,
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
            cell: Gru::new(FEATURES, Self::HIDDEN, rng),
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
    let bar = if options.quiet { ProgressBar::hidden() } else { ProgressBar::new(options.epochs as u64) };
    for epoch in 0..options.epochs {
        // Half a cosine: large steps first, small ones at the end.
        let progress = epoch as f64 / options.epochs as f64;
        optimizer.rule_mut().1.set_learning_rate(RATE * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()));
        order.shuffle(rng);
        let (mut loss, mut right) = (0.0, 0);
        for utterances in order.chunks(BATCH) {
            let (mean, hits) = step(model, &mut optimizer, utterances, rng)?;
            loss += mean * utterances.len() as f32;
            right += hits;
        }
        bar.inc(1);
        if !options.quiet {
            let (loss, accuracy) = (loss / order.len() as f32, right as f32 / order.len() as f32);
            bar.suspend(|| println!("epoch {:3}  loss {loss:.4}  training accuracy {accuracy:.4}", epoch + 1));
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// One gradient step. Returns the mean loss and the number of utterances that were told right.
fn step(
    model: &mut SpeakerModel,
    optimizer: &mut Optimizer<(ClipGlobalNorm, AdamW)>,
    utterances: &[&Utterance],
    rng: &mut StdRng,
) -> Result<(f32, usize)> {
    let (frames, speakers) = padded(utterances)?;
    let smoothed = CrossEntropy::new().label_smoothing(0.1);
    let (loss, logits, gradients) = value_and_grad_aux(model, |twin| -> Result<_> {
        let logits = twin.logits(&frames, Mode::Train(rng))?;
        Ok((smoothed.loss(&logits, &speakers)?, logits))
    })?;
    optimizer.update(model, &gradients)?;
    Ok((loss.item(), logits.argmax(-1).equal(&speakers).count_true()))
}

/// Prints the confusion matrix and the accuracy on the test set.
fn report(model: &SpeakerModel, test: &[Utterance], options: &Options) -> Result<()> {
    let (frames, speakers) = padded(&test.iter().collect::<Vec<_>>())?;
    let guesses = model.logits(&frames, Mode::Eval)?.argmax(-1);
    let mut confusion = [[0; SPEAKERS]; SPEAKERS];
    for (&speaker, &guess) in speakers.as_slice().iter().zip(guesses.as_slice()) {
        confusion[speaker][guess] += 1;
    }
    if !options.quiet {
        println!("\nrows: speaker, columns: guess");
        for (speaker, row) in confusion.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|count| format!("{count:3}")).collect();
            println!("{}  {}", speaker + 1, cells.join(" "));
        }
    }
    let (right, all, Options { epochs, seed, .. }) = (guesses.equal(&speakers).count_true(), test.len(), options);
    println!("test accuracy {:.4} ({right} of {all}) after {epochs} epochs, seed {seed}", right as f64 / all as f64);
    Ok(())
}
