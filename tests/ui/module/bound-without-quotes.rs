use recurve::{Module, Param};

#[derive(Module)]
#[module(bound = A)]
struct Model {
    weight: Param,
}

fn main() {}
