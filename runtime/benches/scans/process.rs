//! The processes that measure: each is told names on its standard input, and answers with seconds.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use recurve::rand::{SeedableRng, rngs::StdRng};

use crate::options::SERVE;
use crate::product::{self, Product};
use crate::workloads::{Call, Workload};

/// The name that stands for the product of [`crate::product`].
pub(crate) const PRODUCT: &str = "gemm";

/// A process that measures with so many threads. It ends when this value is dropped, by the end of its input.
pub(crate) struct Process {
    threads: usize,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    child: Child,
}

impl Process {
    pub(crate) fn start(threads: usize) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([SERVE, &threads.to_string()])
            .env("RAYON_NUM_THREADS", threads.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().expect("the output is a pipe"));
        Ok(Self { threads, input: child.stdin.take(), output, child })
    }

    /// How long one call of that workload takes there.
    pub(crate) fn seconds(&mut self, name: &str) -> Result<f64, Box<dyn Error>> {
        let input = self.input.as_mut().expect("the input is open until the end");
        writeln!(input, "{name}")?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        let threads = self.threads;
        let failed = |_| format!("the process with {threads} threads gave no time for `{name}`, found `{answer}`");
        Ok(answer.trim().parse().map_err(failed)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait(); // nothing is left to do with a process that cannot be waited for
    }
}

/// Measures what is asked for until the input ends. Models are made when they are first asked for.
pub(crate) fn serve(threads: usize, workloads: &[Workload]) -> Result<(), Box<dyn Error>> {
    let mut rng = StdRng::seed_from_u64(1);
    let mut products: Vec<Product> = (0..threads).map(|_| Product::new(&mut rng)).collect();
    let mut calls: BTreeMap<String, Call> = BTreeMap::new();
    for name in io::stdin().lines() {
        let name = name?;
        let seconds = if name == PRODUCT {
            product::seconds(&mut products)
        } else {
            if !calls.contains_key(&name) {
                let workload = workloads.iter().find(|workload| workload.name == name).ok_or("unknown workload")?;
                calls.insert(name.clone(), (workload.start)(&mut rng)?);
            }
            let call = calls.get_mut(&name).expect("it was put there");
            call(&mut rng)?; // brings code and weights back into the caches, which the product has filled
            call(&mut rng)?.as_secs_f64()
        };
        println!("{seconds:e}");
    }
    Ok(())
}
