//! Bodies that run in turn, so that a slow minute of the machine is slow for all.

use std::time::{Duration, Instant};

/// Repetitions that are not counted: the first ones touch fresh memory.
const UNTIMED: usize = 3;

pub(crate) struct Row<'a> {
    name: String,
    body: Box<dyn FnMut() + 'a>,
    /// How often the body does what is measured.
    rounds: u32,
}

pub(crate) fn row<'a>(name: impl Into<String>, body: impl FnMut() + 'a) -> Row<'a> {
    Row { name: name.into(), body: Box::new(body), rounds: 1 }
}

impl Row<'_> {
    /// For what is too short for the clock: the body does it `rounds` times.
    pub(crate) fn rounds(self, rounds: u32) -> Self {
        Self { rounds, ..self }
    }

    fn time(&mut self) -> f64 {
        let start = Instant::now();
        (self.body)();
        micros(start.elapsed()) / f64::from(self.rounds)
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub(crate) fn print_header() {
    println!("{:<44} {:>12} {:>12} {:>12}", "µs", "median", "shortest", "ratio");
}

/// Times the rows and prints them. The ratio is the median of those to the first row in the same repetition.
pub(crate) fn measure(repetitions: usize, mut rows: Vec<Row<'_>>) {
    let turns = (0..repetitions + UNTIMED).map(|_| rows.iter_mut().map(Row::time).collect::<Vec<f64>>());
    let turns: Vec<Vec<f64>> = turns.skip(UNTIMED).collect();
    for (at, row) in rows.iter().enumerate() {
        let times: Vec<f64> = turns.iter().map(|turn| turn[at]).collect();
        let ratio = median(turns.iter().map(|turn| turn[at] / turn[0]).collect());
        let shortest = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!("{:<44} {:>12.2} {shortest:>12.2} {ratio:>12.3}", row.name, median(times));
    }
    println!();
}
