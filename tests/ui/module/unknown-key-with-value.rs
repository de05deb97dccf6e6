use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(initial = "w")]
    weight: Param,
}

fn main() {}
