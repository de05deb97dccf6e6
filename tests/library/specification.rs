//! The specification, attacked: what may go wrong when tensors share elements, graphs grow long or wide, numbers stop
//! being finite, batches are empty, and parts of a model are tied, frozen, mixed or nested.

mod aliasing;
mod empty;
mod graphs;
mod mixed;
mod nested;
mod numbers;
mod random_graphs;
mod recurrent;
mod sizes;
mod ties;
mod training;

use recurve::{Module, Result};

use crate::support::random;

/// The same model with all its parameters drawn anew, the biases too.
fn dense<M: Module>(model: &M, seed: u64) -> Result<M> {
    let (flat, restructure) = model.flatten::<f64>()?;
    restructure.restructure(&(random(flat.shape(), seed) * 0.5))
}

/// All parameters in order, frozen ones too, as bits.
fn bits(model: &impl Module) -> Vec<u64> {
    let parameters = model.parameters().expect("distinct paths");
    parameters.iter().flat_map(|parameter| parameter.get().to_f64_vec()).map(f64::to_bits).collect()
}
