//! Models whose file has other meanings for the names of the prelude.

#[allow(unused_imports)]
use crate::taken::{Module, Ok, Option, Result, Some};
use neural::{Float, Param, Tensor};
use std::collections::BTreeMap;

/// `x · weightᵀ + bias`.
#[derive(neural::Module)]
#[module(crate = neural)]
pub struct Dense<F: Float = f32> {
    /// `[out, in]`
    pub weight: Param<F>,
    /// `[out]`
    pub bias: std::option::Option<Param<F>>,
}

/// What follows a layer.
#[derive(neural::Module)]
#[module(crate = neural)]
pub enum Activation<F: Float = f32> {
    /// Nothing.
    Identity,
    /// Another slope for numbers below zero.
    Leaky {
        /// The slope, `[1]`.
        slope: Param<F>,
    },
}

/// Layers and what they are called.
#[derive(neural::Module)]
#[module(crate = neural)]
pub struct Network<F: Float, A> {
    /// One after the other.
    pub layers: Vec<(Dense<F>, Activation<F>)>,
    /// By name.
    #[module(rename = "experts")]
    pub others: BTreeMap<String, A>,
    /// Not trained.
    #[module(frozen)]
    pub scale: Param<F>,
    /// Not part of the parameters.
    #[module(skip)]
    pub description: String,
}

/// The state of a cell with two parts.
#[derive(neural::State)]
#[state(crate = neural)]
pub struct Memory<F: Float = f32> {
    /// `[B, H]`
    pub hidden: Tensor<F>,
    /// What has been seen, `[B, H]` each.
    pub trace: (Tensor<F>, Tensor<F>),
    /// Steps so far.
    #[state(skip)]
    pub steps: usize,
}
