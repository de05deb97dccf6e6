//! Files: what is saved comes back, and what does not fit changes nothing.

mod damage;
mod foreign;
mod refusals;
mod round_trips;
mod rules;
mod training;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use recurve::nn::{Embedding, Linear};
use recurve::{AnyTensor, Buffer, BufferRef, Float, Gru, Module, Param, ParamRef, Result, Tensor, Visitor};

use crate::support::{random, rng};

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("recurve-library-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// The bits of everything a model holds, at each of its handles, as the handle sees it.
#[derive(Debug, Default, PartialEq)]
struct Bits(Vec<(bool, Vec<u64>)>);

impl Bits {
    fn of(model: &impl Module) -> Self {
        let mut bits = Self::default();
        model.visit(&mut bits);
        bits
    }

    fn push(&mut self, frozen: bool, value: &AnyTensor) {
        // Exact, also for f32: widening keeps signs of zeros and is one to one.
        self.0.push((frozen, value.to_f64_vec().iter().map(|value| value.to_bits()).collect()));
    }
}

impl Visitor for Bits {
    fn param(&mut self, param: ParamRef<'_>) {
        match param {
            ParamRef::F32(param) => self.push(param.is_frozen(), &param.get().into()),
            ParamRef::F64(param) => self.push(param.is_frozen(), &param.get().into()),
            _ => unreachable!("two element types"),
        }
    }

    fn buffer(&mut self, buffer: BufferRef<'_>) {
        self.push(false, &buffer.get());
    }
}

/// A language model in small: the output is the embedding transposed, and everything that a tree can have.
#[derive(Module)]
struct Language<F: Float = f64> {
    embedding: Embedding<F>,
    cells: Vec<Gru<F>>,
    heads: BTreeMap<String, Head<F>>,
    output: Param<F>,
    norm: Norm<F>,
    #[module(skip)]
    name: String,
    #[module(frozen)]
    table: Param<F>,
    scale: Param<f32>,
    maybe: Option<Box<Linear<F>>>,
}

#[derive(Module)]
enum Head<F: Float> {
    Linear { weight: Param<F> },
    Twice(Linear<F>, Linear<F>),
}

#[derive(Module)]
struct Norm<F: Float> {
    mean: Buffer<F>,
    variance: Buffer<F>,
    again: Buffer<F>,
}

const VOCABULARY: usize = 5;
const FEATURES: usize = 3;

/// Two seeds give two models of one structure without a common value.
fn language(seed: u64) -> Language {
    let mut rng = rng(seed);
    let embedding = Embedding::<f64>::with_dtype(VOCABULARY, FEATURES, &mut rng);
    let mean = Buffer::new(random(&[FEATURES], seed + 100));
    let twice = Linear::<f64>::with_dtype(FEATURES, 2, &mut rng);
    let mut second = Gru::<f64>::with_dtype(FEATURES, FEATURES, &mut rng);
    second.b_r = None;
    let heads = [
        ("first head".to_owned(), Head::Linear { weight: embedding.weight.share() }),
        ("\"zwei\"\n".to_owned(), Head::Twice(twice.share(), twice)),
    ];
    Language {
        output: embedding.weight.share_transposed(),
        embedding,
        cells: vec![Gru::with_dtype(FEATURES, FEATURES, &mut rng), second],
        heads: BTreeMap::from(heads),
        norm: Norm { again: mean.share(), mean, variance: Buffer::new(random(&[FEATURES], seed + 200)) },
        name: format!("seed {seed}"),
        table: Param::new(random(&[2, 2], seed + 300)),
        scale: Param::new(random(&[1], seed + 400).cast()),
        maybe: Some(Box::new(Linear::with_dtype(2, 1, &mut rng))),
    }
}

impl Language {
    fn loss(&self, words: &Tensor<usize>) -> Result<Tensor<f64>> {
        use recurve::{Cell, Forward};
        let mut x = self.embedding.forward(words)?; // [T, B, D]
        for cell in &self.cells {
            x = cell.scan(x, None)?.0.data().clone();
        }
        let x = (x - self.norm.mean.get()) * self.norm.variance.get().square();
        let mut loss = (x.matmul(&self.output.get()) * self.scale.get().cast::<f64>()).log_softmax(-1).square().mean();
        for head in self.heads.values() {
            loss = loss
                + match head {
                    Head::Linear { weight } => x.matmul_transposed(&weight.get()).tanh().mean(),
                    Head::Twice(first, second) => {
                        let y = (first.forward(&x)? + second.forward(&x)?).tanh();
                        match &self.maybe {
                            Some(last) => last.forward(&y)?.square().mean(),
                            None => y.square().mean(),
                        }
                    }
                };
        }
        Ok(loss)
    }
}
