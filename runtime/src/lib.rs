//! Recurrent models as annotated structs and their cells as equations, with tensors, reverse-mode gradients, parameter
//! trees and optimisers.
//!
//! In docs and messages `T` is time, `B` batch, `D` input features, `H` hidden units; `F` is the element type, `f32`
//! unless said.
//!
//! # A model
//!
//! A model is a struct with `#[derive(Module)]`; its fields are its children. Layers and cells are such structs too.
//!
//! ```
//! use recurve::nn::{Linear, Reduction, loss::cross_entropy};
//! use recurve::optim::*;
//! use recurve::rand::{SeedableRng, rngs::StdRng};
//! use recurve::{Cell, Forward, Gru, Module, Result, Sequence, Tensor, value_and_grad};
//!
//! #[derive(Module)]
//! struct Classifier {
//!     cell: Gru,
//!     output: Linear,
//! }
//!
//! impl Classifier {
//!     fn loss(&self, xs: &Sequence<Tensor>, labels: &Tensor<usize>) -> Result<Tensor> {
//!         let (hidden, _) = self.cell.scan(xs, None)?;
//!         let logits = self.output.forward(&hidden.last()?)?;
//!         cross_entropy(&logits, labels, Reduction::Mean)
//!     }
//! }
//!
//! let mut rng = StdRng::seed_from_u64(1);
//! let mut model = Classifier { cell: Gru::new(3, 8, &mut rng), output: Linear::new(8, 2, &mut rng) };
//! let x = Tensor::normal([5, 4, 3], 0.0, 1.0, &mut rng); // [T, B, D]
//! let xs = Sequence::time_major(x).lengths(&[5, 2, 4, 1])?;
//! let labels = Tensor::from([0, 1, 1, 0]);
//!
//! let mut optimizer = Adam::new(1e-2).setup(&model)?;
//! for _ in 0..3 {
//!     let (loss, gradients) = value_and_grad(&model, |twin| twin.loss(&xs, &labels))?;
//!     optimizer.update(&mut model, &gradients)?;
//!     assert!(loss.item().is_finite());
//! }
//! # Ok::<(), recurve::Error>(())
//! ```
//!
//! # Where to look
//!
//! | you want | look at |
//! |---|---|
//! | arrays and arithmetic | [`Tensor`], [`concat()`], [`stack`] |
//! | a gradient, of anything, also nested | [`value_and_grad`], [`grad`], [`Gradients`], [`check_gradients`] |
//! | parameters, ties, names, freezing, copies | [`Param`], [`Buffer`], [`Module`] |
//! | a flat vector and the way back | [`Module::flatten`], [`Restructure`], [`Layout`] |
//! | a model that lives in one slice | [`flat::Flat`], [`Gradients::as_slice`] |
//! | L-BFGS and other solvers over a vector | [`flat::Objective`], the feature `argmin` |
//! | two models of one type: distance, interpolation | [`Module::zip`], [`Module::zip_with`] |
//! | another element type | [`Module::cast`], [`Cast`] |
//! | your own pass over a model | [`Module::walk`], [`Module::map_params`], [`Visitor`], [`Mapper`], [`Rebuilt`] |
//! | layers, losses, initial values | [`nn`], [`Forward`] |
//! | optimisers, clipping, groups, averages, your own rule | [`optim`], [`optim::Groups`], [`optim::Ema`] |
//! | learning rates that change | [`optim::schedule`] |
//! | mini-batches, padding, windows, splits, standardisation | [`data`] |
//! | saving, loading, resuming, weights of PyTorch | [`files`], [`files::Checkpoint`], [`files::PyTorch`] |
//! | checks of your own cells, comparison with another framework | [`testing`] |
//! | a cell of your own | [`recurrent!`], [`guide::cells`], [`guide::hand_written_cells`] |
//! | cells of the literature | [`cells`]: [`Gru`], [`Lstm`] and more |
//! | what a scan computes, and what it costs | [`CompiledCell::plan`], [`Plan`], [`Cost`] |
//! | one step at a time, as data comes in | [`CompiledCell::stepper`], [`Stepper`] |
//! | lengths, masks, contexts, pooling | [`Cell`], [`Sequence`], [`State`](derive@State) |
//!
//! # Rules that hold everywhere
//!
//! - **No hidden state.** Nothing is recorded outside of the closure of [`value_and_grad`]; randomness comes from the
//!   caller's generator; optimisers and recurrent states are values.
//! - **Identity.** A parameter used in several places is one parameter for every consumer: it is counted, trained,
//!   clipped, flattened and copied once. [`Param::share`] ties, [`Module::duplicate`] copies.
//! - **No gradient is not a gradient of zero**, and a missing rule is an error.
//! - **Errors.** What meets data returns a [`Result`] with one line that says what was expected, what was found and what
//!   to write instead. Tensor arithmetic panics on misuse at the caller's line, naming both shapes. Constructors panic
//!   on sizes of 0; `T` and `B` may be 0 anywhere.
//! - **Element types.** `new` makes `f32`; `with_dtype` any [`Float`], as in `Gru::<f64>::with_dtype(…)`. A literal
//!   without a type is an `f64` to the compiler: write `1.0_f32` where nothing else decides. Code over any `F: Float`
//!   makes its numbers by [`Float::from_f64`], on the right of a tensor: `x * F::from_f64(0.5)`.
//!
//! # In debug builds
//!
//! Loops over elements are compiled in this crate. Optimise dependencies in debug builds, or they are slow:
//!
//! ```toml
//! [profile.dev.package."*"]
//! opt-level = 3
//! ```

/// Compiles the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

// Generated code names the crate, also in its own tests.
#[allow(unused_extern_crates)]
extern crate self as recurve;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[macro_use]
mod equations;
mod array;
mod autodiff;
pub mod cells;
mod check;
pub mod data;
mod distinct;
mod error;
pub mod files;
pub mod flat;
pub mod guide;
mod module;
pub mod nn;
mod ops;
pub mod optim;
mod packed;
mod recurrent;
mod sharing;
mod simd;
mod tensor;
mod tensors;
pub mod testing;

pub use array::element::{DType, Element, Float};
pub use array::shape::{MAX_RANK, Shape};
pub use autodiff::{GradientCheck, Gradients, check_gradients, grad, value_and_grad, value_and_grad_aux};
pub use cells::{Gru, GruState, Lstm, LstmState, Rnn, RnnState};
pub use check::{check_batch, check_shape};
pub use error::{Error, ErrorKind, Result};
pub use flat::Flat;
pub use module::{
    AnyParam, Buffer, BufferRef, Cast, Caster, FlatVector, Id, Layout, LayoutEntry, Leaf, Mapper, Module, Pair, Param,
    ParamRef, Parameter, ParameterMut, Rebuilt, Restructure, Segment, Summary, Visitor,
};
pub use nn::Forward;
pub use ops::{Axes, Axis, concat, stack};
pub use recurrent::{AppendContext, Cell, CompiledCell, Cost, Extent, InputShape, Pass, Plan, Sequence, Stepper};
pub use tensor::Tensor;
pub use tensor::any::AnyTensor;
pub use tensors::{TensorMapper, TensorVisitor, Tensors};

pub use recurve_macros::{Module, State};

/// The arrays at the border of this crate, in the version that its signatures use.
pub use ndarray;
/// The random generators at the border of this crate, in the version that its signatures use.
pub use rand;
