//! Tests of what has no effect.
