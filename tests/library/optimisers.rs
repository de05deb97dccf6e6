//! Stands for the tests of optimisers.
