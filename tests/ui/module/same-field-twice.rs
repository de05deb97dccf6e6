use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    weight: Param,
    weight: Param,
}

fn main() {}
