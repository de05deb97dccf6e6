//! Flat models: steps of Adam, flat vectors and lists of parameters, each beside the bare loop or copy.

use std::hint::black_box;
use std::time::{Duration, Instant};

use recurve::__private::simd::{Body, Token, dispatch};
use recurve::flat::Flat;
use recurve::nn::Linear;
use recurve::optim::{Adam, Rule};
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Gradients, Module, Param, Tensor};

const TENSORS: usize = 200;
const REPETITIONS: usize = 31;

/// Some ten million parameters in 200 tensors of 64 to 500 000.
fn sizes() -> Vec<usize> {
    let at = |i: usize| 64 + (499_936.0 * (i as f64 / (TENSORS - 1) as f64).powi(9)) as usize;
    (0..TENSORS).map(at).collect()
}

fn model() -> Vec<Param> {
    let mut rng = StdRng::seed_from_u64(1);
    sizes().into_iter().map(|size| Param::new(Tensor::normal([size], 0.0, 1.0, &mut rng))).collect()
}

/// Adam over four slices, as one would write it by hand.
struct BareAdam<'a> {
    p: &'a mut [f32],
    g: &'a [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
}

impl Body for BareAdam<'_> {
    type Output = ();

    #[inline(always)]
    fn run<T: Token>(self, _: T) {
        for (((p, g), m), v) in self.p.iter_mut().zip(self.g).zip(self.m).zip(self.v) {
            *m = 0.9 * *m + 0.1 * *g;
            *v = 0.999 * *v + 0.001 * (*g * *g);
            *p -= 1e-3 * *m / (v.sqrt() * 1.1 + 1e-8);
        }
    }
}

