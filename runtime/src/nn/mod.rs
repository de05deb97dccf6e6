//! Layers, losses and initial values.
//!
//! A layer is a struct with public parameters and `#[derive(Module)]`. Weights are `[out, in]`, embeddings
//! `[vocabulary, features]`; every layer takes any number of leading axes. A tuple of layers is a chain.
//!
//! ```
//! use recurve::nn::{Activation, Linear, Reduction, loss};
//! use recurve::rand::{SeedableRng, rngs::StdRng};
//! use recurve::{Forward, Tensor, value_and_grad};
//!
//! let mut rng = StdRng::seed_from_u64(1);
//! let model = (Linear::new(3, 8, &mut rng), Activation::Tanh, Linear::new(8, 2, &mut rng));
//! let x = Tensor::normal([4, 3], 0.0, 1.0, &mut rng);
//! let labels = Tensor::from([0, 1, 1, 0]);
//! let (loss, gradients) = value_and_grad(&model, |m| loss::cross_entropy(&m.forward(&x)?, &labels, Reduction::Mean))?;
//! assert!(loss.item() > 0.0 && gradients.is_finite());
//! # Ok::<(), recurve::Error>(())
//! ```

mod activation;
mod check;
mod dropout;
mod embedding;
mod forward;
mod init;
mod layer_norm;
mod linear;
pub mod loss;

pub use activation::Activation;
pub use dropout::{Dropout, Mode};
pub use embedding::Embedding;
pub use forward::Forward;
pub use init::Init;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use loss::Reduction;
