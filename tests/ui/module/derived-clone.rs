use recurve::{Module, Param};

#[derive(Clone, Module)]
struct Model {
    weight: Param,
}

fn main() {}
