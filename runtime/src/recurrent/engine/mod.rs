//! Runs plans.
#![allow(unreachable_pub)] // for code that `recurrent!` emits, through `__private`
#![allow(dead_code)] // costs that only tests read

mod backward;
mod bind;
mod columns;
mod counters;
mod equations;
mod execute;
mod forward;
mod kernel;
mod live;
mod matrices;
mod memory;
mod pass;
mod ragged;
mod record;
mod region;
mod rows;
mod scan;
mod segment;
mod sizes;
#[cfg(test)]
mod tests;
mod threads;
mod totals;

#[allow(unused_imports)] // as above
pub(crate) use backward::{Adjoints, Wanted, backward};
#[allow(unused_imports)]
pub(crate) use counters::Counters;
pub use equations::{Choice, Equations, FromTensors, buffers, parameters};
#[allow(unused_imports)]
pub use execute::Kernels;
#[allow(unused_imports)]
pub(crate) use forward::{Forward, Operands, Saved, forward};
pub use kernel::{Call, RowKernel};
pub use record::{Data, Fields, Results, run_plan};
#[allow(unused_imports)]
pub(crate) use rows::RowLayout;
pub use scan::scan;
