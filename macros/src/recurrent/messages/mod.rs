//! Every message of `recurrent!`, each once, by phase.
//!
//! The first line says what is wrong with the user's own text, with both shapes where shapes matter; then comes why, and
//! last, after `help:`, what to write. All lower case, no full stop at the end.

pub(crate) mod names;
pub(crate) mod shapes;
pub(crate) mod syntax;
pub(crate) mod usage;
