//! Cells made from their equations.

mod gru;
