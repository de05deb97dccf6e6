//! Tests of shapes as a function from cells to typed cells.
