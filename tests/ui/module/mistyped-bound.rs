use recurve::{Module, Param};

#[derive(Module)]
#[module(bounds = "")]
struct Model {
    weight: Param,
}

fn main() {}
