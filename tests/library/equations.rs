//! Cells made from their equations.

mod by_hand;
mod cells;
mod contexts;
mod fields;
mod gru;
mod misuse;
mod rules;
mod starts;
mod values;

use crate::support::{random, rng};
use recurve::{Module, Result, Tensor, check_gradients};

/// The same module with all parameters drawn anew.
fn dense<M: Module>(model: &M, seed: u64) -> Result<M> {
    let (flat, restructure) = model.flatten::<f64>()?;
    restructure.restructure(&(random(flat.shape(), seed) * 0.6))
}

/// Checks that the gradients of a loss are those of finite differences.
fn assert_gradients<M: Module>(model: &M, loss: impl Fn(&M) -> Result<Tensor<f64>>) -> Result<()> {
    check_gradients(model, loss, &mut rng(1)).map(drop)
}

/// The sum of all elements, each with its own random weight.
fn weighted(tensor: &Tensor<f64>, seed: u64) -> Tensor<f64> {
    (tensor * random(tensor.shape(), seed)).sum()
}
