//! The main job; grows with the library.
fn main() {}
