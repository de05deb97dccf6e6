//! Stands for the tests of activations.
