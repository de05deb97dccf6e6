use recurve::{Module, Param};

#[derive(Module)]
struct Model {
    #[module(rename = "layer.weight")]
    weight: Param,
}

fn main() {}
