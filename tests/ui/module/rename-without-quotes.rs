use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(rename = w)]
    weight: Param,
}

fn main() {}
