//! Stands for the tests of layers.
