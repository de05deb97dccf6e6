use recurve::{Module, Param};

#[derive(Module)]
#[module(rename = "mlp")]
struct Model {
    weight: Param,
}

fn main() {}
