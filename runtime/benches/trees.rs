//! Parameter trees of 10 million elements in 200 tensors, beside the bare loop over the same memory.
//!
//! ```sh
//! cargo bench -p recurve --bench trees
//! cargo bench -p recurve --bench trees -- --quick
//! ```
//!
//! Each repetition runs all rows one after the other, so that a machine that is slower for some minutes is slower for
//! all of them. The figures are medians of the times, and of the ratios within each repetition.
#![allow(unsafe_code)]

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

use recurve::optim::{Adam, AdamState, AdamW, ClipGlobalNorm, Lamb, Rule, Scope};
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Shape, Tensor};

const TENSORS: usize = 200;
const RATE: f64 = 1e-3;
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;

/// From 64 to 500 000 elements, 10 million in all.
fn shapes() -> Vec<Shape> {
    let size = |at: usize| 64.0 + 499_936.0 * (at as f64 / (TENSORS - 1) as f64).powf(9.216);
    (0..TENSORS).map(|at| Shape::from([(size(at) + 0.5) as usize])).collect()
}

fn ranges(shapes: &[Shape]) -> Vec<Range<usize>> {
    let ends = shapes.iter().scan(0, |end, shape| {
        let start = *end;
        *end += shape.count();
        Some(start..*end)
    });
    ends.collect()
}

/// The parameters, their gradients and what is remembered of them.
struct Bare {
    p: Vec<f32>,
    m: Vec<f32>,
    v: Vec<f32>,
    steps: i32,
}

impl Bare {
    /// A step of Adam, as a loop over four slices with the instructions of the machine.
    fn step(&mut self, g: &[f32]) {
        self.steps += 1;
        let correction = BETAS.map(|beta| 1.0 - beta.powi(self.steps));
        let factors = [RATE / correction[0], 1.0 / correction[1].sqrt()].map(|factor| factor as f32);
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            // SAFETY: the machine has the features, as just asked.
            return unsafe { bare_avx2(&mut self.p, g, &mut self.m, &mut self.v, factors) };
        }
        bare(&mut self.p, g, &mut self.m, &mut self.v, factors);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn bare_avx2(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], factors: [f32; 2]) {
    bare(p, g, m, v, factors);
}

#[inline(always)]
fn bare(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], [scale, root]: [f32; 2]) {
    let (keep, add) = (BETAS.map(|beta| beta as f32), BETAS.map(|beta| (1.0 - beta) as f32));
    for (((p, &g), m), v) in p.iter_mut().zip(g).zip(m).zip(v) {
        *m = keep[0] * *m + add[0] * g;
        *v = keep[1] * *v + add[1] * g * g;
        *p -= scale * *m / (v.sqrt() * root + EPSILON as f32);
    }
}

/// A rule over all parameters as one slice.
struct Stepped<'a, R: Rule> {
    rule: R,
    state: R::State<f32>,
    value: Vec<f32>,
    scope: Scope<'a>,
}

impl<'a, R: Rule> Stepped<'a, R> {
    fn new(rule: R, start: &[f32], scope: Scope<'a>) -> Self {
        let state = rule.init(&Tensor::from(start));
        Self { rule, state, value: start.to_vec(), scope }
    }

    fn step(&mut self, gradient: &[f32]) {
        self.rule.step(&mut self.state, &mut self.value, gradient, &self.scope);
    }
}

fn milliseconds(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn random(count: usize, seed: u64) -> Vec<f32> {
    Tensor::<f32>::normal([count], 0.0, 1.0, &mut StdRng::seed_from_u64(seed)).to_vec()
}

fn main() {
    let repetitions = if std::env::args().any(|argument| argument == "--quick") { 3 } else { 41 };
    let shapes = shapes();
    let ranges = ranges(&shapes);
    let count = ranges[TENSORS - 1].end;
    let (start, gradient) = (random(count, 1), random(count, 2));
    let scope = Scope::new(&ranges, &shapes).with_global_norm(2.0);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");

    let mut bare = Bare { p: start.clone(), m: vec![0.0; count], v: vec![0.0; count], steps: 0 };
    let adam = || Adam::new(RATE).betas(BETAS[0], BETAS[1]).epsilon(EPSILON);
    let mut single = Stepped::<Adam>::new(adam(), &start, scope);
    let mut shared = Stepped::<Adam>::new(adam(), &start, scope);
    let mut chained = Stepped::new((ClipGlobalNorm::new(1.0), AdamW::new(RATE)), &start, scope);
    let mut lamb = Stepped::<Lamb>::new(Lamb::new(RATE), &start, scope);
    let _: &AdamState<f32> = &single.state;

    let mut rows: [(&str, Vec<f64>); 5] = [
        ("bare loop, 1 thread", Vec::new()),
        ("Adam, 1 thread", Vec::new()),
        ("Adam, all threads", Vec::new()),
        ("(ClipGlobalNorm, AdamW), 1 thread", Vec::new()),
        ("Lamb, 1 thread", Vec::new()),
    ];
    for _ in 0..=repetitions {
        let times = [
            milliseconds(|| bare.step(black_box(&gradient))),
            one.install(|| milliseconds(|| single.step(black_box(&gradient)))),
            milliseconds(|| shared.step(black_box(&gradient))),
            one.install(|| milliseconds(|| chained.step(black_box(&gradient)))),
            one.install(|| milliseconds(|| lamb.step(black_box(&gradient)))),
        ];
        rows.iter_mut().zip(times).for_each(|((_, row), time)| row.push(time));
    }
    // Only the first repetition touches fresh memory.
    for (_, row) in &mut rows {
        row.remove(0);
    }
    assert!(bare.p.iter().zip(&single.value).all(|(a, b)| (a - b).abs() < 1e-4), "the two loops do the same");
    assert_eq!(single.value, shared.value, "threads change no value");

    println!("{count} elements in {TENSORS} tensors, f32, medians of {repetitions}\n");
    println!("| a step | ms | ratio to the bare loop |\n|---|---|---|");
    for (name, times) in &rows {
        let ratios = times.iter().zip(&rows[0].1).map(|(time, bare)| time / bare).collect();
        println!("| {name} | {:.2} | {:.2} |", median(times.clone()), median(ratios));
    }
}
