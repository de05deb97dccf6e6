use recurve::{Module, Param};

#[derive(Module)]
#[module(bound)]
struct Model {
    weight: Param,
}

fn main() {}
