//! Cells made from their equations.

mod by_hand;
mod cells;
mod gru;
