use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(rename =)]
    weight: Param,
}

fn main() {}
