//! Stands for the tests of misuse.
