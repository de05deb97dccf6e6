use recurve::{Module, Param};
use std::sync::Arc;

#[derive(Module)]
struct Model {
    weight: Arc<Param>,
}

fn main() {}
