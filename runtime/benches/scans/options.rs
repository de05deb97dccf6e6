//! The command line.

use std::error::Error;
use std::str::FromStr;

use crate::workloads::Workload;

/// What a process is started for.
pub(crate) enum Task {
    Help,
    /// Measure what the standard input names; see [`crate::process`].
    Serve {
        threads: usize,
    },
    Measure(Options),
}

pub(crate) struct Options {
    /// Empty for all.
    only: Vec<String>,
    pub(crate) repetitions: usize,
    pub(crate) threads: Vec<usize>,
}

impl Options {
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

pub(crate) const SERVE: &str = "--serve";

pub(crate) fn help(workloads: &[Workload]) -> String {
    format!(
        "cargo bench -p recurve --bench scans -- [options]\n\n\
         --only NAME,NAME   these workloads alone: {}\n\
         --repetitions N    timed calls of each workload; 15 unless said\n\
         --threads N,N      numbers of threads, each measured in a process of its own; 1 unless said\n\
         --quick            2 repetitions, to see that it works\n",
        names(workloads)
    )
}

pub(crate) fn parse(
    mut arguments: impl Iterator<Item = String>,
    workloads: &[Workload],
) -> Result<Task, Box<dyn Error>> {
    let mut options = Options { only: Vec::new(), repetitions: 15, threads: vec![1] };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("expected a value after `{argument}`"));
        match argument.as_str() {
            "--bench" => {} // cargo says so
            "--help" | "-h" => return Ok(Task::Help),
            SERVE => return Ok(Task::Serve { threads: number(&value()?)? }),
            "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
            "--repetitions" => options.repetitions = number(&value()?)?,
            "--threads" => options.threads = value()?.split(',').map(number).collect::<Result<_, _>>()?,
            "--quick" => options.repetitions = 2,
            _ => return Err(format!("unknown option `{argument}`\n\n{}", help(workloads)).into()),
        }
    }
    if let Some(unknown) = options.only.iter().find(|only| workloads.iter().all(|workload| workload.name != *only)) {
        return Err(format!("unknown workload `{unknown}`, expected {}", names(workloads)).into());
    }
    Ok(Task::Measure(options))
}

fn number(text: &str) -> Result<usize, Box<dyn Error>> {
    let number = usize::from_str(text).ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("expected a number from 1, found `{text}`").into())
}

fn names(workloads: &[Workload]) -> String {
    workloads.iter().map(|workload| workload.name).collect::<Vec<_>>().join(", ")
}
