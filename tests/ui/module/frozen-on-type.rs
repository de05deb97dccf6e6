use recurve::{Module, Param};

#[derive(Module)]
#[module(frozen)]
struct Model {
    weight: Param,
}

fn main() {}
