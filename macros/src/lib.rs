//! The derive macros of `recurve`. Use them through the `recurve` crate, which re-exports them.
