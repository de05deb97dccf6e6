//! How long training and inference through scans take, beside the matrix product of the `gemm` crate in the same run.
//!
//! `benches/README.md` says what each workload is and how it is measured. The process that is started measures nothing:
//! it starts one process for each number of threads, since a pool of threads is set up once in a process, and asks them
//! in turn.

mod cost;
mod options;
mod perceptron;
mod process;
mod product;
mod table;
mod workloads;

use std::error::Error;

use options::{Options, Task};
use process::Process;
use table::Samples;
use workloads::Workload;

fn main() -> Result<(), Box<dyn Error>> {
    let workloads = workloads::all();
    match options::parse(std::env::args().skip(1), &workloads)? {
        Task::Help => print!("{}", options::help(&workloads)),
        Task::Serve { threads } => process::serve(threads, &workloads)?,
        Task::Measure(options) => {
            let chosen: Vec<&Workload> = workloads.iter().filter(|workload| options.takes(workload.name)).collect();
            let samples = measure(&chosen, &options)?;
            print!("{}", table::write(&chosen, &samples, &options));
        }
    }
    Ok(())
}

/// Each workload in turn, in each process, after a product that tells what the machine gives at that moment.
fn measure(workloads: &[&Workload], options: &Options) -> Result<Vec<Samples>, Box<dyn Error>> {
    let mut processes =
        options.threads.iter().map(|&threads| Process::start(threads)).collect::<Result<Vec<_>, _>>()?;
    let mut samples = vec![Samples::default(); workloads.len() * processes.len()];
    for repetition in 1..=options.repetitions {
        eprintln!("repetition {repetition} of {}", options.repetitions);
        let mut at = samples.iter_mut();
        for workload in workloads {
            for (process, samples) in processes.iter_mut().zip(&mut at) {
                samples.products.push(process.seconds(process::PRODUCT)?);
                samples.calls.push(process.seconds(workload.name)?);
            }
        }
    }
    Ok(samples)
}
