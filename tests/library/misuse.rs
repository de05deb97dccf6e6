//! Bad input: an error that says what and where, and nothing changed.

mod models;
