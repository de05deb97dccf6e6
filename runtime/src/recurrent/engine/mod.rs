//! Runs plans.
#![allow(unreachable_pub)] // for code that `recurrent!` emits, through `__private`

mod equations;
mod kernel;
mod record;

pub use equations::{Choice, Equations, Kernels, buffers, parameters};
pub use kernel::{Call, RowKernel};
pub use record::scan;