/// The median times of several bodies that run in turn, so that a slow minute of the machine is slow for all.
fn medians<const N: usize>(mut bodies: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times = [const { Vec::new() }; N];
    for repetition in 0..REPETITIONS + 3 {
        for (body, times) in bodies.iter_mut().zip(&mut times) {
            let start = Instant::now();
            body();
            let time = start.elapsed();
            if repetition >= 3 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

fn print(name: &str, time: Duration, beside: Option<Duration>) {
    let micros = time.as_secs_f64() * 1e6;
    let ratio = beside.map_or(String::new(), |beside| format!("{:.3}", time.as_secs_f64() / beside.as_secs_f64()));
    println!("{name:<44} {micros:>12.2} {ratio:>10}");
}

fn adam() {
    let mut plain = model();
    let mut flat = Flat::new(model()).expect("a model");
    let mut chained = Flat::new(model()).expect("a model");
    let count = flat.params::<f32>().len();
    let values = Tensor::normal([count], 0.0, 0.1, &mut StdRng::seed_from_u64(2));
    let (mut p, g) = (flat.params::<f32>().to_vec(), values.to_vec());
    let (mut m, mut v) = (vec![0.0; count], vec![0.0; count]);
    let of_plain = Gradients::from_flat(&plain, &values).expect("a vector of the layout");
    let of_flat = Gradients::from_flat(&flat, &values).expect("a vector of the layout");
    let of_chained = Gradients::from_flat(&chained, &values).expect("a vector of the layout");
    let mut adam_plain = Adam::new(1e-3).setup(&plain).expect("a model");
    let mut adam_flat = Adam::new(1e-3).setup(&flat).expect("a model");
    let mut adam_chained = (Adam::new(1e-3),).setup(&chained).expect("a model");
    let [bare, of_flat, of_plain, of_chained] = medians([
        &mut || dispatch(BareAdam { p: &mut p, g: &g, m: &mut m, v: &mut v }),
        &mut || adam_flat.update(&mut flat, &of_flat).expect("a step"),
        &mut || adam_plain.update(&mut plain, &of_plain).expect("a step"),
        &mut || adam_chained.update(&mut chained, &of_chained).expect("a step"),
    ]);
    assert_eq!(flat.copies(), 0);
    print("Adam: bare loop", bare, None);
    print("Adam: Flat", of_flat, Some(bare));
    print("Adam: per parameter", of_plain, Some(bare));
    print("Adam in a chain: Flat", of_chained, Some(bare));
}

fn vectors() {
    let plain = model();
    let flat = Flat::new(model()).expect("a model");
    let from = flat.params::<f32>().to_vec();
    let (mut to, mut of_plain, mut of_flat) = (from.clone(), from.clone(), from.clone());
    let (vector, restructure) = plain.flatten::<f32>().expect("a model");
    let [copy, plain_into, flat_into, to_tensor, views, copies] = medians([
        &mut || black_box(&mut to).copy_from_slice(black_box(&from)),
        &mut || plain.flatten_into(black_box(&mut of_plain)).expect("a buffer of the layout"),
        &mut || flat.flatten_into(black_box(&mut of_flat)).expect("a buffer of the layout"),
        &mut || drop(black_box(plain.flatten::<f32>().expect("a model"))),
        &mut || drop(black_box(restructure.restructure(&vector).expect("a vector of the layout"))),
        &mut || drop(black_box(restructure.restructure(&from).expect("a vector of the layout"))),
    ]);
    print("copy into a warm buffer", copy, None);
    print("flatten_into, model", plain_into, Some(copy));
    print("flatten_into, Flat", flat_into, Some(copy));
    print("flatten", to_tensor, Some(copy));
    print("restructure from a tensor (views)", views, None);
    print("restructure from a slice (copies)", copies, Some(copy));
}

fn lists() {
    let plain = model();
    let flat = Flat::new(model()).expect("a model");
    let many = |body: &dyn Fn()| (0..100).for_each(|_| body());
    let [slice, trainables, parameters] = medians([
        &mut || many(&|| _ = black_box(flat.params::<f32>().as_ptr())),
        &mut || many(&|| drop(black_box(plain.trainables()))),
        &mut || many(&|| drop(black_box(flat.parameters()))),
    ]);
    print("reading the slice of a Flat", slice / 100, None);
    print("trainables() of 200 tensors", trainables / 100, None);
    print("parameters() of a Flat of 200 tensors", parameters / 100, None);
}

/// A perceptron, whose restructuring is compared with copies of its four parameters.
fn perceptron() {
    let mut rng = StdRng::seed_from_u64(3);
    for [inputs, hidden, outputs] in [[4, 8, 2], [64, 128, 10]] {
        let model = (Linear::new(inputs, hidden, &mut rng), Linear::new(hidden, outputs, &mut rng));
        let (vector, restructure) = model.flatten::<f32>().expect("a model");
        let vector = vector.to_vec();
        let ranges: Vec<_> = restructure.layout().entries().iter().map(|entry| entry.range.clone()).collect();
        let [copies, whole] = medians([
            &mut || {
                for _ in 0..1000 {
                    let copy = |range: &std::ops::Range<usize>| Tensor::from(&vector[range.clone()]);
                    black_box([0, 1, 2, 3].map(|at| copy(&ranges[at])));
                }
            },
            &mut || {
                for _ in 0..1000 {
                    black_box(restructure.restructure(black_box(&vector)).expect("a vector of the layout"));
                }
            },
        ]);
        let name = format!("perceptron {inputs}-{hidden}-{outputs}");
        print(&format!("{name}: copies"), copies / 1000, None);
        print(&format!("{name}: restructure from a slice"), whole / 1000, None);
        print(&format!("{name}: restructure over the copies"), whole.saturating_sub(copies) / 1000, None);
    }
}

fn main() {
    println!("{} threads, {} tensors, {} elements", threads(), TENSORS, sizes().iter().sum::<usize>());
    println!("{:<44} {:>12} {:>10}", "", "µs", "ratio");
    adam();
    vectors();
    lists();
    perceptron();
}

fn threads() -> String {
    std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "all".to_owned())
}
