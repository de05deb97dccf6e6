use recurve::{Module, Param};

#[derive(Module)]
#[module(crate = 3)]
struct Model {
    weight: Param,
}

fn main() {}
