//! Stands for the tests of sharing.
