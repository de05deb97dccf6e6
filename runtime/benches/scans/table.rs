//! The table of results.

use std::fmt::Write as _;

use crate::cost::bound;
use crate::options::Options;
use crate::product;
use crate::workloads::Workload;

/// Seconds of the calls of one workload with one number of threads, and of the products before them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    pub(crate) calls: Vec<f64>,
    pub(crate) products: Vec<f64>,
}

impl Samples {
    /// The rate of the product in flop/s, as a median over the same minutes as the calls.
    fn rate(&self, threads: usize) -> f64 {
        product::FLOPS * threads as f64 / median(&self.products)
    }
}

/// `samples` are those of the first workload for each number of threads, then those of the second, and so on.
pub(crate) fn write(workloads: &[&Workload], samples: &[Samples], options: &Options) -> String {
    let mut text = format!("medians of {} repetitions\n\n", options.repetitions);
    text += "| workload | threads | median ms | min ms | GFLOP/s | G | ratio to G | bound ms | speed-up |\n";
    text += "|---|---|---|---|---|---|---|---|---|\n";
    for (workload, samples) in workloads.iter().zip(samples.chunks_exact(options.threads.len())) {
        let single = options.threads.iter().position(|&threads| threads == 1).map(|at| median(&samples[at].calls));
        for (samples, &threads) in samples.iter().zip(&options.threads) {
            text += &row(workload, samples, threads, single);
        }
    }
    text
}

fn row(workload: &Workload, samples: &Samples, threads: usize, single: Option<f64>) -> String {
    let (time, rate) = (median(&samples.calls), samples.rate(threads));
    let shortest = samples.calls.iter().copied().fold(f64::INFINITY, f64::min);
    let [mut achieved, mut ratio, mut limit, mut gain] = [const { String::new() }; 4];
    if let Some(cost) = &workload.cost {
        achieved = format!("{:.1}", cost.flops / time / 1e9);
        ratio = format!("{:.2}", cost.flops / time / rate);
        limit = milliseconds(bound(cost, rate, threads));
    }
    if let Some(single) = single.filter(|_| threads > 1) {
        gain = format!("{:.2}", single / time);
    }
    let mut line = format!("| {} | {threads} | {} | {} |", workload.name, milliseconds(time), milliseconds(shortest));
    writeln!(line, " {achieved} | {:.1} | {ratio} | {limit} | {gain} |", rate / 1e9).expect("a string takes all");
    line
}

/// Four digits, as a step takes a thousandth of what a scan takes.
fn milliseconds(seconds: f64) -> String {
    let value = seconds * 1e3;
    let decimals = (3 - value.log10().floor() as i32).clamp(0, 6) as usize;
    format!("{value:.decimals$}")
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 }
}
