use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(rename = "w", rename = "v")]
    weight: Param,
}

fn main() {}
