use recurve::{Module, Param};

#[derive(Module)]
#[module(crate = "recurve")]
struct Model {
    weight: Param,
}

fn main() {}
