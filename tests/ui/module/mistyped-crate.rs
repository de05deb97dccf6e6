use recurve::{Module, Param};

#[derive(Module)]
#[module(krate = recurve)]
struct Model {
    weight: Param,
}

fn main() {}
