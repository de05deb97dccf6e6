use recurve::{Module, Param};
use std::sync::Arc;

#[derive(Module)]
struct Model {
    layers: Vec<Arc<Param>>,
}

fn main() {}
