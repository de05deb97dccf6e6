//! A recurrent cell written by hand, in a file that has other meanings for the names of the prelude.

#[allow(unused_imports)]
use crate::taken::{Module, Ok, Option, Result, Some};
use neural::{Cell, Error, Param, Tensor};

/// A leaky integrator: `h' = tanh(decay · h + x · inputᵀ)`, which also counts its steps.
#[derive(neural::Module)]
#[module(crate = neural)]
pub struct Leaky {
    /// `[H, D]`
    pub input: Param,
    /// `[H]`
    pub decay: Param,
    /// Not part of the parameters.
    #[module(skip)]
    pub name: &'static str,
}

/// What a [`Leaky`] hands on.
#[derive(neural::State)]
#[state(crate = neural)]
pub struct LeakyState {
    /// `[B, H]`
    pub hidden: Tensor,
    /// Steps so far, `[B, 1]`.
    pub steps: Tensor,
}

impl Leaky {
    /// A cell from its weights, `[H, D]` and `[H]`.
    #[must_use]
    pub fn new(input: Tensor, decay: Tensor) -> Self {
        Self { input: Param::new(input), decay: Param::new(decay), name: "leaky" }
    }
}

impl Cell for Leaky {
    type Input = Tensor;
    type Output = Tensor;
    type State = LeakyState;

    fn initial_state(&self, batch: usize) -> std::result::Result<LeakyState, Error> {
        let hidden = Tensor::zeros([batch, self.decay.shape()[0]]);
        std::result::Result::Ok(LeakyState { hidden, steps: Tensor::zeros([batch, 1]) })
    }

    fn step(&self, x: &Tensor, state: LeakyState) -> std::result::Result<(Tensor, LeakyState), Error> {
        let driven = x.matmul_transposed(&self.input.get());
        let hidden = (state.hidden * self.decay.get() + driven).tanh();
        std::result::Result::Ok((hidden.clone(), LeakyState { hidden, steps: state.steps + 1.0 }))
    }
}
