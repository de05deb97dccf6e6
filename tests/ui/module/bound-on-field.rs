use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(bound = "")]
    weight: Param,
}

fn main() {}
