//! Stands for the tests of gru.
