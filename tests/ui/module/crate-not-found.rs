use recurve::{Module, Param};

#[derive(Module)]
#[module(crate = nowhere)]
struct Model {
    weight: Param,
}

fn main() {}
