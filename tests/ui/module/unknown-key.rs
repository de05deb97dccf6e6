use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(trainable)]
    weight: Param,
}

fn main() {}
