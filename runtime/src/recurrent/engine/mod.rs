//! Runs plans.
#![allow(unreachable_pub)] // for code that `recurrent!` emits, through `__private`

mod backward;
mod bind;
mod binding;
mod columns;
mod counters;
mod equations;
mod execute;
mod fixed;
mod forward;
mod kernel;
mod leaves;
mod matrices;
mod memory;
mod pass;
mod ragged;
mod record;
mod region;
mod rows;
mod scan;
mod segment;
mod single;
mod sizes;
#[cfg(test)]
mod tests;
mod threads;
mod totals;

pub(crate) use equations::dimensions;
pub use equations::{Choice, Equations, FromTensors, sizes};
pub use execute::Kernels;
pub use kernel::{Call, Reads, RowKernel};
pub use record::{Data, Fields, Results, run_plan};
pub(crate) use scan::Replace;
pub use scan::scan;
pub(crate) use single::{Single, Step, Values};
