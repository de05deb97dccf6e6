use recurve::{Module, Param};

#[derive(Module)]
#[module(crate)]
struct Model {
    weight: Param,
}

fn main() {}
