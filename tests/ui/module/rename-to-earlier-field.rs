use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    weight: Param,
    #[module(rename = "weight")]
    bias: Param,
}

fn main() {}
