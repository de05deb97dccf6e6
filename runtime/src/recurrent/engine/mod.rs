//! Runs plans.
#![allow(unreachable_pub)] // for code that `recurrent!` emits, through `__private`

mod kernel;

pub use kernel::{Call, RowKernel};
