//! Learns the sunspot cycle with a small recurrent model: by L-BFGS over the flat vector of its parameters, and by Adam.
//!
//! The data are the yearly sunspot numbers from 1700 to 2008 (see `examples/data/README.md`); the model says the next year
//! from all years before. Run it with `cargo run --release --features argmin --example sunspots`; the last line is
//! `L-BFGS 0.0xxxx after n steps, Adam 0.0xxxx after 500 at rate r`: the mean squared errors in units of the variance,
//! that of Adam at the best of five learning rates. There is little data and no noise in the loss, so a method that
//! looks at the curvature gets further down the valley in which it is. Of a model with many more units the loss has many
//! valleys, and which method ends lower depends on the seed.

use std::path::{Path, PathBuf};

use clap::Parser;
use recurve::flat::argmin::core::{Error, Executor, State};
use recurve::flat::argmin::solver::linesearch::MoreThuenteLineSearch;
use recurve::flat::argmin::solver::quasinewton::LBFGS;
use recurve::flat::{Flat, Objective};
use recurve::nn::{Linear, Reduction, loss::mse};
use recurve::optim::{Adam, Rule};
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Cell, ErrorKind, Forward, Gru, Module, Result, Tensor, value_and_grad};

/// Trains a forecaster of sunspots by L-BFGS and by Adam
#[derive(Parser)]
struct Options {
    /// Steps of Adam at each of the five learning rates
    #[arg(long, default_value_t = 500)]
    adam: usize,
    /// The most steps of L-BFGS
    #[arg(long, default_value_t = 500)]
    lbfgs: u64,
    /// Hidden units
    #[arg(long, default_value_t = 3)]
    hidden: usize,
    /// The steps that L-BFGS remembers
    #[arg(long, default_value_t = 50)]
    memory: usize,
    /// Seed of the initial weights
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The file with a line for each year
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/sunspots/sunspots.csv"))]
    data: PathBuf,
    /// Print the last line only
    #[arg(long)]
    quiet: bool,
}

/// A recurrent layer over the years, and a linear forecast of the next one.
#[derive(Module)]
struct Forecaster {
    cell: Gru<f64>,
    output: Linear<f64>,
}

impl Forecaster {
    fn new(options: &Options) -> Self {
        let mut rng = StdRng::seed_from_u64(options.seed);
        let cell = Gru::with_dtype(1, options.hidden, &mut rng);
        Self { cell, output: Linear::with_dtype(options.hidden, 1, &mut rng) }
    }

    /// The mean squared error of the forecasts of all years but the first; `years: [T, 1, 1]`.
    fn loss(&self, years: &Tensor<f64>) -> Result<Tensor<f64>> {
        let last = years.shape()[0] - 1;
        let (hidden, _) = self.cell.scan(years.slice(0, 0..last), None)?;
        mse(&self.output.forward(hidden.data())?, &years.slice(0, 1..last + 1), Reduction::Mean)
    }
}

fn main() -> Result<(), Error> {
    let options = Options::parse();
    let years = standardised(&read(&options.data)?)?;
    if !options.quiet {
        println!("{}\n", Forecaster::new(&options).summary()?);
    }
    let (by_lbfgs, steps) = lbfgs(&years, &options)?;
    let (mut by_adam, mut best) = (f64::INFINITY, 0.0);
    for rate in [3e-3, 1e-2, 3e-2, 1e-1, 3e-1] {
        let loss = adam(&years, rate, &options)?;
        if !options.quiet {
            println!("Adam at {rate:<5}  loss {loss:.5}");
        }
        if loss < by_adam {
            (by_adam, best) = (loss, rate);
        }
    }
    println!("L-BFGS {by_lbfgs:.5} after {steps} steps, Adam {by_adam:.5} after {} at rate {best}", options.adam);
    Ok(())
}

/// The loss after L-BFGS, and the number of its steps.
fn lbfgs(years: &Tensor<f64>, options: &Options) -> Result<(f64, u64), Error> {
    let objective = Objective::new(&Forecaster::new(options), |model: &Forecaster| model.loss(years))?;
    let start = objective.start();
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), options.memory);
    let executor = Executor::new(objective, solver);
    let result = executor.configure(|state| state.param(start).max_iters(options.lbfgs)).ctrlc(false).run()?;
    let state = result.state();
    if !options.quiet {
        println!("L-BFGS  {} steps, {}", state.get_iter(), state.get_termination_status());
    }
    Ok((state.get_best_cost(), state.get_iter()))
}

/// The loss after some steps of Adam.
fn adam(years: &Tensor<f64>, rate: f64, options: &Options) -> Result<f64> {
    let mut model = Flat::new(Forecaster::new(options))?;
    let mut optimizer = Adam::new(rate).setup(&model)?;
    for _ in 0..options.adam {
        let (_, gradients) = value_and_grad(&model, |model| model.loss(years))?;
        optimizer.update(&mut model, &gradients)?;
    }
    Ok(model.loss(years)?.item())
}

/// The numbers of all years.
fn read(file: &Path) -> Result<Vec<f64>> {
    let problem = |message: String| recurve::Error::new(ErrorKind::Data, file.display().to_string(), message);
    let text = std::fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
    let number = |line: &str| line.split_once(',').and_then(|(_, number)| number.trim().parse().ok());
    let lines = text.lines().skip(1);
    lines.map(|line| number(line).ok_or_else(|| problem(format!("expected `year,number`, found {line:?}")))).collect()
}

/// `[T, 1, 1]` with mean 0 and variance 1.
fn standardised(numbers: &[f64]) -> Result<Tensor<f64>> {
    let years = Tensor::from_slice(numbers, [numbers.len(), 1, 1])?;
    let centred = &years - years.mean();
    Ok(&centred / centred.square().mean().sqrt())
}
