use recurve::{Module, Param};

trait Layer {}

#[derive(Module)]
struct Model {
    weight: Param,
    layer: Box<dyn Layer + Send>,
}

fn main() {}
