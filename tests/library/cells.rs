//! Stands for the tests of cells.
