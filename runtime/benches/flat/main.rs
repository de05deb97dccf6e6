//! Flat models of ten million parameters in 200 tensors: optimisers, flat vectors and lists, each beside the bare loop or
//! copy over the same number of bytes.
//!
//! ```sh
//! RAYON_NUM_THREADS=1 cargo bench -p recurve --bench flat
//! RAYON_NUM_THREADS=1 cargo bench -p recurve --bench flat -- --quick      # does it work?
//! ```

mod bare;
mod timing;

use std::hint::black_box;

use bare::{BareAdam, BareMomentum};
use recurve::flat::Flat;
use recurve::nn::Linear;
use recurve::optim::{Adam, AdamW, ClipGlobalNorm, Lamb, Optimizer, Rule, Sgd};
use recurve::rand::{SeedableRng, rngs::StdRng};
use recurve::{Gradients, Module, Param, Tensor};
use timing::{measure, print_header, row};

const TENSORS: usize = 200;
const RATE: f64 = 1e-3;

/// From 64 to 500 000 elements, some ten million in all.
fn sizes() -> Vec<usize> {
    let at = |i: usize| 64 + (499_936.0 * (i as f64 / (TENSORS - 1) as f64).powi(9)) as usize;
    (0..TENSORS).map(at).collect()
}

fn model() -> Vec<Param> {
    let mut rng = StdRng::seed_from_u64(1);
    sizes().into_iter().map(|size| Param::new(Tensor::normal([size], 0.0, 1.0, &mut rng))).collect()
}

fn flat() -> Flat<Vec<Param>> {
    Flat::new(model()).expect("a model")
}

/// A model, its gradients, which are known to be finite, and a rule that steps it.
struct Stepped<M: Module, R: Rule> {
    model: M,
    gradients: Gradients,
    optimizer: Optimizer<R>,
}

impl<M: Module, R: Rule> Stepped<M, R> {
    fn new(model: M, rule: R, gradients: &Tensor) -> Self {
        let gradients = Gradients::from_flat(&model, gradients).expect("a vector of the layout");
        Self { gradients, optimizer: rule.setup(&model).expect("a model"), model }
    }

    fn step(&mut self) {
        self.optimizer.update(&mut self.model, &self.gradients).expect("a step");
    }
}

fn optimisers(repetitions: usize) {
    let start = flat().params::<f32>().to_vec();
    let values = Tensor::normal([start.len()], 0.0, 0.1, &mut StdRng::seed_from_u64(2));
    let g = values.as_slice();
    let (mut bare, mut bare_momentum) = (BareAdam::new(start.clone()), BareMomentum::new(start));
    let mut adam = Stepped::new(flat(), Adam::new(RATE), &values);
    let mut per_parameter = Stepped::new(model(), Adam::new(RATE), &values);
    let mut chained = Stepped::new(flat(), (Adam::new(RATE),), &values);
    let mut decayed = Stepped::new(flat(), AdamW::new(RATE), &values);
    let mut clipped = Stepped::new(flat(), (ClipGlobalNorm::new(1.0), AdamW::new(RATE)), &values);
    let mut lamb = Stepped::new(flat(), Lamb::new(RATE), &values);
    let mut momentum = Stepped::new(flat(), Sgd::new(RATE).momentum(0.9), &values);
    measure(
        repetitions,
        vec![
            row("Adam: bare loop", || bare.step(black_box(g))),
            row("Adam", || adam.step()),
            row("Adam, model that is not flat", || per_parameter.step()),
            row("(Adam,)", || chained.step()),
            row("AdamW", || decayed.step()),
            row("(ClipGlobalNorm, AdamW)", || clipped.step()),
            row("Lamb", || lamb.step()),
        ],
    );
    measure(
        repetitions,
        vec![
            row("momentum: bare loop", || bare_momentum.step(black_box(g))),
            row("Sgd with momentum", || momentum.step()),
        ],
    );
    assert_eq!(adam.model.copies(), 0);
    let same = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-4;
    assert!(bare.p.iter().zip(adam.model.params::<f32>().iter()).all(same), "the two loops do the same");
}

fn vectors(repetitions: usize) {
    let (plain, flat) = (model(), flat());
    let from = flat.params::<f32>().to_vec();
    let (mut to, mut of_plain, mut of_flat) = (from.clone(), from.clone(), from.clone());
    let (vector, restructure) = plain.flatten::<f32>().expect("a model");
    measure(
        repetitions,
        vec![
            row("copy into a warm buffer", || black_box(&mut to).copy_from_slice(black_box(&from))),
            row("flatten_into, model that is not flat", || {
                plain.flatten_into(black_box(&mut of_plain)).expect("a buffer of the layout");
            }),
            row("flatten_into", || flat.flatten_into(black_box(&mut of_flat)).expect("a buffer of the layout")),
            row("flatten", || drop(black_box(plain.flatten::<f32>().expect("a model")))),
            row("restructure from a slice (copies)", || {
                drop(black_box(restructure.restructure(&from).expect("a vector of the layout")));
            }),
            row("restructure from a tensor (views)", || {
                drop(black_box(restructure.restructure(&vector).expect("a vector of the layout")));
            }),
        ],
    );
}

fn lists(repetitions: usize) {
    let (plain, flat) = (model(), flat());
    let times = |rounds: u32, body: &dyn Fn()| (0..rounds).for_each(|_| body());
    measure(
        repetitions,
        vec![
            row("trainables() of 200 tensors", || times(10, &|| drop(black_box(plain.trainables())))).rounds(10),
            row("parameters() of a Flat of 200 tensors", || times(10, &|| drop(black_box(flat.parameters()))))
                .rounds(10),
            row("reading the slice of a Flat", || times(100, &|| _ = black_box(flat.params::<f32>().as_ptr())))
                .rounds(100),
        ],
    );
}

/// Perceptrons of two layers, whose restructuring is compared with copies of their four parameters.
fn perceptrons(repetitions: usize) {
    let mut rng = StdRng::seed_from_u64(3);
    for [inputs, hidden, outputs] in [[4, 8, 2], [64, 128, 10]] {
        let model = (Linear::new(inputs, hidden, &mut rng), Linear::new(hidden, outputs, &mut rng));
        let (vector, restructure) = model.flatten::<f32>().expect("a model");
        let vector = vector.to_vec();
        let ranges: Vec<_> = restructure.layout().entries().iter().map(|entry| entry.range.clone()).collect();
        let copies = || [0, 1, 2, 3].map(|at| Tensor::from(&vector[ranges[at].clone()]));
        let whole = || restructure.restructure(black_box(&vector)).expect("a vector of the layout");
        let name = format!("perceptron {inputs}-{hidden}-{outputs}");
        measure(
            repetitions,
            vec![
                row(format!("{name}: copies"), || (0..100).for_each(|_| drop(black_box(copies())))).rounds(100),
                row(format!("{name}: restructure from a slice"), || (0..100).for_each(|_| drop(black_box(whole()))))
                    .rounds(100),
            ],
        );
    }
}

fn main() {
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "all".to_owned());
    let repetitions = if std::env::args().any(|argument| argument == "--quick") { 3 } else { 41 };
    println!("{threads} threads, {TENSORS} tensors, {} elements\n", sizes().iter().sum::<usize>());
    print_header();
    optimisers(repetitions);
    vectors(repetitions);
    lists(repetitions);
    perceptrons(repetitions);
}
