//! Stands for the tests of flux_cases.
