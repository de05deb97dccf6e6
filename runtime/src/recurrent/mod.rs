//! Recurrence: cells, the sequences that they read and write, and the loop between the two.
//!
//! | value | shape |
//! |---|---|
//! | input of a step, `x` | `[B, D]` (each tensor of a cell's `Input`: `[B, …]`) |
//! | context, the same at all steps | `[B, …]`: the last [`Cell::CONTEXTS`] tensors of a cell's `Input` |
//! | output of a step, `y` | `[B, H]` (`[B, …]`) |
//! | state | `[B, H]` (each tensor: `[B, …]`) |
//! | data of a [`Sequence`] | `[T, B, …]`; `[B, T, …]` where it is built by [`Sequence::batch_major`] |
//! | lengths | one number from 0 to `T` for each of the `B` sequences |
//! | mask, attention scores and weights | `[T, B]` |
//! | pooled outputs: last, mean, max, attention | `[B, H]` |
//!
//! A [`Cell`] says what one step does. [`Cell::scan`] runs it over a [`Sequence`], which carries lengths or a mask and
//! hands them on to its result, so that stacked layers and pooling need not be told again. Cells are
//! written as equations with [`recurrent!`](crate::recurrent), or by hand.

mod cell;
mod compiled;
pub(crate) mod engine;
pub(crate) mod generated;
pub(crate) mod plan;
mod pooling;
mod rows;
mod scan;
mod sequence;
pub(crate) mod stepper;

pub use cell::Cell;
pub use compiled::{CompiledCell, InputShape};
pub use plan::{Cost, Extent, Pass, Plan};
pub(crate) use scan::short_name;
pub use sequence::{AppendContext, Sequence};
pub use stepper::Stepper;
