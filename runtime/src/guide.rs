//! Pages that explain one thing each, with code that runs.

#[doc = include_str!("../guide/cells.md")]
pub mod cells {}

#[doc = include_str!("../guide/hand_written_cells.md")]
pub mod hand_written_cells {}
