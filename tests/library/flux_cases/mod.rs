//! What the tests of Flux, Functors and Optimisers check about parameter trees, in the terms of this library; the
//! numbers in the names are those of one list of all such cases.
//!
//! Left out: 6 (complex elements), 13 (a model that contains itself: ownership excludes it), and of 19 the closures
//! among the leaves (a closure has no name that a struct could state; functions are pointers here).

mod gradients;
mod loading;
mod restructure;
mod trainables;

use recurve::{Module, Param, Tensor};

/// `[1, 2, 3]`.
pub(crate) fn a() -> Param<f64> {
    Param::new(Tensor::from([1.0, 2.0, 3.0]))
}

/// `[4, 5, 6]`.
pub(crate) fn b() -> Param<f64> {
    Param::new(Tensor::from([4.0, 5.0, 6.0]))
}

/// Three slots; in [`tied`] the first two are one parameter.
#[derive(Module)]
pub(crate) struct Triple {
    pub(crate) x: Param<f64>,
    pub(crate) y: Param<f64>,
    pub(crate) z: Param<f64>,
}

/// `x` and `y` are one parameter.
pub(crate) fn tied() -> Triple {
    let x = a();
    Triple { y: x.share(), x, z: b() }
}

pub(crate) fn paths(model: &impl Module) -> Vec<String> {
    model.trainables().unwrap().iter().map(|parameter| parameter.path().to_owned()).collect()
}

pub(crate) fn flat(model: &impl Module) -> Vec<f64> {
    model.flatten::<f64>().unwrap().0.to_vec()
}

/// `output * (input + 1)` elements: a weight `[output, input]` and, unless it is left out, a bias `[output]`.
#[derive(Module)]
pub(crate) struct Dense {
    pub(crate) weight: Param<f64>,
    pub(crate) bias: Option<Param<f64>>,
}

impl Dense {
    pub(crate) fn random(input: usize, output: usize, bias: bool, seed: u64) -> Self {
        let weight = Param::new(crate::support::random(&[output, input], seed));
        Self { weight, bias: bias.then(|| Param::new(crate::support::random(&[output], seed + 100))) }
    }

    pub(crate) fn forward(&self, x: &Tensor<f64>) -> Tensor<f64> {
        let y = x.matmul_transposed(&self.weight.get());
        match &self.bias {
            Some(bias) => y + bias.get(),
            None => y,
        }
    }
}
