use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(crate = recurve)]
    weight: Param,
}

fn main() {}
