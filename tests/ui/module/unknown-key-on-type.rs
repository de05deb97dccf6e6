use recurve::{Module, Param};

#[derive(Module)]
#[module(tied)]
struct Model {
    weight: Param,
}

fn main() {}
