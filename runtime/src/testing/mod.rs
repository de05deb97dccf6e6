//! Checks that users run on their own cells.
//!
//! [`check_cell`] compares a cell with its own definition: its scan with the loop over its steps, its gradients with
//! differences, its treatment of lengths with each sequence alone. [`check_cell_with`] does so for cells written by hand,
//! and for special inputs. One test per cell does it:
//!
//! ```
//! use recurve::testing::check_cell;
//! use recurve::{Gru, Result, rand::{SeedableRng, rngs::StdRng}};
//!
//! fn gru_is_right() -> Result<()> {
//!     let gru = Gru::<f64>::with_dtype(3, 4, &mut StdRng::seed_from_u64(1));
//!     check_cell(&gru)?;
//!     Ok(())
//! }
//! # gru_is_right().unwrap();
//! ```
//!
//! [`Expected`] compares a cell with a file of values that another framework computed, so that a port can be shown to
//! be right.

mod arrays;
mod cell;
mod expected;
mod parts;
mod slopes;

pub use cell::{CellCheck, CheckedTensor, check_cell, check_cell_with};
pub use expected::Expected;
