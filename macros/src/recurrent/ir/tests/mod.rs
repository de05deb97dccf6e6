//! Tests of graphs as text.
