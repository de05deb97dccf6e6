use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(rename = 3)]
    weight: Param,
}

fn main() {}
