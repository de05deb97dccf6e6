use recurve::{Module, Param};

#[derive(Module)]
#[module(skip)]
struct Model {
    weight: Param,
}

fn main() {}
