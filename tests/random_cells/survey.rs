//! All cells of a range, on all cores.

use crate::case::Case;
use crate::compare::{self, Differences, Found};
use crate::coverage::Coverage;
use crate::recurrent::tests::evaluate::{Evaluator, Stops};
use crate::{derivative, graphs, plans, tape};
use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What was found.
#[derive(Default)]
pub(crate) struct Survey {
    cells: usize,
    /// Derivatives that were compared, and those that were left out as there is a kink.
    derivatives: usize,
    kinks: usize,
    /// Cells whose values or gradients depend on the errors of rounding.
    jumps: usize,
    failures: Vec<Failure>,
    pub(crate) coverage: Coverage,
    time: Duration,
}

struct Failure {
    seed: u64,
    text: String,
    error: String,
}

/// Compares values and gradients of every cell.
pub(crate) fn survey(cells: Range<u64>) -> Survey {
    let start = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = |at: usize| {
        let cells = cells.clone().skip(at).step_by(threads);
        move || cells.fold(Survey::default(), |survey, seed| survey.with(seed))
    };
    let mut all = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|at| scope.spawn(part(at))).collect();
        let parts = workers.into_iter().map(|worker| worker.join().expect("panics are caught for each cell"));
        parts.reduce(Survey::and).expect("one thread at least")
    });
    all.time = start.elapsed();
    all
}

impl Survey {
    fn with(mut self, seed: u64) -> Self {
        self.cells += 1;
        // a panic says the cell, as every other failure does
        let result = catch_unwind(AssertUnwindSafe(|| self.look_at(seed)));
        if let Err(panic) = result {
            let text = panic.downcast_ref::<String>().cloned();
            let error = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let text = crate::recurrent::tests::generate::generate(seed).text;
            self.failures.push(Failure { seed, text, error: error.unwrap_or_else(|| "a panic".to_owned()) });
        }
        self
    }

    fn look_at(&mut self, seed: u64) {
        let case = Case::new(seed);
        let data = case.data();
        let evaluator = Evaluator::new(&case.cell, &case.sizes);
        let (scanned, stops) = case.scan(&evaluator, &data, Stops::Record(Vec::new()));
        let recorded = tape::record(&case, &data);
        self.coverage.see(&case, &data);
        let values = compare::values(&case, &recorded.scanned, &scanned);
        if let Err(error) = values.and_then(|()| graphs::compare_all(&case, &data, &scanned)) {
            if case.is_at_a_jump(&data, &scanned) {
                self.jumps += 1;
            } else {
                self.failures.push(Failure { seed, text: case.text, error });
            }
            return;
        }
        // the same numbers as the tape's are the same as the differences too, which follow
        let backward = derivative::compare(&case, &data, &recorded);
        if let Err(error) = backward.and_then(|()| plans::compare(&case, &data, &recorded)) {
            if derivative::is_at_a_kink(&case, &data, &recorded) || case.is_at_a_jump(&data, &scanned) {
                self.jumps += 1;
            } else {
                self.failures.push(Failure { seed, text: case.text, error });
            }
            return;
        }
        for (leaf, found) in Differences::new(&case, &evaluator, &data, stops).compare(&recorded, 1.0) {
            self.derivatives += 1;
            match found {
                Found::Same => {}
                Found::Kink => self.kinks += 1,
                Found::Other { gradient, difference } => {
                    let error = format!("the gradient of {leaf:?} is {gradient:e}, the difference {difference:e}");
                    self.failures.push(Failure { seed, text: case.text.clone(), error });
                }
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.cells += other.cells;
        self.derivatives += other.derivatives;
        self.kinks += other.kinks;
        self.jumps += other.jumps;
        self.failures.extend(other.failures);
        self.coverage.add(other.coverage);
        self
    }

    /// No cell failed, and few derivatives were left out.
    pub(crate) fn assert_agreement(&self) {
        if let Some(shortest) = self.failures.iter().min_by_key(|failure| failure.text.len()) {
            let Failure { seed, text, error } = shortest;
            panic!("{} of {} cells fail; the shortest is {seed}: {error}\n{text}", self.failures.len(), self.cells);
        }
        // of few cells some more may, by chance
        assert!(self.jumps <= (self.cells / 500).max(3), "0.2 % at most may be at jumps: {self}");
        assert!(self.kinks * 50 < self.derivatives + 50, "2 % at most may be left out: {self}");
    }
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cells, jumps, derivatives, kinks, time, .. } = self;
        write!(f, "{cells} cells, {jumps} of them left out at jumps; {derivatives} derivatives, ")?;
        write!(f, "{kinks} of them left out at kinks; {time:.1?}")
    }
}
