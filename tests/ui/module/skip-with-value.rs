use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(skip = true)]
    weight: Param,
}

fn main() {}
