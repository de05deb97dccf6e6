//! Stands for the tests of losses.
