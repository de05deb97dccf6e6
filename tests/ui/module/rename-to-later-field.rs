use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(rename = "bias")]
    weight: Param,
    bias: Param,
}

fn main() {}
