//! Cells made from their equations.

mod by_hand;
mod cells;
mod contexts;
mod fields;
mod gru;
mod misuse;
mod starts;
mod values;
