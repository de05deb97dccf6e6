use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    weight: Param,
    steps: std::cell::Cell<usize>,
}

fn main() {}
